"""The desk: queue, evidence beside the form, preview, two signatures, appeals, large cases."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.applications.models import Application, CaseProposal, Kind, Paper, Verdict
from jishiyu.apps.applications.operations import Actor
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.payments.operations import name_signatory
from jishiyu.apps.subsidies.models import Case, Entitlement
from tests.apps.applications.situations import AT, FIRE, city, draft, hand_in, handed_in, now, owed_fen, with_papers
from tests.apps.subsidies.situations import load, stay
from tests.once import made_once
from tests.web.people import account, fresh, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_folder")]
FIRST, SECOND = "u-reviewer", "u-second"


_members = made_once(city)


def reviewer(name: str = FIRST) -> Client:
    account(Role.REVIEWER, name=name)
    client = signed_in(Role.REVIEWER)
    if name != FIRST:
        client.force_login(account(Role.REVIEWER, name=name))
        session = client.session
        session["account_authentication_methods"] = []
        session["account_authentication_methods_user"] = str(account(Role.REVIEWER, name=name).pk)
        session.save()
    return fresh(client)


def hidden(client: Client, address: str) -> dict[str, str]:
    """Return the hidden fields of a form as the browser sends them."""
    text = client.get(address).content.decode()
    found = {}
    for name in ("seen", "fen"):
        if f'name="{name}" value="' in text:
            found[name] = text.split(f'name="{name}" value="')[1].split('"')[0]
    return found


def do(client: Client, about: Application, step: str, **data: Any) -> Any:
    address = f"/reviews/{about.pk}/{step}"
    return client.post(address, {**hidden(client, address), **data})


def taken(kind: Kind = Kind.FIRE) -> Application:
    about = handed_in(kind)
    assert reviewer().post(f"/reviews/{about.pk}/take").status_code == 302
    return about


def exported(answer: Any) -> str:
    """Return what a streamed file says."""
    return b"".join(answer.streaming_content).decode()


def test_the_queue_puts_first_what_is_worth_a_look_and_says_why() -> None:
    quiet, odd = handed_in(Kind.FIRE, who=2, loss="40000.00"), handed_in(who=1, name="王小明")
    text = reviewer().get("/reviews").content.decode()
    assert text.index(odd.number) < text.index(quiet.number)
    assert "材料上的姓名与名册不一致" in text
    assert odd.number not in reviewer().get("/reviews?kind=fire").content.decode()
    assert quiet.number not in reviewer().get("/reviews?whose=mine").content.decode()
    sheet = exported(reviewer().get("/reviews?export=csv"))
    assert sheet.index(odd.number) < sheet.index(quiet.number)
    assert "张1" not in sheet


def test_the_desk_shows_form_beside_evidence_and_what_would_be_paid() -> None:
    about = handed_in(Kind.FIRE)
    before = reviewer().get(f"/reviews/{about.pk}").content.decode()
    paper = Paper.objects.filter(application=about).earliest("id")
    assert f'<img src="/applications/papers/{paper.pk}"' not in before
    assert reviewer().post(f"/reviews/{about.pk}/take").status_code == 302
    page = reviewer().get(f"/reviews/{about.pk}").content.decode()
    page += reviewer().get(f"/reviews/{about.pk}/preview").content.decode()
    assert f'<img src="/applications/papers/{paper.pk}"' in page
    assert "5,000.00 元" in page
    assert FIRE["certificate_no"] in page
    assert "您的审核限额为 50,000.00 元" in page
    assert Trail.objects.filter(action="application.read_in_full", by=FIRST).exists()
    assert not Entitlement.objects.exists()


def test_approving_pays_what_was_seen_once() -> None:
    about, client = taken(), reviewer()
    assert do(client, about, "approve", codes=[]).status_code == 302
    assert (now(about).state, now(about).decided_fen, owed_fen()) == ("approved", 5_000_00, 5_000_00)
    assert client.post(f"/reviews/{about.pk}/approve", {"fen": "500000", "seen": "0"}).status_code == 422
    assert owed_fen() == 5_000_00


@pytest.mark.parametrize("fen", ["499999", "", "-1", "abc"])
def test_another_amount_than_the_one_of_now_is_not_approved(fen: str) -> None:
    about = taken()
    client, address = reviewer(), f"/reviews/{about.pk}/approve"
    refused = client.post(address, {**hidden(client, address), "fen": fen, "words": "金额已核对"})
    assert refused.status_code == 422
    assert "金额已核对" in refused.content.decode()
    assert not Entitlement.objects.exists()
    assert not Verdict.objects.exists()


def test_a_form_that_was_overtaken_says_so() -> None:
    about = taken()
    late = reviewer().post(f"/reviews/{about.pk}/refuse", {"words": "理由写了很长", "seen": "1"})
    assert late.status_code == 422
    assert "刚刚被他人修改" in late.content.decode()
    assert "理由写了很长" in late.content.decode()
    assert now(about).state == "under_review"


def test_what_another_has_taken_is_theirs() -> None:
    about = taken()
    other = reviewer(SECOND)
    assert other.post(f"/reviews/{about.pk}/take").status_code == 422
    refused = do(other, about, "approve")
    assert refused.status_code == 422
    assert "已由 u-reviewer 办理" in refused.content.decode()
    assert f"/reviews/{about.pk}/approve" not in other.get(f"/reviews/{about.pk}").content.decode()


def test_an_officer_decides_only_up_to_their_limit() -> None:
    large, small = (
        handed_in(Kind.FIRE),
        handed_in(Kind.FIRE, who=2, loss="15000.00", certificate_no="消火认字〔2026〕第0022号"),
    )
    officer = fresh(signed_in(Role.SUBSIDY_OFFICER))
    refused = officer.post(f"/reviews/{large.pk}/take")
    assert refused.status_code == 422
    assert "2,000.00" in refused.content.decode()
    assert officer.post(f"/reviews/{small.pk}/take").status_code == 302
    assert do(officer, small, "approve").status_code == 302
    assert owed_fen() == 1_500_00


def test_who_filed_it_does_not_decide_it() -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    about = with_papers(draft(Kind.FIRE, by=Actor(name="u-subsidy-officer", role="subsidy_officer"), loss="15000.00"))
    hand_in(about)
    refused = client.post(f"/reviews/{about.pk}/take")
    assert refused.status_code == 422
    assert "经办人" in refused.content.decode()


def test_it_is_returned_with_sentences_of_the_list_until_a_day() -> None:
    about, client = taken(), reviewer()
    assert do(client, about, "return").status_code == 422
    assert do(client, about, "return", codes=["no_such"]).status_code == 422
    assert do(client, about, "return", codes=["not_readable"], words="第二页").status_code == 302
    page = signed_in(Role.UNION_OFFICER, union="U1").get(f"/applications/{about.pk}").content.decode()
    assert "补正" in page
    assert "照片不清楚" in page
    assert now(about).supplement_due_on is not None


def test_refused_appealed_and_judged_by_somebody_else() -> None:
    about, first = taken(), reviewer()
    assert do(first, about, "refuse", codes=["papers_contradict"]).status_code == 302
    filer = signed_in(Role.UNION_OFFICER, union="U1")
    address = f"/applications/{about.pk}/appeal"
    page = filer.get(address)
    seen = page.content.decode().split('name="seen" value="')[1].split('"')[0]
    assert filer.post(address, {"words": "材料可以互相印证", "seen": seen}).status_code == 302
    assert now(about).state == "appealed"
    assert "take-appeal" not in first.get(f"/reviews/{about.pk}").content.decode()
    again = first.post(f"/reviews/{about.pk}/take-appeal")
    assert again.status_code == 422
    assert signed_in(Role.SUBSIDY_OFFICER).post(f"/reviews/{about.pk}/take-appeal").status_code == 403
    second = reviewer(SECOND)
    assert "take-appeal" in second.get(f"/reviews/{about.pk}").content.decode()
    assert second.post(f"/reviews/{about.pk}/take-appeal").status_code == 302
    assert do(second, about, "approve").status_code == 302
    assert now(about).state == "approved"


def test_an_approval_is_revoked_by_two() -> None:
    about, first = taken(), reviewer()
    do(first, about, "approve")
    assert do(first, about, "revoke", words="认定书被撤销").status_code == 302
    assert do(first, about, "revoke", words="认定书被撤销").status_code == 422
    assert do(reviewer(SECOND), about, "revoke", words="已核实").status_code == 302
    assert (now(about).state, owed_fen()) == ("closed", 0)


def large_case(folder: Path) -> Case:
    load(folder, "三月", stay(1, "A", "152000.00"))
    case = Case.objects.get()
    signed_in(Role.SUBSIDY_OFFICER).post(
        f"/calls/{case.pk}/papers",
        {"sentence": "材料齐全", "seen": "0" if not case.moves.exists() else case.moves.latest("id").pk},
    )
    for name in (FIRST, SECOND):
        account(Role.REVIEWER, name=name)
        name_signatory(name=name, member_no=None, by="admin", at=AT)
    return case


def test_a_large_case_takes_two_people_in_two_steps(tmp_path: Path) -> None:
    case = large_case(tmp_path)
    first, second, fen = reviewer(), reviewer(SECOND), str(case.amount_fen)
    assert f"/reviews/cases/{case.pk}" in first.get("/reviews/cases").content.decode()
    address = f"/reviews/cases/{case.pk}"
    assert first.post(f"{address}/propose", {"fen": "1", "sentence": "金额一致"}).status_code == 422
    assert first.post(f"{address}/propose", {"fen": fen, "sentence": "金额一致"}).status_code == 302
    assert f"{address}/second" not in first.get(address).content.decode()
    assert first.post(f"{address}/second", {"fen": fen, "sentence": "金额一致"}).status_code == 422
    assert not Entitlement.objects.exists()
    assert f"{address}/second" in second.get(address).content.decode()
    assert second.post(f"{address}/second", {"fen": fen, "sentence": "同意"}).status_code == 302
    assert owed_fen() == case.amount_fen
    assert second.post(f"{address}/second", {"fen": fen, "sentence": "同意"}).status_code == 422
    assert owed_fen() == case.amount_fen


def test_a_first_signature_can_be_taken_away(tmp_path: Path) -> None:
    case = large_case(tmp_path)
    first = reviewer()
    first.post(f"/reviews/cases/{case.pk}/propose", {"fen": case.amount_fen, "sentence": "金额一致"})
    assert "待第二人签字" in first.get("/reviews/cases?signed=one").content.decode()
    assert first.post(f"/reviews/cases/{case.pk}/drop", {"sentence": "看错了"}).status_code == 302
    assert first.post(f"/reviews/cases/{case.pk}/drop", {"sentence": "看错了"}).status_code == 422


def stale(client: Client) -> Client:
    """Let the second factor have been shown more than five minutes ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time() - 301, "type": "totp"}]
    session.save()
    return client


