"""What waits, how old it is, and what comes next: to-do counts per role, and stuck payments one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils.timezone import localdate

from jishiyu.apps.accounts.rows import HELPING


class Role(StrEnum):
    """Whose to-do it is (the rights themselves are the accounts' affair)."""

    OFFICER = "officer"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    GRASSROOTS = "grassroots"
    TRAIL = "trail"


# What can wait: key, Chinese, English.
WORDS: dict[str, tuple[str, str]] = {
    "feeds_stored": ("已存入、未入账的数据", "feeds stored, not posted"),
    "jobs_not_done": ("未完成或未通过的任务(30 天内)", "jobs refused or failed (30 days)"),
    "cases_open": ("待联系事项", "cases to call about"),
    "cases_mine": ("转交给我的联系事项", "cases handed to me"),
    "cases_overdue": ("已超期的联系事项", "overdue cases"),
    "over_limit": ("超过自动发放限额、待收材料", "amounts over the automatic limit: papers to collect"),
    "unmatched": ("未匹配人员", "people not on the roster"),
    "held": ("数据待核实", "data to be checked"),
    "no_data": ("取不到数据、待收材料", "no data from the bureau: papers to ask for"),
    "roster_imports": ("待确认的名册", "rosters to confirm"),
    "likely_duplicates": ("疑似重复人员", "persons who may be one"),
    "returned": ("待补正的申请", "applications returned for a supplement"),
    "complaints": ("待答复的投诉", "complaints to be answered"),
    "papers_in": ("材料已收、待批准", "papers are in, to be approved"),
    "batches_prepared": ("待复核的付款批次", "batches to check"),
    "write_offs": ("待批准的核销", "write-offs to approve"),
    "policies_proposed": ("待发布的办法版本", "policy versions to publish"),
    "owed": ("应付、未入批次", "owed, in no batch"),
    "batches_approved": ("已复核、待送银行", "batches to send"),
    "batches_sent": ("已送银行、待回盘", "batches the bank has not answered"),
    "stuck": ("退汇或失败的付款", "returned or failed payments"),
    "unknown": ("结果不明的付款", "payments of unknown result"),
    "no_account": ("缺少或错误的账号", "missing or wrong accounts"),
    "recoveries": ("待追回款项", "recoveries"),
    "lockouts": ("待处理的锁定账号", "locked accounts to look at"),
    "notices_failed": ("未送达的通知(7 天内)", "notices not delivered (7 days)"),
    "tokens": ("待领取的接口令牌", "API tokens to collect"),
    "needs_forward": ("待转交的需求", "needs to forward"),
    "needs_raised": ("已升级的超期需求", "late needs that were raised to a level"),
    "enterprises_without": ("尚无专属管家的企业", "enterprises without a steward"),
    "rounds_over": ("已到期、待结束的批次", "rounds whose time is over, to be closed"),
    "needs_confirm": ("待确认的需求", "needs to confirm with the enterprise"),
    "needs_classify": ("待分类的需求", "needs to classify"),
    "needs_late": ("我的超期需求", "late needs of my enterprises"),
    "needs_unreachable": ("联系不上的企业需求", "needs of enterprises nobody reached"),
    "trail_broken": ("审计记录不完整,或校验未能完成", "the audit trail is not whole, or was not checked to its end"),
}
# What each role looks at.
ITEMS: dict[Role, tuple[str, ...]] = {
    Role.OFFICER: (
        "feeds_stored", "jobs_not_done", "cases_open", "cases_overdue", "unmatched", "held", "roster_imports",
        "likely_duplicates",
    ),
    Role.REVIEWER: ("papers_in", "batches_prepared", "write_offs", "policies_proposed"),
    Role.FINANCE: (
        "owed", "batches_approved", "batches_sent", "stuck", "unknown", "no_account", "recoveries",
    ),
    Role.GRASSROOTS: ("cases_open", "cases_overdue", "no_account", "stuck"),
    Role.TRAIL: ("trail_broken",),
}  # fmt: skip
# One statement for everything asked: count, sum in fen, since when the oldest waits, how many are late. `city` keeps
# what has no union; what somebody prepared themselves (`me`) does not wait for them.
SOURCES = """
WITH cases AS (
    SELECT reason, state, due_on, opened_at, amount_fen, officer FROM subsidies_case
    WHERE state NOT IN ('approved', 'closed') AND (%(city)s OR union_id = ANY(%(unions)s))
), owing AS (
    SELECT state, count(*) AS amounts, sum(amount_fen - set_off_fen) AS fen, min(created_at) AS since
    FROM subsidies_entitlement
    WHERE state NOT IN ('paid', 'set_off') AND (%(city)s OR union_id = ANY(%(unions)s)) GROUP BY state
)
"""
# What is late has waited since its day at least, also where it was opened later (a history that is taken in).
_CASES = "count(*), coalesce(sum(amount_fen), 0)::bigint, min(least(opened_at, due_on::timestamptz)), count(*) FILTER (WHERE due_on < %(on)s) FROM cases"
_OWING = "coalesce(sum(amounts), 0)::bigint, coalesce(sum(fen), 0)::bigint, min(since), 0 FROM owing"
_BATCHES = (
    "count(*), coalesce(sum(sum_fen), 0)::bigint, min({since}), 0 FROM payments_batch WHERE %(city)s AND {wanted}"
)
COUNTS: dict[str, str] = {
    "cases_open": _CASES,
    "cases_mine": f"{_CASES} WHERE officer <> '' AND officer = %(me)s",
    "cases_overdue": "count(*), coalesce(sum(amount_fen), 0)::bigint, min(due_on)::timestamptz, count(*) FROM cases"
    " WHERE due_on < %(on)s",
    **{reason: f"{_CASES} WHERE reason = '{reason}'" for reason in ("over_limit", "unmatched", "held", "no_data")},
    "papers_in": f"{_CASES} WHERE state = 'papers_in' AND reason = 'over_limit'",
    "owed": f"{_OWING} WHERE state = 'owed'",
    "stuck": f"{_OWING} WHERE state IN ('returned', 'failed')",
    "unknown": f"{_OWING} WHERE state = 'unknown'",
    "no_account": "count(*), coalesce(sum(owed.amount_fen - owed.set_off_fen), 0)::bigint,"
    " min(obstacle.seen_on)::timestamptz, 0"
    " FROM payments_obstacle obstacle JOIN subsidies_entitlement owed ON owed.id = obstacle.entitlement_id"
    " WHERE obstacle.cleared_on IS NULL AND owed.state = 'owed' AND (%(city)s OR owed.union_id = ANY(%(unions)s))",
    "recoveries": "count(*), coalesce(sum(amount_fen - set_off_fen - repaid_fen), 0)::bigint, min(created_at), 0"
    " FROM subsidies_recovery WHERE state IN ('open', 'asked_back') AND (%(city)s OR union_id = ANY(%(unions)s))",
    "feeds_stored": "count(*), 0, min(taken_at), 0 FROM intake_feed WHERE state = 'stored' AND %(city)s",
    "jobs_not_done": "count(*), 0, min(ended_at), 0 FROM jobs_progress"
    " WHERE state IN ('refused', 'failed') AND ended_at >= %(on)s::date - 30 AND %(city)s",
    "roster_imports": "count(*), 0, min(checked_at), 0 FROM members_rosterimport WHERE state = 'checked' AND %(city)s",
    "likely_duplicates": "count(*), 0, min(found_at), 0 FROM members_likeness WHERE %(city)s",
    "returned": "count(*), 0, min(filed_on)::timestamptz, count(*) FILTER (WHERE supplement_due_on < %(on)s)"
    " FROM applications_application WHERE state = 'returned' AND (%(city)s OR union_id = ANY(%(unions)s))",
    "complaints": "count(*), 0, min(filed_at), count(*) FILTER (WHERE due_on < %(on)s) FROM applications_complaint"
    " WHERE state = 'open' AND %(city)s",
    "batches_prepared": _BATCHES.format(since="made_at", wanted="state = 'prepared' AND made_by <> %(me)s"),
    "batches_approved": _BATCHES.format(since="checked_at", wanted="state IN ('approved', 'sending')"),
    "batches_sent": _BATCHES.format(since="sent_at", wanted="state = 'sent'"),
    "write_offs": "count(*), coalesce(sum(recovery.amount_fen - recovery.set_off_fen - recovery.repaid_fen), 0)::bigint,"
    " min(proposal.proposed_at), 0"
    " FROM payments_writeoff proposal JOIN subsidies_recovery recovery ON recovery.id = proposal.recovery_id"
    " WHERE proposal.approved_by = '' AND proposal.proposed_by <> %(me)s AND %(city)s",
    "policies_proposed": "count(*), 0, min(proposed_at), 0 FROM policies_version"
    " WHERE state = 'proposed' AND proposed_by <> %(me)s AND %(city)s",
    "lockouts": "count(*), 0, min(at), 0 FROM accounts_lockout WHERE unlocked_at IS NULL AND %(city)s",
    "notices_failed": "count(*), 0, min(ended_at), 0 FROM notices_notice"
    " WHERE state = 'failed' AND ended_at >= %(on)s::date - 7 AND %(city)s",
    "tokens": "count(*), 0, min(token.issued_at), 0 FROM api_token token"
    " JOIN accounts_account account ON account.id = token.account_id"
    " WHERE token.state = 'issued' AND account.name = %(me)s AND token.until > %(on)s",
    "trail_broken": "count(*), 0, min(ended_at), count(*) FROM jobs_progress"
    " WHERE kind = 'verify_audit' AND state IN ('refused', 'failed') AND id > coalesce("
    "(SELECT max(id) FROM jobs_progress WHERE kind = 'verify_audit' AND state = 'done'), 0)",
}
# Enterprise help: row security leaves the reader's own; a steward's work is that of their enterprises.
_NEEDS = (
    "count(*), 0, min(need.state_at), count(*) FILTER (WHERE need.due_at < now()) FROM enterprises_need need"
    " JOIN enterprises_participation taking ON taking.id = need.participation_id"
    " JOIN enterprises_campaign round ON round.id = taking.campaign_id AND round.closed_at IS NULL"
    " LEFT JOIN accounts_account steward ON steward.id = taking.steward_id WHERE "
)
COUNTS |= {
    "needs_forward": f"{_NEEDS} need.state = 'handed_in'",
    "needs_raised": f"{_NEEDS} need.escalated_to IS NOT NULL AND need.ended_at IS NULL",
    "needs_confirm": f"{_NEEDS} need.state = 'forwarded' AND steward.name = %(me)s",
    "needs_classify": f"{_NEEDS} need.state = 'confirmed' AND steward.name = %(me)s",
    "needs_late": f"{_NEEDS} need.due_at < now() AND need.ended_at IS NULL AND steward.name = %(me)s",
    "needs_unreachable": f"{_NEEDS} need.state = 'unreachable' AND steward.name = %(me)s",
    "enterprises_without": "count(*), 0, min(taking.since), 0 FROM enterprises_participation taking"
    " JOIN enterprises_campaign round ON round.id = taking.campaign_id"
    " WHERE taking.steward_id IS NULL AND round.closed_at IS NULL AND round.ends_on > %(on)s",
    "rounds_over": "count(*), 0, min(round.ends_on)::timestamptz, count(*) FROM enterprises_campaign round"
    f" WHERE round.closed_at IS NULL AND round.ends_on <= %(on)s AND round.lead_id = ANY({HELPING})",
}
STUCK = """
SELECT 'entitlement', entitlement.id, entitlement.person_id, unions.code, unions.name, entitlement.stay_id,
       entitlement.policy, entitlement.state, entitlement.amount_fen - entitlement.set_off_fen,
       coalesce(answer.answered_on, batch.pay_on, obstacle.seen_on, entitlement.created_at::date),
       coalesce(answer.reason, obstacle.detail, ''), coalesce(obstacle.reason, ''), coalesce(attempt.attempt_no, 0), false
FROM subsidies_entitlement entitlement
JOIN orgs_union unions ON unions.id = entitlement.union_id
LEFT JOIN payments_obstacle obstacle ON obstacle.entitlement_id = entitlement.id AND obstacle.cleared_on IS NULL
LEFT JOIN LATERAL (
    SELECT * FROM payments_attempt attempt WHERE attempt.entitlement_id = entitlement.id
    ORDER BY attempt.attempt_no DESC LIMIT 1
) attempt ON true
LEFT JOIN payments_batch batch ON batch.id = attempt.batch_id
LEFT JOIN LATERAL (
    SELECT answer.answered_on, answer.reason FROM payments_bankanswer answer
    WHERE answer.attempt_id = attempt.id ORDER BY answer.id DESC LIMIT 1
) answer ON true
WHERE (entitlement.state IN ('returned', 'failed', 'unknown') OR (entitlement.state = 'owed' AND obstacle.id IS NOT NULL))
AND (%(unions)s::bigint[] IS NULL OR entitlement.union_id = ANY(%(unions)s))
UNION ALL
SELECT 'recovery', recovery.id, recovery.person_id, unions.code, unions.name, recovery.stay_id, recovery.policy,
       recovery.state, recovery.amount_fen - recovery.set_off_fen - recovery.repaid_fen, recovery.created_at::date, '',
       '', 0, proposal.id IS NOT NULL AND proposal.approved_by = ''
FROM subsidies_recovery recovery
JOIN orgs_union unions ON unions.id = recovery.union_id
LEFT JOIN payments_writeoff proposal ON proposal.recovery_id = recovery.id
WHERE recovery.state IN ('open', 'asked_back')
AND (%(unions)s::bigint[] IS NULL OR recovery.union_id = ANY(%(unions)s))
ORDER BY 10, 1, 2 LIMIT %(limit)s
"""
NEXT: dict[str, tuple[str, str]] = {
    "returned": (
        "联系单位工会更正账户;更正后自动可重付,或由经办人说明理由后放行",
        "Have the union correct the account; then it may be tried again, or release it with a reason.",
    ),
    "failed": ("按银行理由更正账户或户名,再放行重付", "Correct what the bank named, then release it for another try."),
    "unknown": (
        "等待银行答复;未答复前不得重付,超过 3 个工作日请致电银行",
        "Wait for the bank's answer; never pay again before it. After three working days call the bank.",
    ),
    "owed": ("补充或更正账户,下一批次自动编入", "Add or correct the account; the next batch takes it by itself."),
    "open": ("从下一笔补贴抵扣;无后续补贴的,发出追回通知", "It is set off against the next subsidy; where none follows, ask for it back."),
    "asked_back": ("登记退回款;确实无法追回的,由两人核销", "Book what is paid back; what cannot be had back is written off by two people."),
    "write_off": ("核销已提出,由另一人批准", "A write-off is proposed: a second person approves it."),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """One line of a to-do list: how many, how much (fen), since when the oldest of them waits, how many are late."""

    key: str
    zh: str
    en: str
    count: int
    amount_fen: int
    since: datetime | None
    age_days: int | None
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """One payment or recovery that does not go on by itself, how long it stands, and what to do next."""

    what: str
    id: int
    person_id: int
    union_code: str
    union: str
    stay_id: str
    policy: str
    state: str
    amount_fen: int
    since: date
    age_days: int
    bank_said: str
    obstacle: str
    attempts: int
    next_zh: str
    next_en: str


def to_do(*, roles: Sequence[Role], on: date, union_ids: Sequence[int] | None = None) -> list[ToDo]:
    """This function will count in one statement what waits for somebody of these roles; with `union_ids`, there only."""
    return what_waits(
        keys=list(dict.fromkeys(key for role in roles for key in ITEMS[role])), on=on, union_ids=union_ids
    )


def what_waits(*, keys: Sequence[str], on: date, union_ids: Sequence[int] | None = None, me: str = "") -> list[ToDo]:
    """This function will count what waits under each of these keys of `WORDS`, in one statement and in their order.

    `me` is the account that asks: what it prepared itself waits for somebody else, what was handed to it is its own.
    """
    if not keys:
        return []
    pieces = " UNION ALL ".join(f"SELECT '{key}', {COUNTS[key]}" for key in keys)
    rows = {key: rest for key, *rest in _rows(SOURCES + pieces, {**_scope(on, union_ids), "me": me})}
    made = []
    for key in keys:
        count, amount, since, late = rows[key]
        age = (on - localdate(since)).days if since is not None else None
        zh, en = WORDS[key]
        made.append(
            ToDo(key=key, zh=zh, en=en, count=count, amount_fen=int(amount), since=since, age_days=age, late=late)
        )
    return made


def stuck(*, on: date, union_ids: Sequence[int] | None = None, limit: int = 500) -> list[Stuck]:
    """This function will list payments and recoveries that wait for a person, the oldest first, with the next step."""
    asked = {"unions": None if union_ids is None else list(union_ids), "limit": limit}
    made = []
    for what, key, person, code, name, stay, policy, state, fen, since, said, obstacle, tries, proposed in _rows(
        STUCK, asked
    ):
        zh, en = NEXT["write_off" if proposed else state]
        made.append(Stuck(
            what=what, id=key, person_id=person, union_code=code, union=name, stay_id=stay, policy=policy, state=state,
            amount_fen=fen, since=since, age_days=max(0, (on - since).days), bank_said=said, obstacle=obstacle,
            attempts=tries, next_zh=zh, next_en=en,
        ))  # fmt: skip
    return made


def _scope(on: date, union_ids: Sequence[int] | None) -> dict[str, Any]:
    return {"on": on, "city": union_ids is None, "unions": list(union_ids or [])}


def _rows(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
