"""Money that has to come back, as finance works it on the screen."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.payments import operations as pay
from jishiyu.apps.payments.models import Repayment, WriteOff
from jishiyu.apps.payments.queries import disagreements
from jishiyu.apps.subsidies.models import Recovery
from tests.apps.payments import fund
from tests.apps.payments.fund import Member
from tests.web.payments.money import FINANCE, REVIEWER, finance, fresh, open_fund, prepare, reviewer, today, words
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed() -> Recovery:
    """Claim 300 yuan back from a member."""
    open_fund()
    return fund.claim(fund.join([Member("赵小梅")])[0], 300_00)


def aged(recovery: Recovery, days: int) -> None:
    Recovery.objects.filter(pk=recovery.pk).update(created_at=timezone.now() - timedelta(days=days))


def repay(recovery: Recovery, **data: Any) -> Any:
    given = {"yuan": "120.50", "reference": "回单-1", "received_on": today().isoformat(), **data}
    return finance().post(f"/recoveries/{recovery.pk}/repaid", given)


def test_the_list_shows_what_is_open_and_how_old_it_is(claimed: Recovery) -> None:
    aged(claimed, 100)
    page = words(finance().get("/recoveries"))
    assert "赵**" in page
    assert "300.00" in page
    assert "91—180 天" in page
    assert "赵**" in words(finance().get("/recoveries?older=90&state=unsettled"))
    assert "赵**" not in words(finance().get("/recoveries?older=180"))
    assert finance().get("/recoveries?chart=recovery-ages").headers["Content-Type"].startswith("application/vnd")


def test_a_repayment_is_booked_to_the_fen_and_once_per_slip(claimed: Recovery) -> None:
    assert repay(claimed).status_code == 302
    assert repay(claimed).status_code == 302
    claimed.refresh_from_db()
    assert (claimed.repaid_fen, claimed.state, Repayment.objects.count()) == (120_50, "open", 1)
    assert repay(claimed, yuan="179.5", reference="回单-2").status_code == 302
    claimed.refresh_from_db()
    assert (claimed.repaid_fen, claimed.state) == (300_00, "repaid")
    assert disagreements() == []


@pytest.mark.parametrize("data", [
    {"yuan": "300.01"}, {"yuan": "0"}, {"yuan": "-5"}, {"yuan": "1.005"}, {"yuan": "abc"}, {"yuan": "1e2000"},
    {"reference": " "}, {"received_on": (today() + timedelta(days=1)).isoformat()}, {"received_on": "2025-02-30"},
])  # fmt: skip
def test_a_wrong_repayment_is_refused_and_nothing_typed_is_lost(claimed: Recovery, data: dict[str, str]) -> None:
    response = repay(claimed, **data)
    assert response.status_code == 422
    assert not Repayment.objects.exists()
    if "yuan" in data:
        assert f'value="{data["yuan"]}"' in response.content.decode()
        assert "回单-1" in response.content.decode()


def test_one_proposes_and_another_gives_up(claimed: Recovery) -> None:
    address = f"/recoveries/{claimed.pk}"
    assert finance().post(f"{address}/give-up", {"reason": ""}).status_code == 422
    assert finance().post(f"{address}/give-up", {"reason": "会员去世,家属无力退回"}).status_code == 302
    assert f"{address}/approve" not in finance().get(address).content.decode()
    assert f"{address}/approve" in reviewer().get(address).content.decode()
    assert "赵**" in words(reviewer().get("/recoveries?state=proposed"))
    own = fresh(finance()).post(f"{address}/approve", {"looked": "on"})
    assert own.status_code == 422
    assert "须由一人提出、另一人批准" in words(own)
    again = reviewer().post(f"{address}/approve", {"looked": "on"})
    assert again.headers["Location"].startswith("/account/factor/again")
    assert fresh(reviewer()).post(f"{address}/approve", {}).status_code == 422
    assert fresh(reviewer()).post(f"{address}/approve", {"looked": "on"}).status_code == 302
    found = WriteOff.objects.get()
    assert (found.proposed_by, found.approved_by, found.amount_fen) == (FINANCE, REVIEWER, 300_00)
    assert fresh(reviewer()).post(f"{address}/approve", {"looked": "on"}).status_code == 422
    assert disagreements() == []


def test_a_member_who_was_asked_is_not_set_off_any_more(claimed: Recovery) -> None:
    assert finance().post(f"/recoveries/{claimed.pk}/ask", {"reason": "电话通知本人"}).status_code == 302
    fund.owe([claimed.person], [500_00])
    prepare()
    claimed.refresh_from_db()
    assert (claimed.state, claimed.set_off_fen) == ("asked_back", 0)


def test_the_page_says_what_was_set_off_against_which_payment(claimed: Recovery) -> None:
    (owed,) = fund.owe([claimed.person], [500_00])
    prepare()
    page = finance().get(f"/recoveries/{claimed.pk}").content.decode()
    assert f"/payments/items/{owed.pk}" in page
    assert "赵小梅" not in page
    assert f"/recoveries/{claimed.pk}" in finance().get(f"/payments/items/{owed.pk}").content.decode()


def test_pages_of_recoveries_need_few_queries(claimed: Recovery, django_assert_max_num_queries: Any) -> None:
    repay(claimed)
    client = finance()
    for address in ("/recoveries", f"/recoveries/{claimed.pk}"):
        with django_assert_max_num_queries(17):
            assert client.get(address).status_code == 200


def test_only_those_with_the_right_work_on_it(claimed: Recovery) -> None:
    officer = signed_in(Role.SUBSIDY_OFFICER)
    assert officer.get(f"/recoveries/{claimed.pk}").status_code == 200
    for step in ("ask", "repaid", "give-up", "approve"):
        assert officer.post(f"/recoveries/{claimed.pk}/{step}").status_code == 403
    assert signed_in(Role.UNION_OFFICER).get("/recoveries").status_code == 403
    elsewhere = signed_in(Role.REVIEWER, union="U9")
    assert elsewhere.get(f"/recoveries/{claimed.pk}").status_code == 404
    assert fresh(elsewhere).post(f"/recoveries/{claimed.pk}/approve", {"looked": "on"}).status_code == 404
    assert "赵" not in words(elsewhere.get("/recoveries"))


def test_somebody_who_does_not_sign_is_told_whom_to_ask(claimed: Recovery) -> None:
    pay.end_signatory(name=FINANCE, on=today(), by="tests", at=timezone.now())
    response = finance().post(f"/recoveries/{claimed.pk}/ask", {"reason": "电话"})
    assert response.status_code == 422
    assert "付款签字人" in words(response)
