"""How often one page asks the database: every address, opened by a role that may.

What counts is a statement that reads tables: session, account and roles of the reader are among them. Setting the
reader's eyes (`set_config`), savepoints, what is written (the trail, when the reader was last seen) and counting a
temporary table of the same transaction do not. docs/decisions/0092-queries-of-a-page.md
"""

import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.rights import PUBLIC, SIGNED_IN, TOKEN, may
from jishiyu.web.gate import FIRST_STEPS
from tests.security.helped import HELPERS, help_round
from tests.security.seldom import seldom
from tests.security.town import US, addresses, settle, visitor
from tests.security.visited import visit_of
from tests.web.no_pages import NO_PAGES, Answer, answer_of, answered
from tests.web.people import account

pytestmark = pytest.mark.django_db
BUDGET = 15
WALKERS = (
    Role.SUBSIDY_OFFICER, Role.FINANCE, Role.REVIEWER, Role.UNION_OFFICER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN,
    Role.AUDIT_ADMIN, Role.MEMBER, Role.ENTERPRISE, Role.ORGANISER, Role.STEWARD,
)  # fmt: skip


def counts(sql: str) -> bool:
    """Say whether a statement reads tables."""
    reads = re.match(r"\s*(SELECT|WITH)\b", sql) and re.search(r"\bFROM\b", sql)
    return bool(reads) and not re.search(r"set_config|FROM together_\w+$", sql.rstrip())


def test_what_counts() -> None:
    assert counts('SELECT "a" FROM "b"')
    assert counts("\n    WITH one AS (SELECT 1 FROM t) SELECT * FROM one")
    assert not counts("SELECT set_config('role', 'none', true)")
    assert not counts("SELECT count(*) FROM together_line")
    assert counts("SELECT * FROM intake_application WHERE id IN (SELECT id FROM together_person)")
    assert not counts("SAVEPOINT s1")
    assert not counts("UPDATE django_session SET x = 1 FROM y")


def test_no_page_asks_more_than_fifteen_times(tmp_path: Path, settings: Any) -> None:
    settings.UPLOAD_FOLDER, settings.PAPERS_FOLDER = str(tmp_path / "uploads"), str(tmp_path / "papers")
    settings.HELP_FOLDER = str(tmp_path / "help")
    theirs = settle(tmp_path)
    helped = theirs | help_round(US, "我们的需求", steward=account(Role.STEWARD))
    helped |= visit_of(helped["need_id"], "我们的勘查")
    beside = seldom(
        tmp_path,
        "少见的",
        need_id=helped["need_id"],
        keeper=account(Role.SUBSIDY_OFFICER),
        expert=account(Role.STEWARD),
    )
    asked: dict[str, tuple[int, list[str]]] = {}
    met: dict[str, set[Answer]] = {}
    for role in WALKERS:
        client = visitor(role)
        ours = theirs | {"line_no": 2} if role is Role.MEMBER else helped if role in HELPERS else theirs
        for one in addresses():
            if one.action == TOKEN or not (one.action in (PUBLIC, SIGNED_IN, FIRST_STEPS) or may(one.action, role)):
                continue
            address = one.filled(ours | beside.get(one.route, {}))
            if one.route.startswith("/statistics"):
                client.get(address)  # whoever asks first after a change works the figures out
            with CaptureQueriesContext(
                connection,
            ) as captured:
                response = client.get(address)
                content = b"".join(response.streaming_content) if response.streaming else response.content
            if (answer := answered(response, content)) is not None:
                met.setdefault(one.route, set()).add(answer)
            if response.status_code != 200 or "_auth_user_id" not in client.session:
                continue
            read = [query["sql"] for query in captured.captured_queries if counts(query["sql"])]
            if len(read) > asked.get(one.route, (-1, []))[0]:
                asked[one.route] = (len(read), [role.value, *read])
    # The table of what is no page is true: each of it is answered as it says, and nothing else is so answered.
    alone = {Answer.PAGE: {Answer.PAGE, Answer.LEADS}}  # a page may lead those on who have no use for it
    wrong = {one.route: met[one.route] for one in addresses() if one.route in met
             and not met[one.route] <= alone.get(answer_of(one), {answer_of(one)})}  # fmt: skip
    assert not wrong
    unmet = {route for route, answer in NO_PAGES.items() if answer in (Answer.PART, Answer.POST) and route not in met}
    assert unmet == {"/laboratory/<str:name>/forecast"}  # the town is too small for one
    over = {route: (count, told) for route, (count, told) in asked.items() if count > BUDGET}
    for route, (count, told) in sorted(over.items()):
        print(f"\n=== {count} {route} {told[0]}")
        for sql in told[1:]:
            print("   ", sql[:230].replace("\n", " "))
    assert not over, {route: count for route, (count, _) in over.items()}
