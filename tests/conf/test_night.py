"""What the night does by itself to applications: what was not supplemented or appealed in time ends."""

from pathlib import Path

import pytest

from jishiyu.apps.applications.models import Move, State
from jishiyu.apps.applications.operations import refuse, return_for_supplement
from jishiyu.apps.jobs.models import Kind, Progress
from jishiyu.conf.jobs import tasks
from tests.apps.applications.situations import CHEN, WHEN, city, now, on_the_desk
from tests.conf.working import do_what_is_queued

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_night_ends_what_was_not_supplemented_or_appealed_in_time(tmp_path: Path, settings: object) -> None:
    settings.PAPERS_FOLDER = str(tmp_path / "papers")  # type: ignore[attr-defined]
    city(tmp_path)
    returned, refused = on_the_desk(), on_the_desk(who=2)
    return_for_supplement(application_id=returned.pk, by=CHEN, codes=["no_stamp"], words="", **WHEN)
    refuse(application_id=refused.pk, by=CHEN, codes=["papers_contradict"], words="", **WHEN)
    tasks.nightly(0)  # today is long after both deadlines
    do_what_is_queued()
    assert (now(returned).state, now(refused).state) == (State.CLOSED, State.CLOSED)
    assert set(Move.objects.filter(what="closed").values_list("by", flat=True)) == {"system"}
    assert Progress.objects.get(kind=Kind.CLOSE_OVERDUE).result == {"ended": 2}
