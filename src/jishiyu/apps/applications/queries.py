"""Reading applications: lists, the queue, one file with all that belongs to it, what waits, complaints."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Prefetch

from jishiyu.apps.applications import forms, signals
from jishiyu.apps.applications.acting import same_people
from jishiyu.apps.applications.comparing import ReviewerFigures, Share, reviewers_compared
from jishiyu.apps.applications.complaining import ANSWER, WORDS
from jishiyu.apps.applications.deciding import Preview, look
from jishiyu.apps.applications.drafting import missing_papers
from jishiyu.apps.applications.models import Application, Complaint, Kind, Move, Paper, State, Verdict
from jishiyu.apps.applications.problems import ApplicationMissing
from jishiyu.apps.applications.rows import (
    ApplicationFile,
    ApplicationRow,
    ComplaintRow,
    Filter,
    Page,
    PaperRow,
    ProposalRow,
    StepRow,
    Waiting,
)
from jishiyu.apps.applications.states import MOVES
from jishiyu.apps.applications.steps import WORDS as MOVE_WORDS
from jishiyu.apps.applications.steps import rules_of
from jishiyu.apps.people.queries import identities
from jishiyu.apps.people.sealing import open_many
from jishiyu.apps.policies.queries import in_force, table_of
from jishiyu.engine.evidence import Need, papers_on, review_on
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.settlement.medical_types import types_of

__all__ = [
    "ApplicationFile", "ApplicationRow", "ComplaintRow", "Filter", "Page", "PaperRow", "ProposalRow", "ReviewerFigures",
    "Share", "StepRow", "Waiting", "application_file", "applications", "complaint_rows", "complaints", "form_fields", "injury_choices",
    "masked_names", "medical_type_choices", "needed_papers", "preview", "proposals", "queue", "reviewers_compared",
    "sentences", "waiting",
]  # fmt: skip

# `below`: a union and all under it, by either kind of parent. `chosen`: what the filter leaves, with its number.
CHOSEN = """
WITH RECURSIVE below AS (
    SELECT id FROM orgs_union WHERE code = %(union)s
    UNION
    SELECT child.id FROM orgs_union child JOIN below ON below.id IN (child.territorial_parent_id, child.industry_parent_id)
), matching AS (
    SELECT application.id FROM applications_application application
    WHERE (%(states)s::text[] IS NULL OR application.state = ANY(%(states)s))
    AND (%(kinds)s::text[] IS NULL OR application.kind = ANY(%(kinds)s))
    AND (%(union)s::text IS NULL OR application.union_id IN (SELECT id FROM below))
    AND (%(people)s::bigint[] IS NULL OR application.person_id = ANY(%(people)s))
    AND (%(number)s::text IS NULL OR application.number = %(number)s)
    AND (%(reviewer)s::text IS NULL OR application.reviewer = %(reviewer)s)
    AND (%(filed_by)s::text IS NULL OR application.filed_by = %(filed_by)s)
    AND (%(case)s::bigint IS NULL OR application.case_id = %(case)s)
    AND (%(since)s::date IS NULL OR application.filed_on >= %(since)s)
    AND (%(until)s::date IS NULL OR application.filed_on < %(until)s)
    AND (%(overdue_on)s::date IS NULL OR least(application.decide_due_on, application.supplement_due_on) < %(overdue_on)s)
    AND (%(signed)s::boolean IS NULL OR %(signed)s = EXISTS (
        SELECT FROM applications_verdict verdict WHERE verdict.application_id = application.id
        AND verdict.turn = application.turn AND verdict.ruling = 'approve' AND verdict."by" = application.reviewer
    ))
)
"""
COUNT = "SELECT count(*) FROM matching"
NEWEST = "SELECT id FROM matching ORDER BY id DESC LIMIT %(limit)s OFFSET %(offset)s"
# The queue: most facts first, then the largest amount, then what is due first. All that waits is looked at.
RISKIEST = """
SELECT facts.id FROM ({facts}) facts JOIN applications_application application ON application.id = facts.id
ORDER BY (account_shared > 0)::int + (same_file > 0)::int + (facts.name_differs)::int + (household_several > 0)::int
       + (member_several > 0)::int + coalesce(joined_days <= %(joined_days)s, false)::int
       + coalesce(filed_days > %(filed_days)s, false)::int
       + (facts.expected_fen * 1000000 BETWEEN %(over)s * %(near)s::bigint AND %(over)s * 1000000::bigint)::int DESC,
       application.expected_fen DESC, application.decide_due_on, application.id
