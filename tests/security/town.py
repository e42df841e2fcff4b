"""A town with two branches in which every text that people may write is hostile, and the way to every address.

`US` is the branch (and member 1) of whoever looks, `THEM` the other one (and member 2). `IDS` says for every parameter
of every address which object it names; an address with a new parameter fails the walk until its object is made here.
"""

import csv
import io
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from jishiyu.apps.accounts.models import Grant, Role
from jishiyu.apps.accounts.operations import create_account, grant, lock
from jishiyu.apps.api.models import Scope, Token
from jishiyu.apps.api.operations import issue
from jishiyu.apps.applications.models import Application as Filed
from jishiyu.apps.applications.models import Complaint, FiledAs, Kind, Paper
from jishiyu.apps.applications.operations import Actor, complain, start_application
from jishiyu.apps.intake.models import Feed, Line
from jishiyu.apps.jobs.models import Kind as Job
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.laboratory.models import Kept
from jishiyu.apps.laboratory.operations import keep, store_base
from jishiyu.apps.laboratory.queries import frozen_history
from jishiyu.apps.members.importing import check_roster
from jishiyu.apps.members.models import Membership, RosterImport
from jishiyu.apps.notices.models import Kind as Told
from jishiyu.apps.notices.operations import Word, queue_notice
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.payments.models import ResultFile, Signatory
from jishiyu.apps.payments.operations import appropriate
from jishiyu.apps.people.models import Person
from jishiyu.apps.policies.models import Version
from jishiyu.apps.policies.operations import save_draft
from jishiyu.apps.policies.queries import in_force
from jishiyu.apps.subsidies.case_operations import log_call
from jishiyu.apps.subsidies.models import Case, Decision, Entitlement, Recovery
from jishiyu.engine.laboratory.base import measured
from jishiyu.engine.policy.shelf import folder as shipped_folder
from jishiyu.web.figures.figure import Column, Figure, Say, Unit
from jishiyu.web.laboratory.plain import to_plain
from tests.apps.applications import situations as filing
from tests.apps.subsidies.situations import FEED, ROSTER, enrol, member, reversal, stay, write
from tests.security.helped import help_round
from tests.security.visited import visit_of
from tests.web.member.people import own_account
from tests.web.payments import money
from tests.web.people import NOW, signed_in

# Markup, an attribute that is left, a formula, and Typst's own language: no page, sheet or document may obey it.
HOSTILE = '=2+5<script>alert("XSS")</script>"><img src=x onerror=alert(1)>#read("/etc/passwd")'
OBEYED = ('<script>alert("XSS")', "<img src=x onerror", "<script>alert(&quot;")
US, THEM = "U1", "U2"
# What only somebody of the other branch (or the city) may see: their member number, their stays, their name.
SECRETS = ("M0002", "H1/VB", "H1/VF", "SECRET-2", "乙*")
STAFF = (Role.SUBSIDY_OFFICER, Role.REVIEWER, Role.FINANCE)


@dataclass(frozen=True)
class Address:
    """One address of the console: its route, the action it needs, the parameters in it, and its name without its namespace."""

    route: str
    action: str
    fields: tuple[str, ...]
    name: str = ""

    def filled(self, ids: dict[str, Any]) -> str:
        """Return it with an object for each parameter."""
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda field: str(ids[field[1]]), self.route)


def addresses() -> Iterator[Address]:
    """Yield every address there is: whatever is added to the console is walked too."""

    def walk(patterns: list[Any], before: str) -> Iterator[Address]:
        for one in patterns:
            route = before + str(getattr(one, "pattern", ""))
            if isinstance(one, URLPattern):
                fields = tuple(re.findall(r"<(?:\w+:)?(\w+)>", route))
                if "^" not in route:
                    yield Address(f"/{route}", str(getattr(one.callback, "may", "")), fields, one.name or "")
            else:
                yield from walk(getattr(one, "url_patterns", []), route)

    yield from walk(list(get_resolver().url_patterns), "")


