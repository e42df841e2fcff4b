"""What words say: explained suggestions, repetitions and follow-ups; and stewards side by side."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiyu.engine.help.campaign import load_campaign, shipped
from jishiyu.engine.help.matching import ALIKE, SAME, likeness, plain, suggest
from jishiyu.engine.help.stewards import difficulty, median, weighted, wilson

WORDS = {item.code: item.vocabulary for item in load_campaign(shipped()["power-1"]).items}
TEXT = st.text("谐波电容器跳闸车间用电A1 ,。", max_size=40)


@pytest.mark.parametrize(
    ("words", "item", "because"),
    [
        ("车间谐波偏大,电容器经常跳闸", "power-quality", ("电容器", "谐波")),
        ("想在屋顶装光伏,顺便看看储能", "solar-storage", ("屋顶", "光伏", "储能")),
        ("功 率 因 数 低,力调电费被罚", "power-factor", ("功率因数", "力调电费")),
        ("800KVA变压器油温高", "transformer-check", ("800kVA", "变压器", "油温")),
        ("新来的电工要考证", "electrician-training", ("电工", "考证")),
    ],
)
def test_the_words_of_an_enterprise_point_to_an_item_and_say_why(
    words: str, item: str, because: tuple[str, ...]
) -> None:
    found = suggest(words, WORDS)
    assert found[0].item == item
    assert set(because) <= set(found[0].because)


def test_words_that_say_nothing_suggest_nothing() -> None:
    assert suggest("机器坏了,快来看看", WORDS) == []


def test_a_word_that_many_items_share_says_less() -> None:
    found = suggest("培训 储能", {"one": ("培训",), "two": ("培训", "储能")})
    assert [(one.item, one.score) for one in found] == [("two", Fraction(3)), ("one", Fraction(1))]


def test_a_word_within_a_longer_one_counts_once() -> None:
    assert suggest("漏电保护器", {"one": ("漏电", "漏电保护")})[0].because == ("漏电保护",)


def test_a_repetition_and_a_follow_up_are_told_apart() -> None:
    first = "车间谐波偏大,电容器经常跳闸"
    assert likeness(first, "车间谐波偏大 电容器经常跳闸!").share == 1
    again = likeness(first, "车间的谐波比较大,电容器经常跳闸了")
    assert again.share >= SAME
    assert again.pieces[0] == "大电容器经常跳闸"
    assert SAME > likeness(first, "上次查过谐波,电容器跳闸好些了,想再装滤波器").share >= Fraction(1, 5)
    assert likeness(first, "想给电工做一次培训").share < ALIKE


@given(TEXT, TEXT)
def test_likeness_is_the_same_both_ways_and_between_nothing_and_everything(one: str, two: str) -> None:
    found = likeness(one, two)
    assert 0 <= found.share <= 1
    assert found.share == likeness(two, one).share
    assert likeness(one, one).share == (1 if plain(one) else 0)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 0, 0, 1000), (3, 3, 438, 1000), (0, 4, 0, 490), (8, 10, 490, 944), (80, 100, 711, 867)],
)
def test_the_interval_is_wide_where_there_is_little(hits: int, of: int, low: int, high: int) -> None:
    found = wilson(hits, of)  # the ends are those of Wilson's formula, to a thousandth outwards
    assert (found.low, found.high) == (low, high)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_share_lies_in_its_interval(one: int, two: int) -> None:
    hits, of = min(one, two), max(one, two)
    found = wilson(hits, of)
    assert found.low <= (found.thousandths or 0) <= found.high
    assert wilson(hits * 4, of * 4).high - wilson(hits * 4, of * 4).low <= found.high - found.low


def test_heavy_cases_count_for_more_and_do_not_pass_for_many() -> None:
    light, heavy = (
        weighted([(1, True)] * 6 + [(1, False)] * 4),
        weighted([(1, True)] * 6 + [(1, False)] * 3 + [(9, False)]),
    )
    assert (light.thousandths, heavy.thousandths) == (600, 333)
    assert weighted([(3, True)] * 4) == weighted([(1, True)] * 4)
    assert heavy.high - heavy.low > light.high - light.low


def test_a_hard_case_weighs_more() -> None:
    assert difficulty(halfdays=1, levels=(3,)) == 2
    assert difficulty(halfdays=2, levels=(4, 3)) == 6
    assert (median([5, 1, 3]), median([4, 2]), median([])) == (3, 2, None)
