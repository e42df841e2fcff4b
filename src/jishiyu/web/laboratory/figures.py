"""From a comparison of two policies to figures with words: the same for terminal, page, Excel, CSV and JSON."""

from decimal import ROUND_HALF_UP, Decimal

from jishiyu.engine.laboratory.best import Best, Wish
from jishiyu.engine.laboratory.compare import Comparison, Row, Side
from jishiyu.engine.laboratory.forecast import Forecast
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
    covered = [_ratio(side.fen, found.cash_fen, 100, 2) + " %" for side in (a, b)]
    rows: list[tuple[Cell, ...]] = [
        (
            Say("办法", "policy"),
            *(f"{side.policy.name} {side.policy.version}" for side in (found.first, found.second)),
            "",
        ),
        (Say("金额(元)", "yuan"), _yuan(a.fen), _yuan(b.fen), _signed_yuan(b.fen - a.fen)),
        (
            Say("人次", "person-times"),
            f"{a.person_times:,}",
            f"{b.person_times:,}",
            f"{b.person_times - a.person_times:+,}",
        ),
        (Say("人数", "people"), f"{a.people:,}", f"{b.people:,}", f"{b.people - a.people:+,}"),
        (Say("次均(元)", "yuan per payment"), *map(_yuan, averages), _signed_yuan(averages[1] - averages[0])),
        (Say("人均(元)", "yuan per person"), *map(_yuan, per_head), _signed_yuan(per_head[1] - per_head[0])),
        (Say("占个人现金支付", "share of personal cash"), *covered, ""),
    ]
    left_out = sum(found.left_out.values())
    note = Say(
        f"历史:会员的 {found.events:,} 件事项、{found.people:,} 人,个人现金支付 {_yuan(found.cash_fen)} 元;另有 {left_out:,} 件因未在名册或待核而不参与。"
        "两个方案都按整段历史测算,不论其施行日期。",
        f"History: {found.events:,} events of {found.people:,} members, {_yuan(found.cash_fen)} yuan of personal cash; {left_out:,} more "
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


def forecast_figures(found: Forecast, name: Say) -> list[Figure]:
    """Return the coming years and months, when the fund ends, and how the same method would have done before."""
    spans = (
        Column("low", Say("低(元)", "low: yuan"), Unit.FEN), Column("middle", Say("中位(元)", "middle: yuan"), Unit.FEN),
        Column("high", Say("高(元)", "high: yuan"), Unit.FEN),
    )  # fmt: skip
    rates = _per_cent(found.fees_ppm), _per_cent(found.members_ppm)
    note = Say(
        f"每年费用增长 {rates[0]},就医人次增长 {rates[1]};{found.assumptions.runs:,} 次重抽样(种子 {found.assumptions.seed}),九成落在低与高之间。"
        "费用增长先作用于账单,再按办法计算。",
        f"Fees grow {rates[0]} a year, events {rates[1]}; {found.assumptions.runs:,} resampled runs (seed {found.assumptions.seed}), nine in ten "
        "lie from low to high. Bills grow before the policy looks at them.",
    )
    years = tuple((str(one.begins.year), one.low, one.middle, one.high) for one in found.years)
    months = tuple((f"{one.begins:%Y-%m}", one.low, one.middle, one.high) for one in found.months)
    past = tuple((f"{month:%Y-%m}", fen) for month, fen in found.past)
    figures = [
        Figure("forecast-years", Say(f"{name.zh}未来各年支出", f"Coming years of {name.en}"),
               (Column("year", Say("自", "from"), Unit.TEXT), *spans), years, None, (note,)),
        Figure("forecast-months", Say(f"{name.zh}未来各月支出", f"Coming months of {name.en}"),
               (Column("month", HEADINGS_MONTH, Unit.TEXT), *spans), months, None, (note,)),
        Figure("forecast-past", Say(f"{name.zh}以往各月(按历史测算)", f"Past months of {name.en}, on the history"),
               (Column("month", HEADINGS_MONTH, Unit.TEXT), Column("yuan", Say("金额(元)", "yuan"), Unit.FEN)), past),
    ]  # fmt: skip
    if found.runs_out is not None:
        figures.insert(1, _fund_figure(found, name))
    return [*figures, _tested_figure(found, name)]


HEADINGS_MONTH = Say("月份", "month")


def _fund_figure(found: Forecast, name: Say) -> Figure:
    ends = found.runs_out
    assert ends is not None
    later = Say(f"{len(found.months)} 个月以后", f"after {len(found.months)} months")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (say, later if month is None else f"{month:%Y-%m}")
        for say, month in (
            (Say("最早(5% 的情形)", "early (5 % of the runs)"), ends.early), (Say("居中", "middle"), ends.middle),
            (Say("最晚(95% 的情形)", "late (95 % of the runs)"), ends.late),
        )
    )  # fmt: skip
    note = Say(
        f"期初可用 {_yuan(found.assumptions.fund_fen or 0)} 元,每月收入 {_yuan(found.assumptions.income_fen)} 元;"
        f"{ends.of:,} 次中有 {ends.runs:,} 次在期内用完。",
        f"{_yuan(found.assumptions.fund_fen or 0)} yuan at the start, {_yuan(found.assumptions.income_fen)} more each month; "
        f"{ends.runs:,} of {ends.of:,} runs end within the period.",
    )
    columns = (
        Column("which", Say("情形", "case"), Unit.TEXT),
        Column("month", Say("用完月份", "month it ends"), Unit.TEXT),
    )
    return Figure(
        "forecast-fund", Say(f"{name.zh}:基金何时用完", f"{name.en}: when the fund ends"), columns, rows, None, (note,)
    )