def _kept() -> Kept:
    """Keep an answer of the laboratory with a hostile title, after its history was measured."""
    policy = in_force().versions["changchun.hospital"][-1]
    base = measured(frozen_history(policies=[policy]), [policy])
    store_base(base=base, policy=policy.name, folder=Path(settings.LABORATORY_FOLDER), at=NOW)
    return keep(
        title=HOSTILE, policy=policy.name, texts=(HOSTILE, HOSTILE), digests=("0" * 64, "1" * 64), by="tests", at=NOW,
        figures=to_plain([Figure("whatif-totals", Say(HOSTILE, HOSTILE), (Column("a", Say(HOSTILE, HOSTILE), Unit.TEXT),), ((HOSTILE,),))]),
        measures={"cost": HOSTILE}, history_at=NOW,
    )  # fmt: skip


def _draft() -> Version:
    """Keep a draft of the accident's policy with hostile words wherever people write some, and a hostile table."""
    beside = shipped_folder() / "changchun"
    words = json.dumps(HOSTILE)  # a string of JSON is one of TOML
    text = (beside / "accident-2020.toml").read_text(encoding="utf-8")
    text = text.replace('version = "2020-01"', f"version = {words}").replace("from = 2020-01-01", "from = 2031-01-01")
    text = re.sub(r'\b(zh|en|title|article|note) = "[^"]*"', lambda found: f"{found[1]} = {words}", text)
    table = list(csv.reader((beside / "injuries-2020.csv").read_text(encoding="utf-8").splitlines()))
    out = io.StringIO()
    csv.writer(out).writerows([table[0], *([key, HOSTILE, HOSTILE, *rest] for key, _zh, _en, *rest in table[1:])])
    return save_draft(text=text, table_name="injuries-2020.csv", table_text=out.getvalue(), by="tests", at=NOW)


def settle(folder: Path) -> dict[str, Any]:
    """Make the town, and return the other branch's object for every parameter of an address."""
    enrol(
        folder, member(1, name=f"甲{HOSTILE}", bank_account="6222020000000000011", mobile="13900001111"),
        member(2, name=f"乙{HOSTILE}", org_code=THEM, bank_account="6222020000000000022", mobile="13900002222"),
    )  # fmt: skip
    Union.objects.filter(code=US).update(name=f"我们{HOSTILE}", trade=HOSTILE[:40], district=HOSTILE[:40])
    Union.objects.filter(code=THEM).update(name=f"SECRET-2{HOSTILE}")
    words = {"fixmedins_name": HOSTILE, "emp_name": HOSTILE, "dise_name": HOSTILE, "dise_no": HOSTILE}
    columns = (*FEED, "dise_name", "dise_no")
    lines = [
        stay(who, name, cash, psn_name=f"{'甲' if who == 1 else '乙'}{HOSTILE}", **words)
        for who, name, cash in ((1, "A", "6000.00"), (2, "B", "6000.00"), (1, "E", "152000.00"), (2, "F", "152000.00"))
    ]
    lines += [stay(9, "D", "20000.00", **words), stay(1, HOSTILE, "1.00", begndate=HOSTILE[:20], **words)]
    _feed(folder, "=1+1<img src=x onerror=alert(1)>", columns, lines)
    for case in Case.objects.order_by("id"):
        log_call(case_id=case.pk, by="tests", sentence=HOSTILE, on=date(2026, 1, 2))
    money.open_fund()
    appropriate(amount_fen=1, reference=HOSTILE, by="tests", on=money.today(), at=timezone.now())
    batch = money.answered("paid", "paid", accounts=("6222020000000000011", "6222020000000000022"))
    _feed(folder, "undone", columns, [reversal(lines[1])])
    ids = _people_and_papers(folder)
    theirs = Decision.objects.filter(org_code=THEM, newest=True).order_by("id")[0]
    token = _token()
    person = Person.objects.get(memberships__member_no="M0002")
    ids |= {
        "batch_id": batch, "part": 1, "by": "month", "case_id": Case.objects.filter(union__code=THEM)[0].pk, "code": THEM,
        "decision_id": theirs.pk, "entitlement_id": Entitlement.objects.get(union__code=THEM).pk, "field": "name",
        "feed_id": Feed.objects.order_by("id")[0].pk, "line_no": Line.objects.get(settlement_id="SB").line_no, "kind": "territorial", "one_id": person.pk,
        "other_id": Person.objects.get(memberships__member_no="M0001").pk, "merge_id": 1, "person_id": person.pk,
        "membership_id": Membership.objects.get(member_no="M0002").pk, "union_id": Union.objects.get(code=THEM).pk,
        "recovery_id": Recovery.objects.get().pk, "result_id": ResultFile.objects.get().pk,
        "signatory_id": Signatory.objects.order_by("id")[0].pk, "stay_id": theirs.stay_id, "version_id": _draft().pk, "pk": 1,
        "name": "changchun.hospital", "version": "2020-01", "kept_id": _kept().pk, "provider_id": "union", "token_id": token.pk,
        **help_round(THEM, f"SECRET-2{HOSTILE}"),
        "account_id": token.account_id, "grant_id": Grant.objects.order_by("id")[0].pk, "push_id": 1, "number": 1,
    }  # fmt: skip
    ids |= visit_of(ids["need_id"], f"SECRET-2{HOSTILE}")
    return ids


