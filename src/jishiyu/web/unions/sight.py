"""Which unions a reader sees: the whole city, or their own branch."""

from django.http import Http404, HttpRequest
from django.utils import timezone

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.members.queries import member_of_others
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.queries import Node, branch_of, nodes
from jishiyu.web.gate import who

OPENED = 3


def branch(request: HttpRequest) -> list[int] | None:
    """Return the ids of the reader's branch for the page's action; None for the whole city."""
    known = who(request)
    reach = known.reach(known.action)
    return None if reach.city else branch_of(union_ids=reach.unions)


def union_in_sight(request: HttpRequest, union_id: int) -> Union:
    """Return a union of the reader's branch with its parents; another one's is no such page."""
    ours = branch(request)
    found = Union.objects.select_related("territorial_parent", "industry_parent").filter(pk=union_id).first()
    if found is None or (ours is not None and found.pk not in ours):
        raise Http404
    return found


def code_in_sight(request: HttpRequest, code: str) -> bool:
    """Say whether a code names a union outside the reader's branch: False for those, True also for unknown codes."""
    ours = branch(request)
    found = Union.objects.filter(code=code).values_list("pk", flat=True).first()
    return ours is None or found is None or found in ours


def of_others(request: HttpRequest, person_id: int) -> bool:
    """Say whether somebody, seen by a membership that has ended, is a member of other branches only by now."""
    ours = branch(request)
    with whole():  # what other branches hold is what is asked for
        return member_of_others(person_id=person_id, union_ids=ours, day=timezone.localdate())


def top(request: HttpRequest, kind: str) -> list[tuple[Node, list[Node]]]:
    """Return where the reader's tree begins by one kind of parent, whatever has others below it first.

    Where only few have, also what is below those.
    """
    known = who(request)
    reach = known.reach(known.action)
    found = nodes(kind=kind, union_ids=None if reach.city else reach.unions)
    few = sum(node.below > 0 for node in found) <= OPENED
    return [
        (node, nodes(kind=kind, parent_id=node.id) if few and node.below else [])
        for node in sorted(found, key=lambda node: not node.below)
    ]
