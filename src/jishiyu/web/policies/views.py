"""Reading policies: the list, one version as a regulation, its table and text, two versions side by side."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from jishiyu.apps.policies.models import State
from jishiyu.apps.policies.queries import compare_versions, policies, seen_of, together
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.regulation import Article, articles, per_cent
from jishiyu.engine.policy.ties import tied_to
from jishiyu.web.components.download import Download, given
from jishiyu.web.components.history import steps
from jishiyu.web.figures.typography import chinese
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.policies.found import Found, before, by_digest, of_our_own, of_row, on_the_shelf
from jishiyu.web.policies.lists import TABLE, VERSIONS, entries, in_order
from jishiyu.web.policies.words import DIFFERENCES, PROOFS, STATES, titled

A_DAY = timedelta(days=1)


def every(request: HttpRequest) -> HttpResponseBase:
    """List every version, first what waits for somebody."""
    return VERSIONS.answer(request, in_order(policies()), may_draft=who(request).may("policies.publish"))


def one(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Read a version in force."""
    return _read(request, on_the_shelf(name, version))


def own(request: HttpRequest, version_id: int) -> HttpResponse:
    """Read a version of the city's own, with what it changes and what can be done with it."""
    found = of_our_own(version_id)
    row = found.row
    assert row is not None  # one of our own has one
    older = before(found.policy)
    known = who(request)
    all_of_it = together(version_id=row.pk)
    context = {
        "seen": seen_of(all_of_it), "tied": tied_to(found.policy),
        "beside": [of_row(other) for other in all_of_it if other.pk != row.pk],
        "row": row, "state": STATES[row.state], "older": older, "history": steps(f"policy version {row.pk}"),
        "differences": _differences(older, found.policy) if older is not None else [],
        "may_edit": known.may("policies.publish") and row.state == State.DRAFT,
        "may_decide": known.may("policies.publish") and row.state == State.PROPOSED,
        "own_proposal": row.proposed_by == known.name, "is_open": row.state in (State.DRAFT, State.PROPOSED),
    }  # fmt: skip
    return _read(request, found, **context)


def table_of_one(request: HttpRequest, name: str, version: str) -> HttpResponseBase:
    """Show the table beside a version in force."""
    return _table(request, on_the_shelf(name, version))


def table_of_own(request: HttpRequest, version_id: int) -> HttpResponseBase:
    """Show the table beside a version of the city's own."""
    return _table(request, of_our_own(version_id))


def text_of_one(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Give the text of a version in force as a file."""
    return _text(request, on_the_shelf(name, version))


def text_of_own(request: HttpRequest, version_id: int) -> HttpResponse:
    """Give the text of a version of the city's own as a file."""
    return _text(request, of_our_own(version_id))


def side_by_side(request: HttpRequest) -> HttpResponse:
    """Compare two versions of one policy."""
    listed = policies()
    older, newer = (by_digest(request.GET.get(word, "")) for word in ("older", "newer"))
    fits = older is not None and newer is not None and older.policy.name == newer.policy.name
    context: dict[str, Any] = {
        "choices": [(row.sha256[:16], f"{titled(row.title)} · {row.version}", STATES[row.state]) for row in listed],
        "older": older, "newer": newer, "fits": fits,
    }  # fmt: skip
    if older is not None and newer is not None and fits:
        context["differences"] = _differences(older.policy, newer.policy)
    return render(request, "policies/compare.html", context)


def _read(request: HttpRequest, found: Found, **context: Any) -> HttpResponse:
    policy = found.policy
    shown = {
        "policy": policy, "found": found, "title": titled(policy.title), "made_by": policy.issuer[language()],
        "articles": [_article(policy, article) for article in articles(policy)],
        "brackets": [{"edge_fen": one.edge_fen, "strict": one.strict, "rate": per_cent(one.rate_ppm),
                      "status": PROOFS[one.proof.status]} for one in policy.formula.brackets],
        "notes": [titled(note) for note in policy.notes], "has_table": bool(policy.formula.table),
        "last_day": policy.until - A_DAY if policy.until else None, "sources": policy.sources.values(),
        "address": {page: found.address(page) for page in ("table", "text", "test")},
        "may_draft": who(request).may("policies.publish") and found.in_force,
        "may_test": who(request).may("policies.test"), "before": before(policy),
    }  # fmt: skip
    return render(request, "policies/one.html", {**shown, **context})


def _article(policy: Policy, article: Article) -> dict[str, Any]:
    proof = article.proof
    return {
        "cite": article.cite(language()).capitalize(), "words": chinese(article.zh) if language() == "zh" else article.en,
        "key": article.key, "source": policy.sources[proof.source]["title"] if proof else "",
        "where": (proof.article or "") if proof else "", "status": PROOFS[proof.status] if proof else None,
    }  # fmt: skip


def _differences(older: Policy, newer: Policy) -> list[dict[str, Any]]:
    zh = language() == "zh"
    return [
        {"what": chinese(one.zh) if zh else one.en, "kind": DIFFERENCES[one.kind],
         "sides": [side and {"value": chinese(side.value_zh) if zh else side.value_en, "source": side.source,
                             "status": PROOFS.get(side.status)} for side in (one.before, one.after)]}
        for one in compare_versions(older=older, newer=newer)
    ]  # fmt: skip


def _table(request: HttpRequest, found: Found) -> HttpResponseBase:
    if not found.policy.formula.table:
        raise Http404
    back = {"title": titled(found.policy.title), "version": found.policy.version, "back": found.address(),
            "file": f"{found.address('text')}?part=table"}  # fmt: skip
    may = who(request).may("policies.publish") and found.row is not None and found.row.state == State.DRAFT
    return TABLE.answer(request, entries(found.text), found=found, may_import=may, **back)


def _text(request: HttpRequest, found: Found) -> HttpResponse:
    about = f"{found.policy.name} {found.policy.version}"
    if request.GET.get("part") == "table" and found.text.table_name:
        file = Download(found.text.table_name, found.text.table_text.encode(), "text/csv; charset=utf-8")
    else:
        name = f"{about.replace(' ', '-').replace('/', '-')}.toml"
        file = Download(name, found.text.text.encode(), "application/toml; charset=utf-8")
    return given(request, file, about=f"policy version {found.row.pk}" if found.row else f"policy {about}")
