"""Yuan and fen, exactly."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishiyu.engine.money import capitals, fen_from_text, fen_to_yuan, yuan_text


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0), ("0.00", 0), ("-0.5", -50), ("5", 500), ("5.1", 510), ("5.10", 510), (".5", 50), ("-.05", -5), ("007.10", 710),
        ("9999999999.99", 999999999999), ("1,234.50", 123450), ("1,234,567", 123456700), (" 12 ", 1200), ("１２．５０", 1250),
        ("¥1,000.00", 100000), ("￥３", 300), ("12.5元", 1250), ("−3", -300), ("", None), ("  ", None), ("null", None), (None, None),
    ],
)  # fmt: skip
def test_reads_an_amount_as_people_write_it(text: str | None, fen: int | None) -> None:
    for others in ([], ["1.00"], ["x"]):
        found, wrong = fen_from_text(pl.Series([text, *others], dtype=pl.String))
        assert (found[0], wrong[0]) == (fen, False)


@pytest.mark.parametrize(
    "text",
    ["1.005", "1.000", "1e3", "1E+05", "12,34.00", "1,2345", "1.2.3", "--1", "1-", "5.", ".", "-", "+5", "NaN", "inf", "10000000000",
     "1 000 x", "一百", "0x10", "(5.00)", "1.5%", "5/2"],
)  # fmt: skip
def test_refuses_what_is_no_exact_amount(text: str) -> None:
    for others in ([], ["1.00"], [None]):
        found, wrong = fen_from_text(pl.Series([text, *others], dtype=pl.String))
        assert (found[0], wrong[0]) == (None, True)
        assert not any(wrong[1:])


@settings(deadline=None)
@given(st.lists(st.integers(min_value=-(10**12) + 1, max_value=10**12 - 1), min_size=1, max_size=30))
def test_every_amount_comes_back_to_the_fen(amounts: list[int]) -> None:
    texts = pl.Series([str(fen_to_yuan(fen)) for fen in amounts])
    found, wrong = fen_from_text(texts)
    assert found.to_list() == amounts
    assert not wrong.any()
    grouped, wrong = fen_from_text(pl.Series([yuan_text(fen) for fen in amounts]))
    assert grouped.to_list() == amounts
    assert not wrong.any()


@settings(deadline=None)
@given(st.lists(st.text(alphabet="0123456789.-+eE,¥ ", max_size=9), max_size=12))
def test_reads_a_column_like_each_of_its_amounts(texts: list[str]) -> None:
    found, wrong = fen_from_text(pl.Series(texts, dtype=pl.String))
    for text, fen, bad in zip(texts, found, wrong, strict=True):
        alone, alone_bad = fen_from_text(pl.Series([text]))
        assert (alone[0], alone_bad[0]) == (fen, bad)
        if fen is not None:
            assert Decimal(text.replace(",", "").replace("¥", "").replace(" ", "")) * 100 == fen


def test_shows_yuan_with_two_places() -> None:
    assert yuan_text(15200000) == "152,000.00"
    assert yuan_text(-5) == "-0.05"
    assert fen_to_yuan(7502) == Decimal("75.02")
    assert str(fen_to_yuan(0)) == "0.00"


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"), (1, "壹分"), (10, "壹角整"), (12, "壹角贰分"), (100, "壹元整"), (105, "壹元零伍分"), (110, "壹元壹角整"),
        (1000, "壹拾元整"), (1600, "壹拾陆元整"), (10100, "壹佰零壹元整"), (168032, "壹仟陆佰捌拾元叁角贰分"),
        (1216000, "壹万贰仟壹佰陆拾元整"), (1640902, "壹万陆仟肆佰零玖元零贰分"), (10700053, "壹拾万零柒仟元伍角叁分"),
        (2000000, "贰万元整"), (10010000, "壹拾万零壹佰元整"), (100000100, "壹佰万零壹元整"), (10000000000, "壹亿元整"),
        (10000000100, "壹亿零壹元整"), (12345678901, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"), (-5000, "负伍拾元整"),
    ],
)  # fmt: skip
def test_writes_amounts_in_capitals(fen: int, words: str) -> None:
    assert capitals(fen) == words


def read_capitals(words: str) -> int:
    """Read capitals back: an oracle of its own, digit by digit."""
    units = {"拾": 10, "佰": 100, "仟": 1000}
    total = section = digit = 0
    for word in words.removesuffix("整"):
        if word in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(word)
        elif word in units:
            section, digit = section + digit * units[word], 0
        elif word in ("万", "亿"):
            total, section, digit = total + (section + digit) * (10**4 if word == "万" else 10**8), 0, 0
        elif word == "元":
            total, section, digit = (total + section + digit) * 100, 0, 0
        else:
            total, digit = total + digit * (10 if word == "角" else 1), 0
    return total


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=10**14 - 1))
def test_capitals_say_the_amount_and_no_zero_twice(fen: int) -> None:
    words = capitals(fen)
    assert "零零" not in words
    assert words.endswith(("整", "分"))
    assert read_capitals(words) == fen


def test_refuses_capitals_beyond_a_million_million() -> None:
    with pytest.raises(ValueError):
        capitals(10**14)
