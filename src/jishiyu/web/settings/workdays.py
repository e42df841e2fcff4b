"""Working days: which years are known, and the notice of another one."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jishiyu.apps.workdays.operations import enter_notice, text_of
from jishiyu.apps.workdays.queries import known_calendar, notices, year_to_enter
from jishiyu.engine.calendar import NoticeRefused
from jishiyu.web.components.forms import Form, answer_form
from jishiyu.web.gate import who
from jishiyu.web.problem import told

DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})")


class YearOfDays(Form):
    """A year's days off and worked weekends, as the notice says them."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2020, max_value=2099)
    off = forms.CharField(
        label=gettext_lazy("Days off"), widget=forms.Textarea(attrs={"rows": 8}), max_length=2_000,
        help_text=gettext_lazy("One holiday a line: its day, or its first and its last day, such as 2027-10-01 2027-10-07."),
    )  # fmt: skip
    worked = forms.CharField(
        label=gettext_lazy("Worked weekends"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1_000, required=False,
        help_text=gettext_lazy("The Saturdays and Sundays on which people work, one a line."),
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=200,
        help_text=gettext_lazy("Name, number and day of the notice of the State Council's general office."),
    )  # fmt: skip

    def clean_off(self) -> list[tuple[date, date]]:
        """Return each holiday with its first and last day."""
        found = [_days(line) for line in self.cleaned_data["off"].splitlines() if line.strip()]
        for number, days in enumerate(found, 1):
            if len(days) not in (1, 2):
                raise forms.ValidationError(
                    _("Line %(number)d has no day, or more than a first and a last one.") % {"number": number}
                )
        return [(days[0], days[-1]) for days in found]

    def clean_worked(self) -> list[date]:
        """Return the weekends that are worked."""
        return [day for line in self.cleaned_data["worked"].splitlines() if line.strip() for day in _days(line)]


def calendar(request: HttpRequest) -> HttpResponse:
    """Show the years whose working days are known, and take in the notice of another one."""

    def do(data: dict[str, Any]) -> HttpResponse:
        text = text_of(year=data["year"], spans=data["off"], worked=data["worked"], source=data["source"])
        made = enter_notice(text=text, file=str(data["year"]), by=who(request).name, at=timezone.now())
        said = _("The working days of %(year)d are entered. Clocks and deadlines count by them from now on.")
        messages.success(request, said % {"year": made.year})
        return HttpResponseRedirect(reverse("settings:calendar"))

    today, shown = timezone.localdate(), dict[str, Any]()
    try:
        missing = year_to_enter(on=today)
        shown = {"years": _years(), "missing": missing, "next": missing or max(known_calendar().years) + 1}
    except NoticeRefused as spoiled:  # a file of the folder, changed by hand: entered anew it is right again
        shown = {"spoiled": told(spoiled), "next": today.year}
    form = YearOfDays(request.POST or None, initial={"year": shown["next"]})
    return answer_form(request, form, template="settings/calendar.html", do=do, **shown)


def _years() -> list[dict[str, Any]]:
    known = known_calendar()
    return [
        {
            "year": notice.year, "working": _working(notice.year, known.is_working), "source": notice.source, "shipped": shipped,
            "off": [f"{first:%m-%d}" if first == last else f"{first:%m-%d} – {last:%m-%d}" for first, last in notice.spans],
            "worked": [f"{day:%m-%d}" for day in notice.worked],
        }
        for notice, shipped in notices()
    ]  # fmt: skip


def _working(year: int, is_working: Any) -> int:
    first = date(year, 1, 1)
    return sum(is_working(first + timedelta(days=at)) for at in range((date(year + 1, 1, 1) - first).days))


def _days(line: str) -> Sequence[date]:
    try:
        return [date(int(year), int(month), int(day)) for year, month, day in DAY.findall(line)]
    except ValueError as error:
        raise forms.ValidationError(
            _("“%(line)s” names a day that does not exist.") % {"line": line.strip()}
        ) from error
