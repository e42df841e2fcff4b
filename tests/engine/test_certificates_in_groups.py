"""One person stays one person when people with other certificates stand in the same file."""

from datetime import date

import polars as pl
import pytest

from jishiyu.engine.identity import fold_certificates

AS_OF = date(2026, 1, 1)


@pytest.mark.parametrize("other", ["PX0000001", "E12345678901234567890"])
def test_counts_one_person_of_two_lines_beside_a_passport(other: str) -> None:
    types = pl.Series(["01", "08", "01"])
    numbers = pl.Series(["220102196109131108", other, "220102196109131108"])
    keys = fold_certificates(types, numbers, as_of=AS_OF).key
    stays = pl.DataFrame({"stay": ["a", "b", "a"], "key": keys}).group_by("stay").agg(pl.col("key").n_unique())
    assert dict(stays.iter_rows()) == {"a": 1, "b": 1}


def test_gives_keys_births_and_flaws_back_in_the_order_of_the_lines() -> None:
    types = pl.Series(["08", "01", "01", "08", "01"])
    numbers = pl.Series(["PX1", "220102196109131108", "220102196109131109", "PX2", "220102196109284147"])
    found = fold_certificates(types, numbers, as_of=AS_OF)
    assert found.key.to_list() == ["08:PX1", "01:220102196109131108", None, "08:PX2", "01:220102196109284147"]
    assert found.birth_date.to_list() == [None, date(1961, 9, 13), None, None, date(1961, 9, 28)]
    assert (found.flaws > 0).to_list() == [False, False, True, False, False]
