"""What is owed from a feed, in words, and whether the feed may still be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from jishiyu.apps.intake.models import Feed
from jishiyu.apps.intake.problems import FeedPaidFrom
from jishiyu.apps.subsidies.models import EntitlementState
from jishiyu.apps.subsidies.queries import FeedMoney
from jishiyu.engine.words import Words, listed
from jishiyu.web.components.badge import Badge
from jishiyu.web.decisions.words import PAYMENT_STATES

FREE = (EntitlementState.OWED, EntitlementState.SET_OFF)


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One state of what is owed from a feed."""

    badge: Badge
    count: int
    amount_fen: int
    keeps: bool  # a feed with such an entitlement is not taken back


def money_rows(found: Sequence[FeedMoney]) -> list[MoneyRow]:
    """Return what is owed from a feed, ready for a page."""
    return [MoneyRow(PAYMENT_STATES[row.state], row.count, row.amount_fen, row.state not in FREE) for row in found]


def nothing_left(feed: Feed, found: Sequence[FeedMoney]) -> None:
    """Raise `FeedPaidFrom` at once where a job would: something of the feed is on its way to the bank."""
    gone = [row for row in found if row.state not in FREE]
    if gone:
        count = sum(row.count for row in gone)
        raise FeedPaidFrom(feed=feed.pk, name=feed.name, count=count, stay=listed(_counted(row) for row in gone))


def _counted(row: FeedMoney) -> Words:
    state = Words.of(EntitlementState(row.state))
    return Words(f"{state.zh} {row.count}", f"{state.en} {row.count}")
