"""Boards on the screen: whole in both languages, of one's own enterprises only, each with its table and Excel."""

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.enterprises.models import Campaign, Enterprise, Need, State
from jishiyu.apps.visits.models import Visit
from jishiyu.engine.help.campaign import shipped
from jishiyu.web.boards.apart import apart
from tests.apps.enterprises import situations
from tests.apps.visits.test_figures import visited
from tests.web.people import signed_in

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
PAGES = [
    "/boards", "/boards/schedule?since=2026-03-01&last=2026-03-31", "/boards/times", "/boards/load", "/boards/sites",
    "/boards/figures", "/boards/bulletin", "/boards/wall",
]  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture
def round_() -> tuple[Need, Need]:
    """Return a need that was served at E1 and one that nobody confirmed at E2."""
    one = visited("E1")
    Enterprise.objects.filter(code="E1").update(x_m=1_000, y_m=2_000)
    other = situations.need_in(
        State.FORWARDED, of=situations.participation("E2", steward="s-e2"), words="<b>变压器</b>过热"
    )
    Enterprise.objects.filter(code="E2").update(x_m=5_000, y_m=4_000)
    return one, other


@pytest.fixture
def organiser(round_: tuple[Need, Need]) -> Client:
    return signed_in(Role.ORGANISER, union="CITY")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_board_is_there_in_both_languages_with_few_queries(
    organiser: Client, address: str, language: str, django_assert_max_num_queries: Callable
) -> None:
    organiser.cookies["django_language"] = language
    organiser.get(address)
    with django_assert_max_num_queries(15 + 8):  # session, account, roles and row security of every page
        response = organiser.get(address)
    text = response.content.decode()
    assert response.status_code == 200
    assert ("电力助企" in text) is (language == "zh-hans")
    assert ("Power help" in text) is (language == "en")
    assert "<style" not in text
    assert " style=" not in text
    assert "<b>变压器" not in text


def test_a_card_stands_in_the_lane_of_its_state_with_the_words_of_its_clock(organiser: Client) -> None:
    page = organiser.get("/boards").content.decode()
    lane = page.split('id="lane-forwarded"')[1].split("</section>")[0]
    assert "&lt;b&gt;变压器" in lane
    assert "超时" in lane
    assert "N0002" in lane
    assert "N0001" not in lane


def test_a_steward_sees_their_own_enterprises_alone(round_: tuple[Need, Need]) -> None:
    one, other = round_
    steward = one.participation.steward
    assert steward is not None
    client = Client()
    client.force_login(steward)
    signed = signed_in(Role.STEWARD)  # a second factor of its own session
    assert "N0001" not in signed.get("/boards").content.decode()
    page = _as(steward.name).get("/boards").content.decode()
    assert one.number in page
    assert other.number not in page


def test_filters_narrow_the_board_and_wrong_ones_count_as_not_asked(organiser: Client) -> None:
    assert "N0002" not in organiser.get("/boards?steward=s-e1").content.decode()
    assert "N0002" in organiser.get("/boards?steward=nobody&level=9&aim=%00&campaign=none").content.decode()
    assert organiser.get("/boards/schedule?since=yesterday&last=2026-02-30&by=x").status_code == 200


def test_levels_are_called_as_the_round_calls_them_on_boards_filters_and_figures(organiser: Client) -> None:
    Campaign.objects.update(definition=shipped()["power-1"].read_text(encoding="utf-8"))
    Need.objects.filter(number="N0002").update(
        level=2, escalated_to=1, due_at=datetime(2026, 3, 1, tzinfo=UTC), state=State.FORWARDED
    )
    organiser.cookies["django_language"] = "en"
    page = organiser.get("/boards").content.decode()
    assert ">manufacturing federation</option>" in page  # the filter
    assert "<td>manufacturing federation</td>" in page  # the table
    assert "overdue, escalated to the city union" in page
    assert "industry federation" not in page
    found = json.loads(organiser.get("/boards/figures.json").content)["figures"]["by-level"]["rows"]
    assert {"zh": "制造业工会联合会", "en": "manufacturing federation"} in [row["level"] for row in found]
    organiser.cookies["django_language"] = "zh-hans"
    assert ">制造业工会联合会</option>" in organiser.get("/boards").content.decode()


