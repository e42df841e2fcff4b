"""Where a try comes from, what it leaves behind, and whom it locks: behind a proxy, by members, by a stolen session."""

import json
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from jishiyu.apps.accounts.models import Account, Lockout, Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.members.models import Membership
from jishiyu.engine.identity import certificate_names
from jishiyu.web.accounts.adapters import address_of
from tests.apps.subsidies.situations import enrol, member
from tests.web.accounts.test_signing_in import GOOD, ask, code, enter, officer, sent
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
PROXY = "127.0.0.1"


@pytest.fixture
def behind_a_proxy(settings: Any) -> None:
    settings.PROXIES = [ip_network("127.0.0.1"), ip_network("10.1.0.0/16")]


def said(action: str) -> list[dict[str, Any]]:
    """Return the details of all rows of an action, the oldest first."""
    return [json.loads(row.details) for row in Trail.objects.filter(action=action).order_by("id")]


@pytest.mark.usefixtures("behind_a_proxy")
@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        (PROXY, "203.0.113.7", "203.0.113.7"),
        (PROXY, "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the client made the first one up
        (PROXY, "198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"),  # two proxies, one behind the other
        (PROXY, "198.51.100.1, 2001:db8::7", "2001:db8::7"),
        (PROXY, "nonsense", PROXY),
        (PROXY, "203.0.113.7, <script>", PROXY),
        (PROXY, "", PROXY),
        ("192.0.2.9", "203.0.113.7", "192.0.2.9"),  # no proxy of ours: the header means nothing
        ("", "203.0.113.7", ""),
    ],
)
def test_the_address_is_the_last_one_that_a_proxy_of_ours_saw(peer: str, forwarded: str, found: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert address_of(request) == found


def test_without_proxies_nobody_is_believed() -> None:
    assert address_of(RequestFactory().get("/", HTTP_X_FORWARDED_FOR="203.0.113.7")) == PROXY


@pytest.mark.usefixtures("behind_a_proxy")
def test_behind_a_proxy_each_visitor_has_their_own_limit(tmp_path: Path) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"))
    crowd, other = Client(HTTP_X_FORWARDED_FOR="203.0.113.7"), Client(HTTP_X_FORWARDED_FOR="203.0.113.8")
    for _ in range(10):
        assert ask(crowd, 3, "张3").status_code == 302
    assert ask(crowd, 3, "张3").status_code == 422
    crowd.defaults["HTTP_X_FORWARDED_FOR"] = "192.0.2.1, 203.0.113.7"  # a made up one before it does not help
    assert ask(crowd, 3, "张3").status_code == 422
    assert ask(other).status_code == 302
    officer()
    for _ in range(5):
        enter(other, "wrong")
    assert Lockout.objects.get().address == "203.0.113.8"


def wrong_codes(client: Client, count: int) -> None:
    for _ in range(count):
        bad = "000000" if sent() != "000000" else "111111"
        assert client.post("/sign-in/member/code", {"code": bad}).status_code == 422


def test_a_members_wrong_codes_count_over_all_codes_and_lock_with_a_record(tmp_path: Path, client: Client) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"))
    ask(client)
    wrong_codes(client, 3)
    ask(client)
    wrong_codes(client, 1)
    assert not Lockout.objects.exists()
    wrong_codes(client, 1)
    account = Account.objects.get(for_member=True)
    record = Lockout.objects.get()
    assert (record.account_id, record.by, record.unlocked_at) == (account.pk, "system", None)
    refused = client.post("/sign-in/member/code", {"code": sent()})
    assert refused.status_code == 422
    assert "已锁定" in refused.content.decode()
    assert client.get("/account").status_code == 302
    assert [entry["failures"] for entry in said("accounts.sign_in_failed")] == [1, 2, 3, 4, 5]


def test_a_right_code_forgets_the_wrong_ones_before_it(tmp_path: Path, client: Client) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"))
    for _ in range(2):
        one = Client()
        ask(one)
        wrong_codes(one, 4)
        assert one.post("/sign-in/member/code", {"code": sent()}).status_code == 302
    assert not Lockout.objects.exists()


def test_the_security_administrator_sees_a_locked_member_without_a_name_and_unlocks(
    tmp_path: Path, client: Client
) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"))
    ask(client)
    wrong_codes(client, 5)
    account = Account.objects.get(for_member=True)
    admin, address = signed_in(Role.SECURITY_ADMIN), f"/accounts/{account.pk}"
    listed = admin.get("/accounts/lockouts").content.decode()
    assert f'href="{address}"' in listed
    page = admin.get(address).content.decode()
    for text in (listed, page, admin.get(f"{address}/unlock").content.decode()):
        assert "张1" not in text
        assert account.name in text
    for wanted in ("grant", "reset-factor"):
        assert admin.post(f"{address}/{wanted}", {"because": "x"}).status_code == 404, wanted
        assert f"{address}/{wanted}" not in page
    assert signed_in(Role.SYSTEM_ADMIN).post(f"{address}/close", {"because": "x"}).status_code == 404
    assert admin.post(f"{address}/unlock", {"because": "本人到场核实"}).status_code == 302
    again = Client()
    ask(again)
    assert again.post("/sign-in/member/code", {"code": sent()}).status_code == 302
    assert Lockout.objects.get().unlocked_by == "u-security-admin"


def test_a_member_who_was_never_locked_is_not_among_the_accounts(tmp_path: Path, client: Client) -> None:
    enrol(tmp_path, member(1, mobile="13900001111"))
    ask(client)
    client.post("/sign-in/member/code", {"code": sent()})
    account = Account.objects.get(for_member=True)
    for role in (Role.SECURITY_ADMIN, Role.SYSTEM_ADMIN):
        assert signed_in(role).get(f"/accounts/{account.pk}").status_code == 404


def test_a_stolen_session_cannot_guess_the_present_password(client: Client) -> None:
    account, _ = officer()
    client.force_login(account)
    guess = {"old": "wrong", "new": "Next-lantern-2", "again": "Next-lantern-2"}
    for _ in range(5):
        assert client.post("/account/password", guess).status_code == 422
    assert Lockout.objects.get(account=account).unlocked_at is None
    assert client.post("/account/password", {**guess, "old": GOOD}).status_code == 302
    assert Account.objects.get(pk=account.pk).check_password(GOOD)


def test_the_trail_says_how_somebody_got_in(tmp_path: Path, client: Client) -> None:
    _, secret = officer()
    enter(client)
    client.post("/sign-in/factor", {"code": code(secret)})
    enrol(tmp_path, member(1, mobile="13900001111"))
    phone = Client()
    ask(phone)
    phone.post("/sign-in/member/code", {"code": sent()})
    assert [entry["how"] for entry in said("accounts.sign_in")] == ["password+totp", "one-time code"]


def test_failed_sign_ins_stand_in_the_trail_and_cannot_fill_it(client: Client) -> None:
    officer()
    for _ in range(20):
        enter(client, "wrong")
    assert len(said("accounts.sign_in_failed")) == 5
    for number in range(20):
        client.post("/sign-in", {"name": f"nobody{number}", "password": "wrong"})
    assert [entry["refused"] for entry in said("accounts.sign_ins_refused")] == [1, 30]
    rows = Trail.objects.filter(action__startswith="accounts.sign_in")
    assert not any("wrong" in row.details or "nobody" in row.details + row.record for row in rows)


def test_what_was_refused_stands_in_the_trail_once_an_hour_and_action() -> None:
    client = signed_in(Role.FINANCE)
    for number in range(5):
        assert client.get(f"/accounts/{number}").status_code == 403
    assert client.get("/audit").status_code == 403
    assert [(entry["action"], entry["route"]) for entry in said("access.refused")] == [
        ("accounts.see", "accounts/<int:account_id>"), ("audit.see", "audit"),
    ]  # fmt: skip
    assert {row.by for row in Trail.objects.filter(action="access.refused")} == {"u-finance"}


def test_every_certificate_type_of_the_platform_can_be_chosen(client: Client) -> None:
    page = client.get("/sign-in/member").content.decode()
    assert "外国护照" in page
    assert "澳门" in page
    for address in ("/sign-in/member",):
        text = client.get(address).content.decode()
        for kind, (zh, _) in certificate_names().items():
            assert f'<option value="{kind}"' in text, zh
    client.cookies["django_language"] = "en"
    assert "Police card" in client.get("/sign-in/member").content.decode()


@pytest.mark.parametrize(("kind", "number"), [("08", "E12345678"), ("05", "M12345678"), ("16", "E87654321")])
def test_who_has_a_passport_or_comes_from_macao_gets_in(tmp_path: Path, client: Client, kind: str, number: str) -> None:
    enrol(tmp_path, member(1, mobile="13900001111", cert_type=kind, certno=number))
    assert Membership.objects.count() == 1
    page = client.get("/sign-in/member").content.decode()
    assert f'<option value="{kind}"' in page
    client.post("/sign-in/member", {"cert_type": kind, "cert_no": number, "name": "张1"})
    assert client.post("/sign-in/member/code", {"code": sent()}).status_code == 302
    assert client.get("/account").status_code == 200


def test_many_refusals_do_not_make_a_used_code_work_again(client: Client) -> None:
    _, secret = officer()
    enter(client)
    used = code(secret)
    assert client.post("/sign-in/factor", {"code": used}).status_code == 302
    for number in range(400):  # as many as Django's table would throw something out for
        cache.add(f"refused-{number}", "y", timeout=3600)
    other = Client()
    enter(other)
    assert other.post("/sign-in/factor", {"code": used}).status_code == 200
    assert other.get("/todo").status_code == 302
