"""Figures as people read them: numbers in 万, aligned tables, Chinese punctuation, labels."""

from datetime import date
from decimal import Decimal

import pytest

from jishiyu.apps.statistics.queries import By, Group
from jishiyu.web.figures.build import from_groups, masked
from jishiyu.web.figures.figure import Column, Figure, Say, Unit, per_cent
from jishiyu.web.figures.labels import label
from jishiyu.web.figures.money import million, wan, wan_yuan
from jishiyu.web.figures.terminal import table, width
from jishiyu.web.figures.typography import chinese


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (3_038_000_000, "3038万元"),
        (4_398_900_000, "4398.9万元"),
        (294_000_000, "294万元"),
        (49_200_000, "49.2万元"),
        (6_100_000, "6.1万元"),
        (5_000_000, "5万元"),
        (6_049_999, "6万元"),
        (6_050_000, "6.1万元"),
        (999_999, "9999.99元"),
        (500_000, "5000元"),
        (0, "0元"),
        (1_234_500_000_000, "123.45亿元"),
    ],
)
def test_money_is_written_as_the_news_writes_it(fen: int, words: str) -> None:
    assert wan_yuan(fen) == words


@pytest.mark.parametrize(("number", "words"), [(111_000, "11.1万"), (25_000, "2.5万"), (9_999, "9999"), (154, "154")])
def test_counts_are_written_as_the_news_writes_them(number: int, words: str) -> None:
    assert wan(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(30_380_000, "30.38 million"), (2_940_000, "2.94 million"), (492_000, "492,000"), (61_000, "61,000"),
     (111_499, "111,000"), (Decimal("75.05"), "75.05"), (0, "0")],
)  # fmt: skip
def test_english_numbers_keep_what_is_worth_reading(number: Decimal, words: str) -> None:
    assert million(number) == words


def test_shares_are_rounded_half_up_and_nothing_has_none() -> None:
    assert per_cent(1, 800) == Decimal("0.1")
    assert per_cent(1, 2000) == Decimal("0.1")
    assert per_cent(1, 2001) == Decimal("0.0")
    assert per_cent(5, 0) is None


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("现金支付 152,000.00 元,适用第 5 档", "现金支付 152,000.00 元\uff0c适用第 5 档"),
        ("制表:2025-03-09 08:30", "制表\uff1a2025-03-09 08:30"),
        ("办法(changchun.hospital 版)", "办法\uff08changchun.hospital 版\uff09"),
        ("plain text, (untouched): yes", "plain text, (untouched): yes"),
    ],
)
def test_punctuation_is_wide_beside_chinese_and_only_there(given: str, printed: str) -> None:
    assert chinese(given) == printed


def test_width_counts_columns_of_a_terminal() -> None:
    assert [width(line) for line in ("abc", "工会", "e\u0301", "A工", "\uff0c")] == [3, 4, 1, 3, 2]


FIGURE = Figure(
    "figure",
    Say("标题", "Title"),
    (
        Column("name", Say("工会", "union"), Unit.TEXT),
        Column("day", Say("日期", "day"), Unit.DAY),
        Column("yuan", Say("金额(元)", "yuan"), Unit.FEN),
        Column("share", Say("占比", "share"), Unit.SHARE),
    ),
    (
        ("机床厂工会", date(2025, 3, 9), 1_216_000, (1, 3)),
        ("A\x1b[31m", None, 5, (0, 0)),
    ),
    (Say("合计", "total"), None, 1_216_005, (1, 1)),
    (Say("说明。", "Note."),),
)


def test_columns_of_a_table_line_up() -> None:
    lines = table(FIGURE, "zh").splitlines()
    assert lines[0] == "标题"
    body = [line for line in lines[2:] if not line.startswith("─")][:-1]
    assert len({width(line) for line in body}) == 1
    assert lines[4] == "机床厂工会  2025-03-09   12,160.00   33.3 %"
    assert lines[-1] == "说明。"


def test_a_name_cannot_give_orders_to_the_terminal() -> None:
    assert "\x1b" not in table(FIGURE, "zh")


def test_the_other_language_has_the_same_numbers() -> None:
    english = table(FIGURE, "en")
    assert "total" in english
    assert "12,160.05" in english
    assert "合计" not in english


@pytest.mark.parametrize(
    ("by", "key", "zh", "en"),
    [
        (By.BRACKET, ("changchun.hospital", "005", "0080000"), "住院医疗 第 5 档 8 %", "hospital stay, bracket 5 8 %"),
        (By.BRACKET, ("changchun.fire", "", ""), "家庭财产火灾(不分档)", "household fire (no brackets)"),
        (By.SEX, ("2",), "女", "female"),
        (By.SEX, ("",), "未知", "unknown"),
        (By.AGE, ("40-49",), "40—49 岁", "40-49"),
        (By.HOSPITAL_LEVEL, ("3",), "三级", "level 3"),
        (By.HOSPITAL_LEVEL, ("XY",), "代码 XY", "code XY"),
        (By.UNION, ("",), "本级及其他", "itself and others"),
        (By.MONTH, ("2025-03",), "2025-03", "2025-03"),
    ],
)
def test_rows_have_names_in_both_languages(by: By, key: tuple[str, ...], zh: str, en: str) -> None:
    said = label(Group(key, "", 0, 0, 0, 0, 0), by)
    assert (said.zh, said.en) == (zh, en)


def test_the_foot_adds_up_money_and_times_but_not_people() -> None:
    rows = [Group(("1",), "", 2, 2, 300, 0, 0), Group(("2",), "", 3, 1, 700, 1, 600)]
    figure = from_groups(rows, By.SEX)
    assert figure.foot is not None
    assert figure.foot[1:] == (5, None, 1000, (1000, 1000), 1, 600)


@pytest.mark.parametrize(("number", "shown"), [("M000000165", "******0165"), ("12345", "****5"), ("", "")])
def test_member_numbers_are_masked(number: str, shown: str) -> None:
    assert masked(number) == shown


def test_a_figure_by_period_says_why_people_may_be_more_than_person_times() -> None:
    row = Group(key=("2025-03",), name="", person_times=396, people=397, fen=1, over_times=0, over_fen=0)
    said = [note("zh") for note in from_groups([row], By.MONTH).notes]
    assert any("人数因此可能多于人次" in note for note in said)
    assert len(from_groups([row], By.AGE).notes) == len(said) - 1