LIMIT %(limit)s OFFSET %(offset)s
"""
ROWS = """
SELECT application.id, application.number, application.kind, application.state, application.person_id,
       coalesce(unions.code, '') AS union_code, coalesce(unions.name, '') AS union_name, application.event_on,
       application.filed_on, application.filed_by, application.filed_as, application.base_fen,
       application.expected_fen, application.decided_fen, application.decide_due_on, application.supplement_due_on,
       application.appeal_due_on, application.due_assumed, application.reviewer, application.returns,
       coalesce(first."by", '') AS first_signer, coalesce(papers.count, 0) AS papers
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS chosen(id, place)
JOIN applications_application application ON application.id = chosen.id
LEFT JOIN orgs_union unions ON unions.id = application.union_id
LEFT JOIN LATERAL (
    SELECT verdict."by" FROM applications_verdict verdict
    WHERE verdict.application_id = application.id AND verdict.turn = application.turn AND verdict.ruling = 'approve'
    ORDER BY verdict.id LIMIT 1
) first ON true
LEFT JOIN (
    SELECT application_id, count(*) FROM applications_paper WHERE application_id = ANY(%(ids)s) GROUP BY 1
) papers ON papers.application_id = application.id
ORDER BY chosen.place
"""
WAITING_NOW = """
SELECT what, count(*), min(since)::date, count(*) FILTER (WHERE due_on < %(on)s)
FROM (
    SELECT CASE WHEN application.state IN ('under_review', 'second_review') AND signed.once
               THEN 'second_signature' ELSE application.state END AS what,
           application.filed_on AS since, coalesce(application.supplement_due_on, application.decide_due_on) AS due_on
    FROM applications_application application CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT FROM applications_verdict verdict WHERE verdict.application_id = application.id
            AND verdict.turn = application.turn AND verdict.ruling = 'approve' AND verdict."by" = application.reviewer
        ) AS once
    ) signed
    WHERE application.state IN ('submitted', 'under_review', 'returned', 'appealed', 'second_review')
    AND (%(union)s::text IS NULL OR application.union_id IN (SELECT id FROM below))
    AND (%(reviewer)s::text IS NULL OR application.state IN ('submitted', 'appealed')
         OR (application.reviewer = %(reviewer)s) <> signed.once)
    UNION ALL
    SELECT 'complaint', complaint.filed_at, complaint.due_on FROM applications_complaint complaint
    WHERE complaint.state = 'open' AND %(union)s::text IS NULL
    UNION ALL
    SELECT 'case_proposal', proposal.at, NULL FROM applications_caseproposal proposal
    WHERE proposal.ended_at IS NULL AND %(union)s::text IS NULL
    AND (%(reviewer)s::text IS NULL OR proposal."by" <> %(reviewer)s)
) waiting GROUP BY what
"""
WAITS: dict[str, tuple[str, str]] = {
    "submitted": ("待领取的申请", "applications to be taken"),
    "under_review": ("审核中的申请", "applications under review"),
    "second_signature": ("待第二人签字的申请", "applications that wait for a second signature"),
    "returned": ("待补正的申请", "applications returned for a supplement"),
    "appealed": ("待领取的复核", "appeals to be taken"),
    "second_review": ("复核中的申请", "appeals under review"),
    "case_proposal": ("待第二人批准的超限额事项", "cases over the limit that wait for a second approval"),
    "complaint": ("待答复的投诉", "complaints to be answered"),
}
PROPOSALS = """
SELECT proposal.case_id, proposal."by", proposal.seen_fen, kase.amount_fen, proposal.at, proposal.sentence,
       kase.person_id, coalesce(unions.name, kase.employer_name)
