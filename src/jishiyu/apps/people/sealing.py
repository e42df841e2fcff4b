"""Sealing (to read back with the key) and look-up hashes (to find without reading), for whole columns at once.

A token is: 1 byte algorithm, 2 bytes key version, 12 bytes nonce, then ciphertext with a 16-byte tag. The first
three bytes and the purpose ("table.column") are authenticated too, so a token moved to another column does not open.
A hash is HMAC over the purpose and the text: 32 bytes. Without the key it cannot be searched, although identity
numbers are few enough to try them all.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.conf import settings

from jishiyu.apps.people.keyfile import LOOKUP_HASHES, Keys, SealKey, read_file
from jishiyu.engine.problems import Problem

HEAD, NONCE, TAG = 3, 12, 16
MARKS = {"AES-256-GCM": 1, "SM4-GCM": 2}

Transform = Callable[[bytes, bytes, bytes], bytes]  # nonce, text, associated data


class TokenDoesNotOpen(Problem):
    """A sealed value was changed, moved, or sealed with a key that is not in the key file."""

    en = "A sealed value of {purpose} does not open (key version {version}). The row was changed outside Jishiyu, or the key file is not the right one. Stop, and compare with the last backup."  # noqa: E501
    zh = "{purpose} 的一个加密值无法解开(密钥版本 {version})。该行在系统之外被改动,或密钥文件不对。请停止操作,并与最近的备份核对。"


@lru_cache(maxsize=1)
def keys() -> Keys:
    """Return the keys in use, read once per process from `settings.KEY_FILE`."""
    return read_file(Path(settings.KEY_FILE))


def lookup_hashes(values: Iterable[str | None], *, purpose: str = "person") -> list[bytes | None]:
    """Return the keyed hash (32 bytes) of each text; None stays None.

    `purpose` keeps kinds apart: `person` for a person_key, `name`, `household`. A million and more per second.
    """
    ring = keys()
    name = LOOKUP_HASHES[ring.lookup_algorithm]
    padded = ring.lookup_key.ljust(64, b"\0")
    # HMAC (RFC 2104) by hand: copying two started hashes is three times as fast as hmac.digest() on short texts.
    inner = hashlib.new(name, bytes(byte ^ 0x36 for byte in padded) + purpose.encode() + b"\0")
    outer = hashlib.new(name, bytes(byte ^ 0x5C for byte in padded))
    start, finish = inner.copy, outer.copy
    hashes: list[bytes | None] = []
    for value in values:
        if value is None:
            hashes.append(None)
            continue
        first, second = start(), finish()
        first.update(value.encode())
        second.update(first.digest())
        hashes.append(second.digest())
    return hashes


def lookup_hash(value: str, *, purpose: str = "person") -> bytes:
    """Return the keyed hash of one text."""
    found = lookup_hashes([value], purpose=purpose)[0]
    assert found is not None
    return found


def seal_many(texts: Sequence[bytes], *, purpose: str) -> list[bytes]:
    """Return one sealed token per text; `purpose` is the column, such as `people_person.sealed`."""
    ring = keys()
    key = ring.seal_keys[ring.current]
    head = current_head()
    associated = head + purpose.encode()
    encrypt = _encrypter(key)
    nonces = os.urandom(NONCE * len(texts))
    return [
        head + (nonce := nonces[at : at + NONCE]) + encrypt(nonce, text, associated)
        for at, text in zip(range(0, len(nonces), NONCE), texts, strict=True)
    ]


def current_head() -> bytes:
    """Return the first three bytes of every token sealed now: algorithm and key version."""
    ring = keys()
    return _head(ring.current, ring.seal_keys[ring.current])


def open_many(tokens: Sequence[bytes], *, purpose: str) -> list[bytes]:
    """Return the text of each token; raises TokenDoesNotOpen at the first that was changed or moved."""
    openers = _openers()
    if any(bytes(token[:HEAD]) not in openers for token in tokens):
        keys.cache_clear()  # another process may have drawn a new key since this one read the file
        openers = _openers()
    about = purpose.encode()
    texts = []
    for token in tokens:
        head = bytes(token[:HEAD])
        try:
            texts.append(openers[head](token[HEAD : HEAD + NONCE], token[HEAD + NONCE :], head + about))
        except (KeyError, InvalidTag, ValueError) as error:
            raise TokenDoesNotOpen(purpose=purpose, version=int.from_bytes(head[1:], "big")) from error
    return texts


def _head(version: int, key: SealKey) -> bytes:
    return bytes([MARKS[key.algorithm]]) + version.to_bytes(2, "big")


def _openers() -> dict[bytes, Transform]:
    return {_head(version, key): _decrypter(key) for version, key in keys().seal_keys.items()}


def _encrypter(key: SealKey) -> Transform:
    if key.algorithm == "AES-256-GCM":
        return AESGCM(key.key).encrypt
    cipher = SM4(key.key)

    def encrypt(nonce: bytes, text: bytes, associated: bytes) -> bytes:
        work = Cipher(cipher, GCM(nonce)).encryptor()
        work.authenticate_additional_data(associated)
        return work.update(text) + work.finalize() + work.tag

    return encrypt


def _decrypter(key: SealKey) -> Transform:
    if key.algorithm == "AES-256-GCM":
        return AESGCM(key.key).decrypt
    cipher = SM4(key.key)

    def decrypt(nonce: bytes, text: bytes, associated: bytes) -> bytes:
        work = Cipher(cipher, GCM(nonce, text[-TAG:])).decryptor()
        work.authenticate_additional_data(associated)
        return work.update(text[:-TAG]) + work.finalize()

    return decrypt
