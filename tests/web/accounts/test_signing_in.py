"""Signing in: two factors, first steps, locks, sessions that end, members with a code."""

import json
import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import Account, Lockout, OneTimeCode, Role
from jishiyu.apps.accounts.operations import create_account, grant, set_password
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.people.sealing import open_many
from tests.apps.subsidies.situations import enrol, member, number
from tests.web.people import NOW, signed_in

pytestmark = pytest.mark.django_db
GOOD = "Zq7-lantern"


def officer(*, second_factor: bool = True) -> tuple[Account, str]:
    """Return a finance officer who chose the password GOOD, and the secret of the second factor."""
    account = create_account(name="zhao", full_name="赵财务", by="root", at=NOW, password="First-pass-1")
    set_password(account_id=account.pk, password=GOOD, by="zhao", at=timezone.now())
    grant(account_id=account.pk, role=Role.FINANCE, union_code="", since=date(2025, 1, 1), by="root", at=NOW)
    secret = generate_totp_secret()
    if second_factor:
        TOTP.activate(account, secret)
    return Account.objects.get(pk=account.pk), secret


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def wrong(secret: str) -> str:
    right = {format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)) for step in (-2, -1, 0, 1, 2)}
    return next(tried for tried in ("000000", "111111", "222222", "333333", "444444", "555555") if tried not in right)


def enter(client: Client, password: str = GOOD, **more: str):
    return client.post("/sign-in", {"name": "zhao", "password": password, **more})


def test_password_and_code_lead_to_the_page_that_was_asked_for(client: Client) -> None:
    _, secret = officer()
    assert client.get("/todo").headers["Location"] == "/sign-in?next=%2Ftodo"
    assert enter(client, next="/todo").headers["Location"] == "/sign-in/factor"
    assert client.get("/todo").status_code == 302
    assert client.post("/sign-in/factor", {"code": code(secret)}).headers["Location"] == "/todo"
    assert client.get("/todo").status_code == 200
    assert Trail.objects.get(action="accounts.sign_in").by == "zhao"


def test_a_code_of_the_half_minute_before_is_taken_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = officer()
    late = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now + 30)
    enter(client)
    assert client.post("/sign-in/factor", {"code": late}).headers["Location"] == "/"
    cache.delete(f"allauth.mfa.totp.used?user={Account.objects.get(name='zhao').pk}&code={late}")  # 30 seconds later
    other = Client()
    enter(other)
    assert other.post("/sign-in/factor", {"code": late}).status_code == 200
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now + 90)
    third = Client()
    enter(third)
    cache.clear()
    assert third.post("/sign-in/factor", {"code": late}).status_code == 200


def test_a_code_works_once(client: Client) -> None:
    _, secret = officer()
    used = code(secret)
    enter(client)
    client.post("/sign-in/factor", {"code": used})
    other = Client()
    enter(other)
    assert other.post("/sign-in/factor", {"code": used}).status_code == 200
    assert other.get("/todo").status_code == 302


def test_wrong_passwords_and_wrong_codes_count_together_and_lock(client: Client) -> None:
    account, secret = officer()
    for _ in range(3):
        assert enter(client, "wrong").status_code == 422
    enter(client)
    for _ in range(2):
        client.post("/sign-in/factor", {"code": wrong(secret)})
    assert Lockout.objects.get(account=account).address == "127.0.0.1"
    client.post("/sign-in/factor", {"code": code(secret)})
    assert client.get("/todo").status_code == 302
    assert "已锁定" in enter(Client()).content.decode()


def test_nothing_is_said_about_which_names_exist(client: Client) -> None:
    officer()
    known = enter(client, "wrong").content.decode()
    unknown = client.post("/sign-in", {"name": "nobody", "password": "wrong"}).content.decode()
    words = re.compile(r'<div class="alert[^>]*>(.*?)</div>', re.DOTALL)
    assert words.findall(known) == words.findall(unknown) != []


def test_the_session_gets_a_new_name_when_somebody_signs_in(client: Client) -> None:
    _, secret = officer()
    client.get("/sign-in")
    enter(client)
    before = client.cookies["sessionid"].value
    client.post("/sign-in/factor", {"code": code(secret)})
    assert client.cookies["sessionid"].value != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert thief.get("/todo").status_code == 302


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_to_another_site(client: Client, wanted: str) -> None:
    _, secret = officer()
    enter(client, next=wanted)
    assert client.post("/sign-in/factor", {"code": code(secret)}).headers["Location"] == "/"
    assert client.post("/language", {"back": wanted, "language": "en"}).headers["Location"] == "/"


def test_twenty_idle_minutes_end_a_session() -> None:
    client = signed_in(Role.FINANCE)
    session = client.session
    session["seen"] = int(time.time()) - 19 * 60
    session.save()
    assert client.get("/todo").status_code == 200
    session = client.session
    assert session["seen"] > time.time() - 5
    session["seen"] = int(time.time()) - 20 * 60 - 1
    session.save()
    assert client.get("/todo").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_new_password_ends_every_session_and_is_asked_for_at_first(client: Client) -> None:
    account, _ = officer()
    other = Client()
    for one in (client, other):
        one.force_login(account)
    answer = client.post("/account/password", {"old": GOOD, "new": "Next-lantern-2", "again": "Next-lantern-2"})
    assert answer.headers["Location"] == "/sign-in"
    assert [one.get("/account").status_code for one in (client, other)] == [302, 302]
    set_password(account_id=account.pk, password="Handed-over-3", by="root", at=timezone.now())
    client.force_login(Account.objects.get(pk=account.pk))
    assert client.get("/todo").headers["Location"] == "/account/password"
    assert client.get("/account/password").status_code == 200


