"""One box finds everything, one page tells everything about a member, and what waits is counted in one statement."""

from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jishiyu.apps.desk.queries import ITEMS, Kind, Role, find, member, stuck, to_do
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.payments.bank import Outcome
from jishiyu.apps.payments.models import Attempt
from jishiyu.apps.payments.sending import reference
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.problems import PersonUnknown
from jishiyu.apps.people.queries import person_by_number
from jishiyu.apps.subsidies.corrections import merge_members
from jishiyu.apps.subsidies.models import Case, Entitlement
from tests.apps.payments import fund
from tests.apps.subsidies.situations import AS_OF, enrol, load, number, stay
from tests.apps.subsidies.situations import member as joined
from tests.once import made_once

pytestmark = pytest.mark.django_db
CARD = "6222020000000000001"


@made_once
def _city(folder: Path) -> None:
    enrol(
        folder, joined(1, name="王伟", bank_account=CARD), joined(2, name="李娜", org_code="U2"),
        joined(3, name="王伟", org_code="U2", left_on="2020-01-01"),
    )  # fmt: skip
    load(
        folder,
        "a",
        stay(1, "1", "20000.00", psn_name="王伟"),
        stay(2, "2", "152000.00", psn_name="李娜"),
        stay(9, "9", "9000.00"),
    )
    fund.open_fund()


def who(person: int) -> Person:
    found = person_by_number(cert_type="01", cert_no=number(person), as_of=AS_OF)
    assert found is not None
    return found


