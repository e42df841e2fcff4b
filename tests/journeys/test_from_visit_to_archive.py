"""From a visit to a closed file in browsers alone: report, release, plan, the enterprise's answer on a phone, archive."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.enterprises.models import Need, Participation, State
from jishiyu.apps.visits.models import Report
from jishiyu.apps.visits.queries import differences_inside
from tests.apps.enterprises.situations import need_in, participation
from tests.apps.visits import situations
from tests.journeys.visitor import PHONE

if TYPE_CHECKING:
    from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.HELP_FOLDER = str(tmp_path / "help")


def test_from_a_visit_to_a_closed_file(visit: "Callable[..., Visitor]", somebody: Callable, tmp_path: Path) -> None:
    steward, secret = somebody(Role.STEWARD, name="steward-a")
    whose = participation()
    Participation.objects.filter(pk=whose.pk).update(steward=steward)
    need = need_in(State.PLANNED, of=whose, words="配电室每天跳闸两次,请检查漏电保护器和电压")
    planned = situations.visit(need=need, on=timezone.localdate())
    situations.send(
        planned, situations.check("c1", "done"), situations.check("c2", "problem", words="动作时间偏长"),
        situations.reading(value="412"), situations.reading(point="2#RCD", kind="rcd", quantity="trip_time", value="0.4", unit="s"),
        situations.photo(point="1#进线柜"),
    )  # fmt: skip
    desk = visit(PHONE)
    desk.page.set_default_timeout(40_000)
    desk.sign_in(steward, secret)
    desk.shot("to-do")
    desk.goto("/visits")
    desk.shot("my-visits")
    desk.goto("/visits/all")
    desk.shot("calendar")
    desk.goto(f"/visits/{planned.pk}")
    desk.shot("visit")
    desk.page.click("text=勘查已完成")
    desk.page.click("main button[type=submit]")
    desk.page.click("text=编制报告")
    desk.page.fill("[name=advice]", "更换 2# 漏电保护器,复测动作时间。")
    desk.page.click("main button[type=submit]")
    desk.page.wait_for_selector("h1 >> text=报告")
    desk.shot("draft")
    desk.page.on("dialog", lambda asked: asked.accept())
    desk.page.click("text=签发报告")
    desk.page.wait_for_selector("text=报告已签发")
    report = Report.objects.get()
    assert report.released_by == "steward-a"

    desk.goto(f"/plans/{need.pk}")
    desk.page.fill("[name=what]", "更换 2# 漏电保护器")
    desk.page.fill("[name=owner]", "设备科 王工")
    desk.page.fill("[name=due_on]", (timezone.localdate() + timedelta(days=7)).isoformat())
    desk.page.click("form.form-narrow button[type=submit]")
    desk.shot("plan")
    desk.page.click("td a >> text=更换")
    desk.page.fill("[name=result]", "已更换,复测 0.04 秒")
    desk.page.fill("[name=trained]", "6")
    desk.shot("result")
    desk.page.click("main button[type=submit]")
    desk.page.click("text=措施全部完成")
    desk.page.click("a >> text=请企业评价")
    desk.page.click("button >> text=生成链接")
    link = desk.page.inner_text("#link")
    desk.shot("link")

    phone = visit(PHONE)
    phone.page.set_default_timeout(40_000)
    phone.page.goto(link)
    phone.shot("asked")
    phone.page.click("text=填写评价")
    phone.page.check("[name=solved][value=yes]")
    phone.page.check("[name=stars][value='5']")
    phone.page.fill("[name=words]", "来得及时,问题解决了")
    phone.shot("answer")
    phone.page.click("main button[type=submit]")
    phone.page.wait_for_selector("text=该需求已办结")
    assert Need.objects.get(pk=need.pk).state == State.CLOSED

    desk.goto(f"/archives/{whose.pk}")
    desk.shot("archive")
    desk.page.click("main button >> text=归档")
    desk.page.wait_for_selector("text=内容不再更改")
    with desk.page.expect_download() as given:
        desk.page.click("text=下载 ZIP")
    content = Path(given.value.path()).read_bytes()
    assert hashlib.sha256(content).hexdigest() == Participation.objects.get(pk=whose.pk).archive_sha256
    assert differences_inside(content, name="archive.zip") == []