def test_a_round_without_words_of_its_own_uses_the_general_ones(organiser: Client) -> None:
    organiser.cookies["django_language"] = "en"
    assert ">industry federation</option>" in organiser.get("/boards").content.decode()


def test_excel_of_a_board_holds_the_rows_of_its_table(organiser: Client) -> None:
    response = organiser.get("/boards?chart=needs")
    book = CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert {"N0001", "N0002", "<b>变压器</b>过热"} <= set(map(str, cells))


def test_figures_are_the_same_as_a_page_as_json_and_as_excel(organiser: Client) -> None:
    page = organiser.get("/boards/figures").content.decode()
    found = json.loads(organiser.get("/boards/figures.json").content)
    row = found["figures"]["by-round"]["rows"][0]
    assert (row["services"], row["person_times"], row["enterprises"], row["raised"], row["solved"]) == (1, 3, 1, 2, 0)
    drawn = json.loads(re.findall(r'<script id="chart-by-aim-data" type="application/json">(.*?)</script>', page)[0])
    assert sum(drawn["series"][0]["values"]) == row["raised"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(organiser.get("/boards/figures.xlsx").content))
    assert len(book.sheet_names) == len(found["figures"]) + 1


def test_rounds_stand_beside_each_other_on_the_page_and_in_the_files(organiser: Client) -> None:
    assert "各批次对照" not in organiser.get("/boards/figures").content.decode()  # one round alone
    situations.need_in(State.CONFIRMED, of=situations.participation("E2", steward="s-e2", code="power-2"))
    Campaign.objects.filter(code="power-2").update(zh="第二批", en="Second round", begins_on=date(2026, 3, 2))
    page = organiser.get("/boards/figures").content.decode()
    assert "各批次对照" in page
    found = json.loads(organiser.get("/boards/figures.json?campaign=power-2").content)["figures"]
    named = [next(cell["zh"] for cell in row.values() if isinstance(cell, dict)) for row in found["by-rounds"]["rows"]]
    assert named == ["第二批", "电力助企"]
    assert [row["raised"] for row in found["by-rounds"]["rows"]] == [1, 2]
    assert len(found["times-by-round"]["rows"]) == 2
    Campaign.objects.filter(code="power-2").update(zh="电力助企", en="Power help")
    page = (
        organiser.get("/boards/figures").content.decode().replace("（", "(").replace("）", ")")
    )  # as titles print them
    assert page.count("电力助企(power-2)") == page.count("电力助企(power-1)") > 1  # of one name: told apart by the code
    steward = _as("s-e1")  # who is in the first round alone
    assert "第二批" not in steward.get("/boards/figures").content.decode()


def test_the_bulletin_is_text_and_a_document(organiser: Client) -> None:
    page = organiser.get("/boards/bulletin").content.decode()
    assert "开展助企服务1次、3人次" in page
    response = organiser.get("/boards/bulletin.pdf")
    assert (response.status_code, response.content[:5]) == (200, b"%PDF-")


def test_a_visit_on_a_saturday_has_a_column_in_the_calendar_and_other_saturdays_have_none(organiser: Client) -> None:
    address = "/boards/schedule?since=2026-03-01&last=2026-03-31"
    days = r'text-anchor="middle">(\d+)</text>'
    assert {"7", "14"}.isdisjoint(re.findall(days, organiser.get(address).content.decode()))
    Visit.objects.update(on=date(2026, 3, 14), half="am", halfdays=2)
    page = organiser.get(address).content.decode()
    assert "14" in re.findall(days, page)
    assert "7" not in re.findall(days, page)
    assert page.count('<rect class="bar') == 3  # the steward, the officer and the expert