def test_staff_without_a_second_factor_can_do_nothing_but_set_one_up(client: Client) -> None:
    account, _ = officer(second_factor=False)
    client.force_login(account)
    assert client.get("/todo").headers["Location"] == "/account/factor"
    assert client.get("/account/factor").status_code == 200


def test_a_locked_account_is_signed_out_with_its_next_request() -> None:
    client = signed_in(Role.FINANCE)
    Account.objects.update(locked_at=NOW)
    assert client.get("/todo").status_code == 302


def test_a_second_factor_is_fresh_for_five_minutes(client: Client) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    from jishiyu.web.gate import ask_factor_again, fresh_factor

    account, _ = officer()
    client.force_login(account)
    request = RequestFactory().get("/payments/3/approve")
    request.user, request.session = account, client.session
    request.session["account_authentication_methods_user"] = str(account.pk)
    for age, fresh in ((0, True), (299, True), (301, False)):
        request.session["account_authentication_methods"] = [{"method": "mfa", "at": time.time() - age}]
        assert fresh_factor(request) is fresh
    asked = ask_factor_again(request)
    assert asked is not None
    assert asked.headers["Location"] == "/account/factor/again?next=%2Fpayments%2F3%2Fapprove"
    request.user = AnonymousUser()  # type: ignore[assignment]
    assert not fresh_factor(request)


def test_the_secret_of_a_second_factor_is_sealed() -> None:
    from allauth.mfa.models import Authenticator

    account, secret = officer()
    assert secret not in json.dumps(Authenticator.objects.get(user=account).data)


def sent() -> str:
    """Return the code in the newest notice."""
    text = open_many([bytes(Notice.objects.latest("id").sealed)], purpose="notices_notice.sealed")[0].decode()
    found = re.search(r"\b\d{6}\b", text)
    assert found
    return found[0]


def ask(client: Client, who: int = 1, name: str = "张1"):
    return client.post("/sign-in/member", {"cert_type": "01", "cert_no": number(who), "name": name})


def test_a_member_signs_in_with_number_name_and_code(tmp_path: Path, client: Client) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"))
    assert ask(client).headers["Location"] == "/sign-in/member/code"
    assert client.post("/sign-in/member/code", {"code": sent()}).headers["Location"] == "/"
    account = Account.objects.get(for_member=True)
    assert client.get("/account").status_code == 200
    assert client.get("/todo").status_code == 403
    assert [grant.role for grant in account.grants.all()] == ["member"]
    again = Client()
    ask(again)
    again.post("/sign-in/member/code", {"code": sent()})
    assert Account.objects.filter(for_member=True).count() == 1


def test_the_code_and_the_notices_come_in_the_language_that_was_chosen_before_signing_in(
    tmp_path: Path, client: Client
) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"))
    client.cookies["django_language"] = "en"
    ask(client)
    assert Notice.objects.get().language == "en"
    client.post("/sign-in/member/code", {"code": sent()})
    assert Account.objects.get(for_member=True).language == "en"


def test_the_answer_is_the_same_whether_there_is_such_a_member(tmp_path: Path, client: Client) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"), member(2))
    known, other_name, no_mobile, unknown = (
        ask(client), ask(client, 1, "李四"), ask(client, 2, "张2"), ask(client, 3, "张3"),
    )  # fmt: skip
    assert {answer.headers["Location"] for answer in (known, other_name, no_mobile, unknown)} == {
        "/sign-in/member/code"
    }
    assert Notice.objects.count() == 1
    assert client.post("/sign-in/member/code", {"code": sent()}).status_code == 422


def test_a_code_is_tried_five_times_holds_five_minutes_and_for_one_session(tmp_path: Path, client: Client) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"))
    ask(client)
    right = sent()
    thief = Client()
    ask(thief, 3, "张3")
    assert thief.post("/sign-in/member/code", {"code": right}).status_code == 422
    bad = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert client.post("/sign-in/member/code", {"code": bad}).status_code == 422
    assert client.post("/sign-in/member/code", {"code": right}).status_code == 422
    ask(client)
    OneTimeCode.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert client.post("/sign-in/member/code", {"code": sent()}).status_code == 422


def test_codes_are_sent_three_times_and_asked_for_ten_times_in_half_an_hour(tmp_path: Path, client: Client) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"))
    for _ in range(10):
        assert ask(client).status_code == 302
    assert Notice.objects.count() == 3
    assert ask(client).status_code == 422


def test_a_form_from_elsewhere_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    officer()
    answer = enter(client)
    assert answer.status_code == 403
    assert "表单已失效" in answer.content.decode()
