"""Lines of feeds are counted once each, and the time from feed to money is told."""

from datetime import date, timedelta

import pytest

from jishiyu.apps.statistics.lines import buckets, days_to_paid, feed_accounts
from jishiyu.apps.statistics.problems import NotPerUnion
from jishiyu.apps.statistics.scope import Scope
from tests.apps.statistics.city import FIRE, Grant, feed, line, store, unions

pytestmark = pytest.mark.django_db
LINES = [("auto", 1_000), ("auto", 2_000), ("invalid", 0), ("unmatched", 5_000), ("assist", 9_000)]


def fill(as_of: date, name: str) -> None:
    source = feed(as_of, name)
    for number, (bucket, cash_fen) in enumerate(LINES, 1):
        line(source, number, bucket, cash_fen)


def test_lines_are_counted_by_bucket_with_their_cash() -> None:
    fill(date(2025, 1, 31), "一月.csv")
    fill(date(2025, 2, 28), "二月.csv")
    found = {row.bucket: (row.lines, row.cash_fen) for row in buckets(Scope())}
    assert found == {"auto": (4, 6_000), "invalid": (2, 0), "unmatched": (2, 10_000), "assist": (2, 18_000)}


def test_the_period_is_that_of_the_feeds() -> None:
    fill(date(2025, 1, 31), "一月.csv")
    fill(date(2025, 2, 28), "二月.csv")
    scope = Scope(since=date(2025, 1, 31), until=date(2025, 2, 28))
    assert sum(row.lines for row in buckets(scope)) == len(LINES)
    assert [row.name for row in feed_accounts(scope)] == ["一月.csv"]


def test_a_withdrawn_feed_does_not_count() -> None:
    from jishiyu.apps.intake.models import Feed

    fill(date(2025, 1, 31), "一月.csv")
    Feed.objects.update(state="withdrawn", withdrawn_at="2025-03-01T00:00Z", withdrawn_because="错发")
    assert (buckets(Scope()), feed_accounts(Scope())) == ([], [])


def test_every_feed_adds_up_or_says_that_it_does_not() -> None:
    from jishiyu.apps.intake.models import Feed

    fill(date(2025, 1, 31), "一月.csv")
    (account,) = feed_accounts(Scope())
    assert account.buckets == {"auto": 2, "invalid": 1, "unmatched": 1, "assist": 1}
    assert account.adds_up
    Feed.objects.update(line_count=6)
    assert not feed_accounts(Scope())[0].adds_up


def test_a_feed_without_lines_is_listed_and_the_newest_come_first() -> None:
    feed(date(2025, 1, 31), "一月.csv")
    feed(date(2025, 3, 31), "三月.csv")
    assert [(row.name, row.buckets) for row in feed_accounts(Scope())] == [("三月.csv", {}), ("一月.csv", {})]
    assert [row.name for row in feed_accounts(Scope(), limit=1)] == ["三月.csv"]


def test_lines_are_not_counted_per_union() -> None:
    unions()
    for ask in (buckets, feed_accounts):
        with pytest.raises(NotPerUnion):
            ask(Scope(union="C"))


def test_days_run_from_the_feed_to_the_confirmed_payment() -> None:
    feed_day = date(2024, 3, 1)
    waits = [3, 7, 8, 14, 20, 61]
    store([
        *[Grant(1, "G1", feed_day, (30_000,), (feed_day,), paid=feed_day + timedelta(days=days)) for days in waits],
        Grant(2, "G2", feed_day, (30_000,), (feed_day,)),
        Grant(2, "G2", feed_day, (30_000,), (feed_day,), paid=feed_day + timedelta(days=200), policy=FIRE, kind="fire"),
    ])  # fmt: skip
    found = days_to_paid(Scope())
    assert (found.payments, found.shortest, found.median, found.nine_in_ten, found.longest) == (6, 3, 8, 61, 61)
    assert found.bands == (2, 2, 1, 0, 1)


def test_without_payments_there_is_nothing_to_wait_for() -> None:
    found = days_to_paid(Scope())
    assert (found.payments, found.median, found.bands) == (0, None, (0, 0, 0, 0, 0))
