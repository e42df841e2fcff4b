"""From needs, visits and facts of a round to figures with words: the table and the Excel of every board."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.utils.timezone import localtime

from jishiyu.apps.enterprises.boards import EXITS, WAY, Card, Spent, Standing
from jishiyu.apps.visits.boards import Bar, Load
from jishiyu.apps.visits.figures import Counted, Times
from jishiyu.web.boards.words import HALVES, NOBODY, PARTS, STANDINGS, STATES, VISITS, named
from jishiyu.web.figures.figure import Cell, Column, Figure, Say, Unit

WORKING_HOURS = Say(
    "按本批次的工作时间和国务院办公厅公布的节假日安排计算;中位数、九成值按最近秩法取值。",
    "In working hours of the round, on the calendar of holidays and make-up working days; percentiles by nearest rank.",
)
OWN_PART = Say("只含您有权查看的企业。", "Only of the enterprises you may see.")
COUNTED = (
    Say(
        "服务:已完成的上门勘查;服务人次:到场的服务队成员之和(同一人去两次计两人次),其中劳模工匠另列。",
        "Services are visits that took place; person-times add up everybody who came (who goes twice counts twice), experts "
        "also by themselves.",
    ),
    Say(
        "企业:至少得到一次上门服务的企业,各行之间有重复,不可相加。提出问题不含企业撤回的;解决以企业评价为准。",
        "Enterprises had at least one service; rows overlap and do not add up. Problems raised leave out what the enterprise "
        "withdrew; solved is what the enterprise said is solved.",
    ),
    Say(
        "培训人次、节约金额和电量取自已完成的服务措施。",
        "Workers trained, money and energy saved are those of actions that were carried out.",
    ),
)


NAMED = frozenset({"steward", "team", "name"})


def column(key: str, zh: str, en: str, unit: Unit = Unit.TEXT) -> Column:
    """Return a column; stewards and those who go are named in full."""
    return Column(key, Say(zh, en), unit, in_full=key in NAMED)


STANDING_COLUMN = column("clock", "时限", "clock")
NUMBER, ENTERPRISE = column("number", "需求编号", "need"), column("enterprise", "企业", "enterprise")
STEWARD = column("steward", "专属管家", "steward")


def standing(card: Card, at: datetime) -> Say:
    """Return the words of a clock, with the level it was escalated to."""
    now = card.standing(at)
    words = STANDINGS[now][0]
    if now is Standing.ESCALATED and card.raised_to is not None:
        return Say(f"超时,已升级至{card.raised_to.zh}", f"overdue, escalated to the {card.raised_to.en}")
    return words


def moment(at: datetime | None) -> str | None:
    """Return a moment in the city's time."""
    return None if at is None else localtime(at).strftime("%Y-%m-%d %H:%M")


def needs_figure(found: Sequence[Card], at: datetime) -> Figure:
    """Return the needs of a board as a table, those whose clock runs out first at the top."""
    columns = (
        NUMBER, ENTERPRISE, column("words", "需求", "in their words"), column("item", "服务事项", "service"),
        column("state", "状态", "state"), column("since", "进入时间", "since"), STANDING_COLUMN,
        column("due", "到期", "due"), column("level", "所在层级", "level"), STEWARD,
    )  # fmt: skip
    rows = tuple(
        (card.number, card.enterprise, card.words, named(card.item), STATES[card.state], moment(card.state_at),
         standing(card, at), moment(card.due_at), card.held_by, card.steward or NOBODY)
        for card in found
    )  # fmt: skip
    return Figure("needs", Say("需求看板", "Needs by state"), columns, rows, None, (OWN_PART,))


def states_figure(found: Sequence[Card], at: datetime) -> Figure:
    """Return how many needs stand in each state, and how their clocks stand."""
    columns = (
        column("state", "状态", "state"), column("needs", "需求", "needs", Unit.COUNT),
        *(column(key.value, words.zh, words.en, Unit.COUNT) for key, (words, _) in STANDINGS.items()),
    )  # fmt: skip
    counted = Counter((card.state, card.standing(at)) for card in found)

    def line(state: str) -> tuple[Cell, ...]:
        each = [counted[state, one] for one in STANDINGS]
        return (STATES[state], sum(each), *each)

    rows = tuple(line(state) for state in (*WAY, *EXITS))
    foot: tuple[Cell, ...] = (
        Say("合计", "total"),
        len(found),
        *(sum(1 for card in found if card.standing(at) is one) for one in STANDINGS),
    )
    return Figure("states", Say("各状态需求数", "Needs in each state"), columns, rows, foot, (OWN_PART,))


