"""Unified social credit codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc

from jishiyu.apps.orgs.uscc import ALPHABET, check_character, is_valid

CHARACTERS = st.text(ALPHABET, min_size=9, max_size=9)


@given(st.sampled_from("123456789"), st.sampled_from("1239"), st.integers(100000, 999999), CHARACTERS)
def test_agrees_with_the_independent_library_where_that_one_is_right(
    body: str, kind: str, place: int, rest: str
) -> None:
    first = f"{body}{kind}{place}{rest}"
    for last in ALPHABET:
        assert is_valid(first + last) == stdnum_uscc.is_valid(first + last)


@given(st.sampled_from("ANY"), st.integers(100000, 999999), CHARACTERS)
def test_accepts_codes_that_begin_with_a_letter(body: str, place: int, rest: str) -> None:
    first = f"{body}2{place}{rest}"
    assert [last for last in ALPHABET if is_valid(first + last)] == [check_character(first)]


@pytest.mark.parametrize(
    "code", ["", "81220100MC123456", "8122010 MC1234567X", "O1220100MC12345678", "81220100MI12345678"]
)
def test_refuses_what_has_not_the_shape(code: str) -> None:
    assert not is_valid(code)