FROM applications_caseproposal proposal JOIN subsidies_case kase ON kase.id = proposal.case_id
LEFT JOIN orgs_union unions ON unions.id = kase.union_id
WHERE proposal.ended_at IS NULL ORDER BY proposal.at, proposal.id
"""


def applications(*, wanted: Filter | None = None, on: date, limit: int = 50, offset: int = 0) -> Page:
    """This function will return one page of applications, the newest first; five queries, however many rows."""
    return _page(wanted or Filter(), NEWEST, on, limit, offset, {})


def queue(*, wanted: Filter | None = None, on: date, limit: int = 50, offset: int = 0) -> Page:
    """This function will return one page of what waits for a reviewer: most facts worth a look first, then the largest.

    Without `states` in the filter: submitted and appealed ones.
    """
    asked = wanted or Filter(states=(State.SUBMITTED, State.APPEALED))
    rules = review_on(on)
    told = rules.signals
    numbers = {
        "joined_days": told.joined_within_days, "filed_days": told.filed_after_days,
        "over": rules.two_reviewers_over_fen, "near": told.near_limit_ppm,
    }  # fmt: skip
    riskiest = RISKIEST.format(facts=signals.FACTS.format(chosen="SELECT id FROM matching"))
    return _page(asked, riskiest, on, limit, offset, numbers)


def application_file(*, application_id: int) -> ApplicationFile:
    """This function will return one application with all that belongs to it. Raises `ApplicationMissing`."""
    about = (
        Application.objects.filter(pk=application_id)
        .select_related("case")
        .prefetch_related(
            Prefetch("moves", Move.objects.order_by("id")),
            Prefetch("verdicts", Verdict.objects.order_by("id")),
            Prefetch("papers", Paper.objects.order_by("id")),
            Prefetch("complaints", Complaint.objects.order_by("id")),
        )
        .first()
    )
    if about is None:
        raise ApplicationMissing(application=application_id)
    day = about.filed_on or about.event_on or about.drafted_at.date()
    rules, papers = rules_of(about, day), papers_on(day)
    form = forms.opened([about])[0]
    there = {paper.paper for paper in about.papers.all()}
    cause = forms.cause_of(form.get("cause"))
    who = identities(person_ids=[about.person_id]).row(0, named=True)
    words = _opened([move.words for move in about.moves.all()], MOVE_WORDS)
    return ApplicationFile(
        row=_rows([about.pk], day)[0], masked_number=mask_number(who["cert_no"] or ""), turn=about.turn,
        form=tuple((entry, form[entry.name]) for entry in forms.FIELDS[about.kind] if entry.name in form),
        papers=tuple(_paper(paper, papers.papers[paper.paper].words) for paper in about.papers.all()),
        needed=papers.needed(kind=about.kind, amount_fen=about.expected_fen, cause=cause),
        missing=tuple(missing_papers(papers, about.kind, about.expected_fen, form.get("cause"), there)),
        steps=tuple(
            StepRow(
                what=move.what, from_state=move.from_state, to_state=move.to_state, by=move.by, at=move.at,
                zh=tuple(rules.sentences[code].words["zh"] for code in move.codes),
                en=tuple(rules.sentences[code].words["en"] for code in move.codes),
                words=said, due_on=move.due_on, amount_fen=move.amount_fen,
            )
            for move, said in zip(about.moves.all(), words, strict=True)
        ),
        verdicts=tuple(about.verdicts.all()), moves=MOVES[about.state], case_id=about.case_id,
        case_reason=about.case.reason if about.case else "",
        complaints=tuple(complaint.pk for complaint in about.complaints.all()),
    )  # fmt: skip


def preview(*, application_id: int, on: date, at: datetime, policies: Shelf | None = None) -> Preview:
    """This function will return what deciding would say about an application now. Raises `ApplicationMissing`,
    `FormNotRight`.
    """
    about = Application.objects.filter(pk=application_id).select_related("case", "person").first()
    if about is None:
        raise ApplicationMissing(application=application_id)
    return look(about, on=on, at=at, policies=policies)


def waiting(*, on: date, union_code: str | None = None, reviewer: str | None = None) -> list[Waiting]:
    """This function will count what waits, with ages, for the to-do page; in the order in which it is usually done.

    With `union_code` what concerns a branch; with `reviewer` what is free, on their desk, or waits for another
    signature than theirs.
    """
    query = CHOSEN.partition(", matching AS")[0] + WAITING_NOW
    with connection.cursor() as cursor:
        cursor.execute(query, {"on": on, "union": union_code, "reviewer": reviewer})
        found = {row[0]: row for row in cursor.fetchall()}
    return [
        Waiting(
            what=what, zh=zh, en=en, count=found[what][1], oldest_on=found[what][2],
            age_days=(on - found[what][2]).days, overdue=found[what][3],
        )
        for what, (zh, en) in WAITS.items() if what in found
    ]  # fmt: skip


def proposals() -> list[ProposalRow]:
    """This function will list the cases that wait for a second approval, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(PROPOSALS)
        rows = cursor.fetchall()
    names = _names([row[6] for row in rows if row[6] is not None])
    return [
        ProposalRow(
            case_id=row[0], by=row[1], seen_fen=row[2], amount_fen=row[3], at=row[4], sentence=row[5],
            name=names.get(row[6], ""), employer=row[7],
        )
        for row in rows
    ]  # fmt: skip