def test_the_second_factor_is_asked_for_again_before_an_application_is_approved() -> None:
    about = taken()
    client = reviewer()
    sent = hidden(client, f"/reviews/{about.pk}/approve")
    stale(client)
    for asked in (client.get(f"/reviews/{about.pk}/approve"), client.post(f"/reviews/{about.pk}/approve", sent)):
        assert asked.status_code == 302
        assert asked.headers["Location"].startswith("/account/factor/again?next=")
    assert (now(about).state, Verdict.objects.count(), Entitlement.objects.count()) == ("under_review", 0, 0)
    assert client.get(f"/reviews/{about.pk}/return").status_code == 200  # nothing is owed by that
    assert fresh(client).post(f"/reviews/{about.pk}/approve", sent).status_code == 302
    assert now(about).state == "approved"


def test_the_second_factor_is_asked_for_again_before_a_large_case_is_signed(tmp_path: Path) -> None:
    case = large_case(tmp_path)
    address, data = f"/reviews/cases/{case.pk}", {"fen": case.amount_fen, "sentence": "金额一致"}
    asked = stale(reviewer()).post(f"{address}/propose", data)
    assert asked.headers["Location"].startswith("/account/factor/again")
    assert not CaseProposal.objects.exists()
    reviewer().post(f"{address}/propose", data)
    asked = stale(reviewer(SECOND)).post(f"{address}/second", data)
    assert asked.headers["Location"].startswith("/account/factor/again")
    assert not Entitlement.objects.exists()


