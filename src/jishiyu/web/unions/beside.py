"""The tree of unions at the left of a list or of figures: choosing one narrows the page to it and to all below."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.queries import Node
from jishiyu.web.unions.sight import code_in_sight, top

# The pages with a tree beside them, by the name that branches are opened with.
INTO = {
    "roster": "roster:list", "calls": "calls:list", "applications": "applications:list", "figures": "statistics:home",
    "branches": "statistics:unions", "large": "statistics:large",
}  # fmt: skip
# Lists of many columns: the tree is folded there until somebody opens it, or has chosen a union.
WIDE = ("calls", "applications")
# What a choice begins anew: the page of a list, and the chart of an Excel file.
DROPPED = ("union", "page", "chart")
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Beside:
    """The tree beside one page: `asked` is the page's question as it stands, `union` the one that was chosen."""

    into: str
    kind: str
    asked: str
    chosen: str
    opened: list[tuple[Node, list[Node]]]
    union: Union | None = None

    @property
    def open(self) -> bool:
        """Say whether the tree is open when the page is."""
        return bool(self.chosen) or self.into not in WIDE

    @property
    def everything(self) -> str:
        """Return the way to the page without a union."""
        return self.to("")

    def to(self, code: str) -> str:
        """Return the way to the page narrowed to one union, what else was asked kept."""
        kept = QueryDict(self.asked, mutable=True)
        for name in DROPPED:
            kept.pop(name, None)
        query = [(name, value) for name, values in kept.lists() for value in values] + (
            [("union", code)] if code else []
        )
        return f"{reverse(INTO[self.into])}?{urlencode(query)}" if query else reverse(INTO[self.into])


def beside(request: HttpRequest, into: str, *, kind: str = "territorial") -> dict[str, Any]:
    """Return what `unions/beside.html` needs: where the reader's tree begins, and the union the page is narrowed to."""
    code = request.GET.get("union", "").strip().replace("\x00", "")
    union = Union.objects.filter(code=code).first() if code else None
    seen = union if union is not None and code_in_sight(request, union.code) else None
    return {"tree": Beside(into, kind, request.GET.urlencode()[:LONGEST], code, top(request, kind), seen)}


def opened_from(request: HttpRequest, kind: str) -> Beside | None:
    """Return the tree that asks for what is below one union; None on the page of the tree itself."""
    into = request.GET.get("into", "")
    if into not in INTO:
        return None
    asked = request.GET.get("asked", "")[:LONGEST]
    return Beside(into, kind, asked, QueryDict(asked).get("union", ""), [])