def funnel_figure(reached: Mapping[str, int]) -> Figure:
    """Return how many needs came as far as each state."""
    whole = reached[WAY[0]]
    columns = (
        column("step", "环节", "step"), column("needs", "需求", "needs", Unit.COUNT),
        column("share", "占全部", "of all", Unit.SHARE),
    )  # fmt: skip
    rows = tuple((STATES[state], reached[state], (reached[state], whole)) for state in WAY)
    left = [(STATES[state], reached[state]) for state in EXITS if reached[state]]
    note = Say(
        "曾到过该环节的需求数。离开正常流程:" + ("、".join(f"{say.zh} {count}" for say, count in left) or "无") + "。",
        "Needs that came as far as this. Left the way: "
        + (", ".join(f"{say.en} {count}" for say, count in left) or "none")
        + ".",
    )
    return Figure("funnel", Say("从提交到办结", "From handing in to closing"), columns, rows, None, (note, OWN_PART))


def in_states_figure(found: Mapping[str, tuple[Spent, Spent]]) -> Figure:
    """Return how long needs stand in each state, in working hours."""
    columns = (
        column("state", "状态", "state"), column("median", "中位数(小时)", "median (hours)", Unit.HOURS),
        column("nine_in_ten", "九成不超过(小时)", "90 % within (hours)", Unit.HOURS),
        column("left", "已离开的需求", "needs that left", Unit.COUNT),
        column("still", "仍在此状态", "still there", Unit.COUNT),
        column("still_median", "已停留中位数(小时)", "there for, median (hours)", Unit.HOURS),
    )  # fmt: skip
    rows = tuple(
        (STATES[state], left.median, left.nine_in_ten, left.count, still.count, still.median)
        for state, (left, still) in found.items()
    )
    return Figure("time-in-state", Say("各状态停留时间", "Time in each state"), columns, rows, None, (WORKING_HOURS,))


def times_figure(found: Times) -> Figure:
    """Return how long it takes to confirm, to visit, to close, in working hours."""
    columns = (
        column("step", "环节", "step"), column("median", "中位数(小时)", "median (hours)", Unit.HOURS),
        column("nine_in_ten", "九成不超过(小时)", "90 % within (hours)", Unit.HOURS),
        column("needs", "需求", "needs", Unit.COUNT),
    )  # fmt: skip
    steps = (
        (Say("提交至确认", "handed in to confirmed"), found.confirm), (Say("确认至勘查", "confirmed to visited"), found.visit),
        (Say("提交至办结", "handed in to closed"), found.close),
    )  # fmt: skip
    rows = tuple((words, one.median, one.nine_in_ten, one.count) for words, one in steps)
    return Figure("times", Say("办理时长", "How long it takes"), columns, rows, None, (WORKING_HOURS,))


def times_by_round_figure(found: Sequence[tuple[Say, Times]]) -> Figure:
    """Return how long it takes in each round, in working hours: the median and what nine in ten stay within."""
    steps = (("confirm", "确认", "confirm"), ("visit", "勘查", "visit"), ("close", "办结", "close"))
    columns = [column("round", "批次", "round")]
    for key, zh, en in steps:
        columns.append(column(f"{key}_median", f"{zh},中位数(小时)", f"to {en}, median (hours)", Unit.HOURS))
        columns.append(
            column(f"{key}_nine_in_ten", f"{zh},九成不超过(小时)", f"to {en}, 90 % within (hours)", Unit.HOURS)
        )
    rows = tuple(
        (words, *(value for one in (took.confirm, took.visit, took.close) for value in (one.median, one.nine_in_ten)))
        for words, took in found
    )
    notes = (
        WORKING_HOURS,
        Say(
            "提交至确认、确认至勘查、提交至办结。", "Handed in to confirmed, confirmed to visited, handed in to closed."
        ),
    )
    return Figure(
        "times-by-round", Say("各批次办理时长", "How long it takes in each round"), tuple(columns), rows, None, notes
    )