def found(text: str, **options: object) -> list[tuple[str, str, str]]:
    """Return kind, title and state; never more than five statements."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        rows = find(text=text, on=AS_OF, **options)  # type: ignore[arg-type]
    assert len(asked) <= 5
    return [(row.kind.value, row.title, row.state) for row in rows]


def test_a_number_in_any_writing_leads_to_its_member() -> None:
    for text in (number(1), number(1).lower(), f" {number(1)[:6]} {number(1)[6:]} "):
        assert found(text) == [("member", "王*", "in_service")]
    assert found(number(8)) == []


def test_a_whole_name_leads_to_everybody_of_that_name() -> None:
    assert sorted(found("王伟")) == [("member", "王*", "in_service"), ("member", "王*", "left")]
    assert found("王") == []


def test_member_numbers_stays_visits_settlements_cases_and_unions_are_found() -> None:
    assert found("M0002") == [("member", "李*", "in_service")]
    assert found("H1/V1") == found("V1") == found("S1") == [("stay", "王*", "auto")]
    case = Case.objects.get(reason="over_limit")
    assert ("case", "李*", "open") in found(str(case.pk))
    assert found("U2") == found("2工会") == [("union", "U2工会", "open")]


def test_payments_are_found_by_number_and_by_the_account_they_went_to() -> None:
    assert [kind for kind, *_ in found(CARD)] == ["member"]  # it is on the roster
    fund.prepare()
    attempt = Attempt.objects.get()
    assert found(reference(attempt.pk)) == [("payment", "王*", "in_batch")]
    assert found("6222 0200 0000 0000 001") == [("member", "王*", "in_service")]
    assert ("batch", str(attempt.batch_id), "prepared") in found(str(attempt.batch_id))


def test_a_branch_finds_only_its_own() -> None:
    own = [Union.objects.get(code="U2").pk]
    fund.prepare()
    for text in (number(1), "H1/V1", "M0001", CARD, "U1", reference(Attempt.objects.get().pk), "V9"):
        assert found(text, union_ids=own) == []
    assert found("王伟", union_ids=own) == [("member", "王*", "left")]
    assert found(number(2), union_ids=own) == [("member", "李*", "in_service")]
    assert found("V2", union_ids=own) == [("stay", "李*", "assist")]


@pytest.mark.parametrize(
    "text", ["", "   ", "%", "_", "' OR 1=1 --", "\\", "9" * 40, "\x00x", "<script>", "１２３４５"]
)
def test_whatever_is_typed_finds_nothing_it_should_not(text: str) -> None:
    assert found(text) == []


def test_the_page_of_a_member_tells_everything_in_eleven_statements(tmp_path: Path) -> None:
    fund.sent_batch(tmp_path)
    attempt = Attempt.objects.get()
    fund.read([fund.says(attempt, Outcome.PAID)])
    person = who(1)
    with CaptureQueriesContext(connection) as asked:
        page = member(person_id=person.pk, on=AS_OF)
    assert len(asked) <= 11, [entry["sql"][:90] for entry in asked]
    assert (page.name, page.rows, [place.union_code for place in page.memberships]) == ("王*", 1, ["U1"])
    assert number(1) not in repr(page)
    assert CARD not in repr(page)
    assert [(row.stay_id, row.payable_fen, row.bucket) for row in page.decisions] == [("H1/V1", 40_000, "auto")]
    assert [(row.state, row.answered_on) for row in page.payments] == [("paid", date(2025, 3, 17))]
    assert [(row.policies, row.day, row.used_fen, row.left_fen, row.certain) for row in page.standings] == [
        (("changchun.hospital",), date(2025, 1, 1), 40_000, 4_960_000, True)
    ]
    assert [row.reason for row in member(person_id=who(2).pk).cases] == ["over_limit"]
    with pytest.raises(PersonUnknown):
        member(person_id=0)


def test_a_merged_row_leads_to_the_page_of_the_one_who_counts() -> None:
    kept, merged = who(1).pk, who(3).pk
    merge_members(kept_id=kept, merged_id=merged, reason="换证", by="li.na", on=AS_OF)
    page = member(person_id=merged)
    assert (page.person_id, page.rows, len(page.memberships), len(page.merges)) == (kept, 2, 2, 1)
    assert [row[1] for row in found("王伟")] == ["王*"]


def test_what_waits_is_counted_once_for_each_role_and_per_branch() -> None:
    with CaptureQueriesContext(connection) as asked:
        every = {row.key: row for row in to_do(roles=list(Role), on=AS_OF)}
    assert len(asked) == 1
    assert set(every) == {key for keys in ITEMS.values() for key in keys}
    assert {key: row.count for key, row in every.items() if row.count} == {"cases_open": 2, "unmatched": 1, "owed": 1}
    assert every["cases_open"].amount_fen == 1_216_000
    later = {row.key: row for row in to_do(roles=[Role.OFFICER], on=date(2026, 3, 1))}
    assert (later["cases_overdue"].count, later["cases_overdue"].age_days) == (2, 52)
    own = [Union.objects.get(code="U2").pk]
    theirs = {row.key: row.count for row in to_do(roles=[Role.GRASSROOTS], on=AS_OF, union_ids=own)}
    assert theirs == {"cases_open": 1, "cases_overdue": 0, "no_account": 0, "stuck": 0}


@pytest.mark.parametrize(
    ("outcome", "state", "step"),
    [
        (Outcome.RETURNED, "returned", "更正账户"),
        (Outcome.FAILED, "failed", "银行理由"),
        (Outcome.UNKNOWN, "unknown", "不得重付"),
    ],
)
def test_a_stuck_payment_has_a_next_step_and_an_age(tmp_path: Path, outcome: Outcome, state: str, step: str) -> None:
    fund.sent_batch(tmp_path)
    fund.read([fund.says(Attempt.objects.get(), outcome)])
    (row,) = stuck(on=date(2025, 3, 27))
    assert (row.state, row.age_days, row.amount_fen, row.attempts) == (state, 10, 40_000, 1)
    assert step in row.next_zh


def test_a_recovery_and_a_missing_account_have_a_next_step() -> None:
    Person.objects.filter(pk=who(1).pk).update(sealed=fund.sealed(fund.Member(account=None)))
    fund.prepare()
    assert [row.obstacle for row in stuck(on=AS_OF)] == ["no_account"]
    Entitlement.objects.update(union=fund.union())
    assert stuck(on=AS_OF, union_ids=[Union.objects.get(code="U2").pk]) == []


def test_kinds_are_words_of_the_page() -> None:
    assert {kind.value for kind in Kind} == {"member", "union", "case", "stay", "application", "payment", "batch"}
