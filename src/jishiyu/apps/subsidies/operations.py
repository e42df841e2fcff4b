"""Decide what is stored and post the difference. Doing any of it twice posts nothing the second time."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.utils.timezone import localtime

from jishiyu.apps.audit.operations import record
from jishiyu.apps.intake.applications import APPLICATIONS_OF_PEOPLE, mark_decided
from jishiyu.apps.intake.models import Feed, FeedState
from jishiyu.apps.intake.operations import moment, refusal
from jishiyu.apps.intake.problems import FeedPaidFrom, FeedUnknown, FeedWithdrawn, ReasonMissing
from jishiyu.apps.policies.queries import in_force
from jishiyu.apps.subsidies.calls import follow_decisions
from jishiyu.apps.subsidies.case_operations import (
    approve_case,
    close_case,
    hand_over,
    log_call,
    log_papers,
    log_promise,
    report_no_data,
)
from jishiyu.apps.subsidies.case_rounds import Step, log_round
from jishiyu.apps.subsidies.fates import with_old_fates, write_fates
from jishiyu.apps.subsidies.judging import columns_to_gather, judge_together
from jishiyu.apps.subsidies.models import EntitlementState
from jishiyu.apps.subsidies.posting import (
    Posted,
    lowered_stays,
    newest_decisions,
    post_differences,
    tell_planner,
    write_decisions,
)
from jishiyu.apps.subsidies.statements import execute
from jishiyu.apps.subsidies.together import gather
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.words import Words, listed

__all__ = [
    "POSTING", "Outcome", "Step", "approve_case", "close_case", "hand_over", "log_call", "log_papers", "log_promise", "log_round",
    "lowered_stays", "post_feed", "redecide", "rematch", "report_no_data", "take_back_feed",
]  # fmt: skip

PEOPLE_TOGETHER = "SELECT person_hash FROM together_person ORDER BY person_hash"
TOLD = ["kind", "anchor_date", "base_fen", "payable_fen", "bucket"]  # what the call lists look at
SHOWN = 5  # of the entitlements that keep a feed from being taken back
# Locked, so that none of them can slip into a batch while we look.
OWED_FROM = """
SELECT entitlement.state, entitlement.stay_id, (
    SELECT max(attempt.batch_id) FROM payments_attempt attempt WHERE attempt.entitlement_id = entitlement.id
) FROM subsidies_entitlement entitlement
WHERE entitlement.created_at >= %(posted_at)s
AND entitlement.stay_id IN (SELECT stay_id FROM intake_fate WHERE feed_id = %(feed)s)
ORDER BY entitlement.id FOR UPDATE
"""
# Roster changes wait for decisions under way and the other way round; see migration 0003.
ROSTER_LOCK = "SELECT pg_advisory_xact_lock_shared(7462011)"
STALE = "SELECT person_hash FROM subsidies_stale ORDER BY person_hash"
NO_LONGER_STALE = """
DELETE FROM subsidies_stale stale USING together_person person WHERE person.person_hash = stale.person_hash
"""
IN_PERIOD = """
SELECT DISTINCT person_hash FROM subsidies_decision
WHERE newest AND person_hash IS NOT NULL AND anchor_date >= %s AND anchor_date < %s
"""


Told = Callable[[int], None]
# The steps of posting, in Chinese and English, as they are told.
POSTING = (
    ("汇集相关数据", "gathering what belongs together"),
    ("核定", "deciding"),
    ("写入核定结果", "writing decisions"),
    ("登记应付与追回的差额", "posting the differences"),
    ("更新联系事项和各行去向", "following up cases and lines"),
)


@dataclass(frozen=True, kw_only=True)
class Outcome(Posted):
    """What one posting did: lines and people looked at, decisions, money (fen), cases."""

    lines: int = 0
    people: int = 0
    cases_opened: int = 0
    cases_closed: int = 0


def post_feed(
    *, feed: Feed, by: str, on: date | None = None, policies: Shelf | None = None, told: Told | None = None
) -> Outcome:
    """This function will decide everything a stored feed touches and post the differences, in one transaction.

    `on` is the day in the books (default: the feed's `as_of`); `told` is called with the number of each of POSTING as
    it begins. Raises `FeedTakenBefore` when another process has
    posted it meanwhile, `FeedWithdrawn` when it was taken back. Killed at any moment, it can be done again.
    """
    with transaction.atomic():
        execute(ROSTER_LOCK)
        held = _lock(feed.pk)
        if held.state == FeedState.POSTED:
            raise refusal(held, held.name)
        _refuse_withdrawn(held)
        at = moment()
        shelf = policies or in_force()
        begins = told or (lambda step: None)
        begins(0)
        together = gather(columns=columns_to_gather(shelf), feed_id=held.pk)
        done = _decide_and_post(feed_id=held.pk, at=at, on=on or held.as_of, policies=shelf, begins=begins)
        done = replace(done, lines=together.lines, people=together.people)
        Feed.objects.filter(pk=held.pk).update(state=FeedState.POSTED, posted_at=at)
        record(by=by, action="feed.posted", record=f"feed {held.pk}", details=asdict(done), at=at,
               changes={"state": (held.state, FeedState.POSTED.value)})  # fmt: skip
    tell_planner(decisions=done.decisions)
    return done


def redecide(
    *, by: str, on: date, people: Sequence[bytes] = (), since: date | None = None, until: date | None = None,
    because: str = "", policies: Shelf | None = None, told: Told = lambda step: None,
) -> Outcome:  # fmt: skip
    """This function will decide people again (roster, policy or merge changed) and post only the differences.

    `people` are look-up hashes; or all people with a decision anchored in the half-open period [`since`, `until`).
    `told` hears the number of each of POSTING.
    """
    with transaction.atomic():
        execute(ROSTER_LOCK)
        whom = list(people)
        if since is not None or until is not None:
            whom += _column(IN_PERIOD, [since or date.min, until or date.max])
        if not whom:
            return Outcome()
        at = moment()
        shelf = policies or in_force()
        told(0)
        together = gather(columns=columns_to_gather(shelf), people=whom)
        done = _decide_and_post(feed_id=None, at=at, on=on, policies=shelf, begins=told)
        done = replace(done, lines=together.lines, people=together.people)
        details = {**asdict(done), "because": because}
        record(by=by, action="people.decided_again", record=f"people {len(whom)}", details=details, at=at)
    tell_planner(decisions=done.decisions)
    return done


def rematch(*, by: str, on: date, policies: Shelf | None = None, told: Told = lambda step: None) -> Outcome:
    """This function will decide everybody again whose roster data changed since; run it after a roster import.

    Joining, leaving, moving, retiring, a further number, a merge: triggers have noted whose decisions may change,
    strangers who became members included.
    """
    return redecide(by=by, on=on, people=_column(STALE, []), because="roster changed", policies=policies, told=told)


def take_back_feed(*, feed_id: int, by: str, because: str, on: date, policies: Shelf | None = None) -> Outcome:
    """This function will take a whole feed back: its lines count no more, and the differences are posted.

    Raises `FeedPaidFrom` when one of its entitlements is in a batch, sent or paid, `FeedUnknown`, `FeedWithdrawn`,
    `ReasonMissing`. The lines stay stored; the same file may be taken again.
    """
    if len(because.strip()) < 2:
        raise ReasonMissing(what=f"feed {feed_id}")
    with transaction.atomic():
        execute(ROSTER_LOCK)
        held = _lock(feed_id)
        _refuse_withdrawn(held)
        at = moment()
        gather(columns=(), feed_id=feed_id)
        people = _column(PEOPLE_TOGETHER, [])
        if held.posted_at is not None:
            _refuse_paid(held)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM intake_fate WHERE feed_id = %s", [feed_id])
        Feed.objects.filter(pk=feed_id).update(
            state=FeedState.WITHDRAWN, withdrawn_at=at, withdrawn_by=by, withdrawn_because=because.strip()
        )
        done = Outcome()
        if people and held.state == FeedState.POSTED:
            shelf = policies or in_force()
            together = gather(columns=columns_to_gather(shelf), people=people)
            done = _decide_and_post(feed_id=None, at=at, on=on, policies=shelf)
            done = replace(done, lines=together.lines, people=together.people)
        details = {**asdict(done), "because": because.strip()}
        record(by=by, action="feed.taken_back", record=f"feed {feed_id}", details=details, at=at,
               changes={"state": (held.state, FeedState.WITHDRAWN.value)})  # fmt: skip
    return done


def _decide_and_post(
    *, feed_id: int | None, at: datetime, on: date, policies: Shelf, begins: Told = lambda step: None
) -> Outcome:
    """Judge what was gathered, write what changed, post differences, follow up the cases and the lines' fates."""
    execute(NO_LONGER_STALE)
    begins(1)
    judged = judge_together(policies=policies)
    begins(2)
    stored = newest_decisions()
    fresh = write_decisions(judged=judged.decisions, stored=stored, feed_id=feed_id, at=at, on=on)
    key = ["stay_id", "policy"]
    same = judged.decisions.join(stored.select(*key, "id"), on=key).join(fresh, on=key, how="anti")
    newest = pl.concat([frame.select("id", *key, *TOLD) for frame in (same, fresh)])
    begins(3)
    posted = post_differences(at=at, on=on)
    begins(4)
    lines = with_old_fates(lines=judged.lines, decided_anew=fresh["stay_id"], feed_id=feed_id)
    opened, closed = follow_decisions(newest=newest, fresh=fresh, lines=lines, at=at, on=on, policies=policies)
    write_fates(lines)
    mark_decided(APPLICATIONS_OF_PEOPLE)
    return Outcome(**asdict(replace(posted, decisions=fresh.height)), cases_opened=opened, cases_closed=closed)


def _lock(feed_id: int) -> Feed:
    # "No key": others may still point to the feed (a case names its line), only not take or post it.
    held = Feed.objects.select_for_update(no_key=True).filter(pk=feed_id).first()
    if held is None:
        raise FeedUnknown(feed=feed_id)
    return held


def _refuse_withdrawn(feed: Feed) -> None:
    if feed.state == FeedState.WITHDRAWN:
        on = localtime(feed.withdrawn_at).date().isoformat() if feed.withdrawn_at else ""
        raise FeedWithdrawn(feed=feed.pk, name=feed.name, on=on, by=feed.withdrawn_by, because=feed.withdrawn_because)


def _refuse_paid(feed: Feed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OWED_FROM, {"feed": feed.pk, "posted_at": feed.posted_at})
        gone = [row for row in cursor.fetchall() if row[0] not in ("owed", "set_off")]
    if gone:
        raise FeedPaidFrom(
            feed=feed.pk, name=feed.name, count=len(gone), stay=listed(_paid(*row) for row in gone[:SHOWN])
        )


def _paid(state: str, stay: str, batch: int | None) -> Words:
    words = Words.of(EntitlementState(state))
    if batch is None:
        return Words(f"{stay}({words.zh})", f"{stay} ({words.en})")
    return Words(f"{stay}({words.zh},批次 {batch})", f"{stay} ({words.en}, batch {batch})")


def _column(query: str, parameters: Sequence[Any]) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return [bytes(row[0]) for row in cursor.fetchall()]
