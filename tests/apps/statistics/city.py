"""A small invented city, and the same figures counted again in plain Python."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from jishiyu.apps.intake.models import Fate, Feed, Line
from jishiyu.apps.ledger.chart import Kind
from jishiyu.apps.ledger.operations import post_entries
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.payments.models import Attempt, Batch
from jishiyu.apps.people.models import Certificate, Person
from jishiyu.apps.statistics.models import Change
from jishiyu.apps.subsidies.models import Decision, Entitlement, Recovery

HOSPITAL, ACCIDENT, FIRE = "changchun.hospital", "changchun.accident", "changchun.fire"
MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Grant:
    """What a test asks for: one event of one person under one policy, and what became of it.

    `paid` and `back` are days; `amounts` are what successive decisions grant, on the days in `posted`.
    """

    who: int
    union: str
    on: date
    amounts: tuple[int, ...]
    posted: tuple[date, ...]
    paid: date | None = None
    back: date | None = None
    policy: str = HOSPITAL
    kind: str = "stay"
    bucket: str = "auto"
    bracket: int | None = 1
    rate: int | None = 15_000
    level: str | None = "02"
    stay: str = ""


@dataclass(frozen=True)
class State:
    """One amount that began (sign 1) or ceased (sign -1) to stand, as the recount sees it."""

    day: date
    sign: int
    fen: int
    grant: Grant


UNIONS = {
    # code: (name, kind, territorial parent, industry parent, trade, district)
    "C": ("春城市总工会", "city", None, None, "", ""),
    "D1": ("东区总工会", "district", "C", None, "", "东区"),
    "D2": ("西区总工会", "district", "C", None, "", "西区"),
    "S1": ("东区一街道工会", "street", "D1", None, "", "东区"),
    "I": ("制造业工会联合会", "industry", "C", None, "制造业", ""),
    "G1": ("机床厂工会", "grassroots", "S1", "I", "制造业", "东区"),
    "G2": ("小学工会", "grassroots", "D1", None, "教育", "东区"),
    "G3": ("轴承厂工会", "grassroots", "D2", "I", "制造业", "西区"),
    "G4": ('=HYPERLINK("x")工会', "grassroots", None, None, "", ""),
}

BIRTHS = {
    1: date(1970, 5, 5),
    2: date(1985, 3, 1),
    3: date(2005, 1, 1),
    4: date(1964, 7, 1),
    5: None,
    6: date(1990, 1, 1),
}
SEXES = {1: "1", 2: "2", 3: "1", 4: "2", 5: "0", 6: "1"}


def unions() -> dict[str, Union]:
    """Store the unions."""
    made: dict[str, Union] = {}
    for code, (name, kind, above, industry, trade, district) in UNIONS.items():
        made[code] = Union.objects.create(
            code=code, name=name, kind=kind, trade=trade, district=district,
            territorial_parent=made.get(above or ""), industry_parent=made.get(industry or ""),
        )  # fmt: skip
    return made


def people() -> dict[int, Person]:
    """Store the people; number 6 was found to be number 1."""
    made: dict[int, Person] = {}
    for number, birth in BIRTHS.items():
        hashed = sha256(str(number).encode()).digest()
        made[number] = Person.objects.create(
            person_hash=hashed, sealed=b"", content_hash=hashed, birth_date=birth, sex=SEXES[number],
            merged_into=made[1] if number == 6 else None, created_at=MIDNIGHT,
        )  # fmt: skip
        Certificate.objects.create(person=made[number], person_hash=hashed)
    return made


def feed(as_of: date, name: str) -> Feed:
    """Store a feed without lines."""
    return Feed.objects.create(
        sha256=sha256(name.encode()).hexdigest(), name=name, size_bytes=1, as_of=as_of, state="posted", line_count=0,
        total_fen=0, cash_fen=0, person_count=0, taken_by="甲", taken_at=MIDNIGHT, posted_at=MIDNIGHT, parts=[],
    )  # fmt: skip


def line(of: Feed, number: int, bucket: str, cash_fen: int, stay: str = "", level: str | None = None) -> None:
    """Store a line and what became of it."""
    hospital, _, visit = stay.partition("/")
    Line.objects.create(
        feed=of, line_no=number, content_hash=b"x", sealed=b"", cash_fen=cash_fen, hospital_code=hospital or None,
        visit_id=visit or None, hospital_level=level,
    )  # fmt: skip
    Fate.objects.create(feed=of, line_no=number, bucket=bucket, stay_id=stay or None, reasons=[])
    Feed.objects.filter(pk=of.pk).update(line_count=number)


def store(grants: Iterable[Grant]) -> list[Grant]:
    """Store grants as decisions, entitlements, recoveries, payments and ledger entries; return them with stay names."""
    made_unions, made_people = unions(), people()
    batch = Batch.objects.create(
        profile="test", state="answered", pay_on=date(2024, 1, 1), count=1, sum_fen=1, made_by="甲", made_at=MIDNIGHT,
        checked_by="乙", checked_at=MIDNIGHT,
    )  # fmt: skip
    source = feed(date(2024, 3, 1), "三月.csv")
    stored = []
    for number, given in enumerate(grants, 1):
        grant = replace(given, stay=f"H1/V{number}" if given.kind == "stay" else f"A{number}")
        stored.append(grant)
        if grant.kind == "stay":
            line(source, number, "auto", 1_000_000, grant.stay, grant.level)
        _post(grant, made_unions[grant.union], made_people[grant.who], source, batch, number)
    return stored


def _post(grant: Grant, union: Union, person: Person, source: Feed, batch: Batch, number: int) -> None:
    stood = 0
    for seq, (amount, day) in enumerate(zip(grant.amounts, grant.posted, strict=True), 1):
        Decision.objects.filter(stay_id=grant.stay, newest=True).update(newest=False)
        decision = Decision.objects.create(
            stay_id=grant.stay, policy=grant.policy, seq=seq, kind=grant.kind, version="2020-01", facts_hash=str(seq),
            person_hash=person.person_hash, member_no=f"M{grant.who:09d}", org_code=union.code, anchor_date=grant.on,
            year=grant.on.year, base_fen=1_000_000, bracket=grant.bracket if amount else None, rate_ppm=grant.rate,
            uncapped_fen=amount, payable_fen=amount, bucket=grant.bucket if amount else "reversed",
            feed=source if grant.kind == "stay" else None, decided_at=MIDNIGHT,
        )  # fmt: skip
        at = MIDNIGHT + timedelta(minutes=seq)
        common = {"decision": decision, "person": person, "union": union, "stay_id": grant.stay, "policy": grant.policy,
                  "year": grant.on.year, "created_at": at}  # fmt: skip
        if amount > stood:
            owed = Entitlement.objects.create(amount_fen=amount - stood, **common)
            post_entries(kind=Kind.OWED, rows=[(owed.pk, grant.policy, amount - stood)], on=day)
            if grant.paid and seq == 1:
                _pay(owed, grant, batch, number)
        elif amount < stood:
            asked = Recovery.objects.create(amount_fen=stood - amount, **common)
            post_entries(kind=Kind.RECOVERY_CLAIM, rows=[(asked.pk, grant.policy, stood - amount)], on=day)
        stood = amount


def _pay(owed: Entitlement, grant: Grant, batch: Batch, number: int) -> None:
    state = "returned" if grant.back else "paid"
    attempt = Attempt.objects.create(
        entitlement=owed, batch=batch, attempt_no=1, line_no=number, amount_fen=owed.amount_fen, payee=b"",
        account_hash=b"",
    )  # fmt: skip
    for step in ("sent", "paid", state):
        Attempt.objects.filter(pk=attempt.pk).update(state=step)
    for step in ("in_batch", "sent", "paid", state):
        Entitlement.objects.filter(pk=owed.pk).update(state=step)
    row = [(attempt.pk, grant.policy, owed.amount_fen)]
    post_entries(kind=Kind.SENT, rows=row, on=grant.paid or grant.on)
    post_entries(kind=Kind.PAID, rows=row, on=grant.paid or grant.on)
    if grant.back:
        post_entries(kind=Kind.RETURNED_LATE, rows=row, on=grant.back)


def changes() -> Counter[tuple[object, ...]]:
    """Return what the figures are made of, without the numbers of rows."""
    columns = [field.attname for field in Change._meta.fields if field.attname != "id"]
    return Counter(Change.objects.values_list(*columns))


def owed_states(grants: Iterable[Grant]) -> list[State]:
    """Count again what was owed: each new amount takes the place of the one before."""
    found = []
    for grant in grants:
        before = 0
        for amount, day in zip(grant.amounts, grant.posted, strict=True):
            if amount != before:
                found += [State(day, 1, amount, grant)] if amount else []
                found += [State(day, -1, before, grant)] if before else []
            before = amount
    return found


def paid_states(grants: Iterable[Grant]) -> list[State]:
    """Count again what was paid: the first amount of those that have a day of payment."""
    found = []
    for grant in grants:
        if grant.paid:
            found.append(State(grant.paid, 1, grant.amounts[0], grant))
            found += [State(grant.back, -1, grant.amounts[0], grant)] if grant.back else []
    return found


Counted = tuple[int, int, int, int, int]


def recount(states: Iterable[State], key: Callable[[State], str]) -> dict[str, Counted]:
    """Return person-times, people, fen, times and fen over 10,000 yuan by key."""
    rows: dict[str, list[State]] = {}
    for state in states:
        rows.setdefault(key(state), []).append(state)
    return {name: _sums(found) for name, found in rows.items()}


def _sums(states: list[State]) -> Counted:
    by_person: dict[int, int] = {}
    for state in states:
        who = 1 if state.grant.who == 6 else state.grant.who
        by_person[who] = by_person.get(who, 0) + state.sign
    large = [state for state in states if state.fen > 1_000_000]
    return (
        sum(state.sign for state in states),
        sum(1 for times in by_person.values() if times > 0),
        sum(state.sign * state.fen for state in states),
        sum(state.sign for state in large),
        sum(state.sign * state.fen for state in large),
    )
