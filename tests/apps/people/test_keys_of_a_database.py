"""A database and its key file belong together."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from jishiyu.apps.people import keyfile, sealing
from jishiyu.apps.people.models import KeyMark
from jishiyu.apps.people.operations import match_keys
from jishiyu.apps.people.problems import KeysOfAnotherDatabase


@pytest.fixture
def key_file(tmp_path: Path, settings: object) -> Iterator[Path]:
    settings.KEY_FILE = str(tmp_path / "keys.json")  # type: ignore[attr-defined]
    sealing.keys.cache_clear()
    yield tmp_path / "keys.json"
    sealing.keys.cache_clear()


@pytest.mark.django_db
def test_a_new_database_gets_its_keys_once(key_file: Path) -> None:
    match_keys()
    content = key_file.read_bytes()
    match_keys()
    assert key_file.read_bytes() == content
    assert set(KeyMark.objects.values_list("name", flat=True)) == {"lookup", "seal 1"}


@pytest.mark.django_db
def test_a_lost_key_file_is_missed_not_replaced(key_file: Path) -> None:
    match_keys()
    key_file.unlink()
    sealing.keys.cache_clear()
    with pytest.raises(keyfile.KeyFileMissing, match="safe"):
        match_keys()
    assert not key_file.exists()


@pytest.mark.django_db
def test_refuses_the_keys_of_another_database(key_file: Path) -> None:
    match_keys()
    key_file.unlink()
    sealing.keys.cache_clear()
    keyfile.ensure_file(key_file, "international")
    with pytest.raises(KeysOfAnotherDatabase, match="lookup"):
        match_keys()
