"""The bulletin: figures in the sentences of the news, in Chinese and English, and the exact figures beneath them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from jishiyu.apps.statistics.lines import Waiting, days_to_paid
from jishiyu.apps.statistics.queries import By, Group, Large, Total, groups, large, totals
from jishiyu.apps.statistics.scope import Basis, Scope
from jishiyu.demo.published import Published
from jishiyu.engine.money import fen_to_yuan
from jishiyu.web.figures import build
from jishiyu.web.figures.figure import LEFT, Column, Figure, Say, Unit, per_cent, text
from jishiyu.web.figures.labels import policy_label
from jishiyu.web.figures.money import million, wan, wan_yuan
from jishiyu.web.figures.typography import chinese

ACCIDENT, FIRE = "changchun.accident", "changchun.fire"
LARGEST_FEN = 5_000_000  # the single payments of 50,000 yuan that the news tells of
NOT_SCALED = {"one_member"}  # what one member got does not shrink with the city
PAID_WORDS = {
    Basis.PAID: Say("累计发放补贴金", "paid"),
    Basis.OWED: Say("累计认定应付补贴金", "granted"),
    Basis.DECIDED: Say("累计核定补贴金", "decided"),
}
FITTED = Say(
    "说明:现行办法的档次分界未公开,本系统采用假定值;演示数据的费用分布是按已公布数字拟合的,"
    "因此本表说明模型能够重现已公布数字,不能证明分界本身。",
    "Note: the bracket boundaries of the present rule are not public; assumed ones are used, and the cost distribution "
    "of the invented city was fitted to the published figures. The table shows that the model can reproduce them, not "
    "that the boundaries are right.",
)


@dataclass(frozen=True, slots=True)
class Bulletin:
    """The figures a bulletin is made of; amounts in fen."""

    scope: Scope
    first_day: date
    until: date
    total: Total
    policies: tuple[Group, ...]
    channels: tuple[Group, ...]
    large: tuple[Large, ...]
    waiting: Waiting

    def policy(self, name: str) -> Group:
        """Return the row of a policy, of nothing where nothing was paid under it."""
        return next((row for row in self.policies if row.key == (name,)), Group((name,), "", 0, 0, 0, 0, 0))


def bulletin(scope: Scope) -> Bulletin:
    """This function will gather the figures of a bulletin; the scope needs both ends of its period.

    Raises the problems of `Scope.check`.
    """
    if scope.since is None or scope.until is None:
        raise ValueError("a bulletin needs a period with two ends")
    return Bulletin(
        scope=scope, first_day=scope.since, until=scope.until, total=totals(scope)[scope.basis],
        policies=tuple(groups(scope, By.POLICY)), channels=tuple(groups(scope, By.CHANNEL)),
        large=tuple(large(scope)), waiting=days_to_paid(scope),
    )  # fmt: skip


def sentences(figures: Bulletin, language: str = "zh") -> list[str]:
    """Return the paragraphs of the bulletin."""
    return _english(figures) if language == "en" else [chinese(sentence) for sentence in _chinese(figures)]


def _chinese(figures: Bulletin) -> list[str]:
    total = figures.total
    when = _when(figures.first_day, figures.until)("zh")
    if not total.person_times:
        return [f"{when},没有发放职工补贴。"]
    lead = f"{when},{PAID_WORDS[total.basis].zh}{wan_yuan(total.fen)},惠及职工{wan(total.person_times)}人次"
    if total.over_times:
        lead += f";其中{wan(total.over_times)}人次获补贴金超1万元,共计{wan_yuan(total.over_fen)}"
    kinds = ";".join(_kind_zh(row) for row in figures.policies if row.person_times)
    last = [f"单笔最高{wan_yuan(total.largest_fen)}"]
    if largest := _largest(figures):
        last.append(f"其中{largest}人次单笔补贴5万元")
    last.append(f"一名职工累计最高获补贴{wan_yuan(total.most_fen)}")
    paragraphs = [f"{lead}。", f"{kinds}。", f"{','.join(last)}。"]
    if share := _automatic(figures):
        paragraphs.append(f"{share}%的人次无需申请,由数据共享自动核定。{_days_zh(figures.waiting)}")
    return paragraphs


def _kind_zh(row: Group) -> str:
    name = {ACCIDENT: "非工伤意外伤害补贴", FIRE: "家庭财产火灾损失补贴"}.get(row.key[0])
    if name:
        return f"{name}{wan(row.people)}人、{wan_yuan(row.fen)}"
    return f"{policy_label(row.key[0]).zh}补贴{wan(row.person_times)}人次、{wan_yuan(row.fen)}"


def _days_zh(waiting: Waiting) -> str:
    return f"从收到结算数据到补贴到账,中位数为{waiting.median}天。" if waiting.payments else ""


def _english(figures: Bulletin) -> list[str]:
    total = figures.total
    when = _when(figures.first_day, figures.until)("en")
    if not total.person_times:
        return [f"{when}, no subsidy was paid."]
    lead = f"{when}, {_yuan(total.fen)} were {PAID_WORDS[total.basis].en} in {million(total.person_times)} person-times"
    if total.over_times:
        lead += f"; {million(total.over_times)} of them were above 10,000 yuan, together {_yuan(total.over_fen)}"
    kinds = "; ".join(_kind_en(row) for row in figures.policies if row.person_times)
    last = f"The largest single subsidy was {_yuan(total.largest_fen)}"
    if largest := _largest(figures):
        last += f" ({largest} of 50,000 yuan)"
    paragraphs = [f"{lead}.", f"{kinds[0].upper()}{kinds[1:]}.",
                  f"{last}; the most to one member was {_yuan(total.most_fen)}."]  # fmt: skip
    if share := _automatic(figures):
        days = f" From feed to money: {figures.waiting.median} days in the median." if figures.waiting.payments else ""
        paragraphs.append(f"{share} % of the person-times needed no application.{days}")
    return paragraphs


def _kind_en(row: Group) -> str:
    name = policy_label(row.key[0]).en
    if row.key[0] in (ACCIDENT, FIRE):
        return f"{name}: {million(row.people)} people, {_yuan(row.fen)}"
    return f"{name}: {million(row.person_times)} person-times, {_yuan(row.fen)}"


def _yuan(fen: int) -> str:
    return f"{million(fen_to_yuan(fen))} yuan"


def _largest(figures: Bulletin) -> int:
    return sum(1 for row in figures.large if row.fen == LARGEST_FEN)


def _automatic(figures: Bulletin) -> Decimal | None:
    automatic = sum(row.person_times for row in figures.channels if row.key == ("automatic",))
    return per_cent(automatic, figures.total.person_times)


def _when(since: date, until: date) -> Say:
    """Name a half-open period: whole years by their number, else by months or days."""
    last = until - timedelta(days=1)
    if (since.month, since.day) == (until.month, until.day) == (1, 1):
        years = until.year - since.year
        if years == 1:
            return Say(f"{since.year}年", f"In {since.year}")
        return Say(f"{since.year}—{last.year}年,近{years}年来", f"In the {years} years {since.year}–{last.year}")
    if since.day == until.day == 1:
        years, rest = divmod(months(since, until), 12)
        if years > 1 and not rest:
            return Say(
                f"{since.year}年{since.month}月至{last.year}年{last.month}月,近{years}年来",
                f"In the {years} years from {since:%B %Y} to {last:%B %Y}",
            )
        return Say(f"{since.year}年{since.month}月至{last.year}年{last.month}月", f"From {since:%B %Y} to {last:%B %Y}")
    return Say(f"{since.isoformat()}至{last.isoformat()}", f"From {since.isoformat()} to {last.isoformat()}")


def months(since: date, until: date) -> int:
    """Return how many months a period has, begun ones counted whole."""
    return max(1, (until.year - since.year) * 12 + until.month - since.month + (until.day > since.day))


def exact_figure(figures: Bulletin) -> Figure:
    """Return the exact figures behind the sentences."""
    found = build.from_groups(figures.policies, By.POLICY, build.notes(figures.scope))
    return Figure("exact", Say("准确数字", "Exact figures"), found.columns, found.rows, found.foot, found.notes)


def comparison(figures: Bulletin, told: Published, scale: Fraction) -> Figure:
    """Return our figures beside the published ones at a scale of the city, with the difference in per cent.

    Where fewer than 30 cases are expected chance alone moves a figure by more than ten per cent: no difference is given.
    """
    ours = _ours(figures)
    span = months(figures.first_day, figures.until)
    rows = []
    for key, value in ours.items():
        known = told.figures[key]
        whole = Fraction(1) if key in NOT_SCALED else scale
        expected = known.at(whole, span if key not in NOT_SCALED else known.months)
        shown = _value(expected, known.unit)
        compared = known.is_compared(scale, span)
        rows.append(
            (Say(known.zh, known.en), shown, _value(value, known.unit), _difference(value, expected) if compared else "—",
             Say("比较", "compared") if compared else Say("样本少,仅列出", "few cases, only shown"))
        )  # fmt: skip
    columns = (
        Column("figure", Say("指标", "figure"), Unit.TEXT),
        Column("published", Say(f"已公布 × {scale}", f"published × {scale}"), Unit.NUMBER),
        Column("ours", Say("本系统", "here"), Unit.NUMBER),
        Column("difference", Say("差异", "difference"), Unit.NUMBER),
        Column("remark", Say("说明", "remark"), Unit.TEXT),
    )
    return Figure(
        "comparison", Say("与已公布数字对照", "Beside the published figures"), columns, tuple(rows), None, (FITTED,)
    )


def _ours(figures: Bulletin) -> dict[str, Decimal]:
    total = figures.total
    accident, fire = figures.policy(ACCIDENT), figures.policy(FIRE)
    return {
        "money": fen_to_yuan(total.fen),
        "person_times": Decimal(total.person_times),
        "above_10000_count": Decimal(total.over_times),
        "above_10000_money": fen_to_yuan(total.over_fen),
        "accident_count": Decimal(accident.people),
        "accident_money": fen_to_yuan(accident.fen),
        "fire_count": Decimal(fire.people),
        "fire_money": fen_to_yuan(fire.fen),
        "single_50000": Decimal(_largest(figures)),
        "one_member": fen_to_yuan(total.most_fen),
    }


def differences(figures: Bulletin, told: Published, scale: Fraction) -> dict[str, Decimal]:
    """Return the difference in per cent of every figure for which enough cases are expected."""
    span = months(figures.first_day, figures.until)
    return {
        key: _per_cent_off(value, told.figures[key].at(scale, span))
        for key, value in _ours(figures).items()
        if told.figures[key].is_compared(scale, span)
    }


def _per_cent_off(value: Decimal, expected: Decimal) -> Decimal:
    return ((value - expected) * 100 / expected).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _difference(value: Decimal, expected: Decimal) -> str:
    return f"{_per_cent_off(value, expected):+} %"


def _value(value: Decimal, unit: str) -> str:
    if unit == "yuan":
        return f"{value:,.2f}"
    whole = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{whole:,.0f}" if whole == whole.to_integral_value() else f"{whole:,}"


def document(figures: Bulletin, tables: Sequence[Figure], *, issuer: str, made_on: date, by: str) -> dict[str, Any]:
    """Return the data of the template `bulletin`."""
    last = figures.until - timedelta(days=1)
    return {
        "issuer": issuer,
        "title": "职工补贴工作通报",
        "subtitle": f"{figures.first_day.isoformat()} 至 {last.isoformat()}",
        "left": f"制表:{by}",
        "number": made_on.isoformat(),
        "footer": "及时雨 · 数字由系统按同一口径自动生成",
        "zh": sentences(figures, "zh"),
        "en": sentences(figures, "en"),
        "tables": [table(figure, "zh") for figure in tables],
    }


def table(figure: Figure, language: str) -> Mapping[str, Any]:
    """Return a figure as the templates take tables: texts only."""
    rows = [*figure.rows, *([figure.foot] if figure.foot else [])]
    return {
        "title": figure.title(language),
        "columns": [
            {"heading": column.heading(language), "number": column.unit not in LEFT} for column in figure.columns
        ],
        "rows": [
            [text(cell, column.unit, language) for cell, column in zip(row, figure.columns, strict=True)]
            for row in rows
        ],
        "notes": [note(language) for note in figure.notes],
    }