def complaints(
    *, state: str | None = None, person_id: int | None = None, complaint_id: int | None = None, limit: int = 50,
    offset: int = 0,
) -> list[ComplaintRow]:  # fmt: skip
    """This function will return complaints, the first due first; of a person with all rows that stand for them."""
    rows = Complaint.objects.select_related("application")
    people = None if person_id is None else same_people(person_id)
    for name, value in {"state": state, "person_id__in": people, "pk": complaint_id}.items():
        rows = rows if value is None else rows.filter(**{name: value})
    return complaint_rows(list(rows.order_by("due_on", "id")[offset : offset + limit]))


def complaint_rows(page: Sequence[Complaint]) -> list[ComplaintRow]:
    """This function will open the words and answers of complaints, in their order, with masked names."""
    words, answers = _opened([row.words for row in page], WORDS), _opened([row.answer for row in page], ANSWER)
    names = _names([row.person_id for row in page])
    return [
        ComplaintRow(
            id=row.pk, person_id=row.person_id, name=names[row.person_id], state=row.state, words=said,
            application=row.application.number if row.application else "", filed_by=row.filed_by,
            filed_at=row.filed_at, due_on=row.due_on, answer=answer, answered_by=row.answered_by,
            answered_at=row.answered_at,
        )
        for row, said, answer in zip(page, words, answers, strict=True)
    ]  # fmt: skip


def form_fields(kind: str) -> tuple[forms.Field, ...]:
    """This function will return the fields of a kind of application, in order."""
    return forms.FIELDS[kind]


def needed_papers(*, kind: str, amount_fen: int, on: date, cause: str | None = None) -> list[tuple[Need, str, str]]:
    """This function will list the papers that an application of a kind and amount (fen) needs, with their names."""
    rules = papers_on(on)
    found = rules.needed(kind=kind, amount_fen=amount_fen, cause=forms.cause_of(cause))
    return [(need, rules.papers[need.paper].words["zh"], rules.papers[need.paper].words["en"]) for need in found]


def sentences(*, use: str, on: date) -> list[tuple[str, str, str]]:
    """This function will list the sentences (code, zh, en) of the rules for `return`, `refuse` or `approve`."""
    listed = review_on(on).sentences.values()
    return [(one.code, one.words["zh"], one.words["en"]) for one in listed if one.use == use]


