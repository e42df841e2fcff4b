"""Two at once, and a process killed at any step: real connections, real processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as configured

from jishiyu.apps.applications.models import Application, Kind, Paper, State
from jishiyu.apps.applications.operations import approve, remove_paper, submit, take_application
from jishiyu.apps.applications.problems import (
    AmountChanged,
    MoveNotAllowed,
    NothingToApprove,
    OthersChanged,
    PaperMissing,
)
from jishiyu.apps.subsidies.models import Case, Entitlement
from tests.apps.applications.situations import (
    AT,
    CHEN,
    OFFICER,
    WANG,
    WHEN,
    ZHAO,
    bring,
    city,
    draft,
    handed_in,
    now,
    on_the_desk,
    picture,
    with_papers,
)
from tests.apps.subsidies.situations import check_books, owed
from tests.apps.together import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _city(tmp_path: Path, settings: LazySettings) -> None:
    settings.PAPERS_FOLDER = str(tmp_path / "papers")
    city(tmp_path)


def test_two_who_take_at_once_leave_it_to_one() -> None:
    application = handed_in()
    takes = [lambda by=by: take_application(application_id=application.pk, by=by, **WHEN) for by in (CHEN, WANG, ZHAO)]
    assert refusals(at_once(*takes)) == [MoveNotAllowed, MoveNotAllowed]


def test_approving_twice_at_once_is_owed_once() -> None:
    application = on_the_desk()
    press = lambda: approve(application_id=application.pk, by=CHEN, seen_fen=130_000, **WHEN)  # noqa: E731 (pressed four times)
    assert refusals(at_once(*[press] * 4)) == [MoveNotAllowed] * 3
    assert owed() == [(application.number, 130_000, 0, "owed")]
    check_books()


def test_two_reviewers_of_one_household_at_once_pay_the_fire_once() -> None:
    first, second = on_the_desk(Kind.FIRE, who=3, household=""), on_the_desk(Kind.FIRE, who=4, household="", by=WANG)
    done = at_once(
        lambda: approve(application_id=first.pk, by=CHEN, seen_fen=500_000, **WHEN),
        lambda: approve(application_id=second.pk, by=WANG, seen_fen=500_000, **WHEN),
    )
    assert refusals(done) in ([AmountChanged], [OthersChanged], [NothingToApprove])
    assert [row[1] for row in owed()] == [500_000]
    check_books()


def test_a_paper_is_taken_away_or_handed_in_never_both() -> None:
    application = with_papers(draft())
    bring(application, "other", picture("now or never"))
    paper = Paper.objects.get(paper="other")
    done = at_once(
        lambda: submit(application_id=application.pk, by=OFFICER, **WHEN),
        lambda: remove_paper(paper_id=paper.pk, by=OFFICER, at=AT),
    )
    left = Paper.objects.filter(paper="other")
    assert refusals(done) in ([], [PaperMissing])
    assert left.count() == len(refusals(done))
    assert all(row.handed_in_at for row in left)


def kill(url: str, application: Application, *moments: int) -> list[list[int]]:
    """Let processes approve as the second reviewer and die at these moments."""
    words = [url, str(application.pk), "2000000", *map(str, moments)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.apps.applications.killed", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE,
        env={**os.environ, "JISHIYU_KEY_FILE": str(configured.KEY_FILE), "OPENBLAS_NUM_THREADS": "1",
             "POLARS_MAX_THREADS": "1",
             "_RJEM_MALLOC_CONF": "background_thread:false"},
    )  # fmt: skip
    ends: list[list[int]] = json.loads(done.stdout)
    return ends


def signed_once(who: int) -> Application:
    """Return a death that one has signed and another has taken."""
    application = on_the_desk(Kind.DEATH, who=who)
    approve(application_id=application.pk, by=CHEN, seen_fen=2_000_000, **WHEN)
    take_application(application_id=application.pk, by=WANG, **WHEN)
    return application


def test_killed_at_any_moment_an_approval_is_posted_once(database_url: str) -> None:
    undisturbed, application = signed_once(1), signed_once(2)
    ((status, moments),) = kill(database_url, undisturbed, 0)
    assert (status, owed()) == (0, [(undisturbed.number, 2_000_000, 0, "owed")])
    assert moments > 60
    spread = sorted({*range(5, moments - 6, moments // 7), *range(moments - 6, moments + 1)})
    ends = kill(database_url, application, *spread, 0)
    assert all(status in (-9, 0, 3) for status, _ in ends)
    assert sum(status == -9 for status, _ in ends) >= len(spread) - 6
    mine = Entitlement.objects.filter(stay_id=application.number)
    assert [row.amount_fen for row in mine] == [2_000_000]
    assert now(application).state == State.APPROVED
    assert [case.state for case in Case.objects.filter(stay_id=application.number)] == ["approved"]
    check_books()
