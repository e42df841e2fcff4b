"""Whether all is well after the demo: every line accounted for, the books balanced, the trail whole."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from jishiyu.apps.audit.queries import verify
from jishiyu.apps.intake.models import Bucket
from jishiyu.apps.ledger.queries import trial_balance_fen, unbalanced_entries
from jishiyu.apps.payments.queries import disagreements
from jishiyu.apps.statistics.lines import feed_accounts
from jishiyu.apps.statistics.scope import Scope
from jishiyu.apps.subsidies.models import CASE_ENDS, Case, CaseReason, CaseState
from jishiyu.apps.subsidies.queries import broken_promises


@dataclass(frozen=True)
class Check:
    """One thing that must hold, in Chinese and English, and whether it does."""

    zh: str
    en: str
    holds: bool


def buckets() -> list[tuple[str, int]]:
    """This function will return how many lines of all feeds ended in each bucket, by its Chinese name."""
    lines: Counter[str] = Counter()
    for feed in feed_accounts(Scope()):
        lines.update(feed.buckets)
    return [(bucket.label, lines[bucket]) for bucket in Bucket if lines[bucket]]


def case_standings() -> list[tuple[str, int, int, int]]:
    """This function will return for each reason to call, in Chinese: cases approved, closed, and still open."""
    counted = Case.objects.order_by("reason", "state").values_list("reason", "state").annotate(count=Count("id"))
    cases = Counter({(reason, state): count for reason, state, count in counted})
    return [
        (
            reason.label, cases[reason, CaseState.APPROVED], cases[reason, CaseState.CLOSED],
            sum(count for (of, state), count in cases.items() if of == reason and state not in CASE_ENDS),
        )
        for reason in CaseReason if any(of == reason for of, _ in cases)
    ]  # fmt: skip


def verdict() -> list[Check]:
    """This function will check the whole database again, from what is stored."""
    feeds = feed_accounts(Scope())
    lines = sum(feed.lines for feed in feeds)
    placed = sum(sum(feed.buckets.values()) for feed in feeds)
    trail = verify()
    return [
        Check(
            f"{len(feeds)} 个来件共 {lines:,} 行,{placed:,} 行有去向",
            f"{lines:,} lines in {len(feeds)} feeds, {placed:,} accounted for",
            bool(feeds) and all(feed.adds_up for feed in feeds),
        ),
        Check("应发与决定逐笔相符", "what is owed is what was decided, stay by stay", not broken_promises()),
        Check("账簿平衡,每笔分录借贷相等", "the ledger balances, entry by entry",
              trial_balance_fen() == 0 and not unbalanced_entries()),
        Check("账簿与发放、追回状态相符", "the ledger agrees with payments and recoveries", not disagreements()),
        Check(f"审计记录 {trail.rows:,} 行完整", f"the audit trail of {trail.rows:,} rows is whole", trail.whole),
    ]  # fmt: skip
