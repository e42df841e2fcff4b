"""How often one address may ask for a page by link: enough for people, too little to try secrets or to copy everything."""

from django.core.cache import cache
from django.http import HttpRequest

from jishiyu.engine.problems import Problem
from jishiyu.web.accounts.adapters import address_of

A_MINUTE, AN_HOUR = 60, 3600
ASKED_A_MINUTE, WRONG_AN_HOUR = 60, 20


class TooOften(Problem):
    """An address asks too often, or guesses."""

    en = "Too many requests from your address. Wait a while and open the link again; nothing was changed."
    zh = "来自您所在网络的访问过于频繁。请稍后再打开链接;没有作任何改动。"


def count_asking(request: HttpRequest) -> None:
    """Count a request. Raises `TooOften`, also for an address that guessed wrong too often."""
    address = address_of(request)
    wrong, asked = f"link-wrong-{address}", f"link-asked-{address}"
    known = cache.get_many([wrong, asked])
    if known.get(wrong, 0) >= WRONG_AN_HOUR or _count(asked, A_MINUTE, known=asked in known) > ASKED_A_MINUTE:
        raise TooOften


def count_wrong(request: HttpRequest) -> None:
    """Count a secret that opens nothing."""
    _count(f"link-wrong-{address_of(request)}", AN_HOUR)


def _count(key: str, seconds: int, *, known: bool = True) -> int:
    if not known and cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # nothing was counted yet, or it ran out a moment ago
        cache.add(key, 1, timeout=seconds)
        return 1
