"""What is changed about unions; the city's officers only."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.members.closing import close_union
from jishiyu.apps.orgs import desk, operations
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.orgs.queries import PARENTS, fingerprint
from jishiyu.web.components.forms import answer_form
from jishiyu.web.gate import who
from jishiyu.web.roster.again import decide_again
from jishiyu.web.unions import forms
from jishiyu.web.unions.sight import union_in_sight
from jishiyu.web.unions.words import PARENTS as WORDS

FORM = "unions/form.html"


def new(request: HttpRequest) -> HttpResponse:
    """Put a union on record."""

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            made = desk.add_union(by=who(request).name, at=timezone.now(), **data)
        messages.success(request, _("The union is on record."))
        return _to(made)

    above = {name: request.GET.get(name, "")[:60] for name in ("territorial_parent", "industry_parent")}
    return answer_form(request, forms.NewUnion(request.POST or None, initial=above), template=FORM, do=do,
                       title=_("New union"), verb=_("Put on record"), back=reverse("unions:tree"))  # fmt: skip


def change(request: HttpRequest, union_id: int) -> HttpResponse:
    """Change name, district, trade or credit code."""
    found = union_in_sight(request, union_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            desk.change_union(code=found.code, by=who(request).name, at=timezone.now(), **data)
        messages.success(request, _("The union was changed."))
        return _to(found)

    shown = {name: getattr(found, name) for name in desk.CHANGEABLE} | {"seen": fingerprint(found)}
    form = forms.ChangeUnion(request.POST or None, initial=shown)
    return answer_form(request, form, template=FORM, do=do, **_about(found, _("Change the union"), _("Save")))


def parent(request: HttpRequest, union_id: int, kind: str) -> HttpResponse:
    """Put a union under another one, by territory or by industry."""
    found = union_in_sight(request, union_id)
    if kind not in PARENTS:
        raise Http404

    def do(data: dict[str, Any]) -> HttpResponse:
        with whole():
            operations.set_parent(code=found.code, kind=kind, by=who(request).name, at=timezone.now(), **data)
        messages.success(request, _("The union above was changed."))
        return _to(found)

    above = found.territorial_parent if kind == "territorial" else found.industry_parent
    form = forms.NewParent(request.POST or None, initial={"parent_code": above.code if above else ""})
    title = f"{_('Change the union above')} · {WORDS[kind]}"
    return answer_form(request, form, template=FORM, do=do, **_about(found, title, _("Save")))


def close(request: HttpRequest, union_id: int) -> HttpResponse:
    """Close a union; its members go on in another one, or their memberships end."""
    found = union_in_sight(request, union_id)

    def do(data: dict[str, Any]) -> HttpResponse:
        now = timezone.now()
        with whole():
            done = close_union(
                code=found.code, on=data["on"], to_code=data["to_code"] or None, by=who(request).name, at=now
            )
            decide_again(request, at=now)
        said = _(
            "The union is closed: %(ended)s memberships ended, %(moved)s of them go on in the union that takes over."
        )
        messages.success(request, said % {"ended": f"{done.ended:,}", "moved": f"{done.moved:,}"})
        return _to(found)

    form = forms.Closing(request.POST or None, initial={"on": timezone.localdate()})
    return answer_form(request, form, template=FORM, do=do, **_about(found, _("Close the union"), _("Close the union")))


def load(request: HttpRequest) -> HttpResponse:
    """Take a file of unions, whole or not at all."""

    def do(data: dict[str, Any]) -> HttpResponse:
        with tempfile.TemporaryDirectory(prefix="jishiyu-unions-") as folder, whole():
            path = Path(folder) / Path(data["file"].name).name
            path.write_bytes(data["file"].read())
            done = operations.load_unions(path=path, by=who(request).name, at=timezone.now())
        said = _("The file was taken: %(new)s unions are new, %(changed)s changed, %(unchanged)s unchanged.")
        messages.success(request, said % {"new": done.new, "changed": done.changed, "unchanged": done.unchanged})
        return HttpResponseRedirect(reverse("unions:tree"))

    form = forms.UnionFile(request.POST or None, request.FILES or None)
    lead = _(
        "Headings: 工会编码, 工会名称, 工会类别, 上级工会编码, 产业工会编码, 行业, 区县, 统一社会信用代码, 撤销日期. "
        "Unions the file does not name stay as they are."
    )
    return answer_form(request, form, template=FORM, do=do, title=_("Import unions"), verb=_("Import"), lead=lead,
                       back=reverse("unions:tree"))  # fmt: skip


def _about(union: Union, title: str, verb: str) -> dict[str, Any]:
    return {"union": union, "title": title, "verb": verb, "back": reverse("unions:one", args=[union.pk])}


def _to(union: Union) -> HttpResponse:
    return HttpResponseRedirect(reverse("unions:one", args=[union.pk]))
