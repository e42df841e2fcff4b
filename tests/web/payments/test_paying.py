"""From what is owed to the bank's answer, as finance and a second person do it on the screen."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.payments.models import Batch, BatchFile, ResultFile
from tests.apps.payments import fund
from tests.apps.payments.fund import Member
from tests.web.payments.money import (
    FINANCE,
    REVIEWER,
    answered,
    approved,
    finance,
    fresh,
    open_fund,
    prepare,
    reviewer,
    sent,
    today,
    words,
)
from tests.web.people import account, signed_in

pytestmark = pytest.mark.django_db
SAME = "6222020000000000011"


@pytest.fixture
def owed() -> list[int]:
    """Owe three members something; the first two share an account."""
    open_fund()
    people = fund.join([Member("张三丰", SAME), Member("李四光", SAME), Member("王五", "6222020000000000013")])
    return [one.pk for one in fund.owe(people, [1_216_000, 5_000, 30_000])]


def post(client: Client, address: str, **data: Any) -> Any:
    return client.post(address, data)


def choose(client: Client, *ids: int, query: str = "", **data: Any) -> Any:
    given = {"profile": "generic-csv", "pay_on": today().isoformat(), "selected": list(ids), **data}
    return client.post(f"/payments/prepare{query}", given)


def test_the_first_page_says_what_waits(owed: list[int]) -> None:
    fund.owe(fund.join([Member(account=None)]), [100_000])
    prepare(entitlement_ids=[owed[0]])
    page = words(finance().get("/payments"))
    assert "1,350.00" in page  # owed: 50 + 300 + 1,000
    assert "87,840.00" in page  # free: 100,000 less what the batch holds
    assert "12,160.00" in page


def test_owed_payments_are_masked_and_can_be_narrowed(owed: list[int]) -> None:
    fund.owe(fund.join([Member("赵六")]), [77_00], policy="changchun.fire")
    page = finance().get("/payments/owed?policy=changchun.fire")
    assert "赵*" in words(page)
    assert "张" not in words(page)
    everything = finance().get("/payments/owed").content.decode()
    assert "张三丰" not in everything
    assert SAME not in everything
    assert "王*" not in words(finance().get("/payments/owed?over=300&policy=changchun.fire"))
    assert "王*" in words(finance().get("/payments/owed?over=300"))


def test_the_ticked_payments_go_into_the_batch_and_no_other(owed: list[int]) -> None:
    response = choose(finance(), owed[0], owed[2], pay_on=(today() + timedelta(days=3)).isoformat())
    batch = Batch.objects.get()
    assert response.headers["Location"] == f"/payments/batches/{batch.pk}"
    assert (batch.count, batch.sum_fen, batch.made_by, batch.pay_on) == (
        2,
        1_246_000,
        FINANCE,
        today() + timedelta(days=3),
    )
    assert fund.states() == ["in_batch", "owed", "in_batch"]


def test_all_found_means_all_that_the_filter_lets_through(owed: list[int]) -> None:
    fund.owe(fund.join([Member("赵六")]), [77_00], policy="changchun.fire")
    choose(finance(), owed[0], query="?policy=changchun.fire", all_found="1")
    assert (Batch.objects.get().count, Batch.objects.get().sum_fen) == (1, 7_700)


@pytest.mark.parametrize(("data", "sentence"), [
    ({"selected": []}, "未选择任何款项"),
    ({"pay_on": "2020-01-01"}, "付款日不能为"),
    ({"profile": "another"}, "另选一个"),
])  # fmt: skip
def test_a_refused_choice_shows_the_list_again_with_what_was_ticked(
    owed: list[int], data: dict[str, Any], sentence: str
) -> None:
    response = choose(finance(), **{"selected": [owed[1]], **data})
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page or "profile" in data
    assert not Batch.objects.exists()
    assert (f'value="{owed[1]}" checked' in page) == bool(data.get("selected", True))
    if "pay_on" in data:
        assert 'value="2020-01-01"' in page


def test_what_somebody_else_took_first_is_said(owed: list[int]) -> None:
    prepare(entitlement_ids=[owed[0]])
    client = finance()
    response = client.get(choose(client, owed[0], owed[1]).headers["Location"])
    assert "1 笔" in words(response) or "1 of the chosen" in words(response)
    assert (Batch.objects.latest("id").count, fund.states()) == (1, ["in_batch", "in_batch", "owed"])


def test_when_recoveries_take_everything_no_batch_is_made_and_that_is_said(owed: list[int]) -> None:
    fund.claim(fund.Entitlement.objects.get(pk=owed[1]).person, 500_00)
    client = finance()
    response = choose(client, owed[1])
    assert response.headers["Location"] == "/payments"
    assert "未编成批次" in words(client.get("/payments"))
    assert fund.states() == ["owed", "set_off", "owed"]


def test_a_fund_that_is_too_small_refuses_and_changes_nothing(owed: list[int]) -> None:
    fund.owe(fund.join([Member()]), [100_000_00])
    response = choose(finance(), *owed, fund.Entitlement.objects.latest("id").pk)
    assert response.status_code == 422
    assert "基金可用余额" in words(response)
    assert set(fund.states()) == {"owed"}


def test_a_batch_shows_sums_and_what_is_unusual(owed: list[int]) -> None:
    batch_id = prepare()
    page = words(reviewer().get(f"/payments/batches/{batch_id}"))
    assert "12,510.00" in page
    assert "多人" in page
    shared = words(reviewer().get(f"/payments/batches/{batch_id}?doubt=shared_account"))
    assert "张**" in shared
    assert "王*" not in shared
    assert "红星机械厂工会" in words(reviewer().get(f"/payments/batches/{batch_id}/unions"))


def test_nobody_approves_without_a_fresh_second_factor(owed: list[int]) -> None:
    batch_id = prepare()
    response = post(reviewer(), f"/payments/batches/{batch_id}/approve", looked="on")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/factor/again")
    assert Batch.objects.get().state == "prepared"


def test_the_second_person_approves_after_looking(owed: list[int]) -> None:
    batch_id = prepare()
    client = fresh(reviewer())
    assert post(client, f"/payments/batches/{batch_id}/approve").status_code == 422
    assert post(client, f"/payments/batches/{batch_id}/approve", looked="on").status_code == 302
    assert (Batch.objects.get().state, Batch.objects.get().checked_by) == ("approved", REVIEWER)


def test_who_prepared_does_not_approve(owed: list[int]) -> None:
    batch_id = prepare()
    page = finance().get(f"/payments/batches/{batch_id}").content.decode()
    assert f"/payments/batches/{batch_id}/approve" not in page
    response = post(fresh(finance()), f"/payments/batches/{batch_id}/approve", looked="on")
    assert response.status_code == 422
    assert "不得由其本人复核" in words(response)


def test_a_form_that_somebody_overtook_says_so(owed: list[int]) -> None:
    batch_id = approved()
    response = post(fresh(reviewer()), f"/payments/batches/{batch_id}/approve", looked="on")
    assert response.status_code == 422
    assert "当前状态" in words(response)


def test_who_is_no_signatory_is_told_whom_to_ask(owed: list[int]) -> None:
    account(Role.FINANCE, name="newcomer")
    client = Client()
    client.force_login(account(Role.FINANCE, name="newcomer"))
    session = client.session
    session.update(finance().session.items())
    session["_auth_user_id"] = str(account(Role.FINANCE, name="newcomer").pk)
    session.save()
    response = choose(client, *owed)
    assert response.status_code in (302, 422)
    assert not Batch.objects.exists()


def test_a_cancelled_batch_owes_everything_again(owed: list[int]) -> None:
    batch_id = prepare()
    assert post(finance(), f"/payments/batches/{batch_id}/cancel", reason="").status_code == 422
    assert post(finance(), f"/payments/batches/{batch_id}/cancel", reason="重编").status_code == 302
    assert (Batch.objects.get().state, set(fund.states())) == ("cancelled", {"owed"})


def test_the_bank_file_is_taken_with_the_hash_that_the_page_shows(owed: list[int]) -> None:
    batch_id = approved()
    assert finance().get(f"/payments/batches/{batch_id}/files/1").status_code == 404
    post(finance(), f"/payments/batches/{batch_id}/send", sure="yes")
    kept = BatchFile.objects.get()
    page = finance().get(f"/payments/batches/{batch_id}").content.decode()
    file = finance().get(f"/payments/batches/{batch_id}/files/1")
    assert hashlib.sha256(file.content).hexdigest() == kept.sha256
    assert kept.sha256 in page
    assert "张三丰".encode("gb18030") in file.content
    assert kept.name in file.headers["Content-Disposition"]
    taken = Trail.objects.filter(action="download", record=f"batch {batch_id}").get()
    assert (taken.by, kept.sha256 in taken.details) == (FINANCE, True)
    assert finance().get(f"/payments/batches/{batch_id}/files/2").status_code == 404


def test_the_sheet_of_a_batch_is_a_pdf(owed: list[int]) -> None:
    response = reviewer().get(f"/payments/batches/{prepare()}/sheet")
    assert response.content.startswith(b"%PDF")


def upload(client: Client, content: bytes, name: str = "result.csv", profile: str = "generic-csv") -> Any:
    return client.post("/payments/results/new", {"profile": profile, "file": SimpleUploadedFile(name, content)})


def result(*outcomes: str) -> bytes:
    accounts = (SAME, SAME, "6222020000000000013")
    said = zip(fund.attempts(), outcomes, accounts, strict=False)
    return fund.result_bytes([fund.says(one, outcome, account=number) for one, outcome, number in said])


def test_a_result_file_moves_each_payment_and_names_what_is_left(owed: list[int]) -> None:
    batch_id = sent()
    response = upload(finance(), result("paid", "returned"))
    page = words(finance().get(response.headers["Location"]))
    assert fund.states() == ["paid", "returned", "sent"]
    assert "12,160.00" in page
    assert f"/payments/batches/{batch_id}?state=sent" in finance().get(response.headers["Location"]).content.decode()
    again = upload(finance(), result("paid", "returned"), name="once-more.csv")
    assert again.headers["Location"] == response.headers["Location"]
    assert ResultFile.objects.count() == 1


def test_a_result_file_that_does_not_fit_is_refused_whole(owed: list[int]) -> None:
    sent()
    for content in (b"", b"not a file of the bank", result("paid").replace(b"12160.00", b"12160.01")):
        response = upload(finance(), content)
        assert response.status_code == 422
    assert upload(finance(), result("paid"), profile="excel").status_code == 422
    assert set(fund.states()) == {"sent"}
    assert not ResultFile.objects.exists()


def test_a_payment_called_paid_may_come_back_days_later(owed: list[int]) -> None:
    answered("paid", "paid", "paid", accounts=(SAME, SAME, "6222020000000000013"))
    upload(finance(), result("returned"))
    assert fund.states() == ["returned", "paid", "paid"]


def test_pages_of_paying_need_few_queries(owed: list[int], django_assert_max_num_queries: Any) -> None:
    answered("paid", "returned", "unknown", accounts=(SAME, SAME, "6222020000000000013"))
    client = finance()
    for address in ("/payments", "/payments/owed", "/payments/stuck", f"/payments/batches/{Batch.objects.get().pk}",
                    f"/payments/results/{ResultFile.objects.get().pk}", f"/payments/items/{owed[1]}",
                    "/payments/results"):  # fmt: skip
        with django_assert_max_num_queries(15 + 3):
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("role", [Role.UNION_OFFICER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, Role.SECURITY_ADMIN])
def test_other_roles_do_not_come_in(role: Role, owed: list[int]) -> None:
    batch_id = prepare()
    for address in ("/payments", "/payments/owed", "/payments/stuck", f"/payments/batches/{batch_id}",
                    f"/payments/items/{owed[0]}", "/payments/results"):  # fmt: skip
        assert signed_in(role).get(address).status_code == 403


def test_officers_look_and_do_not_touch(owed: list[int]) -> None:
    batch_id = prepare()
    client = signed_in(Role.SUBSIDY_OFFICER)
    assert client.get(f"/payments/batches/{batch_id}").status_code == 200
    for address in ("prepare", f"batches/{batch_id}/approve", f"batches/{batch_id}/cancel", f"batches/{batch_id}/send",
                    f"batches/{batch_id}/files/1", f"batches/{batch_id}/close", "results/new",
                    f"items/{owed[0]}/account", f"items/{owed[0]}/retry", "signatories"):  # fmt: skip
        assert client.post(f"/payments/{address}").status_code == 403, address


def test_a_reviewer_of_one_branch_meets_no_payment_of_another(owed: list[int]) -> None:
    batch_id = prepare()
    client = signed_in(Role.REVIEWER, union="U9")
    for address in (f"/payments/batches/{batch_id}", f"/payments/batches/{batch_id}/unions",
                    f"/payments/batches/{batch_id}/sheet", f"/payments/items/{owed[0]}"):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert "张" not in words(client.get("/payments/owed"))


def test_a_name_with_markup_stays_text(owed: list[int]) -> None:
    fund.owe(fund.join([Member("<script>alert(1)</script>")]), [100])
    for address in ("/payments/owed", "/payments/stuck"):
        assert "<script>alert" not in finance().get(address).content.decode()
