"""Check, look, confirm on the screen; the worker does the work."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.members.models import Membership, RosterImport
from jishiyu.conf.jobs import feeds
from jishiyu.conf.jobs.running import carry_out
from tests.apps.subsidies.situations import ROSTER, enrol, member, write
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def uploads(settings: object, tmp_path: Path) -> None:
    settings.UPLOAD_FOLDER = tmp_path / "uploads"  # type: ignore[attr-defined]


def file(folder: Path, *lines: dict[str, str]) -> SimpleUploadedFile:
    path = write(folder / "名册.csv", ROSTER, lines)
    return SimpleUploadedFile("名册.csv", path.read_bytes())


def checked(client: Client, upload: SimpleUploadedFile, **more: str) -> RosterImport:
    """Upload a file and let the worker check it."""
    sent = client.post("/roster/imports/new", {"file": upload, **more})
    assert sent.status_code == 302, sent.content.decode()
    job = Progress.objects.latest("id")
    assert sent.headers["Location"] == f"/roster/jobs/{job.pk}"
    assert "排队" in client.get(f"/roster/jobs/{job.pk}").content.decode()
    carry_out(job.pk, feeds.check_uploaded_roster)
    job.refresh_from_db()
    assert job.state == "done", job.zh
    found = RosterImport.objects.get(pk=job.result["import_id"])
    moved = client.get(f"/roster/jobs/{job.pk}/progress")
    assert moved.headers["HX-Redirect"] == f"/roster/imports/{found.pk}"
    return found


def test_three_steps_from_the_file_to_the_roster(tmp_path: Path) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    enrol(tmp_path, member(1))
    found = checked(client, file(tmp_path, member(1), member(2), member(3, org_code="X9")))
    assert Membership.objects.count() == 1
    page = client.get(f"/roster/imports/{found.pk}").content.decode()
    assert "工会编码不存在" in page
    assert "X9" in page
    sheet = client.get(f"/roster/imports/{found.pk}?export=xlsx")
    assert b"".join(sheet.streaming_content)[:2] == b"PK"
    assert client.post(f"/roster/imports/{found.pk}/confirm").status_code == 302
    job = Progress.objects.latest("id")
    carry_out(job.pk, feeds.confirm_checked_roster)
    job.refresh_from_db()
    assert job.state == "done", job.zh
    assert set(Membership.objects.values_list("member_no", flat=True)) == {"M0001", "M0002"}
    assert "已确认" in client.get(f"/roster/imports/{found.pk}").content.decode()


def test_a_roster_overtaken_by_another_change_is_refused_with_a_sentence(tmp_path: Path) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    enrol(tmp_path, member(1))
    found = checked(client, file(tmp_path, member(1), member(2)))
    enrol(tmp_path, member(2))
    client.post(f"/roster/imports/{found.pk}/confirm")
    job = Progress.objects.latest("id")
    carry_out(job.pk, feeds.confirm_checked_roster)
    page = client.get(f"/roster/jobs/{job.pk}/progress").content.decode()
    assert "会籍已有变动" in page
    assert "hx-get" not in page  # it has ended: nobody asks again


def test_a_branch_brings_its_own_unions_only(tmp_path: Path) -> None:
    enrol(tmp_path, member(1), member(2, org_code="U2"))
    client = signed_in(Role.UNION_OFFICER, union="U1")
    found = checked(client, file(tmp_path, member(1), member(3), member(4, org_code="U2")))
    assert (found.new, found.refused) == (1, 1)
    assert "不在您的管理范围内" in client.get(f"/roster/imports/{found.pk}").content.decode()
    other = signed_in(Role.UNION_OFFICER, union="U2")
    assert other.get(f"/roster/imports/{found.pk}").status_code == 404
    assert other.post(f"/roster/imports/{found.pk}/confirm").status_code == 404
    assert other.get(f"/roster/jobs/{Progress.objects.latest('id').pk}").status_code == 404
    assert signed_in(Role.SUBSIDY_OFFICER).get(f"/roster/imports/{found.pk}").status_code == 200


def test_a_complete_file_needs_the_last_day(tmp_path: Path) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    enrol(tmp_path, member(1), member(2))
    missing = client.post("/roster/imports/new", {"file": file(tmp_path, member(1)), "complete": "on"})
    assert missing.status_code == 422
    found = checked(client, file(tmp_path, member(1)), complete="on", last_day="2025-12-31")
    assert found.absent == 1
    page = client.get(f"/roster/imports/{found.pk}").content.decode()
    assert "2025-12-31" in page
    assert client.post(f"/roster/imports/{found.pk}/drop").status_code == 302
    assert RosterImport.objects.get(pk=found.pk).state == "dropped"
    late = client.post(f"/roster/imports/{found.pk}/drop")
    assert late.status_code == 422


def test_a_file_that_is_no_roster_says_so(tmp_path: Path) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    client.post("/roster/imports/new", {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    job = Progress.objects.latest("id")
    carry_out(job.pk, feeds.check_uploaded_roster)
    job.refresh_from_db()
    assert job.state == "refused"
    assert job.zh in client.get(f"/roster/jobs/{job.pk}").content.decode().replace("&quot;", '"')
    assert client.get(f"/roster/jobs/{job.pk + 1}").status_code == 404
