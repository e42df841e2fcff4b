"""The bulletin says in the words of the news what the figures are."""

from datetime import date
from fractions import Fraction

import pytest

from jishiyu.apps.statistics.lines import Waiting
from jishiyu.apps.statistics.queries import Group, Large, Total
from jishiyu.apps.statistics.scope import Basis, Scope
from jishiyu.demo.published import published
from jishiyu.web.documents.bulletin import Bulletin, bulletin, comparison, differences, months, sentences
from tests.apps.statistics.city import ACCIDENT, FIRE, HOSPITAL, Grant, store


def of(**changes: object) -> Bulletin:
    """Return a bulletin of exactly the published figures."""
    news = {
        "scope": Scope(since=date(2023, 1, 1), until=date(2026, 1, 1)),
        "first_day": date(2023, 1, 1),
        "until": date(2026, 1, 1),
        "total": Total(Basis.PAID, 111_000, 90_000, 3_038_000_000, 154, 294_000_000, 5_000_000, 8_100_000),
        "policies": (
            Group((ACCIDENT,), "", 310, 299, 49_200_000, 0, 0),
            Group((FIRE,), "", 20, 20, 6_100_000, 0, 0),
            Group((HOSPITAL,), "", 110_670, 89_000, 2_982_700_000, 154, 294_000_000),
        ),
        "channels": (Group(("automatic",), "", 105_450, 0, 0, 0, 0), Group(("assisted",), "", 5_550, 0, 0, 0, 0)),
        "large": tuple(Large(date(2025, 1, 1), HOSPITAL, "s", "m", "u", "n", 7, 1, fen) for fen in (5_000_000, 5_000_000, 1_216_000)),
        "waiting": Waiting(111_000, 3, 9, 21, 60, (1, 1, 1, 1, 1)),
    }  # fmt: skip
    return Bulletin(**{**news, **changes})  # type: ignore[arg-type]


def test_the_published_figures_give_the_published_sentences() -> None:
    told = "".join(sentences(of()))
    for words in (
        "近3年来\uff0c累计发放补贴金3038万元\uff0c惠及职工11.1万人次\uff1b其中154人次获补贴金超1万元\uff0c共计294万元。",
        "非工伤意外伤害补贴299人、49.2万元",
        "家庭财产火灾损失补贴20人、6.1万元",
        "单笔最高5万元\uff0c其中2人次单笔补贴5万元\uff0c一名职工累计最高获补贴8.1万元。",
        "95.0%的人次无需申请",
        "中位数为9天",
    ):
        assert words in told


def test_the_english_bulletin_has_the_same_figures() -> None:
    told = " ".join(sentences(of(), "en"))
    for words in (
        "In the 3 years 2023–2025, 30.38 million yuan were paid in 111,000 person-times",
        "154 of them were above 10,000 yuan, together 2.94 million yuan",
        "on-work accident: 299 people, 492,000 yuan",
        "household fire: 20 people, 61,000 yuan",
        "the most to one member was 81,000 yuan",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("since", "until", "zh", "en"),
    [
        (date(2025, 1, 1), date(2026, 1, 1), "2025年\uff0c", "In 2025, "),
        (date(2025, 1, 1), date(2025, 7, 1), "2025年1月至2025年6月\uff0c", "From January 2025 to June 2025, "),
        (
            date(2023, 2, 1), date(2026, 2, 1), "2023年2月至2026年1月\uff0c近3年来\uff0c",
            "In the 3 years from February 2023 to January 2026, ",
        ),
        (date(2025, 1, 15), date(2025, 2, 1), "2025-01-15至2025-01-31\uff0c", "From 2025-01-15 to 2025-01-31, "),
    ],
)  # fmt: skip
def test_the_period_is_named(since: date, until: date, zh: str, en: str) -> None:
    figures = of(first_day=since, until=until)
    assert sentences(figures)[0].startswith(zh)
    assert sentences(figures, "en")[0].startswith(en)


def test_a_period_without_payments_says_so() -> None:
    nothing = Total(Basis.PAID, 0, 0, 0, 0, 0, 0, 0)
    assert sentences(of(total=nothing)) == ["2023—2025年\uff0c近3年来\uff0c没有发放职工补贴。"]


def test_other_money_is_not_called_paid() -> None:
    owed = Total(Basis.OWED, 1, 1, 30_000, 0, 0, 30_000, 30_000)
    assert "累计认定应付补贴金300元" in sentences(of(total=owed))[0]


@pytest.mark.parametrize(("until", "count"), [(date(2026, 1, 1), 36), (date(2023, 2, 1), 1), (date(2023, 2, 2), 2)])
def test_begun_months_count_whole(until: date, count: int) -> None:
    assert months(date(2023, 1, 1), until) == count


def test_the_published_figures_do_not_differ_from_themselves() -> None:
    told = published()
    assert set(differences(of(), told, Fraction(1)).values()) == {0}
    figure = comparison(of(), told, Fraction(1))
    assert [row[3] for row in figure.rows][:4] == ["+0.0 %"] * 4
    assert "分界" in figure.notes[0].zh
    assert "fitted" in figure.notes[0].en


def test_the_difference_is_that_to_the_scaled_figure_and_few_cases_are_only_shown() -> None:
    eighth = of(total=Total(Basis.PAID, 15_262, 9, 417_725_000, 20, 1, 2, 8_100_000))
    off = differences(eighth, published(), Fraction(1, 8))
    assert {key: str(value) for key, value in off.items()} == {
        "money": "10.0", "person_times": "10.0", "accident_count": "699.9", "accident_money": "700.0"
    }  # fmt: skip
    rows = {str(row[0].zh): row for row in comparison(eighth, published(), Fraction(1, 8)).rows}  # type: ignore[union-attr]
    assert rows["单笔超过 1 万元的人次"][3] == "—"
    assert rows["一名职工累计获补贴"][1:3] == ("81,000.00", "81,000.00")


@pytest.mark.django_db
def test_the_figures_come_from_the_database() -> None:
    day = date(2025, 3, 9)
    store([
        Grant(1, "G1", day, (1_216_000,), (day,), paid=day, bucket="assist", bracket=5, rate=80_000),
        Grant(2, "G2", day, (150_000,), (day,), paid=day, policy=ACCIDENT, kind="accident", bracket=None, rate=None),
    ])  # fmt: skip
    figures = bulletin(Scope(since=date(2025, 1, 1), until=date(2026, 1, 1)))
    told = "".join(sentences(figures))
    assert (
        "2025年\uff0c累计发放补贴金1.4万元\uff0c惠及职工2人次\uff1b其中1人次获补贴金超1万元\uff0c共计1.2万元。" in told
    )
    assert "非工伤意外伤害补贴1人、1500元" in told
