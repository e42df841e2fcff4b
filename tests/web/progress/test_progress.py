"""The enterprise's page by its personal link: its own needs, nothing of others, withdrawn, limited, hidden from searching."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.enterprises.models import Link, LinkFor, Need, Participation, State
from jishiyu.apps.enterprises.operations import end_need, make_link, withdraw_link
from jishiyu.apps.visits.models import Report
from jishiyu.apps.visits.operations import make_report
from jishiyu.web.progress.limit import WRONG_AN_HOUR
from tests.apps.enterprises import situations
from tests.apps.visits import situations as visits
from tests.apps.visits.test_figures import visited
from tests.web.people import signed_in

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def need() -> Need:
    other = situations.need(of=situations.participation("E2", steward="s-e2"), words="别家的需求")
    assert other.pk
    return visited("E1")


@pytest.fixture
def secret(need: Need) -> str:
    whose = need.participation
    return make_link(campaign_id=whose.campaign_id, opens=LinkFor.PROGRESS, participation_id=whose.pk, by="t", at=AT)


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "下一步"), ("en", "What comes next")])
def test_the_page_opens_without_an_account_and_shows_ones_own_alone(
    secret: str, need: Need, language: str, words: str
) -> None:
    client = Client()
    client.cookies["django_language"] = language
    response = client.get(f"/progress/{secret}")
    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    assert need.number in page
    assert "别家的需求" not in page
    assert need.participation.campaign.ends_on == date(2026, 9, 1)
    assert ">2026-08-31<" in page  # the last day of the round, not the day after it
    assert response.headers["X-Robots-Tag"].startswith("noindex")
    assert 'name="robots"' in page
    assert " style=" not in page


def test_only_the_hash_of_the_secret_is_kept_and_a_withdrawn_link_opens_nothing(secret: str) -> None:
    link = Link.objects.get()
    assert secret.encode() not in bytes(link.secret_hash)
    withdraw_link(link_id=link.pk, by="t", at=AT)
    response = Client().get(f"/progress/{secret}")
    assert response.status_code == 404
    assert "链接已失效" in response.content.decode()


def test_a_link_for_something_else_does_not_open_the_page(need: Need) -> None:
    whose = need.participation
    other = make_link(campaign_id=whose.campaign_id, opens=LinkFor.HAND_IN, participation_id=whose.pk, by="t", at=AT)
    assert Client().get(f"/progress/{other}").status_code == 404


def test_whoever_guesses_is_stopped_also_with_the_right_secret(secret: str) -> None:
    client = Client()
    answers = [client.get(f"/progress/guess-{at}").status_code for at in range(WRONG_AN_HOUR)]
    assert set(answers) == {404}
    assert client.get(f"/progress/{secret}").status_code == 429
    assert client.get(f"/progress/{secret}", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_a_report_that_is_not_released_or_of_another_enterprise_is_not_given(secret: str) -> None:
    assert Client().get(f"/progress/{secret}/report/1").status_code == 404


def test_the_form_of_satisfaction_is_led_to(secret: str) -> None:
    response = Client().post(f"/progress/{secret}/satisfaction")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/satisfaction/")
    assert Client().get(response.headers["Location"]).status_code == 200


def test_why_a_need_was_not_helped_is_said_in_the_words_written_for_the_enterprise(secret: str, need: Need) -> None:
    other = situations.need_in(State.CONFIRMED, of=need.participation)
    end_need(need_id=other.pk, to=State.NOT_HELPED, sentence="没有具备资质的专家", by="t", at=AT)
    assert "没有具备资质的专家" in Client().get(f"/progress/{secret}").content.decode()


def test_the_console_shows_the_same_page_makes_a_link_once_and_withdraws_it(need: Need) -> None:
    organiser = signed_in(Role.ORGANISER, union="CITY")
    address = f"/boards/enterprise/{need.participation_id}"
    assert need.number in organiser.get(address).content.decode()
    page = organiser.post(f"{address}/link", follow=True).content.decode()
    made = page.split("/progress/")[1].split('"')[0]
    assert Client().get(f"/progress/{made}").status_code == 200
    assert "/progress/" not in organiser.get(address).content.decode()
    organiser.post(f"{address}/withdraw")
    assert Client().get(f"/progress/{made}").status_code == 404


def test_a_steward_of_others_does_not_see_it(need: Need) -> None:
    assert signed_in(Role.STEWARD).get(f"/boards/enterprise/{need.participation_id}").status_code == 404


def test_an_enterprise_that_signs_in_sees_its_own_progress_gets_its_report_and_says_how_it_was(
    tmp_path: Path, settings: Any
) -> None:
    settings.HELP_FOLDER = str(tmp_path)
    paper = visits.released()
    whose = paper.visit.need.participation
    other = visits.released(visits.done(visits.visit(of=situations.participation("E2", steward="s-e2"), team=[])))
    draft = visits.done(visits.visit(need=situations.need_in(State.PLANNED, of=whose), half="pm"))
    make_report(visit_id=draft.pk, advice="", limits_on=visits.ON, by="steward-a", at=visits.AT)
    client = signed_in(Role.ENTERPRISE, union=whose.enterprise.union.code)
    page = client.get("/our/progress").content.decode()
    assert "下一步" in page
    assert page.count('class="line"') == 2
    assert other.visit.need.number not in page
    assert page.count("/our/progress/report/") == 1  # a draft is not there
    answer = client.get(f"/our/progress/report/{paper.pk}")
    assert answer["Content-Type"] == "application/pdf"
    assert Trail.objects.filter(action="download", by=client_name(client)).count() == 1
    unreleased = Report.objects.get(released_at=None)
    for hidden in (other.pk, unreleased.pk, 0):
        assert client.get(f"/our/progress/report/{hidden}").status_code == 404
    led = client.post("/our/progress/satisfaction", {"participation": whose.pk})
    assert led.headers["Location"].startswith("/satisfaction/")
    for wrong in (other.visit.need.participation_id, "x", ""):
        refused = client.post("/our/progress/satisfaction", {"participation": wrong})
        assert refused.headers["Location"] == "/our/progress"
    assert "进展" in client.get("/our/needs").content.decode()


def test_an_enterprise_of_two_rounds_chooses_and_one_of_none_is_told(need: Need) -> None:
    client = signed_in(Role.ENTERPRISE, union="E1")
    second = situations.campaign("power-2")
    again = Participation.objects.create(campaign=second, enterprise=need.participation.enterprise, since=AT)
    page = client.get("/our/progress").content.decode()
    assert f"?round={again.pk}" in page
    assert need.number in client.get(f"/our/progress?round={need.participation_id}").content.decode()
    assert need.number not in client.get(f"/our/progress?round={again.pk}").content.decode()
    stranger = situations.participation("E2", steward="s-e2").pk
    assert "别家的需求" not in client.get(f"/our/progress?round={stranger}").content.decode()
    assert "尚未参加" in signed_in(Role.ENTERPRISE, union="E9").get("/our/progress").content.decode()


@pytest.mark.parametrize("role", [Role.STEWARD, Role.ORGANISER, Role.EXPERT, Role.MEMBER])
def test_the_page_of_the_own_progress_is_an_enterprises(role: Role) -> None:
    assert signed_in(role).get("/our/progress").status_code == 403


def client_name(client: Client) -> str:
    return Account.objects.get(pk=client.session["_auth_user_id"]).name
