"""Figures are what a recount in plain Python gives."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from jishiyu.apps.statistics.problems import PeriodEmpty, PolicyUnknown, UnionUnknown
from jishiyu.apps.statistics.queries import By, groups, large, totals
from jishiyu.apps.statistics.scope import Basis, Dated, Kind, Scope
from tests.apps.statistics.city import ACCIDENT, FIRE, Grant, State, owed_states, paid_states, recount, store
from tests.once import made_once

JAN, FEB, MAR, APR, MAY = (date(2024, month, 10) for month in range(1, 6))
GRANTS = [
    Grant(1, "G1", JAN, (30_000,), (FEB,), paid=MAR),
    Grant(1, "G1", FEB, (45_001,), (MAR,), paid=APR, level="三级甲等"),
    Grant(6, "G1", MAR, (20_000,), (APR,), paid=APR),  # the same human being as 1
    Grant(2, "G2", JAN, (1_216_000,), (MAR,), paid=MAR, bucket="assist", bracket=5, rate=80_000),
    Grant(2, "G2", FEB, (1_000_000,), (MAR,), paid=APR, bracket=4, rate=50_000),  # exactly 10,000.00: not above
    Grant(3, "G3", FEB, (1_000_001, 900_000), (MAR, APR), paid=APR, bracket=3, rate=30_000),  # corrected downwards
    Grant(3, "G3", FEB, (50_000, 0), (MAR, MAY), paid=APR),  # reversed after it was paid
    Grant(4, "G3", MAR, (70_000, 90_000), (APR, MAY), paid=APR, level=None),  # corrected upwards
    Grant(4, "D2", MAR, (11_111,), (APR,), paid=APR, back=MAY, level="unheard"),  # came back late
    Grant(5, "G4", MAR, (22_222,), (APR,)),  # not paid yet, belongs to no branch
    Grant(2, "G2", MAR, (150_000,), (APR,), paid=MAY, policy=ACCIDENT, kind="accident", bracket=None, rate=None),
    Grant(5, "G1", MAR, (500_000,), (APR,), paid=MAY, policy=FIRE, kind="fire", bracket=None, rate=None),
]
STATES = {Basis.OWED: owed_states, Basis.PAID: paid_states}

pytestmark = pytest.mark.django_db


@made_once
def grants(_: Path) -> list[Grant]:
    return store(GRANTS)


def asked(scope: Scope, by: By) -> dict[str, tuple[int, int, int, int, int]]:
    return {
        "|".join(row.key): (row.person_times, row.people, row.fen, row.over_times, row.over_fen)
        for row in groups(scope, by)
        if row.person_times or row.fen
    }


def age(state: State) -> str:
    from tests.apps.statistics.city import BIRTHS

    birth = BIRTHS[state.grant.who]
    if birth is None:
        return ""
    on = state.grant.on
    years = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
    return "00-19" if years < 20 else "60+" if years >= 60 else f"{years // 10}0-{years // 10}9"


def level(state: State) -> str:
    if state.grant.kind != "stay":
        return "-"
    return {"02": "3", "三级甲等": "3", None: ""}.get(state.grant.level, state.grant.level or "")


def channel(state: State) -> str:
    if state.grant.kind != "stay":
        return "application"
    return "automatic" if state.grant.bucket == "auto" else "assisted"


KEYS: dict[By, Callable[[State], str]] = {
    By.MONTH: lambda state: f"{state.day:%Y-%m}",
    By.QUARTER: lambda state: f"{state.day.year}-Q{(state.day.month + 2) // 3}",
    By.YEAR: lambda state: str(state.day.year),
    By.POLICY: lambda state: state.grant.policy,
    By.UNION: lambda state: {"G1": "D1", "G2": "D1", "G3": "D2", "D2": "D2", "G4": ""}[state.grant.union],
    By.DISTRICT: lambda state: {"G1": "东区", "G2": "东区", "G3": "西区", "D2": "西区", "G4": ""}[state.grant.union],
    By.TRADE: lambda state: {"G1": "制造业", "G2": "教育", "G3": "制造业", "D2": "", "G4": ""}[state.grant.union],
    By.BRACKET: lambda state: "|".join(
        (state.grant.policy, f"{state.grant.bracket:03d}" if state.grant.bracket else "",
         f"{state.grant.rate:07d}" if state.grant.rate else "")
    ),
    By.AGE: age,
    By.SEX: lambda state: {1: "1", 6: "1", 2: "2", 3: "1", 4: "2", 5: ""}[state.grant.who],
    By.HOSPITAL_LEVEL: level,
    By.CHANNEL: channel,
}  # fmt: skip


@pytest.mark.parametrize("basis", STATES)
def test_every_grouping_is_what_a_recount_gives(grants: list[Grant], basis: Basis) -> None:
    for by in By:
        expected = recount(STATES[basis](grants), KEYS[by])
        # A person who counts as number 1 has the sex and age of the row that the money was posted under.
        assert asked(Scope(basis=basis), by) == {key: row for key, row in expected.items() if row[0] or row[2]}, by


@pytest.mark.parametrize("basis", STATES)
def test_the_total_is_what_a_recount_gives(grants: list[Grant], basis: Basis) -> None:
    total = totals(Scope())[basis]
    counted = (total.person_times, total.people, total.fen, total.over_times, total.over_fen)
    assert counted == recount(STATES[basis](grants), lambda _: "")[""]


@pytest.mark.parametrize("basis", STATES)
def test_the_largest_amount_is_one_that_still_stands(grants: list[Grant], basis: Basis) -> None:
    standing: Counter[tuple[str, str, int]] = Counter()
    for state in STATES[basis](grants):
        standing[state.grant.stay, state.grant.policy, state.fen] += state.sign
    assert min(standing.values()) == 0  # something ceased
    assert totals(Scope())[basis].largest_fen == max(fen for (*_, fen), left in standing.items() if left > 0)


def test_what_was_decided_is_the_newest_decision_of_each_event(grants: list[Grant]) -> None:
    standing = [grant for grant in grants if grant.amounts[-1]]
    total = totals(Scope())[Basis.DECIDED]
    assert (total.person_times, total.fen) == (len(standing), sum(grant.amounts[-1] for grant in standing))
    assert total.people == 5
    assert (total.largest_fen, total.most_fen) == (1_216_000, 1_216_000 + 1_000_000 + 150_000)


@pytest.mark.parametrize("basis", STATES)
@pytest.mark.parametrize("days", [(JAN, MAR), (MAR, APR), (APR, date(2025, 1, 1))])
def test_a_period_is_half_open_and_periods_add_up(grants: list[Grant], basis: Basis, days: tuple[date, date]) -> None:
    since, until = days
    inside = [state for state in STATES[basis](grants) if since <= state.day < until]
    expected = recount(inside, lambda _: "").get("", (0, 0, 0, 0, 0))
    total = totals(Scope(since=since, until=until))[basis]
    assert (total.person_times, total.people, total.fen, total.over_times, total.over_fen) == expected


def test_the_day_of_the_event_can_make_the_period_instead(grants: list[Grant]) -> None:
    total = totals(Scope(since=FEB, until=MAR, dated=Dated.EVENT))[Basis.PAID]
    of_february = [grant for grant in grants if grant.on == FEB and grant.paid]
    assert total.fen == sum(grant.amounts[0] for grant in of_february) > 0


@pytest.mark.parametrize(
    ("union", "kind", "inside"),
    [
        ("C", Kind.TERRITORY, {"G1", "G2", "G3", "D2"}),
        ("D1", Kind.TERRITORY, {"G1", "G2"}),
        ("S1", Kind.TERRITORY, {"G1"}),
        ("G3", Kind.TERRITORY, {"G3"}),
        ("I", Kind.INDUSTRY, {"G1", "G3"}),
        ("I", Kind.TERRITORY, set()),
    ],
)
def test_a_union_stands_for_everything_below_it(grants: list[Grant], union: str, kind: Kind, inside: set[str]) -> None:
    expected = sum(state.sign * state.fen for state in owed_states(grants) if state.grant.union in inside)
    assert totals(Scope(union=union, kind=kind))[Basis.OWED].fen == expected


def test_children_of_a_union_are_shown_also_when_nothing_was_paid_there(grants: list[Grant]) -> None:
    rows = {row.key[0]: row.fen for row in groups(Scope(basis=Basis.OWED), By.UNION)}
    assert set(rows) == {"D1", "D2", "I", ""}
    assert rows["I"] == 0
    below = {row.key[0]: row.fen for row in groups(Scope(basis=Basis.OWED, union="D1"), By.UNION)}
    assert set(below) == {"S1", "G2"}
    assert sum(below.values()) == rows["D1"]


def test_a_policy_can_be_asked_for_alone(grants: list[Grant]) -> None:
    total = totals(Scope(policy=FIRE))[Basis.PAID]
    assert (total.person_times, total.fen) == (1, 500_000)


def test_large_amounts_are_listed_while_they_stand(grants: list[Grant]) -> None:
    assert [row.fen for row in large(Scope(basis=Basis.OWED))] == [1_216_000]
    assert [row.fen for row in large(Scope(basis=Basis.PAID))] == [1_216_000, 1_000_001]
    assert large(Scope(basis=Basis.OWED))[0].member_no == "M000000002"


@pytest.mark.parametrize(
    ("scope", "problem"),
    [
        (Scope(since=MAR, until=MAR), PeriodEmpty),
        (Scope(union="nowhere"), UnionUnknown),
        (Scope(policy="changchun.flood"), PolicyUnknown),
    ],
)
def test_a_wrong_question_is_refused_instead_of_answered_with_zeros(
    grants: list[Grant], scope: Scope, problem: type[Exception]
) -> None:
    for ask in (totals, large, lambda wrong: groups(wrong, By.MONTH)):
        with pytest.raises(problem):
            ask(scope)


def test_figures_of_what_was_owed_are_those_of_the_ledger(grants: list[Grant]) -> None:
    from django.db.models import Sum

    from jishiyu.apps.ledger.models import Posting

    spent = Posting.objects.filter(account__role="expense").aggregate(fen=Sum("amount_fen"))["fen"]
    assert totals(Scope())[Basis.OWED].fen == spent


def test_one_figure_is_one_statement_and_one_question_about_it(
    grants: list[Grant], django_assert_num_queries: Callable
) -> None:
    every = (totals, large, *(lambda scope, by=by: groups(scope, by) for by in By))
    totals(Scope(since=JAN))  # the changes are worked out once
    for ask in every:
        with django_assert_num_queries(3):  # was it asked before; the figure; keep the answer
            ask(Scope())
    for ask in every:
        with django_assert_num_queries(1):
            ask(Scope())
