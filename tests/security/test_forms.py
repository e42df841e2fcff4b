"""What is sent in forms: markup in every field of words, SQL in every filter that is sent, the other branch's numbers."""

import itertools
import json
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.accounts.rights import SIGNED_IN, may
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.members.models import Membership
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.people.models import Person
from jishiyu.apps.subsidies.models import Case, Entitlement
from tests.apps.subsidies.situations import number
from tests.security.test_filters import INJECTIONS, SLEEPS
from tests.security.test_markup import OBEYED, active_in
from tests.security.town import HOSTILE, SECRETS, THEM, US, addresses, settle, text_of, visitor

pytestmark = pytest.mark.django_db
WRITERS = (
    Role.SUBSIDY_OFFICER, Role.FINANCE, Role.REVIEWER, Role.UNION_OFFICER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN,
    Role.MEMBER,
)  # fmt: skip
WORDS = ("text", "search", "textarea", "password", "email", "tel")
# Whoever transfers a member or hands a case on has to find the other union: there its name is no secret, the rest is.
CHOOSERS = {"/unions/pick", "/calls/<int:case_id>/hand"}
LEADS_OUT = ("sign-out", "/account/password", "/account/factor", "/language", "/close", "/end")


class _Forms(HTMLParser):
    """Finds every form of a page that is sent by POST: where to, and its fields with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str], set[str]]] = []
        self.open = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form or a field."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = given.get("method", "get").lower() == "post"
            if self.open:
                self.forms.append((given.get("action", ""), {}, set()))
        if not self.open:
            return
        _, values, words = self.forms[-1]
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "textarea" or (tag == "input" and kind in WORDS):
            values[name] = given.get("value", "")
            words.add(name)
        elif tag == "input" and kind not in ("file", "submit", "button") and (kind != "radio" or name not in values):
            values[name] = given.get("value", "1")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and (given.get("value") or "selected" in given):
            values.setdefault(self.select, given.get("value", ""))
        elif tag == "button" and name:
            values[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a form."""
        self.open = self.open and tag != "form"
        self.select = "" if tag == "select" else self.select


@pytest.fixture
def theirs(tmp_path: Path, settings: Any) -> dict[str, object]:
    settings.UPLOAD_FOLDER, settings.PAPERS_FOLDER = str(tmp_path / "uploads"), str(tmp_path / "papers")
    return settle(tmp_path)


def forms_of(client: Client, address: str) -> list[tuple[str, dict[str, str], set[str]]]:
    """Return the forms of a page that this reader may open."""
    answered = client.get(address)
    if answered.status_code != 200 or not answered.headers["Content-Type"].startswith("text/html"):
        return []
    found = _Forms()
    found.feed(text_of(answered))
    return [one for one in found.forms if not any(part in (one[0] or address) for part in LEADS_OUT)]


def ours_of(role: Role, theirs: dict[str, object]) -> dict[str, object]:
    """Return objects that this role may open: whoever sees one branch gets those of their own."""
    if role not in (Role.UNION_OFFICER, Role.MEMBER):
        return theirs
    mine = Membership.objects.get(member_no="M0001")
    own = {"person_id": mine.person_id, "membership_id": mine.pk, "union_id": mine.union_id, "code": "U1"}
    own["case_id"] = Case.objects.filter(union_id=mine.union_id).order_by("id")[0].pk
    return {**theirs, **own}


def test_hostile_words_in_every_field_of_every_form_are_obeyed_nowhere(theirs: dict[str, object]) -> None:
    obeyed, routes = [], set()
    for role in WRITERS:
        client, known = visitor(role), ours_of(role, theirs)
        for one in addresses():
            if not (one.action == SIGNED_IN or may(one.action, role)):
                continue
            address = one.filled(known)
            for action, values, words in forms_of(client, address):
                wanted = words - {"csrfmiddlewaretoken", "code", "password", "q", "seen"}
                if not wanted:
                    continue
                answered = client.post(action or address, values | dict.fromkeys(wanted, HOSTILE), follow=True)
                routes.add(one.route)
                obeyed += obeyed_by(one.route, answered)
            if "_auth_user_id" not in client.session:
                client = visitor(role)
    # What was taken is shown by no page either.
    for role in (Role.SUBSIDY_OFFICER, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN):
        client = visitor(role)
        for one in addresses():
            if may(one.action, role):
                obeyed += obeyed_by(one.route, client.get(one.filled(theirs)))
    assert not obeyed, "\n".join(map(str, obeyed))
    assert len(routes) > 25, sorted(routes)


