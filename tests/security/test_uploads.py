"""Files that are something else than they say, or want to lie somewhere else than they may."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.applications.models import Application, Paper
from jishiyu.apps.jobs.models import Progress, Upload
from tests.apps.applications.situations import picture
from tests.apps.subsidies.situations import FEED, ROSTER, member, stay, write
from tests.conf.working import do_what_is_queued
from tests.web.member.people import as_member, city
from tests.web.people import signed_in

NAMES = (
    "../../../../tmp/escaped.csv", "..\\..\\escaped.csv", "/etc/cron.d/escaped", "a/../../escaped.csv", "C:\\escaped.csv",
    "escaped\x00.csv", ".", "..", "结" * 250 + ".csv", "-rf", "$(touch escaped)", "CON", "a\r\nX-Evil: 1.csv",
)  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.UPLOAD_FOLDER = str(tmp_path / "kept" / "uploads")
    return tmp_path


def handed(role: Role, address: str, content: bytes, name: str, **more: str) -> Any:
    client = signed_in(role)
    client.raise_request_exception = False
    file = SimpleUploadedFile("x.csv", content)
    file._name = name  # what a browser of ours would never send
    return client.post(address, {"file": file, **more})


@pytest.mark.django_db(transaction=True)
def test_a_file_lies_where_it_may_whatever_it_is_called(folder: Path) -> None:
    roster = write(folder / "r.csv", ROSTER, [member(1)]).read_bytes()
    for at, name in enumerate(NAMES):
        feed = write(folder / "f.csv", FEED, [stay(9, f"A{at}", "10.00")]).read_bytes()
        for address, content, more in (
            ("/feeds/upload", feed, {"as_of": "2026-01-01"}), ("/roster/imports/new", roster, {}),
        ):  # fmt: skip
            assert handed(Role.SUBSIDY_OFFICER, address, content, name, **more).status_code in (302, 422), (
                name,
                address,
            )
    do_what_is_queued()
    assert sorted(path.name for path in folder.iterdir()) == ["f.csv", "kept", "r.csv"]
    assert not Path("/tmp/escaped.csv").exists()
    assert Upload.objects.count() >= len(NAMES)
    for upload in Upload.objects.order_by("id"):
        assert not {"/", "\\", "\n", "\0"} & set(upload.name), upload.name
        assert upload.place.isalnum()
    assert [(job.kind, job.subject, job.zh) for job in Progress.objects.filter(state="failed")] == []


def slipped() -> bytes:
    """Return a ZIP whose member wants to lie above its folder."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../../escaped.csv", "setl_id,psn_cash_pay\nS1,10.00\n")
    return made.getvalue()


POLYGLOTS = {
    "page.csv": b"<html><script>alert(1)</script>",
    "slip.zip": slipped(),
    "entities.xlsx": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "program.csv": b"\x7fELF" + bytes(200),
    "nothing.csv": b"",
    "cut.zip": b"PK\x03\x04" + bytes(50),
    "deep.json": b"[" * 200_000,
}


@pytest.mark.django_db(transaction=True)
def test_a_feed_that_is_something_else_is_refused_with_a_sentence(folder: Path) -> None:
    for name, content in POLYGLOTS.items():
        answered = handed(Role.SUBSIDY_OFFICER, "/feeds/upload", content, name, as_of="2026-01-01")
        assert answered.status_code in (302, 422), name
    do_what_is_queued()
    for job in Progress.objects.order_by("id"):
        assert job.state == "refused", (job.subject, job.state, job.zh)
        assert job.zh
        assert "root:" not in job.zh + job.en
    assert not list(folder.rglob("escaped*"))


@pytest.mark.django_db
@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"<?php system('id'); ?>", b"PK\x03\x04" + bytes(60)])
def test_a_picture_that_carries_something_else_is_shown_as_its_pixels_only(tail: bytes, folder: Path) -> None:
    city(folder)
    client = as_member(1)
    client.post("/my/applications/new/accident")
    about = Application.objects.get()
    kinds = {"JPEG": "hospital_records", "PNG": "not_work_injury"}
    for kind, paper in kinds.items():
        file = SimpleUploadedFile("照片.html", picture("x", kind=kind) + tail, content_type="text/html")
        client.post(f"/my/applications/{about.pk}/papers", {"paper": paper, "file": file})
    for paper in Paper.objects.order_by("id"):
        shown = client.get(f"/my/papers/{paper.pk}")
        assert shown.headers["Content-Type"] in ("image/jpeg", "image/png")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert tail not in shown.content
        assert "html" not in shown.headers["Content-Disposition"]
        assert paper.added_at <= timezone.now()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html><script>alert(1)</script>", b"GIF89a/*"],
)
def test_what_a_browser_would_run_is_no_paper(content: bytes, folder: Path) -> None:
    city(folder)
    client = as_member(1)
    client.post("/my/applications/new/accident")
    about = Application.objects.get()
    file = SimpleUploadedFile("照片.jpg", content, content_type="image/jpeg")
    answered = client.post(f"/my/applications/{about.pk}/papers", {"paper": "hospital_records", "file": file})
    assert answered.status_code == 422
    assert not Paper.objects.exists()