def visitor(role: Role) -> Client:
    """Return a client with a role in our branch, that shows its second factor just now; errors are answers."""
    if role is Role.MEMBER:
        client = Client()
        client.force_login(own_account(1))
    else:
        client = signed_in(role, union=US if role in (Role.UNION_OFFICER, Role.ENTERPRISE) else "")
    session = client.session
    session["seen"] = int(time.time())
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session.save()
    client.raise_request_exception = False
    return client


def text_of(response: Any) -> str:
    """Return what an answer says, streamed or not."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def _feed(folder: Path, name: str, columns: tuple[str, ...], lines: list[dict[str, str]]) -> None:
    from jishiyu.apps.intake.operations import take_feed
    from jishiyu.apps.subsidies.operations import post_feed

    path = write(folder / f"{name}.csv", columns, lines)
    post_feed(feed=take_feed(path=path, by="li.na", as_of=date(2026, 1, 1)), by="li.na")


def _people_and_papers(folder: Path) -> dict[str, Any]:
    """Make what the other branch and its member have begun: application, paper, complaint, import, job."""
    theirs = Actor(name=own_account(2).name, role="member")
    person = Person.objects.get(memberships__member_no="M0002").pk
    at, on = timezone.now(), timezone.localdate()
    form = filing.ACCIDENT | {"story": f"SECRET-2{HOSTILE}"}
    filed = start_application(
        kind=Kind.ACCIDENT, person_id=person, by=theirs, filed_as=FiledAs.MEMBER, form=form, on=on, at=at
    )
    filing.bring(filed, "hospital_records", filing.picture("x"), name=f"SECRET-2{HOSTILE}.jpg")
    complaint = complain(person_id=person, words=f"SECRET-2{HOSTILE}", by=theirs, on=on, at=at)
    path = write(folder / "SECRET-2.csv", ROSTER, [member(3, org_code=THEM)])
    found = check_roster(path=path, as_of=date(2026, 1, 1), by="their.officer", at=at)
    job = Progress.objects.create(
        kind=Job.CHECK_ROSTER, subject=f"SECRET-2{HOSTILE}", by="their.officer", queued_at=at, arguments={}
    )
    told = {"code": "000000", "minutes": "5"}
    notice = queue_notice(word=Word(kind=Told.ONE_TIME_CODE, fields=told, person_id=person), by="tests", at=at)
    return {
        "notice_id": notice.pk,
        "application_id": Filed.objects.get(pk=filed.pk).pk, "paper_id": Paper.objects.get().pk,
        "complaint_id": Complaint.objects.get(pk=complaint.pk).pk, "import_id": RosterImport.objects.get(pk=found.pk).pk,
        "job_id": job.pk,
    }  # fmt: skip


def _token() -> Token:
    """Issue a token, lock an account, close a grant: with hostile words wherever there are words."""
    at, on = timezone.now(), timezone.localdate()
    made = create_account(name="mallory", full_name=HOSTILE, by="tests", at=NOW, mobile=HOSTILE[:20])
    grant(account_id=made.pk, role=Role.SUBSIDY_OFFICER, union_code="", since=date(2025, 1, 1), by="tests", at=NOW)
    token = issue(
        name="sys", account_name="mallory", scopes=[Scope.FEEDS_READ], union_code="", per_minute=1,
        until=on + timedelta(days=9), on=on, by="tests", at=at,
    )  # fmt: skip
    lock(account_id=made.pk, because=HOSTILE, address=HOSTILE, by="tests", at=at)
    return token
