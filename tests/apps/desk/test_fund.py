"""How long the fund lasts."""

from datetime import date

import pytest

from jishiyu.apps.desk.queries import forecast
from jishiyu.apps.ledger.chart import Kind as Entry
from jishiyu.apps.ledger.operations import appropriate, post_entries

pytestmark = pytest.mark.django_db


def test_the_fund_ends_when_the_mean_of_whole_months_has_used_it_up() -> None:
    policy = "changchun.hospital"
    appropriate(amount_fen=100_000_00, reference="A1", on=date(2025, 1, 1))
    for month, fen in ((1, 1_000_00), (2, 3_000_00), (3, 2_000_00), (4, 6_000_00)):
        post_entries(kind=Entry.OWED, rows=[(month, policy, fen)], on=date(2025, month, 15))
    post_entries(kind=Entry.OWED, rows=[(9, policy, 500_00)], on=date(2025, 5, 3))  # not a whole month yet
    seen = forecast(on=date(2025, 5, 10))
    assert [fen for _, fen in seen.months] == [1_000_00, 3_000_00, 2_000_00, 6_000_00]
    assert (seen.bank_fen, seen.owed_fen, seen.free_fen, seen.mean_fen) == (100_000_00, 12_500_00, 87_500_00, 3_000_00)
    assert seen.ends_on == date(2027, 10, 14)
    assert seen.from_on is not None
    assert seen.until_on is not None
    assert seen.from_on < seen.ends_on < seen.until_on
    assert "最近 4 个完整月份" in seen.method_zh


def test_a_fund_that_pays_nothing_has_no_end_and_one_that_owes_more_than_it_has_ends_today() -> None:
    appropriate(amount_fen=100_00, reference="A1", on=date(2025, 1, 1))
    assert forecast(on=date(2025, 5, 10)).ends_on is None
    post_entries(kind=Entry.OWED, rows=[(1, "p", 500_00)], on=date(2025, 4, 1))
    seen = forecast(on=date(2025, 5, 10))
    assert (seen.free_fen, seen.ends_on) == (-400_00, date(2025, 5, 10))
