"""The demo's round: played by the real operations, the same for the same seed, with something on every board."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from jishiyu.apps.enterprises.boards import Asked, Standing, cards
from jishiyu.apps.enterprises.models import Need, Participation, State
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.visits.models import Report, Satisfaction, Visit
from jishiyu.demo.round import NEEDS, begins_on, play_round
from jishiyu.demo.round_people import ENTERPRISES, EXPERTS, home_of_the_enterprise_account
from jishiyu.demo.sign_ins import open_accounts

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
    open_accounts(folder=tmp_path, on=AT.date(), at=AT, enterprise=home_of_the_enterprise_account(), helps_since=begins_on(AT))
    papers: list[int] = []

    def paper(report: Report, at: datetime) -> bytes:
        papers.append(report.pk)
        return b"%PDF-1.7 demo"

    import cProfile, pstats
    pr = cProfile.Profile(); pr.enable()
    played = play_round(seed=7, now=AT, paper=paper)
    pr.disable(); pstats.Stats(pr).sort_stats("cumtime").print_stats(70)
    assert (played.enterprises, played.needs, played.people) == (ENTERPRISES, NEEDS, EXPERTS + 7 + 8)
    print(played)
    assert set(played.states) == set(State)
