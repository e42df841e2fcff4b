"""A need list as it comes from a form: any number of lines, each with its files, and a key that makes it count once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from jishiyu.apps.enterprises.operations import MOST, Brought, Given
from jishiyu.web.needs.forms import Line

FIRST = 1
LONGEST_KEY = 64


@dataclass(frozen=True, kw_only=True)
class NeedListForm:
    """The lines of one list, and the key of the list."""

    lines: Sequence[Line]
    once: str
    request: HttpRequest

    @property
    def empty(self) -> Line:
        """Return the line that the page copies for one more need."""
        return Line(prefix="n__n__", auto_id="id_%s")

    def is_valid(self) -> bool:
        """Say whether every line can be read."""
        checked = [line.is_valid() for line in self.lines]  # every line says what is wrong with it
        return all(checked)

    def given(self) -> list[Given]:
        """Return the lines that say something."""
        found = []
        for line in self.lines:
            data = line.cleaned_data
            files = [Brought(name=file.name or "", chunks=file.chunks()) for file in self._files(line)]
            if data["words"].strip() or files:
                found.append(Given(
                    words=data["words"] or "(见附件)", wished=data["wished"], earliest_on=data["earliest_on"],
                    latest_on=data["latest_on"], files=files,
                ))  # fmt: skip
        return found

    def _files(self, line: Line) -> list[Any]:
        return self.request.FILES.getlist(f"{line.prefix}-files")


def need_list(request: HttpRequest) -> NeedListForm:
    """Return the list that a request brings, or an empty one with a new key."""
    if request.method != "POST":
        lines = [Line(prefix=f"n{at}") for at in range(FIRST)]
        return NeedListForm(lines=lines, once=secrets.token_urlsafe(16), request=request)
    sent = {name.split("-", 1)[0] for name in request.POST if name.startswith("n") and name.endswith("-words")}
    numbers = sorted({int(name[1:]) for name in sent if name[1:].isdecimal() and len(name) < 5})[: MOST + 1]
    once = request.POST.get("once", "")[:LONGEST_KEY].replace("\x00", "") or secrets.token_urlsafe(16)
    lines = [Line(request.POST, prefix=f"n{at}") for at in numbers] or [Line(request.POST, prefix="n0")]
    return NeedListForm(lines=lines, once=once, request=request)
