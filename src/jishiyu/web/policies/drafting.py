"""A new version: begun from another one by its numbers, written as text, its table taken from Excel."""

import tempfile
import tomllib
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.policies.models import Version
from jishiyu.apps.policies.operations import save_draft
from jishiyu.apps.policies.queries import Text
from jishiyu.engine.policy.editing import edited, numbers_of
from jishiyu.engine.policy.tables import import_table
from jishiyu.web.components.forms import answer_form
from jishiyu.web.gate import who
from jishiyu.web.policies import forms
from jishiyu.web.policies.found import Found, of_our_own, on_the_shelf

FORM = "policies/form.html"


def start(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Begin a new version from one in force, by its numbers."""
    return _numbers(request, on_the_shelf(name, version), None)


def numbers(request: HttpRequest, version_id: int) -> HttpResponse:
    """Change the numbers of a draft."""
    found = of_our_own(version_id)
    return _numbers(request, found, found.row)


def new(request: HttpRequest) -> HttpResponse:
    """Keep a text as a draft: a policy of its own, or a version that is laid out differently."""

    def do(data: dict[str, Any]) -> HttpResponse:
        named = _table_named(data["text"])
        text = Text(text=data["text"], table_name=named, table_text=data.get("table_text", ""))
        return _keep(request, text, None, "")

    form = forms.PolicyText(request.POST or None, request.FILES or None)
    return answer_form(request, form, template=FORM, do=do, title=_("New version as text"), verb=_("Check and keep as a draft"),
                       back=reverse("policies:list"))  # fmt: skip


def edit(request: HttpRequest, version_id: int) -> HttpResponse:
    """Change the text of a draft."""
    found = of_our_own(version_id)
    known = found.text

    def do(data: dict[str, Any]) -> HttpResponse:
        named = _table_named(data["text"])
        table = data.get("table_text") or known.table_text
        return _keep(request, Text(text=data["text"], table_name=named, table_text=table), found.row, data["seen"])

    shown = {"text": known.text, "seen": found.policy.digest}
    form = forms.PolicyText(request.POST or None, request.FILES or None, initial=shown)
    return answer_form(
        request, form, template=FORM, do=do, **_about(found, _("Change the text"), _("Check and keep as a draft"))
    )


def table(request: HttpRequest, version_id: int) -> HttpResponse:
    """Put a table from Excel in the place of the one beside a draft."""
    found = of_our_own(version_id)
    known = found.text

    def do(data: dict[str, Any]) -> HttpResponse:
        with tempfile.TemporaryDirectory(prefix="jishiyu-table-") as folder:
            source, out = Path(folder) / Path(data["file"].name).name, Path(folder) / "made.out"
            source.write_bytes(data["file"].read())
            count = import_table(source, out, status=data["status"])
            text = Text(text=known.text, table_name=known.table_name, table_text=out.read_text(encoding="utf-8"))
        messages.info(request, _("%(count)s rows were taken.") % {"count": count})
        return _keep(request, text, found.row, data["seen"])

    form = forms.Table(request.POST or None, request.FILES or None, initial={"seen": found.policy.digest})
    return answer_form(request, form, template=FORM, do=do, **_about(found, _("Import the table"), _("Import")))


def _numbers(request: HttpRequest, found: Found, row: Version | None) -> HttpResponse:
    known = found.text
    listed = numbers_of(known.text)
    shown: dict[str, Any] = {"seen": found.policy.digest}
    if row is not None:
        shown |= {"version": row.version, "starts": row.starts}
    form = forms.Numbers(request.POST or None, numbers=listed, initial=shown)

    def do(data: dict[str, Any]) -> HttpResponse:
        made = edited(
            known.text, version=data["version"], starts=data["starts"], numbers=form.changed(), source=data["source"],
            status=data["status"],
        )  # fmt: skip
        text = Text(text=made, table_name=known.table_name, table_text=known.table_text)
        return _keep(request, text, row, data["seen"])

    title = _("New version") if row is None else _("Change the numbers")
    lead = _("Change what is new; everything else stays. Brackets that are added or fall away are written in the text.")
    return answer_form(
        request, form, template=FORM, do=do, lead=lead, **_about(found, title, _("Check and keep as a draft"))
    )


def _keep(request: HttpRequest, text: Text, row: Version | None, seen: str) -> HttpResponse:
    with whole():
        made = save_draft(
            text=text.text, table_name=text.table_name, table_text=text.table_text, by=who(request).name,
            at=timezone.now(), version_id=row.pk if row else None, seen=seen if row else "",
        )  # fmt: skip
    messages.success(
        request, _("The draft was checked and kept. It decides nothing until two people have published it.")
    )
    return HttpResponseRedirect(reverse("policies:draft", args=[made.pk]))


def _table_named(text: str) -> str:
    """Return the table that a text names; a text that cannot be read is refused later, with its line."""
    try:
        named = tomllib.loads(text).get("formula", {})
    except tomllib.TOMLDecodeError:
        return ""
    return str(named.get("table", "")) if isinstance(named, dict) else ""


def _about(found: Found, title: str, verb: str) -> dict[str, Any]:
    return {"about": found.named, "title": title, "verb": verb, "back": found.address()}