def obeyed_by(route: str, answered: Any) -> list[tuple[str, str]]:
    """Return what a browser would run on a page."""
    if answered.status_code >= 500:
        return [(route, str(answered.status_code))]
    if "html" not in answered.headers.get("Content-Type", ""):
        return []
    told = text_of(answered)
    return [(route, sign) for sign in (*(one for one in OBEYED if one in told), *active_in(told))]


def test_sql_in_a_filter_that_is_sent_is_looked_for_as_text(theirs: dict[str, object]) -> None:
    wrong, asked, tries = [], 0, itertools.cycle(INJECTIONS)
    for role in (Role.SUBSIDY_OFFICER, Role.UNION_OFFICER):
        client = visitor(role)
        for address, name in (("/find", "q"), ("/applications/new", "text"), ("/roster/enrol", "union_code")):
            for value in itertools.islice(tries, len(INJECTIONS)):
                began = time.process_time(), time.monotonic()
                answered = client.post(address, {name: value})
                slept = time.monotonic() - began[1] - (time.process_time() - began[0])
                asked += 1
                if slept > SLEEPS or answered.status_code >= 500:
                    wrong.append((role.value, address, value, answered.status_code, slept))
                elif (leaks := [one for one in SECRETS if one in text_of(answered)]) and role is Role.UNION_OFFICER:
                    wrong.append((role.value, address, value, leaks))
    assert not wrong, "\n".join(map(str, wrong))
    assert asked >= 20
    assert Account.objects.filter(grants__until=None).exists()


def test_numbers_of_the_other_branch_in_a_form_do_nothing(theirs: dict[str, object]) -> None:
    """Whatever field takes a number of an object: a union officer puts one of the other branch into it."""
    client = visitor(Role.UNION_OFFICER)
    person = theirs["person_id"]
    before = _state(person)
    mine = ours_of(Role.UNION_OFFICER, theirs)
    tries = {
        "selected": Entitlement.objects.get(union__code=THEM).pk, "kept_id": person, "merged_id": person, "to_union_code": THEM,
        "union_code": THEM, "union": THEM, "to": "u-union-officer-U2", "person_id": person, "case_id": theirs["case_id"],
        "membership_id": theirs["membership_id"], "union_id": Union.objects.get(code=THEM).pk, "code": THEM,
        # Somebody of theirs, as one who knows number and name would enrol, or pay, them.
        "cert_type": "01", "cert_no": number(2), "name": f"乙{HOSTILE}", "bank_account": "6222020000000000099",
        "mobile": "13700009999", "member_no": "M0099",
    }  # fmt: skip
    wrong, sent = [], 0
    for one in addresses():
        if not may(one.action, Role.UNION_OFFICER):
            continue
        address = one.filled(mine)
        forms = [(action or address, values) for action, values, _ in forms_of(client, address)] or [(address, {})]
        for (action, values), union in itertools.product(forms, (THEM, US)):
            filled = {name: value or "2025-06-01" for name, value in values.items()}
            answered = client.post(
                action, filled | {name: str(value) for name, value in tries.items()} | {"union_code": union}
            )
            told = text_of(answered)
            sent += 1
            leaks = [secret for secret in SECRETS if secret in told and secret not in action]
            if answered.status_code >= 500 or leaks:
                wrong.append((one.route, action, answered.status_code, leaks))
            for name in ("union", "union_code", "to_union_code"):
                told = text_of(client.get(address, {name: THEM}))
                secrets = set(SECRETS) - ({"SECRET-2"} if one.route in CHOOSERS else set())
                wrong += [(one.route, name, leak) for leak in secrets if leak in told and leak not in address]
    assert not wrong, "\n".join(map(str, wrong))
    assert sent > 40
    assert _state(person) == before


def _state(person: object) -> dict[str, object]:
    """Return what belongs to the other branch, as it stands, without whom ours was transferred to it.

    A transfer is the one way in: it ends a membership of ours on the very day, and the trail knows it.
    """
    moved = [
        json.loads(one) for one in Trail.objects.filter(action="membership.transfer").values_list("details", flat=True)
    ]
    assert all((one["from"], one["to"]) == (US, THEM) for one in moved)
    members = Membership.objects.filter(union__code=THEM).exclude(pk__in=[one["new"] for one in moved])
    return {
        "record": list(Person.objects.filter(pk=person).values_list("content_hash", "person_hash", "name_hash")),
        "memberships": sorted(Membership.objects.filter(person=person).values_list("id", "union__code", "left_on")),
        "members": sorted(members.values_list("id", "member_no", "left_on")),
        "cases": sorted(Case.objects.filter(union__code=THEM).values_list("id", "state", "union_id")),
        "owed": sorted(Entitlement.objects.filter(union__code=THEM).values_list("id", "state", "amount_fen")),
    }
