"""What was found, ready for a page and small enough for a session: plain, masked texts with an address each."""

from collections.abc import Sequence
from typing import Any

from jishiyu.apps.applications.models import Application
from jishiyu.apps.desk.queries import Found, Kind
from jishiyu.apps.orgs.models import Union
from jishiyu.web.decisions.words import CASE_REASONS
from jishiyu.web.figures.labels import policy_label
from jishiyu.web.find import words
from jishiyu.web.find.links import link
from jishiyu.web.gate import Who
from jishiyu.web.language import language

MOST = 50
HAS_A_DECISION = ("approved", "received", "decided")
OPENS = {
    Kind.MEMBER: "member", Kind.STAY: "stay", Kind.CASE: "case", Kind.APPLICATION: "application",
    Kind.PAYMENT: "payment", Kind.BATCH: "batch", Kind.UNION: "union",
}  # fmt: skip


def addressed(hits: Sequence[Found], asking: Who) -> list[dict[str, Any]]:
    """Return hits as plain texts, with the address of each where the reader may go; a batch only to whom it concerns."""
    pages = _pages(hits)
    return [
        {
            "kind": hit.kind.value, "title": _title(hit), "detail": hit.detail if hit.kind is Kind.MEMBER else "",
            "key": hit.key, "union": hit.union, "state": hit.state, "by": hit.by, "amount_fen": hit.amount_fen,
            "about": _about(hit), "href": _href(hit, pages, asking),
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
                 "about": " · ".join(filter(None, (_in_words(kind, one["about"]), _bank(one["by"]))))} for one in mine
            ]  # fmt: skip
            groups.append({"title": title, "kind": kind.value, "rows": rows, "full": len(mine) >= MOST})
    return groups


def _bank(by: str) -> str:
    """Say of a payment that the number typed is not its own, but that of a try in the bank's file."""
    return str(words.BY[by]) if by == "bank" else ""


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


def _pages(hits: Sequence[Found]) -> dict[tuple[Kind, str], int]:
    """Return the number of the page of what is found by another key: one look-up per kind that was found."""
    keys: dict[Kind, list[str]] = {}
    for hit in hits:
        keys.setdefault(hit.kind, []).append(hit.key)
    found: dict[tuple[Kind, str], int] = {}
    if codes := keys.get(Kind.UNION):
        found |= {(Kind.UNION, code): pk for code, pk in Union.objects.filter(code__in=codes).values_list("code", "pk")}
    if numbers := keys.get(Kind.APPLICATION):
        rows = Application.objects.filter(number__in=numbers).values_list("number", "pk")
        found |= {(Kind.APPLICATION, number): pk for number, pk in rows}
    return found


def _href(hit: Found, pages: dict[tuple[Kind, str], int], asking: Who) -> str:
    """Return the address of the page; a payment or a decided application without one for this reader leads to its decision."""
    name, key = OPENS[hit.kind], pages.get((hit.kind, hit.key), hit.key)
    own = hit.kind not in (Kind.UNION, Kind.APPLICATION) or (hit.kind, hit.key) in pages
    if own and (address := link(name, key, asking)):
        return address
    if hit.kind is Kind.PAYMENT:
        return link("stay", hit.detail.partition(" ")[0], asking)
    return link("stay", hit.key, asking) if hit.kind is Kind.APPLICATION and hit.state in HAS_A_DECISION else ""
