"""Finding: one box, no number in any address; the page of a member, masked; another branch's people are not there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.applications.models import Kind
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.payments.models import Attempt, Batch
from jishiyu.apps.people.desk import set_contact
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.operations import merge_people
from jishiyu.apps.people.queries import person_by_number
from jishiyu.apps.people.rekeying import hash_contacts
from jishiyu.apps.policies.operations import propose, publish, save_draft
from jishiyu.apps.subsidies.models import Case, Decision, Entitlement
from tests.apps.accounts.situation import two_branches
from tests.apps.applications.situations import draft
from tests.apps.subsidies.situations import AS_OF, AT, enrol, load, member, number, stay
from tests.once import made_once
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
Budget = Callable[[int], object]


@made_once
def _city(folder: Path) -> None:
    two_branches(folder)
    enrol(folder, member(5, name="张1", mobile="13900001111", bank_account="6222020000000000001"))


def who(person: int) -> Person:
    found = person_by_number(cert_type="01", cert_no=number(person), as_of=AS_OF)
    assert found is not None
    return found


def find(client: Client, text: str) -> tuple[str, str]:
    """Return where what was typed leads to, and the page there."""
    answer = client.post("/find", {"q": text})
    assert answer.status_code == 302
    return answer.headers["Location"], client.get(answer.headers["Location"]).content.decode()


def rows(page: str) -> list[str]:
    return [re.sub(r"<[^>]+>", " ", row).split() for row in re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)]  # type: ignore[misc]


@pytest.mark.parametrize(
    "typed", ["13900001111", " +86 139-0000-1111", "6222020000000000001", "6222 0200 0000 0000 001"]
)
def test_a_card_or_mobile_on_the_roster_leads_to_the_member_though_nothing_was_ever_paid(typed: str) -> None:
    where, _ = find(signed_in(Role.SUBSIDY_OFFICER), typed)
    assert where == f"/people/{who(5).pk}"


def test_another_branch_finds_neither_card_nor_mobile() -> None:
    client = signed_in(Role.UNION_OFFICER, union="U2")
    for typed in ("13900001111", "6222020000000000001"):
        assert "/people/" not in find(client, typed)[0]


def test_a_changed_mobile_is_found_and_the_old_one_no_longer() -> None:
    set_contact(person_id=who(5).pk, mobile="13700001111", bank_account="", reason="换号", by="li.na", at=AT)
    client = signed_in(Role.SUBSIDY_OFFICER)
    assert find(client, "13700001111")[0] == f"/people/{who(5).pk}"
    for typed in ("13900001111", "6222020000000000001"):
        assert "/people/" not in find(client, typed)[0]


def test_a_roster_without_mobiles_keeps_people_findable_and_a_new_mobile_replaces_the_old(tmp_path: Path) -> None:
    enrol(tmp_path, member(5, name="张1", bank_account="6222020000000000009"))
    client = signed_in(Role.SUBSIDY_OFFICER)
    for typed in ("13900001111", "6222020000000000009"):
        assert find(client, typed)[0] == f"/people/{who(5).pk}"


def test_whoever_was_merged_is_found_by_their_card_as_the_one_who_counts() -> None:
    merge_people(kept_id=who(1).pk, merged_id=who(5).pk, reason="同一人", by="li.na", at=AT)
    assert find(signed_in(Role.SUBSIDY_OFFICER), "6222020000000000001")[0] == f"/people/{who(1).pk}"


def test_people_taken_in_before_there_were_these_hashes_get_them_by_rekey() -> None:
    Person.objects.update(mobile_hash=None, account_hash=None)
    client = signed_in(Role.SUBSIDY_OFFICER)
    assert "/people/" not in find(client, "13900001111")[0]
    looked: int | None = 0
    while looked is not None:
        looked = hash_contacts(after=looked)
    assert find(client, "13900001111")[0] == f"/people/{who(5).pk}"
    assert Person.objects.exclude(mobile_hash=None).count() == 1


def test_a_number_leads_to_the_member_and_stands_in_no_address_and_no_session() -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    where, page = find(client, f" {number(1)} ")
    assert where == f"/people/{who(1).pk}"
    assert number(1) not in page
    find(client, number(8))
    for session in Session.objects.order_by("pk"):
        assert number(8) not in str(session.get_decoded())
        assert number(1) not in str(session.get_decoded())
    assert client.get(f"/find?q={number(1)}").status_code == 200
    assert "/people/" not in client.get(f"/find?q={number(1)}").content.decode()


def test_a_name_of_two_people_lists_both_masked() -> None:
    where, page = find(signed_in(Role.SUBSIDY_OFFICER), "张1")
    assert where == "/find"
    assert page.count("/people/") == 2
    assert "张1" not in page
    assert "按姓名" in page


def test_stays_cases_unions_and_nothing_at_all() -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    newest = Decision.objects.get(stay_id="H1/VA", newest=True)
    where, _ = find(client, "H1/VA")
    assert where == "/stays/H1/VA"
    assert client.get(where).headers["Location"] == f"/decisions/{newest.pk}"
    assert find(client, "SA")[0] == "/stays/H1/VA"
    case = Case.objects.get(stay_id="H1/VA")
    assert "超过自动发放限额" in find(client, str(case.pk))[1]
    assert "第1区总工会" in find(client, "区总工会")[1]
    assert "没有找到" in find(client, "不存在的人")[1]
    assert "没有找到" in find(client, "\x00")[1]
    assert "没有找到" in find(client, "%' OR 1=1 --")[1]


def test_another_branch_is_not_found_and_not_there() -> None:
    union = signed_in(Role.UNION_OFFICER, union="U1")
    assert find(union, number(1))[0] == f"/people/{who(1).pk}"
    assert "没有找到" in find(union, number(2))[1]
    assert "没有找到" in find(union, "H1/VB")[1]
    other = who(2).pk
    for address in (f"/people/{other}", f"/people/{other}/more", "/stays/H1/VB"):
        assert union.get(address).status_code == 404
    assert union.post(f"/people/{other}/reveal/name", {"reason": "核实"}).status_code == 404


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.ENTERPRISE])
def test_who_has_nothing_to_do_with_people_finds_nobody(role: Role) -> None:
    client = signed_in(role)
    assert client.post("/find", {"q": number(1)}).status_code == 403
    assert client.get(f"/people/{who(1).pk}").status_code == 403
    assert "find-box" not in client.get("/account").content.decode()


def test_the_page_of_a_member_tells_everything_masked(django_assert_max_num_queries: Budget) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    with django_assert_max_num_queries(15 + 3):  # type: ignore[attr-defined]
        page = client.get(f"/people/{who(1).pk}").content.decode()
    assert number(1) not in page
    assert "张*" in page
    assert "12,160.00" in page
    assert "50,000.00" in page
    assert "37,840.00" in page  # left of the limit
    assert "适用第 5 档 8 %" in page
    assert "超过自动发放限额" in page
    assert f'href="/decisions/{Decision.objects.get(stay_id="H1/VA", newest=True).pk}"' in page
    page = client.get(f"/people/{who(5).pk}").content.decode()
    assert "6222020000000000001" not in page
    assert "13900001111" not in page


def test_looking_at_a_number_needs_a_reason_and_stands_in_the_history() -> None:
    client = signed_in(Role.REVIEWER)
    address = f"/people/{who(1).pk}"
    assert client.post(f"{address}/reveal/cert_no", {"reason": ""}).status_code == 422
    assert number(1) in client.post(f"{address}/reveal/cert_no", {"reason": "本人来访"}).content.decode()
    assert Trail.objects.filter(action="people.reveal", record=f"person {who(1).pk}").count() == 1
    assert "查看完整个人信息" in client.get(f"{address}/more").content.decode()


def test_a_merged_row_leads_to_the_person_who_counts() -> None:
    first, second = who(1), Person.objects.exclude(pk=who(1).pk).get(pk=who(5).pk)
    merge_people(kept_id=first.pk, merged_id=second.pk, reason="同一人", by="li.na", at=AT)
    answer = signed_in(Role.SUBSIDY_OFFICER).get(f"/people/{second.pk}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/people/{first.pk}")


def test_the_box_stands_on_every_page_and_speaks_english() -> None:
    client = signed_in(Role.FINANCE)
    client.cookies["django_language"] = "en"
    page = client.get("/account").content.decode()
    assert 'action="/find" method="post"' in page
    assert "Find anything" in page
    page = client.get(f"/people/{who(1).pk}").content.decode()
    assert "Limit used so far" in page
    assert "bracket 5 at 8 %" in page


def test_a_payment_and_an_application_lead_to_their_own_pages_where_the_reader_may_go() -> None:
    money, other = (Entitlement.objects.get(stay_id=f"H1/V{name}") for name in "BC")
    batch = Batch.objects.create(
        profile="generic-csv", pay_on=AS_OF, count=1, sum_fen=9_000, made_by="li.na", made_at=AT
    )  # fmt: skip
    attempt = Attempt.objects.create(  # its number in the bank's file is the number of another payment on the screen
        pk=other.pk,
        entitlement=money,
        batch=batch,
        attempt_no=1,
        line_no=1,
        amount_fen=9_000,
        payee=b"x",
        account_hash=b"x",
    )
    assert find(signed_in(Role.FINANCE), f"JS{attempt.pk}")[0] == f"/payments/items/{money.pk}"
    assert find(signed_in(Role.UNION_OFFICER, union="U2"), f"JS{attempt.pk}")[0] == "/stays/H1/VB"
    page = find(signed_in(Role.FINANCE), str(other.pk))[1]
    own, banks = page.index(f"/payments/items/{other.pk}"), page.index(f"/payments/items/{money.pk}")
    assert own < page.index("按银行文件中的编号") > banks
    assert page.count("按银行文件中的编号") == 1
    page = signed_in(Role.UNION_OFFICER, union="U2").get(f"/people/{who(2).pk}").content.decode()
    assert f"/applications/new/{who(2).pk}" in page
    assert "/payments/" not in page.split("<main")[1]


def test_an_application_is_found_by_its_number_from_the_first_day_on() -> None:
    filed = draft(Kind.ACCIDENT, who=1)
    officer, theirs = signed_in(Role.SUBSIDY_OFFICER), signed_in(Role.UNION_OFFICER, union="U2")
    assert find(officer, filed.number)[0] == f"/applications/{filed.pk}"
    assert find(officer, filed.number.lower())[0] == f"/applications/{filed.pk}"
    assert find(theirs, filed.number)[0] == "/find"
    assert filed.number not in find(theirs, filed.number)[1]


def test_a_limit_that_policies_share_counts_what_all_of_them_used(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "policies" / "rules" / "together-hospital.toml").read_text(encoding="utf-8")
    text = text.replace('"20000.00"', '"600.00"').replace("together.accident", "together.second")
    other = text.replace('"together.hospital"', '"T"').replace('"together.second"', '"together.hospital"')
    first, second = (
        save_draft(text=one, by="li.na", at=AT) for one in (text, other.replace('"T"', '"together.second"'))
    )
    propose(version_id=first.pk, because="合并", by="li.na", at=AT, together={second.pk: second.sha256})
    publish(version_id=first.pk, by="wang.fang", at=AT)
    load(tmp_path, "shared", stay(5, "9", "4000.00", psn_name="张1"))
    page = signed_in(Role.SUBSIDY_OFFICER).get(f"/people/{who(5).pk}")
    told = [(one.policies, one.used_fen, one.left_fen, one.certain) for one, *_ in page.context["standings"]]
    assert (("together.hospital", "together.second"), 60_000, 0, True) in told