def test_the_map_draws_every_enterprise_once_without_anything_from_outside(organiser: Client) -> None:
    page = organiser.get("/boards/sites").content.decode()
    assert page.count('class="site"') == 2
    assert "https://" not in page.split("<main")[1]


@pytest.mark.parametrize(
    ("east_m", "north_m"), [(0, 0), (9_000, 9_000), (100, 40_000), (40_000, 100), (3_000_000, 2_000_000_000)]
)
def test_the_map_fits_a_screen_whatever_its_region_is_like(organiser: Client, east_m: int, north_m: int) -> None:
    Enterprise.objects.filter(code="E1").update(x_m=0, y_m=0)
    Enterprise.objects.filter(code="E2").update(x_m=east_m, y_m=north_m)
    page = organiser.get("/boards/sites").content.decode()
    (size,) = re.findall(r'<svg class="map"[^>]*? width="(\d+)" height="(\d+)"', page)
    assert 640 <= int(size[0]) <= 830
    assert 60 <= int(size[1]) <= 500
    places = [(int(x), int(y)) for x, y in re.findall(r'<g transform="translate\((\d+) (\d+)\)"><', page)]
    assert len(places) >= 2
    assert all(0 < x < int(size[0]) and 0 < y < int(size[1]) for x, y in places)


def test_sites_at_one_place_are_drawn_beside_each_other_and_each_leads_to_its_page(organiser: Client) -> None:
    Enterprise.objects.update(x_m=4_000, y_m=4_000)
    page = organiser.get("/boards/sites").content.decode()
    drawing = page.split('<svg class="map"')[1].split("</svg>")[0]
    marks = re.findall(r'<a href="/boards/enterprise/(\d+)"[^>]*><g transform="translate\((\d+) (\d+)\)"', drawing)
    assert len({one[0] for one in marks}) == len(marks) == 2
    (left, top), (right, bottom) = ((int(x), int(y)) for _, x, y in marks)
    assert max(abs(left - right), abs(top - bottom)) >= 24
    assert drawing.count('<line class="leader"') == 1  # the other one is at its place


@pytest.mark.parametrize("count", [2, 9, 60, 300])
def test_marks_at_one_place_never_cover_each_other_while_there_is_room(count: int) -> None:
    crowd = apart([(15, 15)] * min(count, 9) + [(400, 250)] * max(0, min(count, 60) - 9), width=830, height=500)
    spread = apart([(31 * at % 800 + 15, 57 * at % 470 + 15) for at in range(count)], width=830, height=500)
    for drawn in (crowd, spread):
        assert all(12 < x < 818 and 12 < y < 488 for x, y in drawn)
        near = [
            (a, b) for at, a in enumerate(drawn) for b in drawn[:at] if max(abs(a[0] - b[0]), abs(a[1] - b[1])) < 24
        ]
        assert near == []


def test_a_crowd_that_no_drawing_could_hold_is_drawn_all_the_same() -> None:
    assert len(apart([(400, 250)] * 5_000, width=830, height=500)) == 5_000


def test_whoever_looks_after_nobody_is_told_so() -> None:
    assert "尚无由您负责" in signed_in(Role.STEWARD).get("/boards").content.decode()


@pytest.mark.parametrize("role", [Role.SUBSIDY_OFFICER, Role.EXPERT, Role.ENTERPRISE, Role.AUDIT_ADMIN])
def test_boards_are_not_for_other_roles(role: Role) -> None:
    assert [signed_in(role).get(address).status_code for address in PAGES] == [403] * len(PAGES)


def _as(name: str) -> Client:
    """Return a client of an account that exists, with a second factor."""
    import time

    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from jishiyu.apps.accounts.models import Account

    known = Account.objects.get(name=name)
    TOTP.activate(known, generate_totp_secret())
    client = Client()
    client.force_login(known)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session["account_authentication_methods_user"] = str(known.pk)
    session["seen"] = int(time.time())
    session.save()
    return client
