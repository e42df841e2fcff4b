"""The charts of the figures pages, each made of a figure."""

from collections.abc import Iterable, Mapping, Sequence

from jishiyu.apps.statistics.lines import LinesInBucket, Waiting
from jishiyu.apps.statistics.queries import By, Total
from jishiyu.apps.statistics.scope import Basis, Scope
from jishiyu.web.components.chart import Chart, Shape
from jishiyu.web.figures.build import group_figure, group_figures, waiting_figure
from jishiyu.web.figures.figure import Column, Figure, Say, Unit

Figures = Mapping[By, Figure]
# Columns of a figure of groups: key, person-times, people, fen.
TIMES, PEOPLE, FEN = 1, 2, 3
NEVER_USED = ("invalid", "duplicate", "superseded", "reversed")


def of_groups(found: Figures, by: By, shape: Shape = Shape.BARS, values: tuple[int, ...] = (FEN,)) -> Chart:
    """Return a chart of groups: the money of each unless told otherwise."""
    return Chart(found[by], shape, values=values)


def over_time(found: Figures) -> list[Chart]:
    """Return money, person-times and people by month."""
    by_month = found[By.MONTH]
    money = Figure("money-by-month", Say("逐月金额", "Money by month"), by_month.columns, by_month.rows, by_month.foot,
                   by_month.notes)  # fmt: skip
    times = Figure("times-by-month", Say("逐月人次", "Person-times by month"), by_month.columns, by_month.rows,
                   by_month.foot, by_month.notes)  # fmt: skip
    people = Figure("people-by-month", Say("逐月人数", "People by month"), by_month.columns, by_month.rows,
                    by_month.foot, by_month.notes)  # fmt: skip
    return [
        Chart(money, Shape.BARS, values=(FEN,)), Chart(times, Shape.LINES, values=(TIMES,)),
        Chart(people, Shape.LINES, values=(PEOPLE,)),
    ]  # fmt: skip


def share_without_application(found: Figures) -> Chart:
    """Return how many got it without applying."""
    return Chart(found[By.CHANNEL], Shape.RING, values=(TIMES,))


def funnel(lines: Iterable[LinesInBucket], found: dict[Basis, Total]) -> Chart:
    """Return the way from the lines of feeds to payments: each step with what is left of the one before."""
    per_bucket: dict[str, int] = {}
    for row in lines:
        per_bucket[row.bucket] = per_bucket.get(row.bucket, 0) + row.lines
    every = sum(per_bucket.values())
    counted = every - sum(per_bucket.get(bucket, 0) for bucket in NEVER_USED)
    members = counted - per_bucket.get("unmatched", 0) - per_bucket.get("held", 0)
    steps = (
        (Say("来件行数", "lines of feeds"), every),
        (Say("有效结算", "settlements that count"), counted),
        (Say("对上会员", "matched to members"), members),
        (Say("符合补贴条件", "entitled"), found[Basis.DECIDED].person_times),
        (Say("已认定应付", "posted as owed"), found[Basis.OWED].person_times),
        (Say("已到账", "paid"), found[Basis.PAID].person_times),
    )
    note = Say(
        "前三步按结算行计,后三步按人次计(含申请)。",
        "The first three steps count lines, the others person-times, applications included.",
    )
    title = Say("从来件到到账", "From feed to payment")
    return _funnel(title, steps, every, Say("数量", "number"), Say("占来件", "of all lines"), note)


def funnel_of_people(found: dict[Basis, Total]) -> Chart:
    """Return the way from decisions to payments of one union or policy: lines of feeds belong to neither."""
    entitled = found[Basis.DECIDED].person_times
    steps = (
        (Say("符合补贴条件", "entitled"), entitled),
        (Say("已认定应付", "posted as owed"), found[Basis.OWED].person_times),
        (Say("已到账", "paid"), found[Basis.PAID].person_times),
    )
    note = Say(
        "按单位或办法筛选时不含来件行:数据行不属于某一单位或办法。",
        "Narrowed to a union or a policy without the lines of feeds, which belong to neither.",
    )
    title = Say("从核定到到账", "From decision to payment")
    return _funnel(title, steps, entitled, Say("人次", "person-times"), Say("占符合条件", "of the entitled"), note)


def _funnel(title: Say, steps: Sequence[tuple[Say, int]], whole: int, count: Say, share: Say, note: Say) -> Chart:
    """Return a funnel of steps, each with its share of the whole."""
    columns = (
        Column("step", Say("环节", "step"), Unit.TEXT), Column("count", count, Unit.COUNT),
        Column("share", share, Unit.SHARE),
    )  # fmt: skip
    rows = tuple((words, number, (number, whole)) for words, number in steps)
    return Chart(Figure("funnel", title, columns, rows, None, (note,)), Shape.FUNNEL)


def days(found: Waiting) -> Chart:
    """Return how long it took."""
    return Chart(waiting_figure(found), Shape.BARS)


def main_charts(scope: Scope) -> list[Chart]:
    """Return the charts that need no rows of feeds."""
    bars, rings = (By.POLICY, By.DISTRICT, By.TRADE, By.BRACKET, By.AGE), (By.SEX, By.HOSPITAL_LEVEL)
    found = group_figures(scope, (By.MONTH, By.CHANNEL, *bars, *rings))
    charts = [*over_time(found), share_without_application(found)]
    charts += [of_groups(found, by) for by in bars]
    return charts + [of_groups(found, by, Shape.RING) for by in rings]


def branches(scope: Scope) -> Chart:
    """Return the unions right below the scope's, each with everything below it."""
    return Chart(group_figure(scope, By.UNION), Shape.BARS, values=(FEN,), tall=True)
