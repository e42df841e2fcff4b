"""Reports, service plans, the enterprise's answer and the archive on the screen."""

import base64
import hashlib
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw
from pypdf import PdfReader

from jishiyu.apps.enterprises.models import Need, Participation, State
from jishiyu.apps.visits.models import Action, Entry, Report, Satisfaction, Visit
from tests.apps.enterprises.situations import participation
from tests.apps.visits.situations import done, noted, photo, picture, reading, released, send, visit
from tests.apps.visits.test_reporting import series
from tests.web.visits.test_visits import as_, page, today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.HELP_FOLDER = str(tmp_path / "help")


def text_of(pdf: bytes) -> str:
    return "".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages)


def see_through() -> str:
    """Return a signature as a canvas without a background gives it."""
    drawn = Image.new("RGBA", (300, 120), (0, 0, 0, 0))
    ImageDraw.Draw(drawn).line([(20, 60), (280, 60)], fill=(0, 0, 0, 255), width=9)
    written = io.BytesIO()
    drawn.save(written, "PNG")
    return base64.b64encode(written.getvalue()).decode()


def visited() -> Visit:
    return done(
        visit(on=today()),
        reading(value="412"),
        reading(quantity="frequency", value="50.01", unit="Hz"),
        photo(point="1#进线柜"),
    )


def drafted() -> Report:
    made = visited()
    as_("steward-a").post(f"/visits/{made.pk}/report", {"limits_on": today().isoformat(), "advice": "调整变压器分接头"})
    return Report.objects.get()


def test_a_report_is_drafted_stamped_released_and_then_never_changed() -> None:
    report, steward = drafted(), as_("steward-a")
    shown = page(steward, f"/reports/{report.pk}")
    assert "草稿" in shown
    assert "调整变压器分接头" in shown
    draft = steward.get(f"/reports/{report.pk}/pdf").content
    assert "草稿" in text_of(draft)
    assert "DRAFT" in text_of(draft)
    steward.post(f"/reports/{report.pk}/release")
    report.refresh_from_db()
    final = steward.get(f"/reports/{report.pk}/pdf").content
    assert hashlib.sha256(final).hexdigest() == report.pdf_sha256
    told = text_of(final)
    assert "DRAFT" not in told
    assert "调整变压器分接头" in told
    assert "E1 有限公司" in told
    assert report.visit.need.__class__.objects.get().state == State.DIAGNOSED
    steward.post(f"/reports/{report.pk}/release")
    assert hashlib.sha256(steward.get(f"/reports/{report.pk}/pdf").content).hexdigest() == report.pdf_sha256


def test_what_the_enterprise_signed_on_the_phone_stands_in_its_box_in_both_languages() -> None:
    made = done(
        visit(on=today()), reading(value="399"),
        noted("signature", {"name": "王工", "title": "设备科长"}, picture=see_through()),
        noted("signature", {"name": "李主席"}, picture=picture("white", "PNG")),
    )  # fmt: skip
    steward = as_("steward-a")
    steward.post(f"/visits/{made.pk}/report", {"limits_on": today().isoformat(), "advice": ""})
    report = Report.objects.get()
    steward.post(f"/reports/{report.pk}/release")
    final = steward.get(f"/reports/{report.pk}/pdf").content
    told = text_of(final)
    signed = Entry.objects.filter(kind="signature").earliest("id")
    at = f"{timezone.localtime(signed.made_at):%Y-%m-%d %H:%M}"
    # Each once in the Chinese part and once in the English one.
    assert [told.count(words) for words in ("王工 设备科长", "李主席", at)] == [2, 2, 4]
    assert "现场在手机上签字" in told
    assert "signed on the phone during the visit" in told
    pictures = [image.image for one in PdfReader(io.BytesIO(final)).pages for image in one.images if image.image]
    drawn = next(one.convert("L") for one in pictures if one.size == (300, 120))
    # Black strokes on white paper, though the canvas was see-through.
    assert drawn.getpixel((2, 2)) > 240  # type: ignore[operator]
    assert drawn.getpixel((150, 60)) < 60  # type: ignore[operator]


def test_a_signature_that_came_after_the_draft_stands_in_what_is_released() -> None:
    report, steward = drafted(), as_("steward-a")
    send(report.visit, noted("signature", {"name": "王工"}, picture=picture("white", "PNG")))
    assert "重新编制后再签发" not in page(steward, f"/reports/{report.pk}")
    assert "王工" in text_of(steward.get(f"/reports/{report.pk}/pdf").content)
    assert steward.post(f"/reports/{report.pk}/release").status_code == 302
    report.refresh_from_db()
    final = steward.get(f"/reports/{report.pk}/pdf").content
    assert hashlib.sha256(final).hexdigest() == report.pdf_sha256
    assert "王工" in text_of(final)
    send(report.visit, noted("signature", {"name": "李主席"}, picture=picture("white", "PNG")))
    assert steward.get(f"/reports/{report.pk}/pdf").content == final


