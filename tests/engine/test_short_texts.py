"""Amounts with two places, read eight characters at a time: exactly those of this form, exactly their value."""

import re

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jishiyu.engine.short_texts import hundredths

FORM = r"[0-9]{1,9}\.[0-9]{2}"
NEARLY = st.text(alphabet="0123456789.\0 -/:é", max_size=14)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), NEARLY, st.from_regex(FORM, fullmatch=True)), max_size=20), st.integers(0, 3))
@example(["999999999.99", "0.00", "1 2.34", "1\x002.34", "12.3\0", ".50", "1234567890.12", "12345.67", "123456.78"], 0)
def test_reads_what_has_the_form_and_nothing_else(texts: list[str | None], left_off: int) -> None:
    values, read = hundredths(pl.Series(texts, dtype=pl.String).slice(left_off))
    for text, value, was_read in zip(texts[left_off:], values, read, strict=True):
        fits = text is not None and re.fullmatch(FORM, text, re.ASCII) is not None
        assert was_read == fits
        if fits:
            assert value == int(str(text).replace(".", ""))


def test_reads_more_than_a_block() -> None:
    texts = pl.Series([f"{number // 100}.{number % 100:02d}" for number in range(20_000)])
    values, read = hundredths(texts)
    assert read.all()
    assert values.to_list() == list(range(20_000))
