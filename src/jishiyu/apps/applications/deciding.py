"""What deciding says about an application: looked at without a trace, and posted exactly once.

There is one way in: the form becomes a row, the row an event of `intake`, the event a decision, the decision an
entitlement. Looking takes the same way and goes back.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection, transaction

from jishiyu.apps.applications import forms
from jishiyu.apps.applications.models import Application, Kind, Paper
from jishiyu.apps.applications.problems import (
    AmountChanged,
    FormNotRight,
    NothingToApprove,
    OthersChanged,
    StayInTheData,
)
from jishiyu.apps.intake.applications import store_events
from jishiyu.apps.policies.shelves import in_force
from jishiyu.apps.subsidies.heirs import HeirFacts, name_heir, require_heir
from jishiyu.apps.subsidies.models import CaseReason, CaseState, Decision
from jishiyu.apps.subsidies.operations import approve_case, close_case, log_papers, lowered_stays, redecide
from jishiyu.apps.subsidies.problems import HeirMissing
from jishiyu.apps.subsidies.queries import judged_now, open_case
from jishiyu.engine.explain import explain
from jishiyu.engine.money import yuan_text
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.reasons import say
from jishiyu.engine.same_stay import REPEATED
from jishiyu.engine.words import Words

KINSHIP = "kinship"
MOBILE = re.compile(r"\+?[0-9 -]{5,16}")
PAYS = ("auto", "assist", "capped")
POSTED = """
SELECT coalesce((SELECT sum(amount_fen) FROM subsidies_entitlement WHERE stay_id = %(stay)s), 0)::bigint
     - coalesce((SELECT sum(amount_fen) FROM subsidies_recovery WHERE stay_id = %(stay)s), 0)::bigint
