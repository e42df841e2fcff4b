"""A new key: sealed again in chunks, nothing lost in between, and no sealed column forgotten."""

import re
import time
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.apps import apps
from django.db import connection, models

from jishiyu.apps.accounts.operations import create_account
from jishiyu.apps.people import keyfile, rekeying, sealing
from jishiyu.apps.people.models import KeyMark, Person
from jishiyu.apps.people.operations import match_keys
from jishiyu.apps.people.rekeying import SEALED_COLUMNS, draw_next_key, seal_again, seal_factors_again
from jishiyu.apps.people.sealing import open_many, seal_many

NOW = datetime(2025, 3, 1, tzinfo=UTC)
PURPOSE = "people_person.sealed"


@pytest.fixture
def own_keys(tmp_path: Path, settings: object, db: None) -> Iterator[Path]:
    path = tmp_path / "keys.json"
    settings.KEY_FILE = str(path)  # type: ignore[attr-defined]
    sealing.keys.cache_clear()
    match_keys()
    yield path
    sealing.keys.cache_clear()


def people(count: int) -> None:
    tokens = seal_many([f"person {number}".encode() for number in range(count)], purpose=PURPOSE)
    for number, token in enumerate(tokens):
        digest = sha256(str(number).encode()).digest()
        Person.objects.create(person_hash=digest, sealed=token, content_hash=digest, created_at=NOW)
    with connection.cursor() as cursor:  # what would happen at the end of a transaction of their own
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def opened() -> list[bytes]:
    rows = Person.objects.order_by("id").values_list("sealed", flat=True)
    return open_many([bytes(token) for token in rows], purpose=PURPOSE)


def test_everything_opens_before_during_and_after(own_keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekeying, "CHUNK", 4)
    people(10)
    texts = opened()
    assert draw_next_key(by="li.na", at=NOW) == 2
    assert seal_again(table="people_person", column="sealed") == 4
    assert opened() == texts
    assert [seal_again(table="people_person", column="sealed") for _ in range(3)] == [4, 2, 0]
    assert opened() == texts
    versions = {bytes(token)[1:3] for token in Person.objects.values_list("sealed", flat=True)}
    assert versions == {b"\0\2"}
    assert set(KeyMark.objects.values_list("name", flat=True)) == {"lookup", "seal 1", "seal 2"}
    match_keys()


def test_secrets_of_second_factors_are_sealed_again_too(own_keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekeying, "CHUNK", 2)
    secrets = {}
    for name in ("li.na", "wang.fang", "zhao.min"):
        account, secrets[name] = create_account(name=name, full_name=name, by="root", at=NOW), generate_totp_secret()
        TOTP.activate(account, secrets[name])
    passkey = Authenticator.objects.create(
        user=account, type="webauthn", data={"name": "钥匙", "credential": {"id": "x"}}
    )
    draw_next_key(by="li.na", at=NOW)
    assert [seal_factors_again() for _ in range(3)] == [2, 1, 0]
    for row in Authenticator.objects.filter(type="totp").select_related("user"):
        token = b64decode(row.data["secret"])
        assert token[1:3] == b"\0\2"
        assert open_many([token], purpose=rekeying.FACTOR_PURPOSE) == [secrets[row.user.name].encode()]
        assert TOTP(row).validate_code(format_hotp_value(hotp_value(secrets[row.user.name], int(time.time()) // 30)))
    passkey.refresh_from_db()
    assert passkey.data == {"name": "钥匙", "credential": {"id": "x"}}


def test_a_running_process_learns_a_key_that_another_one_drew(own_keys: Path) -> None:
    old = sealing.keys()
    keyfile.replace_file(own_keys, keyfile.with_next_seal_key(old, "commercial"))
    sealing.keys.cache_clear()
    token = seal_many([b"x"], purpose=PURPOSE)
    sealing.keys.cache_clear()
    keyfile.replace_file(own_keys, old)
    sealing.keys()
    keyfile.replace_file(own_keys, keyfile.with_next_seal_key(old, "international"))
    with pytest.raises(sealing.TokenDoesNotOpen):
        open_many(token, purpose=PURPOSE)
    assert sealing.keys().current == 2


@pytest.mark.django_db
def test_append_only_tables_are_guarded_again_afterwards(own_keys: Path) -> None:
    for table, column in SEALED_COLUMNS:
        seal_again(table=table, column=column)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchall() == []


def test_no_column_that_holds_sealed_tokens_is_forgotten() -> None:
    columns = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.BinaryField) and not re.search(r"hash|previous|mark", field.name)
    }
    assert columns == set(SEALED_COLUMNS)