def test_what_came_in_after_the_draft_stops_its_release() -> None:
    report, steward = drafted(), as_("steward-a")
    send(report.visit, reading(point="3#", value="399"))
    assert "重新编制" in page(steward, f"/reports/{report.pk}")
    refused = steward.post(f"/reports/{report.pk}/release")
    assert refused.status_code == 422
    assert "重新编制草稿" in refused.content.decode()
    report.refresh_from_db()
    assert report.released_at is None


def test_an_expert_reads_a_report_and_does_not_release_it() -> None:
    report, expert = drafted(), as_("zhao.gong")
    page(expert, f"/reports/{report.pk}")
    assert expert.post(f"/reports/{report.pk}/release").status_code == 403
    participation("E2", steward="steward-b")
    assert as_("steward-b").get(f"/reports/{report.pk}").status_code == 404


def test_a_visit_without_readings_has_a_report_of_its_advice() -> None:
    made = done(visit(on=today()), photo(point="配电室"))
    steward = as_("steward-a")
    steward.post(f"/visits/{made.pk}/report", {"limits_on": today().isoformat(), "advice": "建议申请增容"})
    report = Report.objects.get()
    assert "建议申请增容" in text_of(steward.get(f"/reports/{report.pk}/pdf").content)


def test_the_file_of_an_analyser_is_judged_with_the_readings() -> None:
    planned, expert = visit(on=today()), None
    expert = as_("zhao.gong")
    bad = expert.post(f"/visits/{planned.pk}/series", {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert bad.status_code == 422
    expert.post(f"/visits/{planned.pk}/series", {"file": SimpleUploadedFile("day.csv", series(60))})
    assert "day.csv" in page(expert, f"/visits/{planned.pk}")


def test_a_plan_is_worked_off_and_the_enterprise_says_it_is_solved() -> None:
    need = released(visited()).visit.need
    steward = as_("steward-a")
    due = (today() - timedelta(days=2)).isoformat()
    assert steward.post(f"/plans/{need.pk}", {"what": "", "owner": "王工", "due_on": due}).status_code == 422
    steward.post(f"/plans/{need.pk}", {"what": "更换保护器", "owner": "王工", "due_on": due})
    action = Action.objects.get()
    assert "逾期 2 天" in page(steward, f"/plans/{need.pk}")
    assert "更换保护器" in page(steward, "/plans?state=late")
    assert "到期的服务措施" in page(steward, "/todo")
    result = {
        "done_on": today().isoformat(),
        "result": "已更换",
        "saved": "12000.50",
        "saved_kwh": "9000",
        "trained": "12",
    }
    steward.post(f"/plans/actions/{action.pk}", result)
    action.refresh_from_db()
    assert (action.saved_fen, action.saved_kwh, action.trained) == (1_200_050, 9_000, 12)
    assert 'value="12000.50"' in page(steward, f"/plans/actions/{action.pk}")
    steward.post(f"/plans/{need.pk}/served")
    steward.post(f"/plans/enterprises/{need.participation_id}/ask", {})
    shown = page(steward, f"/plans/enterprises/{need.participation_id}/ask")
    link = "/" + shown.partition('id="link">')[2].partition("<")[0].partition("://")[2].partition("/")[2]
    assert link.startswith("/satisfaction/")
    enterprise = Client()
    assert "更换保护器" in page(enterprise, link)
    assert enterprise.post(f"{link}/{need.pk}", {"solved": "no", "stars": "2"}).status_code == 422
    answer = enterprise.post(
        f"{link}/{need.pk}", {"solved": "yes", "stars": "5", "words": "很及时", "said_by": "王工"}, follow=True
    )
    assert "已办结" in answer.content.decode()
    assert Need.objects.get(pk=need.pk).state == State.CLOSED
    assert Satisfaction.objects.get().words == "很及时"
    assert "很及时" in page(steward, f"/plans/{need.pk}")


def test_a_link_that_is_not_valid_opens_nothing() -> None:
    for path in ("/satisfaction/unknown", "/satisfaction/unknown/1"):
        answer = Client().get(path)
        assert answer.status_code == 422
        assert "E1 有限公司" not in answer.content.decode()


def test_an_archive_is_downloaded_and_closed_when_everything_has_ended() -> None:
    need = released(visited()).visit.need
    steward, whose = as_("steward-a"), need.participation_id
    assert "未办结" in page(steward, f"/archives/{whose}")
    assert steward.post(f"/archives/{whose}/close").status_code == 422
    Need.objects.filter(pk=need.pk).update(state="served")
    Need.objects.filter(pk=need.pk).update(state="closed", ended_at=timezone.now())
    assert "可归档" in page(steward, "/archives")
    steward.post(f"/archives/{whose}/close")
    file = Participation.objects.get(pk=whose)
    content = steward.get(f"/archives/{whose}/zip").content
    assert hashlib.sha256(content).hexdigest() == file.archive_sha256
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        assert any(name.startswith("reports/") for name in opened.namelist())
    assert "2026" in page(steward, f"/archives/{whose}")
    participation("E2", steward="steward-b")
    assert as_("steward-b").get(f"/archives/{whose}/zip").status_code == 404
    visit_ = Visit.objects.get()
    assert (
        "归档"
        in as_("zhao.gong")
        .post(f"/visits/phone/{visit_.pk}/entries", '{"entries": []}', content_type="application/json")
        .json()["sentence"]
    )