def injury_choices(*, on: date, policies: Shelf | None = None) -> list[tuple[str, str, str]]:
    """This function will list the entries (key, zh, en) of the injury tables in force on a day, shipped or published."""
    judging = [
        policy for _, versions in policies or in_force() for policy in versions if Kind.ACCIDENT in policy.judges
    ]
    return [entry for policy in judging if policy.in_force_on(on) for entry in _table(policy.name, policy.digest)]


@cache
def _table(name: str, digest: str) -> tuple[tuple[str, str, str], ...]:
    """Return the entries of a version's table; a version in force never changes, so it is read once per process."""
    policy = next(one for one in in_force().versions[name] if one.digest == digest)
    return table_of(policy=policy)


def medical_type_choices(language: str) -> list[tuple[str, str]]:
    """This function will list the medical types of the city's own area: code, and name in `zh` or `en`."""
    known = types_of(None)
    return list(known.words(language).items()) if known is not None else []


def _page(wanted: Filter, order: str, on: date, limit: int, offset: int, numbers: dict[str, int]) -> Page:
    """Find the ids of a page in its order, and how many there are; then the rows."""
    parameters: dict[str, Any] = {
        "states": None if wanted.states is None else [str(state) for state in wanted.states],
        "kinds": None if wanted.kinds is None else [str(kind) for kind in wanted.kinds],
        "union": wanted.union_code, "people": None if wanted.person_id is None else same_people(wanted.person_id),
        "number": wanted.number, "reviewer": wanted.reviewer,
        "filed_by": wanted.filed_by, "case": wanted.case_id, "since": wanted.since, "until": wanted.until,
        "overdue_on": wanted.overdue_on, "signed": wanted.signed, "limit": limit, "offset": offset, **numbers,
        **signals.parameters(review_on(on)),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CHOSEN + COUNT, parameters)
        total = int(cursor.fetchone()[0])
        cursor.execute(CHOSEN + order, parameters)
        ids = [row[0] for row in cursor.fetchall()]
    return Page(_rows(ids, on), total)


def _rows(ids: list[int], on: date) -> list[ApplicationRow]:
    """Return the rows of these applications in this order, with names (masked) and facts."""
    if not ids:
        return []
    rules = review_on(on)
    rows = _dicts(ROWS, {"ids": ids})
    facts = _dicts(
        signals.FACTS.format(chosen="SELECT unnest(%(ids)s::bigint[])"), {"ids": ids, **signals.parameters(rules)}
    )
    told = {row["id"]: signals.told(row, rules) for row in facts}
    names = _names([row["person_id"] for row in rows])
    return [ApplicationRow(**row, name=names[row["person_id"]], signals=told[row["id"]]) for row in rows]


def _dicts(query: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def masked_names(*, person_ids: Sequence[int]) -> dict[int, str]:
    """This function will return the masked names of persons."""
    return _names(person_ids)


def _names(person_ids: Sequence[int]) -> dict[int, str]:
    """Return the masked names of persons."""
    people = identities(person_ids=sorted(set(person_ids)))
    return {row["person_id"]: mask_name(row["name"] or "") for row in people.iter_rows(named=True)}


def _opened(tokens: Sequence[bytes | memoryview | None], purpose: str) -> list[str]:
    """Return sealed words, empty where there are none."""
    texts = iter(open_many([bytes(token) for token in tokens if token is not None], purpose=purpose))
    return ["" if token is None else next(texts).decode() for token in tokens]


def _paper(paper: Paper, words: dict[str, str]) -> PaperRow:
    return PaperRow(
        id=paper.pk, paper=paper.paper, zh=words["zh"], en=words["en"], given_name=paper.given_name,
        media_type=paper.media_type, size_bytes=paper.size_bytes, pages=paper.pages, sha256=paper.sha256,
        scan=paper.scan, added_by=paper.added_by, added_at=paper.added_at, handed_in=paper.handed_in_at is not None,
    )  # fmt: skip