def test_reviewers_are_compared_with_intervals() -> None:
    about, client = taken(), reviewer()
    do(client, about, "return", codes=["not_readable"])
    text = signed_in(Role.SUBSIDY_OFFICER).get("/reviews/compare").content.decode()
    assert "甲审核" in text  # by name, not by account
    assert "100.0 % (20.7–100.0 %)" in text
    earlier = signed_in(Role.SUBSIDY_OFFICER).get("/reviews/compare?until=2020-01-01&since=2019-01-01")
    assert "甲审核" not in earlier.content.decode()
    assert client.get("/reviews/compare").status_code == 403


@pytest.mark.parametrize("role", [Role.FINANCE, Role.UNION_OFFICER, Role.MEMBER, Role.SECURITY_ADMIN])
def test_only_the_review_comes_in(role: Role) -> None:
    about = handed_in(Kind.FIRE)
    client = signed_in(role)
    assert client.get("/reviews").status_code == 403
    assert client.post(f"/reviews/{about.pk}/take").status_code == 403
    assert client.post(f"/reviews/{about.pk}/approve").status_code == 403


def test_a_reviewer_of_another_branch_sees_nothing() -> None:
    about = taken()
    other = signed_in(Role.REVIEWER, union="U2")
    for step in ("", "/approve", "/return", "/refuse", "/hand-back", "/revoke"):
        assert other.get(f"/reviews/{about.pk}{step}").status_code == 404, step
    assert other.post(f"/reviews/{about.pk}/take").status_code == 404
    assert about.number not in other.get("/reviews?whose=all").content.decode()


def test_pages_need_few_queries(django_assert_max_num_queries: Any) -> None:
    handed_in(who=2)
    about, client = taken(), reviewer()
    for address in ("/reviews", "/reviews/cases", f"/reviews/{about.pk}"):
        client.get(address)
        with django_assert_max_num_queries(15 + 16):  # besides: session, roles, row security, whole sight, the trail
            assert client.get(address).status_code == 200, address
