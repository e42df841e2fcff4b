"""One decision with its versions, the lines it judged and what followed; lines as a person sees them."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jishiyu.apps.desk.queries import decision_page
from jishiyu.apps.intake.operations import reveal_line
from jishiyu.apps.intake.queries import line_of_feed, lines_beside, lines_of_stay
from jishiyu.apps.people.problems import ReasonMissing
from jishiyu.apps.subsidies.models import Decision
from tests.apps.subsidies.situations import AT, enrol, load, member, number, reversal, stay
from tests.once import made_once

pytestmark = pytest.mark.django_db


@made_once
def _city(folder: Path) -> None:
    enrol(folder, member(1))
    load(folder, "a", stay(1, "1", "6000.00"), stay(9, "9", "9000.00"))


def newest(visit: str) -> Decision:
    return Decision.objects.get(stay_id=f"H1/{visit}", newest=True)


def test_a_page_tells_who_which_rule_which_lines_and_what_followed_in_few_statements() -> None:
    decision = newest("V1")
    with CaptureQueriesContext(connection) as asked:
        page = decision_page(decision_id=decision.pk)
    assert len(asked) <= 7
    assert page is not None
    assert (page.name, page.number[-4:], page.union_code) == ("张*", number(1)[-4:], "U1")
    assert page.rule is not None
    assert page.rule.digest == decision.policy_hash
    assert [(line.settlement_id, line.bucket) for line in page.lines] == [("S1", "auto")]
    assert [(one.kind, one.state, one.amount_fen) for one in page.followed] == [("payment", "owed", 9_000)]
    assert decision_page(decision_id=0) is None


def test_a_stranger_is_named_by_the_line_masked() -> None:
    page = decision_page(decision_id=newest("V9").pk)
    assert page is not None
    assert (page.person_id, page.name, page.rule) == (None, "张*", None)
    assert number(9) not in page.number
    assert [(one.kind, one.words) for one in page.followed] == [("case", "unmatched")]


def test_versions_stay_and_the_lines_of_a_reversed_stay_name_each_other(tmp_path: Path) -> None:
    feed, _ = load(tmp_path, "b", reversal(stay(1, "1", "6000.00")))
    page = decision_page(decision_id=newest("V1").pk)
    assert page is not None
    assert [(one.seq, one.newest) for one in page.versions] == [(1, False), (2, True)]
    assert {line.settlement_id for line in lines_of_stay(stay_id="H1/V1")} == {"S1", "S1-undo"}
    undoing = feed.lines.get()
    shown = line_of_feed(feed_id=feed.pk, line_no=undoing.line_no)
    assert shown is not None
    assert (shown.undoes, shown.file, shown.line, shown.name) == ("S1", "b.csv", undoing.line_no, "张*")
    assert [row.settlement_id for row in lines_beside(feed_id=feed.pk, line_no=undoing.line_no)] == ["S1"]
    assert lines_of_stay(stay_id="APPLICATION-1") == []


def test_a_line_is_shown_in_full_only_for_a_reason() -> None:
    line = newest("V9").feed.lines.get(settlement_id="S9")  # type: ignore[union-attr]
    asked = {"feed_id": line.feed_id, "line_no": line.line_no, "by": "li.na", "at": AT}
    with pytest.raises(ReasonMissing):
        reveal_line(**asked, reason=" ")  # type: ignore[arg-type]
    shown = reveal_line(**asked, reason="致电单位核实")  # type: ignore[arg-type]
    assert (shown["name"], shown["cert_no"]) == ("张9", number(9))
    assert "diagnosis_name" not in shown
