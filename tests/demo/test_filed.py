"""The demo's applications: every state, papers for all, money owed as decided."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from jishiyu.apps.accounts.models import OF_MEMBERS, Role
from jishiyu.apps.applications.models import Application, Complaint, Paper, State
from jishiyu.demo.filed import file_applications, paper_picture
from jishiyu.demo.officers import GRASSROOTS, name_officers
from tests.apps.applications.situations import AT, ON, owed_fen
from tests.apps.subsidies.situations import check_books, enrol, member
from tests.web.people import account


@pytest.mark.django_db
def test_the_demos_applications_reach_many_states(tmp_path: Path, settings: LazySettings) -> None:
    settings.PAPERS_FOLDER = str(tmp_path / "papers")
    enrol(tmp_path, *[member(who, org_code=f"U{who % 2}") for who in range(1, 60)])
    name_officers(at=AT)
    account(Role.UNION_OFFICER, union="U1", name=GRASSROOTS)
    done = file_applications(seed=7, on=ON, at=AT, count=15)
    assert (done.filed, done.complaints) == (15, 2)
    states = set(Application.objects.values_list("state", flat=True))
    assert states >= {
        State.DRAFT, State.SUBMITTED, State.UNDER_REVIEW, State.RETURNED, State.APPROVED, State.REFUSED, State.APPEALED,
        State.UPHELD, State.SECOND_REVIEW, State.WITHDRAWN,
    }  # fmt: skip
    assert done.owed_fen == owed_fen() > 0
    assert Paper.objects.count() > 30
    assert Complaint.objects.count() == 2
    by_the_union = Application.objects.exclude(filed_by__startswith=OF_MEMBERS)
    assert set(by_the_union.values_list("filed_by", "union__code")) == {(GRASSROOTS, "U1")}
    assert by_the_union.count() == 9
    assert {row.kind for row in Application.objects.filter(filed_by__startswith=OF_MEMBERS)} == {
        "accident",
        "fire",
        "stay",
    }
    check_books()


def test_a_picture_is_the_same_for_the_same_application() -> None:
    one = paper_picture(title="fire certificate", number="APP-1", seed=7)
    assert one == paper_picture(title="fire certificate", number="APP-1", seed=7)
    assert one != paper_picture(title="fire certificate", number="APP-2", seed=7)
