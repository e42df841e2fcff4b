"""What is to come and what would be best, as figures: forecast with its back-test, brackets with their proof."""

from decimal import Decimal

from jishiyu.engine.laboratory.best import Best
from jishiyu.engine.laboratory.cells import Wish
from jishiyu.engine.laboratory.forecast import Forecast
from jishiyu.engine.policy.formulas import PPM
from jishiyu.web.figures.figure import Cell, Column, Figure, Say, Unit
from jishiyu.web.laboratory.figures import ratio, yuan


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
        f"期初可用 {yuan(found.assumptions.fund_fen or 0)} 元,每月收入 {yuan(found.assumptions.income_fen)} 元;"
        f"{ends.of:,} 次中有 {ends.runs:,} 次在期内用完。",
        f"{yuan(found.assumptions.fund_fen or 0)} yuan at the start, {yuan(found.assumptions.income_fen)} more each month; "
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
        (say, table.cost_fen, table.totals.fen, table.totals.people, ratio(table.protection, PPM, 100, 2) + " %")
        for say, table in tables
    )
    proof = Say(
        f"预算 {yuan(wish.budget_fen)} 元;任何同类方案的保护度不超过 {ratio(found.bound, PPM, 100, 2)}%,"
        f"差距至多 {ratio(found.gap, PPM, 100, 3)}%(已证明)。",
        f"Budget {yuan(wish.budget_fen)} yuan; no table of the kind protects more than {ratio(found.bound, PPM, 100, 2)} %: "
        f"a proven gap of at most {ratio(found.gap, PPM, 100, 3)} %.",
    )
    return [
        Figure("best-beside", Say("最优与现行", "Best beside today"), beside, rows, None, (MEASURE, proof)), *figures,
        _curve_figure(found),
    ]  # fmt: skip


def _curve_figure(found: Best) -> Figure:
    """Return what each budget can protect, from cheap to dear, with today's table among them."""
    columns = (
        Column("what", Say("方案", "table"), Unit.TEXT), Column("cost", Say("按单件限额(元)", "limit per event: yuan"), Unit.FEN),
        Column("paid", Say("实际(元)", "really: yuan"), Unit.FEN), Column("people", Say("人数", "people"), Unit.COUNT),
        Column("protection", Say("最优方案的保护度", "protection of the best tables"), Unit.SHARE),
        Column("today", Say("现行方案的保护度", "protection of today's"), Unit.SHARE),
    )  # fmt: skip
    tables = [(table, False) for table in found.curve] + ([(found.today, True)] if found.today else [])
    rows = tuple(
        ("; ".join(f">{edge // 100:,}: {_per_cent(rate)}" for edge, rate in table.brackets), table.cost_fen, table.totals.fen,
         table.totals.people, None if today else (table.protection, PPM), (table.protection, PPM) if today else None)
        for table, today in sorted(tables, key=lambda one: one[0].cost_fen)
    )  # fmt: skip
    return Figure(
        "best-curve", Say("预算与保护的取舍", "Budget against protection"), columns, rows, None, (MEASURE, CURVE)
    )


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
