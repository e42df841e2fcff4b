"""A fund, its members and what they are owed, for the tests of paying."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from jishiyu.apps.intake.models import Bucket
from jishiyu.apps.ledger.operations import post_owed, post_recovery_claim
from jishiyu.apps.members.models import Membership
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.payments import operations as pay
from jishiyu.apps.payments.bank import Answer, Outcome
from jishiyu.apps.payments.models import Attempt
from jishiyu.apps.payments.sending import reference
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.sealing import seal_many
from jishiyu.apps.subsidies.models import Decision, Entitlement, Recovery
from jishiyu.banks import open_bank
from jishiyu.banks.layout import amount_text, render

HOSPITAL = "changchun.hospital"
TODAY = date(2025, 3, 15)
NOW = datetime(2025, 3, 15, 1, tzinfo=UTC)
MAKER, CHECKER, CLERK = "li.na", "wang.fang", "zhao.min"
BANK = open_bank("generic-csv")
WHEN = {"on": TODAY, "at": NOW}


@dataclass(frozen=True)
class Member:
    """What a test says about a member."""

    name: str = "张三丰"
    account: str | None = "6222020000000000001"
    household: str | None = None


def union() -> Union:
    """Give the one union of these tests."""
    found, _ = Union.objects.get_or_create(code="G1", defaults={"name": "红星机械厂工会", "kind": "grassroots"})
    return found


def sealed(member: Member) -> bytes:
    """Seal a member as the roster does."""
    text = json.dumps({"name": member.name, "bank_account": member.account, "cert_type": "01", "cert_no": ""})
    return seal_many([text.encode()], purpose="people_person.sealed")[0]


def join(members: Sequence[Member]) -> list[Person]:
    """Put members on the roster; their numbers are M1, M2, … in the order of joining."""
    start = Person.objects.count()
    people = Person.objects.bulk_create(
        Person(
            person_hash=sha256(f"person {start + number}".encode()).digest(),
            sealed=sealed(member),
            content_hash=b"",
            created_at=NOW,
        )
        for number, member in enumerate(members, 1)
    )
    Membership.objects.bulk_create(
        Membership(
            person=person,
            union=union(),
            member_no=f"M{start + number}",
            household_hash=sha256(member.household.encode()).digest() if member.household else None,
        )
        for number, (person, member) in enumerate(zip(people, members, strict=True), 1)
    )
    return people


def correct_account(person: Person, account: str, name: str = "张三丰") -> None:
    """Let the roster bring another account."""
    Person.objects.filter(id=person.id).update(sealed=sealed(Member(name, account)))


def _decisions(people: Sequence[Person], amounts: Sequence[int], policy: str, stay: str = "") -> list[Decision]:
    start = Decision.objects.count()
    Decision.objects.filter(stay_id=stay, policy=policy, newest=True).update(newest=False)
    return Decision.objects.bulk_create(
        Decision(
            stay_id=stay or f"H1/{start + number}", policy=policy, seq=start + number, kind="stay", facts_hash=str(start + number),
            person_hash=person.person_hash, uncapped_fen=amount, payable_fen=amount, bucket=Bucket.AUTO,
            decided_at=NOW,
        )
        for number, (person, amount) in enumerate(zip(people, amounts, strict=True), 1)
    )  # fmt: skip


def owe(
    people: Sequence[Person], amounts: Sequence[int], *, policy: str = HOSPITAL, stay: str = ""
) -> list[Entitlement]:
    """Owe each person an amount, in the tables and in the books, as posting a decision does."""
    made = Entitlement.objects.bulk_create(
        Entitlement(
            decision=decision, person=person, union=union(), stay_id=decision.stay_id, policy=policy, year=2025,
            amount_fen=decision.payable_fen, created_at=NOW,
        )
        for decision, person in zip(_decisions(people, amounts, policy, stay), people, strict=True)
    )  # fmt: skip
    post_owed(rows=[(entry.id, policy, entry.amount_fen) for entry in made], on=TODAY)
    return made


def claim(person: Person, amount_fen: int, *, policy: str = HOSPITAL) -> Recovery:
    """Claim an amount back from a person, in the tables and in the books."""
    decision = _decisions([person], [0], policy)[0]
    made = Recovery.objects.create(
        decision=decision, person=person, union=union(), stay_id=decision.stay_id, policy=policy, year=2025,
        amount_fen=amount_fen, created_at=NOW,
    )  # fmt: skip
    post_recovery_claim(rows=[(made.id, policy, amount_fen)], on=TODAY)
    return made


def open_fund(amount_fen: int = 100_000_00) -> None:
    """Name three people who sign, none of them a member, and give the fund money."""
    for name in (MAKER, CHECKER, CLERK):
        pay.name_signatory(name=name, member_no=None, by="admin", at=NOW)
    pay.appropriate(amount_fen=amount_fen, reference="市总财〔2025〕1号", by=CLERK, **WHEN)


def prepare(**options: object) -> pay.Prepared:
    """Prepare a batch of everything that is owed."""
    return pay.prepare_batch(**{"by": MAKER, "bank": BANK, **WHEN, **options})  # type: ignore[arg-type]


def approve(batch_id: int | None, by: str = CHECKER) -> int:
    """Approve a batch as the second person and give its number."""
    assert batch_id is not None
    pay.approve_batch(batch_id=batch_id, by=by, **WHEN)
    return batch_id


def send(batch_id: int, folder: Path) -> pay.Sent:
    """Write the bank file."""
    return pay.send_batch(batch_id=batch_id, by=MAKER, bank=BANK, folder=folder, **WHEN)


def sent_batch(folder: Path) -> int:
    """Prepare, approve and send everything that is owed."""
    batch_id = approve(prepare().batch_id)
    send(batch_id, folder)
    return batch_id


def result_bytes(answers: Sequence[Answer], *, count: int | None = None, sum_fen: int | None = None) -> bytes:
    """Write a result file of the generic bank; count and sum are right unless said otherwise."""
    total = sum(answer.amount_fen for answer in answers) if sum_fen is None else sum_fen
    tokens = {"batch": "00000001", "date": "20250317", "part": "01"}
    tokens |= {"count": str(len(answers) if count is None else count), "sum": amount_text(total, "yuan")}
    rows = [
        {
            "reference": answer.reference, "account": answer.account, "name": "*",
            "amount": amount_text(answer.amount_fen, "yuan"), "code": answer.code, "reason": answer.reason,
            "date": answer.answered_on.strftime("%Y%m%d") if answer.answered_on else "",
        }
        for answer in answers
    ]  # fmt: skip
    return render(BANK.result, rows, tokens)


CODES = {outcome: code for code, outcome in BANK.codes.items()}


def says(
    attempt: Attempt, outcome: Outcome | str, *, day: date | None = date(2025, 3, 17), account: str | None = None,
    amount_fen: int | None = None,
) -> Answer:  # fmt: skip
    """Let the bank answer about an attempt."""
    outcome = Outcome(outcome)
    return Answer(
        line=0, reference=reference(attempt.id), account=account or "6222020000000000001",
        amount_fen=amount_fen or attempt.amount_fen, outcome=outcome, code=CODES[outcome], reason="", answered_on=day,
    )  # fmt: skip


def read(answers: Sequence[Answer], *, name: str = "result.csv", **totals: int) -> pay.ResultRead:
    """Read a result file with these answers."""
    content = result_bytes(answers, **totals)
    return pay.read_result(content=content, file_name=name, by=CLERK, bank=BANK, **WHEN)


def attempts() -> list[Attempt]:
    """Give all attempts in order."""
    return list(Attempt.objects.order_by("id"))


def states() -> list[str]:
    """Give the states of all entitlements in order."""
    return list(Entitlement.objects.order_by("id").values_list("state", flat=True))
