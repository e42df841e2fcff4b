"""A member applies in three steps, sends papers, supplements, takes back, disagrees; and meets nobody else's things."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from jishiyu.apps.applications.models import Application, FiledAs, Kind, Move, Paper
from jishiyu.apps.applications.operations import (
    Actor,
    complain,
    refuse,
    return_for_supplement,
    save_form,
    start_application,
    take_application,
)
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.payments.operations import name_signatory
from jishiyu.apps.subsidies.models import Case, Entitlement
from tests.apps.applications.situations import picture
from tests.apps.subsidies.situations import load, stay
from tests.once import made_once
from tests.web.member.people import as_member, city, own_account, person

pytestmark = pytest.mark.django_db
CHEN = Actor(name="chen.jing", role="reviewer")


@made_once
def _people(folder: Path) -> None:
    city(folder)
    name_signatory(name=CHEN.name, member_no=None, by="admin", at=datetime(2026, 3, 2, 2, tzinfo=UTC))


def accident(client: Client) -> dict[str, str]:
    """Return what a member types about an accident of last week."""
    return {
        "event_on": (timezone.localdate() - timedelta(days=7)).isoformat(), "cause": "fall", "injury_1": "skull:crack",
        "treatment_over": "是", "story": "在家中楼梯摔倒<script>alert(1)</script>", "seen": seen(client),
    }  # fmt: skip


def seen(client: Client) -> str:
    return str(Move.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)


def begun(client: Client, kind: str = "accident") -> Application:
    answer = client.post(f"/my/applications/new/{kind}")
    assert answer.status_code == 302
    return Application.objects.order_by("-pk")[0]


def bring(client: Client, about: Application, paper: str, content: bytes = b"", name: str = "照片.jpg") -> Any:
    file = SimpleUploadedFile(name, content or picture(paper), content_type="image/jpeg")
    return client.post(f"/my/applications/{about.pk}/papers", {"paper": paper, "file": file})


def handed_in(client: Client) -> Application:
    about = begun(client)
    assert client.post(f"/my/applications/{about.pk}/form", accident(client)).status_code == 302
    for paper in ("not_work_injury", "hospital_records"):
        assert bring(client, about, paper).status_code == 302
    answer = client.post(f"/my/applications/{about.pk}/check")
    assert answer.headers["Location"] == f"/my/applications/{about.pk}", answer.content.decode()
    about.refresh_from_db()
    return about


def taken(about: Application) -> dict[str, Any]:
    now = timezone.now()
    when = {"on": timezone.localdate(now), "at": now}
    take_application(application_id=about.pk, by=CHEN, **when)
    return when


def test_an_accident_is_filed_in_three_steps() -> None:
    client = as_member(1)
    assert "随时可以停下" in client.get("/my/applications/new").content.decode()
    about = begun(client)
    form = client.get(f"/my/applications/{about.pk}/form").content.decode()
    assert "颅骨骨裂" in form
    answer = client.post(f"/my/applications/{about.pk}/form", accident(client))
    assert answer.headers["Location"] == f"/my/applications/{about.pk}/papers"
    listed = client.get(f"/my/applications/{about.pk}/papers").content.decode()
    assert "非工伤证明" in listed
    assert "还缺" in listed
    for paper in ("not_work_injury", "hospital_records"):
        bring(client, about, paper)
    check = client.get(f"/my/applications/{about.pk}/check").content.decode()
    assert "1,300.00" in check
    assert "摔倒、滑倒、跌落" in check
    assert "<script>alert" not in check
    client.post(f"/my/applications/{about.pk}/check")
    about.refresh_from_db()
    assert (about.state, about.expected_fen, about.filed_as) == ("submitted", 130_000, FiledAs.MEMBER)
    text = client.get(f"/my/applications/{about.pk}").content.decode()
    assert "等待审核" in text
    assert "前作出决定" in text
    assert Entitlement.objects.count() == 0


def test_a_draft_is_kept_however_little_is_in_it_and_gone_on_with() -> None:
    client = as_member(1)
    about = begun(client)
    answer = client.post(f"/my/applications/{about.pk}/form", {"story": "先写一点", "later": "1", "seen": seen(client)})
    assert answer.headers["Location"] == "/my"
    assert begun(client).pk == about.pk
    assert "先写一点" in client.get(f"/my/applications/{about.pk}/form").content.decode()
    assert "还没有提交" in client.get("/my").content.decode()
    refused = client.post(f"/my/applications/{about.pk}/check")
    assert refused.status_code == 422
    assert "必填项为空" in refused.content.decode()


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() -> None:
    client = as_member(1)
    about = begun(client)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    answer = client.post(f"/my/applications/{about.pk}/form", {**accident(client), "event_on": tomorrow})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "晚于截止日" in text
    assert tomorrow in text
    assert "在家中楼梯摔倒" in text


def test_a_form_that_somebody_else_changed_meanwhile_says_so() -> None:
    client = as_member(1)
    about = begun(client)
    typed = accident(client)
    now = timezone.now()
    save_form(application_id=about.pk, form={"cause": "traffic"}, by=Actor(name="u1.officer", role="union_officer"),
              on=timezone.localdate(now), at=now)  # fmt: skip
    answer = client.post(f"/my/applications/{about.pk}/form", typed)
    assert answer.status_code == 422
    assert "刚刚被他人修改" in answer.content.decode()
    assert "在家中楼梯摔倒" in answer.content.decode()


def test_a_loss_may_be_typed_with_commas_and_a_fire_needs_no_injury() -> None:
    client = as_member(1)
    about = begun(client, "fire")
    day = (timezone.localdate() - timedelta(days=20)).isoformat()
    form = {
        "event_on": day, "loss": "¥50,000.5 元", "certificate_no": "消火认字〔2026〕第0021号", "certificate_on": day,
        "certificate_issuer": "某消防救援大队", "seen": seen(client),
    }  # fmt: skip
    assert client.post(f"/my/applications/{about.pk}/form", form).status_code == 302
    about.refresh_from_db()
    assert about.base_fen == 5_000_050


def test_a_file_that_is_no_picture_is_refused_and_the_others_stay() -> None:
    client = as_member(1)
    about = begun(client)
    bring(client, about, "hospital_records")
    answer = bring(client, about, "not_work_injury", b"MZ\x90 a program", "../../photo.jpg")
    assert answer.status_code == 422
    assert "只接收照片" in answer.content.decode()
    assert Paper.objects.count() == 1
    found = Paper.objects.get()
    shown = client.get(f"/my/papers/{found.pk}")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert Trail.objects.filter(action="application.paper_opened", by=own_account(1).name).count() == 1
    client.post(f"/my/papers/{found.pk}/remove")
    assert Paper.objects.count() == 0


def test_over_ten_thousand_is_supplemented_from_the_first_page(tmp_path: Path) -> None:
    load(tmp_path, "三月", stay(2, "B", "152000.00"))
    client = as_member(2)
    case = Case.objects.get()
    client.post(f"/my/cases/{case.pk}/papers")
    about = Application.objects.get()
    assert (about.case_id, about.kind, about.event_on.isoformat()) == (case.pk, Kind.STAY, "2025-03-10")
    form = client.get(f"/my/applications/{about.pk}/form").content.decode()
    assert "不用您再填" in form
    assert 'name="cash"' not in form
    client.post(f"/my/applications/{about.pk}/form", {"event_on": "2025-03-10", "seen": seen(client)})
    text = client.get(f"/my/applications/{about.pk}/papers").content.decode()
    assert "还缺" in text
    client.post(f"/my/cases/{case.pk}/papers")
    assert Application.objects.count() == 1


def test_what_is_missing_is_told_in_the_reviewers_words_and_handed_in_again() -> None:
    client = as_member(1)
    about = handed_in(client)
    return_for_supplement(application_id=about.pk, by=CHEN, codes=(), words="请补第二页", **taken(about))
    assert "被退回" in client.get("/my").content.decode()
    text = client.get(f"/my/applications/{about.pk}").content.decode()
    assert "请补第二页" in text
    assert "前补交" in text
    assert CHEN.name not in text
    bring(client, about, "hospital_records", picture("second page"))
    client.post(f"/my/applications/{about.pk}/check")
    about.refresh_from_db()
    assert (about.state, about.turn) == ("submitted", 2)


def test_a_refusal_can_be_disagreed_with_once() -> None:
    client = as_member(1)
    about = handed_in(client)
    refuse(application_id=about.pk, by=CHEN, codes=(), words="材料与所述不符", **taken(about))
    text = client.get(f"/my/applications/{about.pk}").content.decode()
    assert "材料与所述不符" in text
    assert "我有异议" in text
    answer = client.post(f"/my/applications/{about.pk}/appeal", {"words": "材料是真的"})
    assert answer.status_code == 302
    about.refresh_from_db()
    assert about.state == "appealed"
    again = client.post(f"/my/applications/{about.pk}/appeal", {"words": "再来"})
    assert again.status_code == 422
    assert "再来" in again.content.decode()


def test_an_application_is_taken_back_with_a_reason() -> None:
    client = as_member(1)
    about = handed_in(client)
    assert client.post(f"/my/applications/{about.pk}/withdraw", {"words": ""}).status_code == 422
    client.post(f"/my/applications/{about.pk}/withdraw", {"words": "填错了"})
    about.refresh_from_db()
    assert about.state == "withdrawn"


def test_every_address_with_the_number_of_another_leads_nowhere(tmp_path: Path) -> None:
    load(tmp_path, "三月", stay(2, "B", "152000.00"))
    other, now = person(2), timezone.now()
    about = start_application(
        kind=Kind.FIRE, person_id=other.pk, by=Actor(name="u2", role="union_officer"), filed_as=FiledAs.UNION,
        on=timezone.localdate(now), at=now,
    )  # fmt: skip
    theirs = as_member(2)
    bring(theirs, about, "fire_certificate")
    paper = Paper.objects.get()
    complaint = complain(person_id=other.pk, words="不满意", by=Actor(name="x", role="member"), on=now.date(), at=now)
    thief = as_member(1)
    pages = ["", "/form", "/papers", "/check", "/withdraw", "/appeal"]
    addresses = [f"/my/applications/{about.pk}{page}" for page in pages]
    addresses += [f"/my/papers/{paper.pk}", f"/my/complaints/{complaint.pk}"]
    assert [thief.get(address).status_code for address in addresses] == [404] * len(addresses)
    addresses = [*addresses[:-2], f"/my/papers/{paper.pk}/remove", f"/my/cases/{Case.objects.get().pk}/papers"]
    assert [thief.post(address, {"words": "好的"}).status_code for address in addresses] == [404] * len(addresses)
    assert Paper.objects.count() == 1
    assert Application.objects.count() == 1
    assert theirs.get(f"/my/applications/{about.pk}").status_code == 200


def test_a_death_is_not_filed_here() -> None:
    assert as_member(1).post("/my/applications/new/death").status_code == 404
