"""What the walk looks at: who walks, the addresses they open, and what is shown where no address leads by itself."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.accounts.operations import create_account, grant, set_password
from jishiyu.apps.accounts.rights import PUBLIC, SIGNED_IN, may
from jishiyu.web.gate import FIRST_STEPS
from jishiyu.web.problem import broken
from tests.apps.subsidies.situations import number
from tests.journeys.visitor import PASSWORD
from tests.security.helped import HELPERS, help_round
from tests.security.provider import configured
from tests.security.seldom import seldom
from tests.security.town import HOSTILE, US, Address, addresses, settle, visitor
from tests.security.visited import visit_of
from tests.web.member.people import own_account
from tests.web.no_pages import Answer, answer_of
from tests.web.people import NOW, account

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

ROLES = (
    Role.SUBSIDY_OFFICER, Role.FINANCE, Role.REVIEWER, Role.UNION_OFFICER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN,
    Role.AUDIT_ADMIN, Role.MEMBER, Role.ENTERPRISE, Role.ORGANISER, Role.STEWARD,
)  # fmt: skip
Go = Callable[["Page", str], "Response | None"]
TOO_LARGE, BROKEN = 2_621_441, 500
# A form that is sent by hand: without the sign that a form of ours carries, or with more than anybody may send.
SEND = """([path, size, token]) => {
  const form = document.createElement("form"), text = document.createElement("textarea");
  Object.assign(form, { method: "post", action: path });
  Object.assign(text, { name: "words", value: "x".repeat(size) });
  form.append(text);
  if (token) form.append(document.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
  document.body.append(form);
  form.submit();
}"""


@dataclass(frozen=True)
class Sight:
    """One page as a browser comes to it, with the status of its answer; `bilingual`: it says everything in both languages.

    What breaks has no switch of languages: it needs nothing that may be broken.
    """

    name: str
    go: Go
    status: int = 200
    bilingual: bool = False

    @property
    def switches(self) -> int:
        """Return how many switches of languages there are."""
        return int(self.status != BROKEN)


@dataclass
class Walker:
    """Somebody who walks, with their session, the objects their addresses name, and what else they get to see."""

    name: str
    client: Client
    may: Callable[[str], bool]
    objects: dict[str, Any]
    beside: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: tuple[Sight, ...] = ()

    def sight(self, one: Address) -> Sight:
        """Return an address with the objects of this walker."""
        path = one.filled(self.objects | self.beside.get(one.route, {}))
        return Sight(one.route, _open(path), STATUS.get(one.route, 200), bilingual=one.route in BILINGUAL)


def pages() -> list[Address]:
    """Return every address that is a page."""
    return [one for one in addresses() if answer_of(one) is Answer.PAGE]


STATUS = {"/sign-on-error": 401}  # pages that are an answer to something wrong
LISTS = {one.route for one in addresses() if one.name == "list"} - {"/campaigns"}  # rounds are too few to be searched
BILINGUAL = {"/api/docs"}  # the document of the API says everything in both languages, for machines too


def walkers(folder: Path, settings: Any) -> Iterator[Walker]:
    """Make the town and a round of help, and yield who walks through them, one after the other."""
    settings.UPLOAD_FOLDER, settings.PAPERS_FOLDER = str(folder / "uploads"), str(folder / "papers")
    settings.HELP_FOLDER = str(folder / "help")
    settings.SOCIALACCOUNT_PROVIDERS = configured("http://127.0.0.1:9")
    theirs = settle(folder)
    helped = help_round(US, "我们的需求", steward=account(Role.STEWARD))
    helped |= visit_of(helped["need_id"], "我们的勘查")
    beside = seldom(
        folder, HOSTILE, need_id=helped["need_id"], keeper=account(Role.SUBSIDY_OFFICER), expert=account(Role.STEWARD)
    )
    yield Walker("nobody", Client(), lambda action: action == PUBLIC, theirs, beside, NOBODYS)
    yield Walker("on the way in", _on_the_way_in(), lambda action: action == PUBLIC, theirs)
    yield Walker("newcomer", _newcomer(), lambda action: action == FIRST_STEPS, theirs)
    for role in ROLES:
        states = OFFICERS if role is Role.SUBSIDY_OFFICER else ()
        objects = theirs | helped if role in HELPERS else theirs
        yield Walker(role.value, _client_of(role), _may(role), objects, beside, states)


def _may(role: Role) -> Callable[[str], bool]:
    return lambda action: action in (PUBLIC, SIGNED_IN, FIRST_STEPS) or may(action, role)


def _client_of(role: Role) -> Client:
    """Return somebody with a role; the member is the one whose objects the town names."""
    client = visitor(role)
    if role is Role.MEMBER:
        client.force_login(own_account(2))
        _seen(client)
        client.post("/my/account-number/code")  # the step after it asks for that code
    return client


def _newcomer() -> Client:
    """Return somebody who has changed the first password and has no second factor yet."""
    made = create_account(name="xin.ren", full_name=f"新人{HOSTILE}", by="tests", at=NOW)
    grant(account_id=made.pk, role=Role.FINANCE, union_code="", since=NOW.date(), by="tests", at=NOW)
    set_password(account_id=made.pk, password=PASSWORD, by=made.name, at=timezone.now())
    client = Client()
    client.force_login(Account.objects.get(pk=made.pk))
    _seen(client)
    return client


def _on_the_way_in() -> Client:
    """Return somebody who has shown a password and waits at the second factor, and who has asked for a member's code."""
    client, officer = Client(), account(Role.REVIEWER)
    set_password(account_id=officer.pk, password=PASSWORD, by=officer.name, at=timezone.now())
    client.post("/sign-in", {"name": officer.name, "password": PASSWORD})
    client.post("/sign-in/member", {"cert_type": "01", "cert_no": number(1), "name": "somebody"})
    return client


def _seen(client: Client) -> None:
    session = client.session
    session["seen"] = int(time.time())
    session.save()


def _open(path: str) -> Go:
    return lambda page, address: page.goto(address + path)


def _send(path: str, *, size: int, token: bool) -> Go:
    def go(page: "Page", address: str) -> "Response | None":
        page.goto(f"{address}/sign-in/member")
        with page.expect_navigation() as there:
            page.evaluate(SEND, [path, size, token])
        return there.value

    return go


def _wrong_password(page: "Page", address: str) -> "Response | None":
    page.goto(f"{address}/sign-in")
    page.fill("[name=name]", "nobody")
    page.fill("[name=password]", "x")
    with page.expect_navigation() as there:
        page.press("[name=password]", "Enter")
    return there.value


def _broken(page: "Page", address: str) -> None:
    page.goto("about:blank")
    page.set_content(broken(None).content.decode())  # type: ignore[arg-type]  # it looks at nothing of a request


NOBODYS = (
    Sight("a wrong password", _wrong_password, 422),
    Sight("a link that opens nothing", _open("/n/none"), 422),
    Sight("no such page, signed out", _open("/nowhere"), 404),
    Sight("a form that has run out", _send("/language", size=1, token=False), 403),
    Sight("more than may be sent", _send("/sign-in/member", size=TOO_LARGE, token=True), 413),
    Sight("something went wrong", _broken, BROKEN, bilingual=True),
)
OFFICERS = (
    Sight("no such page", _open("/nowhere"), 404),
    Sight("not for these roles", _open("/audit"), 403),
    Sight("a form that has run out, signed in", _send("/language", size=1, token=False), 403),
)
