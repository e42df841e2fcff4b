"""Sealing and look-up hashes."""

import hmac
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiyu.apps.people import keyfile, sealing
from jishiyu.apps.people.sealing import TokenDoesNotOpen, lookup_hash, lookup_hashes, open_many, seal_many


@pytest.fixture(params=["international", "commercial"])
def family(request: pytest.FixtureRequest, tmp_path: Path, settings: object) -> Iterator[Path]:
    """Use a key file of this family for one test."""
    path = tmp_path / "keys.json"
    keyfile.ensure_file(path, request.param)
    settings.KEY_FILE = str(path)  # type: ignore[attr-defined]
    sealing.keys.cache_clear()
    yield path
    sealing.keys.cache_clear()


def test_sealed_text_opens_again(family: Path) -> None:
    texts = ["张三".encode(), b"", b"x" * 5000]
    assert open_many(seal_many(texts, purpose="a.b"), purpose="a.b") == texts


def test_the_same_text_seals_differently_each_time(family: Path) -> None:
    tokens = seal_many([b"same"] * 100, purpose="a.b")
    assert len(set(tokens)) == 100
    assert all(b"same" not in token for token in tokens)


def test_a_token_does_not_open_in_another_column(family: Path) -> None:
    with pytest.raises(TokenDoesNotOpen):
        open_many(seal_many([b"x"], purpose="person.sealed"), purpose="line.sealed")


def test_no_byte_of_a_token_can_be_changed(family: Path) -> None:
    token = seal_many([b"6222020000000000001"], purpose="a.b")[0]
    for position in range(len(token)):
        changed = bytearray(token)
        changed[position] ^= 1
        with pytest.raises(TokenDoesNotOpen):
            open_many([bytes(changed)], purpose="a.b")
    for length in range(len(token)):
        with pytest.raises(TokenDoesNotOpen):
            open_many([token[:length]], purpose="a.b")


def test_a_new_key_version_seals_and_the_old_one_still_opens(family: Path) -> None:
    old = seal_many([b"x"], purpose="a.b")
    keyfile.replace_file(family, keyfile.with_next_seal_key(sealing.keys(), "international"))
    sealing.keys.cache_clear()
    new = seal_many([b"y"], purpose="a.b")
    assert open_many(old + new, purpose="a.b") == [b"x", b"y"]
    assert (old[0][1:3], new[0][1:3]) == (b"\0\1", b"\0\2")


def test_hashes_are_the_standard_hmac_of_purpose_and_text(family: Path) -> None:
    ring = sealing.keys()
    name = {"HMAC-SHA-256": "sha256", "HMAC-SM3": "sm3"}[ring.lookup_algorithm]
    expected = hmac.digest(ring.lookup_key, "name\0张三".encode(), name)
    assert lookup_hash("张三", purpose="name") == expected
    assert lookup_hashes(["张三", None], purpose="name") == [expected, None]


@given(st.lists(st.text(), unique=True), st.sampled_from(["person", "name"]))
def test_different_texts_have_different_hashes(texts: list[str], purpose: str) -> None:
    texts = [text for text in texts if text.isprintable()]
    assert len(set(lookup_hashes(texts, purpose=purpose))) == len(texts)


def test_the_purpose_keeps_hashes_apart() -> None:
    assert lookup_hash("x", purpose="person") != lookup_hash("x", purpose="name")


def test_the_key_file_is_closed_to_others_and_drawn_once(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keyfile.ensure_file(path, "international")
    first = path.read_bytes()
    keyfile.ensure_file(path, "international")
    assert path.read_bytes() == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["keys.json"]


def test_refuses_a_key_file_that_others_can_read(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    keyfile.ensure_file(path, "international")
    path.chmod(0o640)
    with pytest.raises(keyfile.KeyFileOpenToOthers, match="chmod 600"):
        keyfile.read_file(path)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"lookup": {"algorithm": "HMAC-SHA-256", "key": "AA=="}, "seal": {}}']
)
def test_refuses_a_key_file_that_was_harmed(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.touch(mode=0o600)
    path.write_text(content)
    with pytest.raises(keyfile.KeyFileUnreadable):
        keyfile.read_file(path)
