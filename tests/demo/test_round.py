"""The demo's round: played by the real operations, the same for the same seed, with something on every board."""

from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from django.utils.timezone import make_aware, make_naive

from jishiyu.apps.enterprises.boards import Asked, Standing, cards
from jishiyu.apps.enterprises.models import Need, NeedMove, Participation, State
from jishiyu.apps.experts.models import Expert
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.visits.models import Entry, Report, Satisfaction, Visit
from jishiyu.apps.visits.queries import entries_of
from jishiyu.demo import round_time
from jishiyu.demo.round import NEEDS, begins_on, play_round
from jishiyu.demo.round_people import ENTERPRISES, EXPERTS, home_of_the_enterprise_account
from jishiyu.demo.sign_ins import EXPERT, open_accounts
from jishiyu.engine.calendar import shipped_calendar
from jishiyu.web.visits.phone import AFTER, BEFORE

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 26, 6, tzinfo=UTC)  # a Friday, two in the afternoon in China


def unions() -> None:
    """Store what the round needs of the city's unions."""
    city = Union.objects.create(code="220100", name="市总工会", kind="city")
    made = Union.objects.create(code="2201H01", name="制造业工会联合会", kind="industry", territorial_parent=city)
    Union.objects.create(code="D1", name="第1区总工会", kind="district", territorial_parent=city)
    trades = ("制造", "食品", "能源", "信息")
    Union.objects.bulk_create(
        Union(code=f"22G{at:06d}", name=f"长春第{at}机械厂工会委员会", kind="grassroots", industry_parent=made if at % 5 else None,
              territorial_parent=city, trade=trades[at % 4])
        for at in range(1, 90)
    )  # fmt: skip


def test_every_board_has_something_to_show(tmp_path: Path) -> None:
    unions()
    open_accounts(
        folder=tmp_path, on=AT.date(), at=AT, enterprise=home_of_the_enterprise_account(), helps_since=begins_on(AT)
    )
    papers: list[int] = []

    def paper(report: Report, at: datetime) -> tuple[bytes, list[int]]:
        papers.append(report.pk)
        return b"%PDF-1.7 demo", [one.pk for one in entries_of(report) if one.kind == "signature"]

    played = play_round(seed=7, now=AT, paper=paper)
    assert (played.enterprises, played.needs, played.people) == (ENTERPRISES, NEEDS, EXPERTS + 7 + 6)
    assert set(played.states) >= set(State) - {State.PAIRED}  # paired and planned are one step of the meeting
    assert played.reports == len(papers) == Report.objects.filter(released_at__isnull=False).count() > 30
    now = Counter(
        card.standing(AT) for card in cards(Asked(campaign=played.campaign, participations=Participation.objects.all()))
    )
    assert min(now[one] for one in (Standing.NONE, Standing.RUNNING, Standing.ESCALATED)) > 0
    assert NeedMove.objects.filter(what="handed_in").values("need__participation").distinct().count() == ENTERPRISES
    workshop = Visit.objects.get(need__participation=played.workshop, need__item__code="transformer-check")
    assert played.workshop.enterprise.transformer_kva == 800
    assert "fails" in {finding["verdict"] for finding in workshop.reports.get().findings}
    for report in Report.objects.filter(
        released_at__isnull=False
    ):  # a report of nothing but good news asks for no repair
        assert ("不合格项" in report.advice) == ("fails" in {finding["verdict"] for finding in report.findings})
    readings = Entry.objects.filter(kind="reading").exclude(visit=workshop)
    assert all(len(one.content["value"].partition(".")[2]) <= 2 for one in readings)  # as an instrument shows it
    assert Satisfaction.objects.filter(solved=True).exists()
    assert Satisfaction.objects.filter(solved=False).exists()
    assert Expert.objects.filter(part="expert").count() == EXPERTS
    assert not Need.objects.filter(state_at__gt=AT).exists()
    theirs = Visit.objects.filter(team__expert__account__name=EXPERT).exclude(state="cancelled")
    assert Expert.objects.get(account__name=EXPERT).name == "黄师傅"
    assert theirs.filter(on__gte=AT.date() - BEFORE, on__lte=AT.date() + AFTER).count() >= 2  # on the page for a phone


def test_the_day_of_the_round_lies_within_the_calendar_and_time_counts_working_minutes() -> None:
    known = shipped_calendar()
    assert round_time.today(AT, known) == AT
    late = datetime(max(known.years) + 3, 2, 1, tzinfo=UTC)
    assert round_time.today(late, known).year == max(known.years)
    monday = begins_on(AT)
    assert (monday.weekday(), (AT.date() - monday).days // 7) == (0, round_time.WEEKS)
    spans = ((time(8, 30), time(11, 30)), (time(13), time(16, 30)))
    begins = make_aware(datetime.combine(date(2026, 6, 26), time(16)))
    at = round_time.later(begins, 60, calendar=known, spans=spans)
    assert make_naive(at) == datetime.combine(date(2026, 6, 29), time(9))
