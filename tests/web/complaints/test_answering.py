"""The city answers complaints: what waits first, once, by somebody else than who complained."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.applications.models import Complaint
from jishiyu.apps.applications.operations import Actor, complain
from tests.web.member.people import city, person
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def complaint(tmp_path: Path) -> Complaint:
    city(tmp_path)
    long_ago = timezone.now() - timedelta(days=90)
    who = Actor(name=f"member-{person(1).pk}", role="member", person_id=person(1).pk)
    return complain(person_id=person(1).pk, words="少了钱 <img src=x>", by=who, on=long_ago.date(), at=long_ago)


def test_a_late_complaint_is_on_the_first_page_and_gets_one_answer(
    complaint: Complaint, django_assert_max_num_queries: Callable
) -> None:
    client = signed_in(Role.SUBSIDY_OFFICER)
    assert "待答复的投诉" in client.get("/todo").content.decode()
    with django_assert_max_num_queries(15 + 7):
        listed = client.get("/complaints?state=late").content.decode()
    assert "答复超期" in listed
    assert "张1" not in listed.split("<main")[1]
    text = client.get(f"/complaints/{complaint.pk}").content.decode()
    assert "少了钱 &lt;img src=x&gt;" in text
    assert client.post(f"/complaints/{complaint.pk}", {"words": "好"}).status_code == 422
    assert client.post(f"/complaints/{complaint.pk}", {"words": "已核对无误"}).status_code == 302
    assert "已核对无误" in client.get(f"/complaints/{complaint.pk}").content.decode()
    again = client.post(f"/complaints/{complaint.pk}", {"words": "另一个答复"})
    assert again.status_code == 422
    assert "另一个答复" in again.content.decode()
    complaint.refresh_from_db()
    assert complaint.answered_by == "u-subsidy-officer"


def test_the_list_goes_to_excel(complaint: Complaint) -> None:
    answer = signed_in(Role.SUBSIDY_OFFICER).get("/complaints?export=xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert "答复超期" in cells
    assert not any("张1" in cell for cell in cells)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.UNION_OFFICER, Role.FINANCE, Role.SYSTEM_ADMIN])
def test_others_answer_nothing(complaint: Complaint, role: Role) -> None:
    client = signed_in(role)
    assert client.get("/complaints").status_code == 403
    assert client.post(f"/complaints/{complaint.pk}", {"words": "不归我管"}).status_code == 403