"""
# What is decided now about people (look-up hashes of any of their numbers).
DECIDED = """
SELECT stay_id, policy, bucket, payable_fen FROM subsidies_decision WHERE newest AND person_hash = ANY(%s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another decision of the same people that would change: amounts in fen."""

    stay_id: str
    policy: str
    before_fen: int
    after_fen: int
    after_bucket: str
    repeats: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What deciding would say about an application now; nothing of it is written. Amounts in fen, rate in millionths.

    `amount_fen` is what would be posted beyond what was posted for the event before: the amount to approve.
    """

    stay_id: str
    policy: str
    version: str
    bucket: str
    base_fen: int | None
    bracket: int | None
    rate_ppm: int | None
    uncapped_fen: int
    used_before_fen: int
    payable_fen: int
    amount_fen: int
    reasons: tuple[str, ...]
    zh: str
    en: str
    others: tuple[Other, ...]

    @property
    def can_be_approved(self) -> bool:
        """Tell whether approving would entitle, also where the limit leaves nothing."""
        return self.bucket in PAYS


def data_stay(about: Application) -> str | None:
    """This function will return the stay in the settlement data that an application is about, if it is about one."""
    case = about.case
    if case is not None and case.reason in (CaseReason.OVER_LIMIT, CaseReason.UNMATCHED):
        return str(case.stay_id)
    return None


def look(about: Application, *, on: date, at: datetime, policies: Shelf | None = None) -> Preview:
    """This function will return what deciding would say, on the very way that an approval takes; then it goes back."""
    shelf = policies or in_force()
    stay_id = data_stay(about) or about.number
    with transaction.atomic():
        people = _bring(about, by="", on=on, at=at)
        judged = judged_now(people=people, policies=shelf)
        transaction.set_rollback(True)
    mine = judged.filter(pl.col("stay_id") == stay_id).sort("payable_fen", "policy", descending=[True, False])
    lead: dict[str, Any] = mine.row(0, named=True) if mine.height else _nothing(about)
    versions = [policy for policy in shelf.versions.get(lead["policy"], ()) if policy.version == lead["version"]]
    explained = explain(lead, versions[0] if versions else None)
    return Preview(
        stay_id=stay_id, policy=lead["policy"], version=lead["version"], bucket=lead["bucket"],
        base_fen=lead["base_fen"], bracket=lead["bracket"], rate_ppm=lead["rate_ppm"],
        uncapped_fen=lead["uncapped_fen"], used_before_fen=lead["used_before_fen"],
        payable_fen=int(mine["payable_fen"].sum()), amount_fen=int(mine["payable_fen"].sum()) - _posted(stay_id),
        reasons=tuple(lead["reasons"]), zh=explained.zh, en=explained.en,
        others=tuple(_others(judged.filter(pl.col("stay_id") != stay_id))),
    )  # fmt: skip


def refuse_unpayable(about: Application, seen: Preview) -> None:
    """This function will refuse to approve what the rules pay nothing for, and a death that nobody receives for.

    Raises `NothingToApprove`, `StayInTheData`, `HeirMissing`.
    """
    stays = [other.stay_id for other in seen.others if other.repeats]
    if data_stay(about) is None and about.kind == "stay" and stays:
        raise StayInTheData(number=about.number, stays=", ".join(stays))
    if not seen.can_be_approved:
        raise _unpayable(about, seen.reasons, seen.policy)
    stay_id = data_stay(about)
    if stay_id is not None:
        require_heir(stay_id=stay_id)
    elif about.kind == Kind.DEATH and _heir(about) is None:
        raise HeirMissing(stay=about.number)


def _heir(about: Application) -> HeirFacts | None:
    """Return who receives for a death as the application says, when it is complete and its proof is among the papers."""
    form = forms.opened([about])[0]
    given = [form.get(name, "") for name in ("heir_name", "heir_relation", "heir_account")]
    if not all(given) or not Paper.objects.filter(application=about, paper=KINSHIP).exists():
        return None
    phone = form.get("heir_phone", "")
    phone = phone if MOBILE.fullmatch(phone) else ""
    return HeirFacts(name=given[0], relation=given[1], account=forms.folded_account(given[2]), phone=phone)


def post(
    about: Application, *, signers: Sequence[str], seen: Preview, sentence: str, on: date, at: datetime,
    policies: Shelf | None = None,
) -> int:  # fmt: skip
    """This function will post an approved application in the caller's transaction and return the fen it owes.

    The event is stored, its people are decided again, and a case over the automatic limit that stands for it is
    approved by the two signers. All or nothing: raises `AmountChanged` when the sum is not the one they saw, and
    `OthersChanged` when it takes money back from somebody they did not see (a household's other claim, approved at
    the same moment).
    """
    stay_id = data_stay(about) or about.number
    before = _posted(stay_id)
    people = _bring(about, by=signers[-1], on=on, at=at)
    redecide(by=signers[-1], on=on, people=people, because=f"application {about.number}", policies=policies)
    unseen = lowered_stays() - {
        stay_id,
        *(other.stay_id for other in seen.others if other.after_fen < other.before_fen),
    }
    if unseen:
        raise OthersChanged(number=about.number, stays=", ".join(sorted(unseen)))
    heir = _heir(about) if about.kind == Kind.DEATH else None
    if heir is not None:
        name_heir(
            stay_id=stay_id, person_id=about.person_id, facts=heir, proof=f"申请 {about.number} 的亲属关系证明 / proof with application {about.number}",
            reason=f"申请 {about.number} 已批准 / application {about.number} was approved", by=signers[-1], at=at,
        )  # fmt: skip
    case = open_case(stay_id=stay_id, reason=CaseReason.OVER_LIMIT)
    if case is not None:
        if case.state != CaseState.PAPERS_IN:
            log_papers(
                case_id=case.pk,
                by=signers[0],
                sentence=f"申请 {about.number} 的材料 / Papers of application {about.number}.",
                on=on,
            )
        approve_case(
            case_id=case.pk, by=signers[0], second=signers[-1], sentence=sentence, on=on, seen_fen=case.amount_fen
        )
    newest = list(Decision.objects.filter(stay_id=stay_id, newest=True))
    if not any(decision.bucket in PAYS for decision in newest):
        reasons = tuple(reason for decision in newest for reason in decision.reasons)
        raise _unpayable(about, reasons, newest[0].policy if newest else "")
    owed = _posted(stay_id) - before
    if owed != seen.amount_fen:
        raise AmountChanged(number=about.number, now=yuan_text(owed), seen=yuan_text(seen.amount_fen))
    if about.case is not None and about.case.reason == CaseReason.NO_DATA:
        close_case(
            case_id=about.case.pk,
            by=signers[-1],
            because=f"已凭申请 {about.number} 办理 / Paid by application {about.number}.",
        )
    return owed


def event_of(about: Application, *, on: date) -> pl.DataFrame:
    """This function will return an application as the event that policies judge. Raises `FormNotRight`."""
    form = forms.opened([about])[0]
    papers = Paper.objects.filter(application=about).order_by("paper").values_list("paper", flat=True).distinct()
    found = forms.read(
        kind=about.kind, form=form, person_id=about.person_id, number=about.number, filed_on=about.filed_on or on,
        papers=list(papers), case_data=False,
    )  # fmt: skip
    if not found.events.height:
        raise FormNotRight(forms.flaws_of(kind=about.kind, form=form, found=found, complete=True, case_data=False))
    return found.events


def _bring(about: Application, *, by: str, on: date, at: datetime) -> list[bytes]:
    """Store the event, unless it is in the settlement data, and return the hashes of who has to be decided."""
    people = [bytes(about.person.person_hash)]
    if data_stay(about) is not None:
        assert about.case is not None
        if about.case.person_hash is not None:
            people.append(bytes(about.case.person_hash))
    else:
        store_events(events=event_of(about, on=on), by=by, at=at)
    return people


def _posted(stay_id: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(POSTED, {"stay": stay_id})
        return int(cursor.fetchone()[0])


def _others(judged: pl.DataFrame) -> list[Other]:
    """Compare what would be decided about other events of these people with what is decided."""
    hashes = [bytes.fromhex(key) for key in judged["person_hash"].drop_nulls().unique()]
    with connection.cursor() as cursor:
        cursor.execute(DECIDED, [hashes])
        known = {(stay, policy): (bucket, int(fen)) for stay, policy, bucket, fen in cursor.fetchall()}
    found = []
    for row in judged.sort("stay_id", "policy").iter_rows(named=True):
        bucket, before = known.get((row["stay_id"], row["policy"]), ("", 0))
        repeats = row["bucket"] == "held" != bucket and REPEATED in row["reasons"]
        if before != row["payable_fen"] or repeats:
            found.append(
                Other(stay_id=row["stay_id"], policy=row["policy"], before_fen=before, after_fen=row["payable_fen"],
                      after_bucket=row["bucket"], repeats=repeats)
            )  # fmt: skip
    return found


def _unpayable(about: Application, reasons: Sequence[str], policy: str) -> NothingToApprove:
    known = in_force().versions.get(policy)
    words = {
        language: [say(code, language, known[-1] if known else None) for code in reasons] for language in ("zh", "en")
    }
    return NothingToApprove(
        number=about.number, what=Words(
            ";".join(words["zh"]) or "没有可支付的金额", "; ".join(words["en"]) or "nothing is payable",
        ),
    )  # fmt: skip


def _nothing(about: Application) -> dict[str, Any]:
    """Return what stands in for a decision where the data knows the stay no more."""
    return {
        "policy": "", "version": "", "bucket": "ineligible", "base_fen": None, "bracket": None, "rate_ppm": None,
        "uncapped_fen": 0, "used_before_fen": 0, "payable_fen": 0, "reasons": ["no_policy"],
        "anchor_date": about.event_on, "kind": about.kind,
    }  # fmt: skip
