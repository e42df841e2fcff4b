"""What was found, ready for a page and small enough for a session: plain, masked texts with an address each."""

from collections.abc import Sequence
from typing import Any

from jishiyu.apps.desk.queries import Found, Kind
from jishiyu.apps.orgs.models import Union
from jishiyu.web.decisions.words import CASE_REASONS
from jishiyu.web.figures.labels import policy_label
from jishiyu.web.find import words
from jishiyu.web.find.links import ACTIONS, link
from jishiyu.web.gate import Who
from jishiyu.web.language import language

MOST = 50
OPENS = {
    Kind.MEMBER: "member", Kind.STAY: "stay", Kind.CASE: "case", Kind.APPLICATION: "application",
    Kind.BATCH: "batch", Kind.UNION: "union",
}  # fmt: skip


def addressed(hits: Sequence[Found], asking: Who) -> list[dict[str, Any]]:
    """Return hits as plain texts, with the address of each where the reader may go; a batch only to whom it concerns."""
    codes = [hit.key for hit in hits if hit.kind is Kind.UNION]
    unions = dict(Union.objects.filter(code__in=codes).values_list("code", "pk")) if codes else {}
    return [
        {
            "kind": hit.kind.value, "title": _title(hit), "detail": hit.detail if hit.kind is Kind.MEMBER else "",
            "key": hit.key, "union": hit.union, "state": hit.state, "by": hit.by, "amount_fen": hit.amount_fen,
            "about": _about(hit), "href": _href(hit, unions, asking),
        }
        for hit in hits if hit.kind is not Kind.BATCH or asking.may("payments.see")
    ]  # fmt: skip


def grouped(results: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return results by what they are, in the order of `words.GROUPS`, with states and reasons in words of today."""
    groups = []
    for kind, title in words.GROUPS.items():
        mine = [one for one in results if one["kind"] == kind.value]
        if mine:
            rows = [
                {**one, "badge": words.state(kind, one["state"]), "by": str(words.BY.get(one["by"], "")),
                 "about": _in_words(kind, one["about"])} for one in mine
            ]  # fmt: skip
            groups.append({"title": title, "kind": kind.value, "rows": rows, "full": len(mine) >= MOST})
    return groups


def _title(hit: Found) -> str:
    return hit.title if hit.kind in (Kind.MEMBER, Kind.UNION) or hit.person_id is None else f"{hit.title} · {hit.key}"


def _about(hit: Found) -> str:
    """Return what else is known, as it is: the policy of a stay, the reason of a case."""
    return "" if hit.kind is Kind.MEMBER else hit.detail


def _in_words(kind: Kind, about: str) -> str:
    first, _, rest = about.partition(" ")
    if kind is Kind.CASE:
        return f"{CASE_REASONS.get(first, first)} {rest}".strip()
    if kind is Kind.STAY and about:
        return policy_label(about)(language())
    if kind is Kind.PAYMENT and rest:
        return f"{first} {policy_label(rest)(language())}"
    if kind is Kind.APPLICATION:
        return words.application_kind(about)
    return "" if kind is Kind.UNION else about


def _href(hit: Found, unions: dict[str, int], asking: Who) -> str:
    if hit.kind is Kind.PAYMENT:
        return link("stay", hit.detail.partition(" ")[0])
    name = OPENS[hit.kind]
    if not asking.may(ACTIONS[name]):
        return ""
    if hit.kind is Kind.UNION:
        return link(name, unions[hit.key]) if hit.key in unions else ""
    return link(name, hit.key)
