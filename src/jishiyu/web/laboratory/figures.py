"""From a comparison of two policies to figures with words: the same for terminal, page, Excel, CSV and JSON."""

from decimal import ROUND_HALF_UP, Decimal

from jishiyu.engine.laboratory.compare import Comparison, Row, Side
from jishiyu.engine.laboratory.groups import FEWEST
from jishiyu.engine.laboratory.inequality import Spread
from jishiyu.engine.policy.formulas import PPM
from jishiyu.web.figures.figure import Cell, Column, Figure, Say, Unit

FIRST, SECOND = Say("方案甲", "policy A"), Say("方案乙", "policy B")
TITLES = {
    "year": Say("按年度", "By year"),
    "age": Say("按年龄段", "By age"),
    "sex": Say("按性别", "By sex"),
    "district": Say("按区县", "By district"),
    "hospital_level": Say("按医院等级", "By hospital level"),
    "burden": Say("按负担轻重", "By burden"),
}
HEADINGS = {
    "year": Say("年度", "year"), "age": Say("年龄", "age"), "sex": Say("性别", "sex"), "district": Say("区县", "district"),
    "hospital_level": Say("医院等级", "hospital level"), "burden": Say("负担", "burden"),
}  # fmt: skip
MERGED = Say(
    f"不足 {FEWEST} 人的组已与相邻(或最小的)组合并;不显示任何个人的医疗数据。",
    f"Groups of fewer than {FEWEST} people are merged with a neighbour (or the smallest other); nobody's medical data is shown.",
)
PEOPLE = Say(
    "人数为不同的人,各行之间有重复,不可相加。", "People are different persons: rows overlap and do not add up."
)
BURDEN = Say(
    "负担:每人每个日历年度的个人现金支付(均为有住院等事项的会员);由轻到重等分为十组。“承担比例”为补贴占个人现金支付的比例。",
    "Burden: what a person paid in cash in a calendar year (members with an event only), in ten equal parts. "
    "“Covered” is the subsidy as a share of that cash.",
)
SPREAD = Say(
    "基尼系数:个人年度现金支付(补贴前、补贴后)的不均程度,0 为人人相同。集中系数:补贴按负担由轻到重的集中程度;减去补贴前的基尼系数大于零,"
    "表示补贴比负担更集中于重负担者。",
    "Gini: how unequal yearly cash payments are, before and after the subsidy; 0 is all alike. Concentration: of the subsidy "
    "along the burden; above the Gini before, heavy burdens get more than their share.",
)
JUMP = Say(
    "“被反超”:事项金额在分界以下、补贴后自己承担反而高于分界以上一分钱者的人数(限额前);“填平”:使其不再被反超所需的金额。1 至 9 人时不显示。",
    "“Overtaken”: people below an edge who bear more after the subsidy than somebody one fen above it (before limits); "
    "“to fill”: what it costs that nobody is overtaken. Not shown for 1 to 9 people.",
)


def comparison_figures(found: Comparison) -> list[Figure]:
    """Return every figure of a comparison."""
    figures = [
        totals_figure(found),
        brackets_figure(found.first, "a", FIRST),
        brackets_figure(found.second, "b", SECOND),
    ]
    figures += [group_figure(key, rows) for key, rows in found.groups.items()]
    figures += [changes_figure(found), spread_figure(found), jumps_figure(found.first, "a", FIRST)]
    return [*figures, jumps_figure(found.second, "b", SECOND)]


