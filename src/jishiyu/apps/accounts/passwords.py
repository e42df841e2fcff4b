"""What a password must be (GB/T 22239 level 3): complex, changed at intervals, never one of the last five."""

import re
import secrets
import string
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password

from jishiyu.apps.accounts.problems import PasswordUnfit, PasswordUsedBefore
from jishiyu.engine.words import Words

LEAST, LONG = 8, 16
KEPT = 5
LASTS = timedelta(days=90)
CLASSES = (re.compile(r"[A-Z]"), re.compile(r"[a-z]"), re.compile(r"\d"), re.compile(r"[^A-Za-z\d]"))
SIGNS = "-+=%!?"


def check_new(*, password: str, names: Sequence[str], former: Sequence[str]) -> None:
    """Raise PasswordUnfit or PasswordUsedBefore unless this may be the new password.

    `names` must not stand in it; `former` are the hashes of the last passwords, the present one among them.
    """
    if len(password) < LEAST:
        raise PasswordUnfit(why=Words(f"只有 {len(password)} 位", f"it has {len(password)} characters"))
    if len(password) > 128:
        raise PasswordUnfit(why=Words("超过 128 位", "it has more than 128 characters"))
    kinds = sum(bool(kind.search(password)) for kind in CLASSES)
    if kinds < (2 if len(password) >= LONG else 3):
        raise PasswordUnfit(why=Words(f"四类字符中只有 {kinds} 类", f"it has {kinds} of the four kinds"))
    if len(set(password)) < 5:
        raise PasswordUnfit(why=Words("重复字符过多", "it repeats too few characters"))
    folded = password.casefold()
    if any(name and name.casefold() in folded for name in names):
        raise PasswordUnfit(why=Words("包含账号名或姓名", "it holds the name"))
    if any(check_password(password, known) for known in former[:KEPT]):
        raise PasswordUsedBefore()


def draw() -> str:
    """Return a new initial password that keeps the rules, drawn at random."""
    while True:
        drawn = "".join(secrets.choice(string.ascii_letters + string.digits + SIGNS) for _ in range(LONG))
        if all(kind.search(drawn) for kind in CLASSES) and len(set(drawn)) >= 10:
            return drawn


def has_expired(*, set_at: datetime | None, at: datetime) -> bool:
    """Say whether a password of this age must be changed."""
    return set_at is None or at - set_at >= LASTS