_COUNTS: tuple[tuple[Column, Callable[[Counted], Cell]], ...] = (
    (column("services", "服务(次)", "services", Unit.COUNT), lambda row: row.services),
    (column("person_times", "服务人次", "person-times", Unit.COUNT), lambda row: row.person_times),
    (column("expert_times", "其中劳模工匠", "of these experts", Unit.COUNT), lambda row: row.expert_times),
    (column("enterprises", "服务企业", "enterprises", Unit.COUNT), lambda row: row.enterprises),
    (column("raised", "提出问题", "problems raised", Unit.COUNT), lambda row: row.raised),
    (column("solved", "解决问题", "problems solved", Unit.COUNT), lambda row: row.solved),
    (column("solved_share", "解决率", "solved share", Unit.SHARE), lambda row: (row.solved, row.raised)),
    (column("open", "在办", "open", Unit.COUNT), lambda row: row.open),
    (column("trained", "培训人次", "workers trained", Unit.COUNT), lambda row: row.trained),
    (column("saved_yuan", "年节约(元)", "saved a year (yuan)", Unit.FEN), lambda row: row.saved_fen),
    (column("saved_kwh", "年节电(千瓦时)", "saved a year (kWh)", Unit.COUNT), lambda row: row.saved_kwh),
    (column("stars", "满意度(5分)", "satisfaction (of 5)", Unit.MEAN), lambda row: row.stars),
)
PLACES = {one.key: at for at, (one, _) in enumerate(_COUNTS, 1)}


def counted_figure(key: str, title: Say, heading: Say, rows: Sequence[Counted], total: Counted) -> Figure:
    """Return the counters of the programme by aim, steward, level or round."""
    columns = (Column(key, heading, Unit.TEXT, in_full=key in NAMED), *(one for one, _ in _COUNTS))
    lines = tuple((Say(row.zh, row.en), *(value(row) for _, value in _COUNTS)) for row in rows)
    foot = (Say(total.zh, total.en), *(value(total) for _, value in _COUNTS))
    return Figure(f"by-{key}", title, columns, lines, foot, (*COUNTED, OWN_PART))


def stars_figure(found: Mapping[int, int]) -> Figure:
    """Return how satisfied enterprises were."""
    whole = sum(found.values())
    columns = (
        column("stars", "评价", "stars"), column("needs", "需求", "needs", Unit.COUNT),
        column("share", "占比", "share", Unit.SHARE),
    )  # fmt: skip
    rows = tuple((Say(f"{stars} 分", f"{stars} of 5"), count, (count, whole)) for stars, count in found.items())
    note = Say("每项需求取企业最近一次评价。", "The newest word of the enterprise about each need.")
    return Figure("satisfaction", Say("企业满意度", "Satisfaction"), columns, rows,
                  (Say("合计", "total"), whole, (whole, whole)), (note,))  # fmt: skip


def schedule_figure(found: Sequence[Bar]) -> Figure:
    """Return the visits of a round in order of time, with who goes."""
    columns = (
        column("on", "日期", "day", Unit.DAY), column("half", "时段", "time"), column("halfdays", "半天数", "half-days", Unit.COUNT),
        NUMBER, ENTERPRISE, column("item", "服务事项", "service"), column("state", "状态", "state"), STEWARD,
        column("team", "服务队", "team"),
    )  # fmt: skip
    rows = tuple(
        (bar.on, HALVES[bar.half], bar.halfdays, bar.number, bar.enterprise, Say(*bar.item), VISITS[bar.state],
         bar.steward or NOBODY, _listed([one.name for one in bar.team]))
        for bar in found
    )  # fmt: skip
    return Figure("schedule", Say("勘查排期", "Visits"), columns, rows, None, (OWN_PART,))


def load_figure(found: Sequence[Load]) -> Figure:
    """Return the load of everybody on the visits of a round."""
    columns = (
        column("name", "姓名", "name"), column("part", "身份", "part"), column("visits", "勘查", "visits", Unit.COUNT),
        column("done", "已服务半天", "half-days done", Unit.COUNT), column("planned", "已约半天", "half-days planned", Unit.COUNT),
        column("offered", "可用半天", "half-days offered", Unit.COUNT),
        column("share", "占可用", "of the offered", Unit.SHARE),
    )  # fmt: skip
    rows = tuple(
        (
            one.name,
            PARTS[one.part],
            one.visits,
            one.done,
            one.planned,
            one.offered,
            (one.done + one.planned, one.offered),
        )
        for one in found
    )
    visits, done, planned, offered = (
        sum(values) for values in zip(*((one.visits, one.done, one.planned, one.offered) for one in found), strict=True)
    ) if found else (0, 0, 0, 0)  # fmt: skip
    foot: tuple[Cell, ...] = (Say("合计", "total"), None, visits, done, planned, offered, (done + planned, offered))
    return Figure("load", Say("每人工作量", "Load per person"), columns, rows, foot, (OWN_PART,))


def _listed(names: Sequence[str]) -> Say:
    return Say("、".join(names), ", ".join(names))
