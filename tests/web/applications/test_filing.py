"""Applications filed by officers for members: from the member to handing in, and what becomes of them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.applications.models import Application, Kind, Paper
from jishiyu.apps.audit.models import Trail
from tests.apps.applications.situations import (
    ACCIDENT,
    PAPERS,
    city,
    draft,
    handed_in,
    pdf,
    person,
    picture,
    with_papers,
)
from tests.once import made_once
from tests.web.people import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_folder")]


_members = made_once(city)


def officer(union: str = "U1") -> Client:
    return signed_in(Role.UNION_OFFICER, union=union)


def begin(client: Client, who: int = 1, kind: str = "accident") -> Application:
    client.post(f"/applications/new/{person(who).pk}/{kind}")
    return Application.objects.latest("id")


def fill(client: Client, about: Application, **changes: str) -> Any:
    page = client.get(f"/applications/{about.pk}/form").content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    given = {**ACCIDENT, "injury_1": "skull:crack", "event_on": "2026-02-01", "seen": seen, **changes}
    given.pop("injuries", None)
    return client.post(f"/applications/{about.pk}/form", given)


def bring(client: Client, about: Application, paper: str, content: bytes, name: str = "照片.jpg") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(f"/applications/{about.pk}/papers", {"paper": paper, "file": file})


def exported(answer: Any) -> str:
    """Return what a streamed file says."""
    return b"".join(answer.streaming_content).decode()


def test_an_officer_finds_the_member_and_files_to_the_end() -> None:
    client = officer()
    found = client.post("/applications/new", {"text": "M0001"})
    assert found.headers["Location"] == f"/applications/new/{person(1).pk}"
    assert "家庭火灾" in client.get(found.headers["Location"]).content.decode()
    about = begin(client)
    assert fill(client, about).headers["Location"] == f"/applications/{about.pk}/papers"
    for step in ("form", "papers", "check"):  # each says what is filed, and for whom
        assert "意外伤害 · 张*" in client.get(f"/applications/{about.pk}/{step}").content.decode()
    early = client.post(f"/applications/{about.pk}/check")
    assert early.status_code == 422
    assert "还缺" in early.content.decode()
    for paper in PAPERS[Kind.ACCIDENT]:
        assert bring(client, about, paper, picture(paper)).status_code == 302
    assert "按现行政策试算" in client.get(f"/applications/{about.pk}/check").content.decode()
    assert client.post(f"/applications/{about.pk}/check").status_code == 302
    about.refresh_from_db()
    assert (about.state, about.filed_as, about.filed_by) == ("submitted", "union", "u-union-officer-U1")
    page = client.get(f"/applications/{about.pk}").content.decode()
    assert "前作出决定" in page
    assert "期限为假定" in page


def test_a_second_begin_goes_on_with_the_own_draft() -> None:
    client = officer()
    assert begin(client) == begin(client)


def test_another_union_sees_nothing_and_does_nothing() -> None:
    about, other = with_papers(draft()), officer("U2")
    paper = Paper.objects.filter(application=about).latest("id")
    for step in ("", "/form", "/papers", "/check", "/withdraw", "/appeal"):
        assert other.get(f"/applications/{about.pk}{step}").status_code == 404, step
        assert step == "" or other.post(f"/applications/{about.pk}{step}").status_code == 404, step
    assert other.get(f"/applications/papers/{paper.pk}").status_code == 404
    assert other.post(f"/applications/papers/{paper.pk}/remove").status_code == 404
    assert other.post(f"/applications/{about.pk}/reveal", {"reason": "好奇"}).status_code == 404
    assert other.post(f"/applications/new/{person(1).pk}/fire").status_code == 404
    assert about.number not in other.get("/applications").content.decode()
    assert other.post("/applications/new", {"text": "M0001"}).status_code == 200


def test_what_is_typed_survives_a_refusal() -> None:
    client = officer()
    about = begin(client)
    wrong = fill(client, about, event_on="2999-01-01", story="写了很长的经过")
    assert wrong.status_code == 422
    assert "写了很长的经过" in wrong.content.decode()
    later = fill(client, about, injury_1="", later="1", story="先存着")
    assert later.headers["Location"] == f"/applications/{about.pk}"


def test_a_form_that_was_overtaken_says_so() -> None:
    client = officer()
    about = begin(client)
    fill(client, about)
    late = fill(client, about, seen="0", story="两人同时填写")
    assert late.status_code == 422
    assert "刚刚被他人修改" in late.content.decode()
    assert "两人同时填写" in late.content.decode()


def test_a_paper_is_told_by_its_content_and_opened_on_the_record() -> None:
    client = officer()
    about = begin(client)
    refused = bring(client, about, "hospital_records", b"MZ\x90\x00 program", "病历.jpg")
    assert refused.status_code == 422
    assert "只接收照片" in refused.content.decode()
    bring(client, about, "hospital_records", picture("a"), "../../<b>病历.jpg")
    bring(client, about, "hospital_records", pdf(), "病历.pdf")
    image, document = Paper.objects.filter(application=about).order_by("id")
    shown = client.get(f"/applications/papers/{image.pk}")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["Content-Disposition"] == f'inline; filename="hospital_records-{image.pk}.jpg"'
    given = client.get(f"/applications/papers/{document.pk}")
    assert given.headers["Content-Disposition"].startswith("attachment; ")
    assert Trail.objects.filter(action="application.paper_opened", by="u-union-officer-U1").count() == 2
    text = client.get(f"/applications/{about.pk}/papers").content.decode()
    assert "<b>病历" not in text
    assert client.post(f"/applications/papers/{image.pk}/remove").status_code == 302
    assert Paper.objects.filter(application=about).count() == 1


def test_the_form_is_masked_for_others_and_shown_with_a_reason_on_the_record() -> None:
    about = handed_in(name="王小明")
    client = signed_in(Role.SUBSIDY_OFFICER)
    page = client.get(f"/applications/{about.pk}").content.decode()
    assert "楼梯摔倒" not in page
    assert "王小明" not in page
    assert client.post(f"/applications/{about.pk}/reveal", {"reason": " "}).status_code == 422
    told = client.post(f"/applications/{about.pk}/reveal", {"reason": "电话核对"}).content.decode()
    assert "楼梯摔倒" in told
    assert "王小明" in told
    kept = Trail.objects.get(action="application.read_in_full")
    assert "电话核对" in str(kept.details)


def test_the_form_of_somebody_else_is_opened_on_the_record() -> None:
    about = draft()
    officer().get(f"/applications/{about.pk}/form")
    assert Trail.objects.filter(action="application.read_in_full", record=f"application {about.number}").count() == 1


def test_it_is_taken_back_with_a_reason() -> None:
    about, client = handed_in(), officer()
    page = client.get(f"/applications/{about.pk}/withdraw").content.decode()
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert client.post(f"/applications/{about.pk}/withdraw", {"words": "", "seen": seen}).status_code == 422
    assert client.post(f"/applications/{about.pk}/withdraw", {"words": "会员要求", "seen": "0"}).status_code == 422
    assert client.post(f"/applications/{about.pk}/withdraw", {"words": "会员要求", "seen": seen}).status_code == 302
    about.refresh_from_db()
    assert about.state == "withdrawn"
    assert client.post(f"/applications/{about.pk}/form", {"seen": seen}).status_code == 422


def test_the_list_narrows_and_exports_masked() -> None:
    one, other = handed_in(), handed_in(Kind.FIRE, who=2)
    client = signed_in(Role.SUBSIDY_OFFICER)
    assert one.number in client.get("/applications?kind=accident&state=undecided").content.decode()
    assert other.number not in client.get("/applications?kind=accident").content.decode()
    assert other.number not in client.get("/applications?union=U1").content.decode()
    assert one.number not in client.get("/applications?since=2026-03-03").content.decode()
    assert one.number in client.get("/applications?until=2026-03-02").content.decode()
    sheet = exported(client.get("/applications?export=csv"))
    assert one.number in sheet
    assert "张1" not in sheet


@pytest.mark.parametrize("role", [Role.FINANCE, Role.SYSTEM_ADMIN, Role.MEMBER])
def test_only_those_with_the_right_come_in(role: Role) -> None:
    about = handed_in()
    assert signed_in(role).get(f"/applications/{about.pk}").status_code == 403
    assert signed_in(Role.REVIEWER).get(f"/applications/{about.pk}/form").status_code == 403


def test_pages_need_few_queries(django_assert_max_num_queries: Any) -> None:
    about, client = handed_in(), officer()
    for address in ("/applications", f"/applications/{about.pk}", f"/applications/new/{person(1).pk}"):
        client.get(address)
        with django_assert_max_num_queries(15 + 8):  # besides: session, account, roles, row security
            assert client.get(address).status_code == 200, address
