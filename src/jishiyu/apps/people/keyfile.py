"""The key file: one JSON file, readable by its owner only, without which the sealed columns are noise.

It holds one look-up key (keyed hashes, so that equality can be searched) and one sealing key per version (the
newest seals, all of them open). It belongs in the safe, apart from the backups of the database.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jishiyu.engine.problems import Problem

SEAL_BYTES = {"AES-256-GCM": 32, "SM4-GCM": 16}
LOOKUP_HASHES = {"HMAC-SHA-256": "sha256", "HMAC-SM3": "sm3"}
FAMILIES = {"international": ("AES-256-GCM", "HMAC-SHA-256"), "commercial": ("SM4-GCM", "HMAC-SM3")}


class KeyFileMissing(Problem):
    """There is no key file where one must be."""

    en = "The key file {path} is missing. Bring it back from the safe; a new one would not open what is stored."
    zh = "找不到密钥文件 {path}。请从保管处取回;新建的密钥打不开已存的数据。"


class KeyFileOpenToOthers(Problem):
    """Other users of the machine may read the key file."""

    en = "The key file {path} can be read by others (mode {mode}). Close it with: chmod 600 {path}"
    zh = "密钥文件 {path} 可被其他用户读取(权限 {mode})。请执行:chmod 600 {path}"


class KeyFileUnreadable(Problem):
    """The key file is not what it should be."""

    en = "The key file {path} cannot be used: {why}. Bring back an unharmed copy from the safe."
    zh = "密钥文件 {path} 无法使用:{why}。请从保管处取回完好的副本。"


class KeyFamilyUnknown(Problem):
    """The setting for new keys is not a known word."""

    en = "JISHIYU_KEY_ALGORITHMS says {family!r}. Set it to international (AES, SHA-256) or commercial (SM4, SM3)."
    zh = "JISHIYU_KEY_ALGORITHMS 的值 {family!r} 无法识别。请设为 international(AES、SHA-256)或 commercial(SM4、SM3)。"


@dataclass(frozen=True)
class SealKey:
    """One version of the sealing key."""

    algorithm: str
    key: bytes


@dataclass(frozen=True)
class Keys:
    """Everything in the key file."""

    lookup_algorithm: str
    lookup_key: bytes
    seal_keys: dict[int, SealKey]

    @property
    def current(self) -> int:
        """The version that seals: the newest."""
        return max(self.seal_keys)


def new_keys(family: str) -> Keys:
    """Draw keys of a family: `international` or `commercial`."""
    if family not in FAMILIES:
        raise KeyFamilyUnknown(family=family)
    seal, lookup = FAMILIES[family]
    return Keys(lookup, secrets.token_bytes(32), {1: SealKey(seal, secrets.token_bytes(SEAL_BYTES[seal]))})


def with_next_seal_key(keys: Keys, family: str) -> Keys:
    """Return the keys with a sealing key of the next version."""
    if family not in FAMILIES:
        raise KeyFamilyUnknown(family=family)
    algorithm = FAMILIES[family][0]
    fresh = SealKey(algorithm, secrets.token_bytes(SEAL_BYTES[algorithm]))
    return Keys(keys.lookup_algorithm, keys.lookup_key, {**keys.seal_keys, keys.current + 1: fresh})


def ensure_file(path: Path, family: str) -> None:
    """Create the key file unless there is one; of several processes at once exactly one wins."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _write_draft(path, new_keys(family))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first; its keys count
    finally:
        draft.unlink()


def replace_file(path: Path, keys: Keys) -> None:
    """Put new content in the place of the key file; a crash leaves the old or the new file, never half of one."""
    _write_draft(path, keys).replace(path)


def read_file(path: Path) -> Keys:
    """Read the key file; raises what is wrong with it."""
    if not path.exists():
        raise KeyFileMissing(path=path)
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise KeyFileOpenToOthers(path=path, mode=f"{mode:03o}")
    try:
        content = json.loads(path.read_text())
        seal = {int(version): _seal_key(entry) for version, entry in content["seal"].items()}
        algorithm, key = content["lookup"]["algorithm"], _bytes(content["lookup"]["key"])
        if algorithm not in LOOKUP_HASHES or len(key) != 32 or not seal or min(seal) < 1 or max(seal) > 65535:
            raise ValueError("unknown look-up algorithm, or a key of the wrong length")
        return Keys(algorithm, key, seal)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFileUnreadable(path=path, why=error) from error


def _write_draft(path: Path, keys: Keys) -> Path:
    content = {
        "lookup": {"algorithm": keys.lookup_algorithm, "key": _text(keys.lookup_key)},
        "seal": {
            str(version): {"algorithm": entry.algorithm, "key": _text(entry.key)}
            for version, entry in keys.seal_keys.items()
        },
    }
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _seal_key(entry: dict[str, Any]) -> SealKey:
    key = SealKey(entry["algorithm"], _bytes(entry["key"]))
    if SEAL_BYTES.get(key.algorithm) != len(key.key):
        raise ValueError("unknown sealing algorithm, or a key of the wrong length")
    return key


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
