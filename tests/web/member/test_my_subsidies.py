"""A member sees what they got and why, in their own words, and nobody else's."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jishiyu.apps.desk.queries import member
from jishiyu.apps.payments.operations import name_signatory
from jishiyu.apps.subsidies.models import Case, Decision
from jishiyu.apps.subsidies.operations import approve_case, log_papers
from jishiyu.web.member.shown import received
from tests.apps.subsidies.situations import AS_OF, AT, load, stay
from tests.once import made_once
from tests.web.member.people import CARD, as_member, city, person
from tests.web.payments.money import answered, open_fund

pytestmark = pytest.mark.django_db


@made_once
def _stays(folder: Path) -> None:
    city(folder)
    load(folder, "三月", stay(1, "A", "12345.00"), stay(2, "B", "152000.00"), stay(3, "C", "4000.00"))


def key(who: int) -> int:
    return Decision.objects.get(stay_id__endswith=f"/V{'ABC'[who - 1]}", newest=True).pk


def test_the_first_page_says_what_came_and_what_is_to_do(django_assert_max_num_queries: Callable) -> None:
    client = as_member(1)
    client.get("/my")
    with django_assert_max_num_queries(15 + 7):  # session, account, roles and row security of every page
        page = client.get("/my")
    text = page.content.decode()
    assert page.status_code == 200
    assert "住院医疗" in text
    assert "即将发放" in text
    assert "目前没有要办的事" in text


def test_an_amount_is_explained_in_a_sentence_then_step_by_step() -> None:
    text = as_member(1).get(f"/my/subsidies/{key(1)}").content.decode()
    assert "个人现金支付 12,345.00 元" in text
    assert "计算步骤" in text
    assert "第一条" not in text.split("计算步骤")[0]
    assert "长春市总工会在职职工住院医疗补贴" in text


def test_over_ten_thousand_is_asked_for_papers_with_a_day() -> None:
    text = as_member(2).get("/my").content.decode()
    assert "需要您先交材料" in text
    assert "已经过了" in text
    assert "去交材料" in text


def test_why_an_amount_over_the_limit_is_paid_later_stays_true_once_it_is_paid() -> None:
    client, where = as_member(2), f"/my/subsidies/{key(2)}"
    before = client.get(where).content.decode()
    how = "超过免申请额度\uff0c经工会协助备齐材料、两人审核后发放"
    assert how in before
    case = Case.objects.get(reason="over_limit")
    for name in ("chen", "wang"):
        name_signatory(name=name, member_no=None, by="admin", at=AT)
    log_papers(case_id=case.pk, by="chen", sentence="材料齐全", on=AS_OF)
    approve_case(case_id=case.pk, by="chen", second="wang", sentence="核对无误", on=AS_OF)
    open_fund()
    answered("paid", "paid", accounts=(CARD, "6222020000000000022"))
    after = client.get(where).content.decode()
    assert "已到账" in after
    assert how in after
    assert "将联系" not in after


def test_what_was_too_little_is_told_with_its_reason() -> None:
    client = as_member(3)
    text = client.get("/my/subsidies").content.decode()
    assert "这次没有补贴" in text
    assert "不符合补贴条件" in client.get(f"/my/subsidies/{key(3)}").content.decode()
    assert "没有登记您的收款账号" in client.get("/my").content.decode()


def test_what_a_limit_left_nothing_of_stands_with_what_brought_nothing(tmp_path: Path) -> None:
    dates = {"begndate": "2025-05-01", "enddate": "2025-05-10", "setl_time": "2025-05-10 10:00:00"}
    load(tmp_path, "五月", stay(3, "D", "600000.00"), stay(3, "E", "20000.00", **dates))
    shown = as_member(3).get("/my/subsidies").context
    assert [[one.fen for one in shown[kind]] for kind in ("got", "nothing")] == [[5_000_000], [0, 0]]


def test_nobody_sees_the_subsidy_of_another_member() -> None:
    assert as_member(1).get(f"/my/subsidies/{key(2)}").status_code == 404
    assert "152,000" not in as_member(1).get("/my/subsidies").content.decode()


def test_what_reached_the_account_counts_in_the_year_in_which_it_came() -> None:
    open_fund()
    answered("paid", accounts=(CARD,))
    found = member(person_id=person(1).pk)
    assert [received(found, year) for year in (None, 2024, 2025)] == [24_690, 0, 24_690]
    assert "已到账" in as_member(1).get("/my").content.decode()


def test_english_is_whole() -> None:
    client = as_member(2)
    client.cookies["django_language"] = "en"
    text = client.get("/my").content.decode()
    assert "Over 10,000 yuan we need papers from you first." in text
    assert "Your stay in hospital of March 2025" in client.get(f"/my/subsidies/{key(2)}").content.decode()