def _tested_figure(found: Forecast, name: Say) -> Figure:
    columns = (
        Column("what", Say("检验", "test"), Unit.TEXT), Column("held", Say("落在区间内", "inside the interval"), Unit.COUNT),
        Column("of", Say("共", "of"), Unit.COUNT), Column("share", Say("占比", "share"), Unit.SHARE),
    )  # fmt: skip
    rows = tuple(
        (say, sum(one.held for one in spans), len(spans), (sum(one.held for one in spans), len(spans)))
        for say, spans in (
            (Say("单月", "single months"), found.tested),
            (Say("连续 12 个月", "twelve months on end"), found.tested_years),
        )
    )
    note = Say(
        "回测:自有一年历史起,每个季度只用当时已知的数据预测其后各月(最多 12 个月);目标为 90%。各次检验有重叠。",
        "Back-test: at every quarter that has a year before it, the following months (at most 12) are foretold from what was known "
        "then; 90 % is aimed at. The tests overlap.",
    )
    title = Say(f"{name.zh}:同一方法对以往的预测", f"{name.en}: the same method on the past")
    return Figure("forecast-tested", title, columns, rows, None, (note,))


def best_figures(found: Best, wish: Wish) -> list[Figure]:
    """Return the best table beside today's, the proof, and the trade-off curve."""
    tables = [(Say("最优", "best"), found.table), *([(Say("现行", "today"), found.today)] if found.today else [])]
    columns = (
        Column("edge", Say("超过(元)", "over: yuan"), Unit.FEN),
        Column("rate", Say("比例", "rate"), Unit.NUMBER),
    )
    figures = [
        Figure(f"best-{table_name.en}", Say(f"{table_name.zh}分档", f"Brackets: {table_name.en}"), columns,
               tuple((edge, _per_cent(rate)) for edge, rate in table.brackets))
        for table_name, table in tables
    ]  # fmt: skip
    beside = (
        Column("what", Say("方案", "table"), Unit.TEXT), Column("cost", Say("按单件限额(元)", "limit per event: yuan"), Unit.FEN),
        Column("paid", Say("实际(元)", "really: yuan"), Unit.FEN), Column("people", Say("人数", "people"), Unit.COUNT),
        Column("protection", Say("保护度", "protection"), Unit.NUMBER),
    )  # fmt: skip
    rows = tuple(
        (say, table.cost_fen, table.totals.fen, table.totals.people, _ratio(table.protection, PPM, 100, 2) + " %")
        for say, table in tables
    )
    proof = Say(
        f"预算 {_yuan(wish.budget_fen)} 元;任何同类方案的保护度不超过 {_ratio(found.bound, PPM, 100, 2)}%,"
        f"差距至多 {_ratio(found.gap, PPM, 100, 3)}%(已证明)。",
        f"Budget {_yuan(wish.budget_fen)} yuan; no table of the kind protects more than {_ratio(found.bound, PPM, 100, 2)} %: "
        f"a proven gap of at most {_ratio(found.gap, PPM, 100, 3)} %.",
    )
    curve = tuple(
        ("; ".join(f">{edge // 100:,}: {_per_cent(rate)}" for edge, rate in table.brackets), table.cost_fen, table.totals.fen,
         table.totals.people, _ratio(table.protection, PPM, 100, 2) + " %") for table in found.curve
    )  # fmt: skip
    return [
        Figure("best-beside", Say("最优与现行", "Best beside today"), beside, rows, None, (MEASURE, proof)), *figures,
        Figure("best-curve", Say("预算与保护的取舍", "Budget against protection"), beside, curve, None, (MEASURE, CURVE)),
    ]  # fmt: skip


MEASURE = Say(
    "保护度:每件事项补贴后个人仍承担的金额取平方,办法使其总和减少的比例;负担越重,减轻一元计得越多。只看超过起付线的事项;限额按单件事项计,同一年度多件合计的限额只会更省。",
    "Protection: what each event leaves its person to bear is squared; the share of the sum that the table takes away. A yuan off a heavy "
    "burden counts more. Events over the threshold; the limit holds for each event, and that several of a year share it only saves more.",
)
CURVE = Say(
    "曲线上的每个方案:同等或更低费用的任何同类方案都不比它保护得多(已证明)。",
    "On the curve: no table of the kind that costs as much or less protects more than the one shown (proven).",
)


def _per_cent(ppm: int) -> str:
    return f"{(Decimal(ppm) / 10_000).normalize():f} %"


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


def _yuan(fen: int) -> str:
    return f"{Decimal(fen).scaleb(-2):,.2f}"


def _signed_yuan(fen: int) -> str:
    return f"{Decimal(fen).scaleb(-2):+,.2f}"


def _ratio(part: int, whole: int, times: int, places: int) -> str:
    if not whole:
        return "—"
    return str((Decimal(part) * times / whole).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def _index(millionths: int | None) -> str:
    return "—" if millionths is None else _ratio(millionths, PPM, 1, 4)
