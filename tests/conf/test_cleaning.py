"""The night removes what is used up, and nothing that has to be kept for six months."""

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jishiyu.apps.accounts.models import Lockout, OneTimeCode, Refusal
from jishiyu.apps.accounts.operations import create_account, lock
from jishiyu.apps.api.models import Answer, Scope, Token
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.files.keeping import PAPERS
from jishiyu.apps.jobs.models import Kind, Progress, State
from jishiyu.apps.jobs.operations import queue
from jishiyu.apps.jobs.queries import job
from jishiyu.apps.notices.models import Kind as Told
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.notices.operations import Word, queue_notice
from tests.conf.working import do_what_is_queued

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()
HALF_A_YEAR = timedelta(days=184)


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    settings.UPLOAD_FOLDER = str(tmp_path / "uploads")
    settings.PAPERS_FOLDER = str(tmp_path / "papers")


def cleaned() -> Progress:
    queued = queue(kind=Kind.CLEAN_UP, by="system", at=NOW)
    do_what_is_queued()
    done = job(job_id=queued.pk)
    assert done.state == State.DONE
    return done


def test_codes_and_refused_tries_are_removed_after_a_day() -> None:
    for hours in (1, 25):
        sent = NOW - timedelta(hours=hours)
        OneTimeCode.objects.create(
            token=f"t{hours}", code_hash=b"x", address="192.0.2.1", sent_at=sent, expires_at=sent + timedelta(minutes=5)
        )
        Refusal.objects.create(address="192.0.2.1", at=sent)
    assert {"codes": 1, "refusals": 1}.items() <= cleaned().result.items()
    assert list(OneTimeCode.objects.values_list("token", flat=True)) == ["t1"]
    assert Refusal.objects.count() == 1


def test_answers_told_to_other_systems_are_removed_after_a_week() -> None:
    owner = create_account(name="bureau", full_name="bureau", by="root", at=NOW)
    token = Token.objects.create(
        name="b", account=owner, scopes=[Scope.values[0]], per_minute=1, until=NOW.date(), issued_by="r", issued_at=NOW
    )
    for days in (1, 8):
        Answer.objects.create(
            token=token, key=f"k{days}", fingerprint="f", status=201, body="{}", at=NOW - timedelta(days=days)
        )
    assert cleaned().result["answers"] == 1
    assert Answer.objects.get().key == "k1"


def test_a_paper_that_no_application_names_is_removed_and_said_so() -> None:
    lost = PAPERS._path(PAPERS.keep(b"lost"))
    fresh = PAPERS._path(PAPERS.keep(b"just now"))
    os.utime(lost, (time.time() - 100_000,) * 2)
    assert cleaned().result["papers"] == 1
    assert (lost.exists(), fresh.exists()) == (False, True)
    assert Trail.objects.filter(action="papers.orphans_removed").count() == 1


def test_trail_lockouts_and_notices_are_kept_for_half_a_year_and_more() -> None:
    long_ago = NOW - HALF_A_YEAR
    with transaction.atomic():
        account = create_account(name="old", full_name="old", by="root", at=long_ago)
        lock(account_id=account.pk, because="five wrong passwords", by="system", at=long_ago)
        queue_notice(word=Word(kind=Told.WAITING, fields={"count": "1", "oldest": "x"}), by="system", at=long_ago)
    before = Trail.objects.count()
    cleaned()
    assert (Trail.objects.count(), Lockout.objects.count(), Notice.objects.count()) == (before, 1, 1)
