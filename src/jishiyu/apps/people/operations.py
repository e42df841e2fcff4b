"""What is written about people: keys matched, two found to be one, and that taken back."""

from pathlib import Path

from django.conf import settings

from jishiyu.apps.people import keyfile
from jishiyu.apps.people.models import KeyMark
from jishiyu.apps.people.sealing import keys, lookup_hash, open_many, seal_many
from jishiyu.engine.problems import Problem

MARK_TEXT = "这串文字只用来认出密钥。"


class KeysOfAnotherDatabase(Problem):
    """The key file is a sound one, but not the one this database was filled with."""

    en = "The key file {path} does not belong to this database ({name} differs). Bring back the right one; nothing was touched."  # noqa: E501
    zh = "密钥文件 {path} 不属于这个数据库({name} 不符)。请取回正确的密钥文件;数据未作任何改动。"


def match_keys() -> None:
    """Make sure that the key file belongs to the database; in a new database, create what is missing.

    Raises KeyFileMissing where the database knows keys and the file is gone, and KeysOfAnotherDatabase.
    """
    path = Path(settings.KEY_FILE)
    marks = {name: bytes(mark) for name, mark in KeyMark.objects.values_list("name", "mark")}
    if not marks:
        keyfile.ensure_file(path, settings.KEY_ALGORITHMS)
    ring = keys()
    if "lookup" in marks and marks["lookup"] != lookup_hash(MARK_TEXT, purpose="mark"):
        raise KeysOfAnotherDatabase(path=path, name="lookup")
    for name, mark in marks.items():
        if name.startswith("seal "):
            open_many([mark], purpose="people_keymark.mark")
    newest = f"seal {ring.current}"
    if newest not in marks or "lookup" not in marks:
        sealed = seal_many([MARK_TEXT.encode()], purpose="people_keymark.mark")[0]
        rows = {"lookup": lookup_hash(MARK_TEXT, purpose="mark"), newest: sealed}
        KeyMark.objects.bulk_create(
            [KeyMark(name=name, mark=mark) for name, mark in rows.items()], ignore_conflicts=True
        )
