"""The resource list and one of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from jishiyu.apps.experts.models import Expert
from jishiyu.apps.experts.operations import address_of
from jishiyu.apps.experts.queries import experts as rows
from jishiyu.apps.experts.queries import load_of
from jishiyu.apps.notices.texts import mask_address
from jishiyu.web.components.badge import badge
from jishiyu.web.components.history import steps
from jishiyu.web.experts import lists
from jishiyu.web.experts.grid import weeks_of
from jishiyu.web.experts.words import HONOURS, PARTS
from jishiyu.web.gate import who
from jishiyu.web.pairing.sight import rounds


def experts(request: HttpRequest) -> HttpResponseBase:
    """List who can help: by skill, level, honour, week."""
    return lists.EXPERTS.answer(
        request, lists.rows_of(request), may_change=who(request).may("experts.change"), rounds=rounds(request)
    )


def one(request: HttpRequest, expert_id: int) -> HttpResponse:
    """Show one of the list: what they can, who confirmed it, when they can come."""
    found = expert(expert_id)
    return render(request, "experts/one.html", {
        **shown(found), "history": steps(f"expert {found.pk}"), "may_change": who(request).may("experts.change"),
        "weeks": weeks_of(found, timezone.localdate()), "load": load_of(expert_ids=[found.pk]).get(found.pk, 0),
    })  # fmt: skip


def expert(expert_id: int) -> Expert:
    """Return one of the list, or no such page."""
    found: Expert = get_object_or_404(rows(), pk=expert_id)
    return found


def shown(found: Expert) -> dict[str, Any]:
    """Return what every page about somebody shows of them."""
    address = address_of(found)
    return {
        "expert": found, "part": badge(found.part, PARTS), "honour": HONOURS[found.honour] if found.honour else "",
        "address": mask_address(address) if address else "", "ended": found.until is not None and found.until <= timezone.localdate(),
    }  # fmt: skip
