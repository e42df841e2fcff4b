"""The tree, the list, one union."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from jishiyu.apps.members.queries import count_members
from jishiyu.apps.orgs.models import Union, UnionKind
from jishiyu.apps.orgs.queries import Node, lineage, nodes, open_unions
from jishiyu.web.components.history import steps
from jishiyu.web.gate import who
from jishiyu.web.unions.beside import opened_from
from jishiyu.web.unions.lists import UNIONS
from jishiyu.web.unions.sight import branch, top, union_in_sight
from jishiyu.web.unions.words import KINDS, PARENTS, state

PICKED = 20


def tree(request: HttpRequest) -> HttpResponse:
    """Show the tree by one kind of parent: what is at the top, and what is below it on opening."""
    kind = _kind(request)
    may_change = who(request).may("unions.change")
    context = {"opened": top(request, kind), "kind": kind, "kinds": PARENTS.items(), "may_change": may_change}
    return render(request, "unions/tree.html", context)


def below(request: HttpRequest, union_id: int) -> HttpResponse:
    """Return the part of the tree below one union."""
    found = union_in_sight(request, union_id)
    kind = _kind(request)
    tree = opened_from(request, kind)
    shown = {"nodes": nodes(kind=kind, parent_id=found.pk), "kind": kind, **({"tree": tree} if tree else {})}
    return render(request, "unions/nodes.html", shown)


def every(request: HttpRequest) -> HttpResponseBase:
    """List the unions of the reader's branch."""
    ours = branch(request)
    rows = Union.objects.select_related("territorial_parent", "industry_parent").order_by("code")
    return UNIONS.answer(request, rows if ours is None else rows.filter(pk__in=ours))


def union(request: HttpRequest, union_id: int) -> HttpResponse:
    """Show one union: who stands above and below it, how many members, what was done."""
    found = union_in_sight(request, union_id)
    context = {
        "union": found, "state": state(found.closed_on), "kind": KINDS[UnionKind(found.kind)],
        "above": [(kind, PARENTS[kind], lineage(union_id=found.pk, kind=kind)) for kind in PARENTS],
        "below": [(PARENTS[kind], _first(nodes(kind=kind, parent_id=found.pk))) for kind in PARENTS],
        "ours": branch(request), "members": count_members(union_ids=[found.pk], day=timezone.localdate()),
        "history": steps(f"union {found.code}"), "may_change": who(request).may("unions.change"),
    }  # fmt: skip
    return render(request, "unions/one.html", context)


def pick(request: HttpRequest) -> HttpResponse:
    """Return open unions whose name or code fits what is being typed, as choices of an input."""
    typed = str(next(iter(request.GET.values()), "")).strip()[:60].replace("\x00", "")
    found = open_unions(typed=typed)
    return render(request, "unions/choices.html", {"unions": found.order_by("code")[:PICKED] if typed else []})


def _first(found: list[Node], most: int = 200) -> tuple[list[Node], int]:
    return found[:most], len(found)


def _kind(request: HttpRequest) -> str:
    given = request.GET.get("by", "")
    return given if given in PARENTS else "territorial"