def totals_figure(found: Comparison) -> Figure:
    """Return cost, people, person-times and averages of both, and the difference."""
    a, b = found.first.totals, found.second.totals
    columns = (
        Column("what", Say("项目", "what"), Unit.TEXT), Column("a", FIRST, Unit.NUMBER), Column("b", SECOND, Unit.NUMBER),
        Column("difference", Say("乙减甲", "B less A"), Unit.NUMBER),
    )  # fmt: skip
    averages = [_mean(side.fen, side.person_times) for side in (a, b)]
    per_head = [_mean(side.fen, side.people) for side in (a, b)]
    covered = [ratio(side.fen, found.cash_fen, 100, 2) + " %" for side in (a, b)]
    rows: list[tuple[Cell, ...]] = [
        (
            Say("办法", "policy"),
            *(f"{side.policy.name} {side.policy.version}" for side in (found.first, found.second)),
            "",
        ),
        (Say("金额(元)", "yuan"), yuan(a.fen), yuan(b.fen), _signed_yuan(b.fen - a.fen)),
        (
            Say("人次", "person-times"),
            f"{a.person_times:,}",
            f"{b.person_times:,}",
            f"{b.person_times - a.person_times:+,}",
        ),
        (Say("人数", "people"), f"{a.people:,}", f"{b.people:,}", f"{b.people - a.people:+,}"),
        (Say("次均(元)", "yuan per payment"), *map(yuan, averages), _signed_yuan(averages[1] - averages[0])),
        (Say("人均(元)", "yuan per person"), *map(yuan, per_head), _signed_yuan(per_head[1] - per_head[0])),
        (Say("占个人现金支付", "share of personal cash"), *covered, ""),
    ]
    left_out = sum(found.left_out.values())
    note = Say(
        f"历史:会员的 {found.events:,} 件事项、{found.people:,} 人,个人现金支付 {yuan(found.cash_fen)} 元;另有 {left_out:,} 件因未在名册或待核而不参与。"
        "两个方案都按整段历史测算,不论其施行日期。",
        f"History: {found.events:,} events of {found.people:,} members, {yuan(found.cash_fen)} yuan of personal cash; {left_out:,} more "
        "are left out (not on the roster, or held). Both policies are asked about the whole history, whatever days they hold for.",
    )
    return Figure("whatif-totals", Say("总体对比", "Side by side"), columns, tuple(rows), None, (note,))


def brackets_figure(side: Side, key: str, name: Say) -> Figure:
    """Return what one policy pays in each of its brackets."""
    columns = (Column("bracket", Say("档次", "bracket"), Unit.TEXT), *_part_columns("", None))
    rows = tuple((Say(*words), part.person_times, part.people, part.fen) for words, part in side.brackets)
    foot: tuple[Cell, ...] = (Say("合计", "total"), side.totals.person_times, side.totals.people, side.totals.fen)
    return Figure(
        f"whatif-brackets-{key}", Say(f"{name.zh}各档", f"Brackets of {name.en}"), columns, rows, foot, (MERGED, PEOPLE)
    )


def group_figure(key: str, rows: list[Row]) -> Figure:
    """Return both policies by one grouping."""
    columns = (
        Column(key, HEADINGS[key], Unit.TEXT), Column("cash", Say("个人现金支付(元)", "personal cash: yuan"), Unit.FEN),
        *_part_columns("a_", FIRST), *_part_columns("b_", SECOND),
        Column("difference", Say("乙减甲(元)", "B less A: yuan"), Unit.FEN),
        Column("a_covered", Say("甲承担比例", "covered by A"), Unit.SHARE), Column("b_covered", Say("乙承担比例", "covered by B"), Unit.SHARE),
    )  # fmt: skip
    cells: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Say(*row.words), row.cash_fen, row.first.person_times, row.first.people, row.first.fen, row.second.person_times,
            row.second.people, row.second.fen, row.second.fen - row.first.fen, (row.first.fen, row.cash_fen),
            (row.second.fen, row.cash_fen),
        )
        for row in rows
    )  # fmt: skip
    cash, a, b = (
        sum(numbers) for numbers in zip(*((row.cash_fen, row.first.fen, row.second.fen) for row in rows), strict=True)
    )
    times = [
        sum(part) for part in zip(*((row.first.person_times, row.second.person_times) for row in rows), strict=True)
    ]
    foot: tuple[Cell, ...] = (
        Say("合计", "total"),
        cash,
        times[0],
        None,
        a,
        times[1],
        None,
        b,
        b - a,
        (a, cash),
        (b, cash),
    )
    notes = (BURDEN, MERGED) if key == "burden" else (MERGED, PEOPLE)
    return Figure(f"whatif-{key}", TITLES[key], columns, cells, foot, notes)


