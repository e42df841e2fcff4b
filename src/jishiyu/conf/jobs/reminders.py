"""Words that leave by themselves: money on its way, paid or returned; what is overdue, once a day."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.db import connection
from django.utils.timezone import localtime

from jishiyu.apps.applications.queries import waiting
from jishiyu.apps.applications.telling import remind_of_applications
from jishiyu.apps.desk.queries import Role, to_do
from jishiyu.apps.intake.operations import moment
from jishiyu.apps.jobs import operations
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.members.duplicates import search_duplicates
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notices
from jishiyu.apps.subsidies.heirs import HeirFacts, heirs_of_entitlements
from jishiyu.apps.visits.operations import remind_of_actions
from jishiyu.conf.jobs.running import Done
from jishiyu.engine.money import yuan_text

SYSTEM = "system"
LOOK_BACK = "3 days"  # what the bank said longer ago than this is no news any more
# Of every attempt the newest word only: whoever was paid yesterday is not told today that money is coming.
MONEY = """
SELECT attempt.id, attempt.state, attempt.amount_fen, coalesce(person.merged_into_id, person.id),
       coalesce(answer.answered_on, batch.pay_on), entitlement.id
FROM payments_attempt attempt
JOIN payments_batch batch ON batch.id = attempt.batch_id
JOIN subsidies_entitlement entitlement ON entitlement.id = attempt.entitlement_id
JOIN people_person person ON person.id = entitlement.person_id
LEFT JOIN LATERAL (
    SELECT reply.answered_on, file.read_at FROM payments_bankanswer reply
    JOIN payments_resultfile file ON file.id = reply.result_file_id
    WHERE reply.attempt_id = attempt.id AND reply.moved ORDER BY reply.id DESC LIMIT 1
) answer ON true
WHERE batch.state IN ('sent', 'answered', 'closed') AND attempt.state IN ('sent', 'paid', 'returned', 'failed')
AND coalesce(answer.read_at, batch.sent_at) > %(at)s::timestamptz - %(back)s::interval
AND NOT EXISTS (
    SELECT FROM notices_notice told
    WHERE told.once = 'attempt ' || attempt.id || CASE WHEN attempt.state = 'sent' THEN ' sent'
                                                       WHEN attempt.state = 'paid' THEN ' paid' ELSE ' returned' END
)
ORDER BY attempt.id
"""
WORDS = {
    "sent": Kind.MONEY_COMING,
    "paid": Kind.PAID,
    "returned": Kind.ACCOUNT_RETURNED,
    "failed": Kind.ACCOUNT_RETURNED,
}
ONCE = {"sent": "sent", "paid": "paid", "returned": "returned", "failed": "returned"}
OVERDUE = """
SELECT coalesce(unions.code, ''), coalesce(unions.name, '未知单位'), count(*), min(kase.due_on)
FROM subsidies_case kase LEFT JOIN orgs_union unions ON unions.id = kase.union_id
WHERE kase.state NOT IN ('approved', 'closed') AND kase.due_on < %(on)s
GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, kw_only=True)
class Told:
    """How many notices were queued."""

    money: int = 0
    applications: int = 0
    unions: int = 0
    staff: int = 0


def tell_about_money(*, at: datetime) -> int:
    """This function will queue a notice for every payment that was sent, paid or came back, once each."""
    with connection.cursor() as cursor:
        cursor.execute(MONEY, {"at": at, "back": LOOK_BACK})
        rows = cursor.fetchall()
    heirs = heirs_of_entitlements(entitlement_ids=[row[-1] for row in rows]) if rows else {}
    words = []
    for attempt, state, fen, person, day, entitlement in rows:
        fields = {"yuan": yuan_text(fen), "day": day.isoformat() if day else ""}
        word = Word(kind=WORDS[state], person_id=person, once=f"attempt {attempt} {ONCE[state]}", fields=fields)
        words.append(_to_heir(word, heirs[entitlement]) if entitlement in heirs else word)
    return queue_notices(words=words, by=SYSTEM, at=at) if words else 0


def _to_heir(word: Word, heir: HeirFacts | None) -> Word:
    """Return a notice about the subsidy for a death: to who receives it, never to the telephone of the deceased."""
    if heir is None:
        return replace(word, address="")
    named = {"name": heir.name, "card": heir.account[-4:]}
    return replace(word, address=heir.phone, fields={**word.fields, **named})


def remind(job: Progress) -> Done:
    """This function will tell members what ends soon, staff what is overdue or waits for review, and stewards which
    actions of service plans are due, once a day.

    `arguments`: `on` (ISO day).

    Without a group of staff among the channels the words stay in the log.
    """
    on = date.fromisoformat(job.arguments["on"])
    operations.step(progress_id=job.pk, zh="整理超期事项", en="looking for what is overdue")
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE, {"on": on})
        overdue = [
            Word(kind=Kind.CALLS_OVERDUE, once=f"calls overdue {code or name} {on}",
                 fields={"union": name, "count": str(count), "oldest": oldest.isoformat()})
            for code, name, count, oldest in cursor.fetchall()
        ]  # fmt: skip
    waits = [row for row in to_do(roles=[Role.REVIEWER], on=on) if row.count]
    count = sum(row.count for row in waits) + sum(row.count for row in waiting(on=on))
    days = [localtime(row.since).date() for row in waits if row.since] + [row.oldest_on for row in waiting(on=on)]
    review = (
        [Word(kind=Kind.WAITING, once=f"waiting {on}", fields={"count": str(count), "oldest": min(days).isoformat()})]
        if count and days
        else []
    )
    at = moment()
    told = Told(
        money=tell_about_money(at=at), applications=remind_of_applications(on=on, at=at),
        unions=queue_notices(words=overdue, by=SYSTEM, at=at),
        staff=queue_notices(words=review, by=SYSTEM, at=at),
    )  # fmt: skip
    operations.step(progress_id=job.pk, zh="查找疑似重复人员", en="looking for persons who may be one")
    actions = remind_of_actions(by=SYSTEM, on=on, at=at)
    return Done({
        **asdict(told), "actions": actions, "duplicates": search_duplicates(at=at), "channels": len(settings.NOTICE_URLS),
    })  # fmt: skip