def changes_figure(found: Comparison) -> Figure:
    """Return winners and losers by the size of their change over the whole history."""
    columns = (
        Column("change", Say("每人变化(乙减甲)", "change per person (B less A)"), Unit.TEXT),
        Column("people", Say("人数", "people"), Unit.COUNT), Column("share", Say("占比", "share"), Unit.SHARE),
        Column("fen", Say("金额变化(元)", "change: yuan"), Unit.FEN),
    )  # fmt: skip
    whole, fen = sum(one.people for one in found.changes), sum(one.fen for one in found.changes)
    rows = tuple((Say(*one.words), one.people, (one.people, whole), one.fen) for one in found.changes)
    note = Say("只计两个方案中至少有一个给予补贴的人。", "People whom at least one of the two policies pays.")
    foot: tuple[Cell, ...] = (Say("合计", "total"), whole, (whole, whole), fen)
    return Figure("whatif-changes", Say("谁得谁失", "Winners and losers"), columns, rows, foot, (note, MERGED))


def spread_figure(found: Comparison) -> Figure:
    """Return Gini and concentration of both."""
    columns = (
        Column("what", Say("指标", "measure"), Unit.TEXT),
        Column("a", FIRST, Unit.NUMBER),
        Column("b", SECOND, Unit.NUMBER),
    )
    measures: tuple[tuple[Say, str], ...] = (
        (Say("补贴前基尼系数", "Gini before"), "before"), (Say("补贴后基尼系数", "Gini after"), "after"),
        (Say("补贴的集中系数", "concentration of the subsidy"), "concentration"),
        (Say("集中系数减补贴前基尼系数", "concentration less Gini before"), "kakwani"),
    )  # fmt: skip
    sides: list[Spread] = [found.first.spread, found.second.spread]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (say, *(_index(getattr(side, name)) for side in sides)) for say, name in measures
    )
    return Figure("whatif-spread", Say("均衡程度", "Inequality"), columns, rows, None, (SPREAD,))


def jumps_figure(side: Side, key: str, name: Say) -> Figure:
    """Return the jumps of one policy at its edges."""
    columns = (
        Column("edge", Say("分界(元)", "edge: yuan"), Unit.FEN), Column("below", Say("分界处补贴(元)", "at the edge: yuan"), Unit.FEN),
        Column("above", Say("多一分钱时(元)", "one fen above: yuan"), Unit.FEN), Column("jump", Say("跳跃(元)", "jump: yuan"), Unit.FEN),
        Column("overtaken", Say("被反超人数", "overtaken people"), Unit.COUNT), Column("events", Say("事项", "events"), Unit.COUNT),
        Column("price", Say("填平所需(元)", "to fill: yuan"), Unit.FEN),
    )  # fmt: skip
    rows = tuple(
        (
            one.edge_fen,
            one.below_fen,
            one.above_fen,
            one.above_fen - one.below_fen,
            one.overtaken,
            one.events,
            one.price_fen,
        )
        for one in side.jumps
    )
    title = Say(f"{name.zh}在分界处的跳跃", f"Jumps of {name.en} at its edges")
    return Figure(f"whatif-jumps-{key}", title, columns, rows, None, (JUMP,))


def _part_columns(prefix: str, name: Say | None) -> tuple[Column, ...]:
    def say(zh: str, en: str) -> Say:
        return Say(zh, en) if name is None else Say(f"{name.zh}:{zh}", f"{name.en}: {en}")

    return (
        Column(f"{prefix}person_times", say("人次", "person-times"), Unit.COUNT),
        Column(f"{prefix}people", say("人数", "people"), Unit.COUNT), Column(f"{prefix}yuan", say("金额(元)", "yuan"), Unit.FEN),
    )  # fmt: skip


def _mean(fen: int, count: int) -> int:
    """Return fen per one, half up."""
    return (2 * fen + count) // (2 * count) if count else 0


def yuan(fen: int) -> str:
    """Return fen as yuan with two places."""
    return f"{Decimal(fen).scaleb(-2):,.2f}"


def _signed_yuan(fen: int) -> str:
    return f"{Decimal(fen).scaleb(-2):+,.2f}"


def ratio(part: int, whole: int, times: int, places: int) -> str:
    """Return part / whole × times with some decimals, half up."""
    if not whole:
        return "—"
    return str((Decimal(part) * times / whole).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def _index(millionths: int | None) -> str:
    return "—" if millionths is None else ratio(millionths, PPM, 1, 4)
