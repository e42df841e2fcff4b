"""What the system says about a step stands in both languages; what people wrote stays as they wrote it."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from jishiyu.apps.enterprises.models import Campaign, Level, Need, NeedMove, ServiceItem, State
from jishiyu.apps.enterprises.operations import classify_need, end_need, open_campaign, run_clocks
from jishiyu.apps.enterprises.saying import level_words
from jishiyu.engine.help.campaign import shipped
from tests.apps.enterprises.situations import AT, LEVELS, campaign, need_in, participation, unions

POWER = shipped()["power-1"].read_text(encoding="utf-8")
LATER = datetime(2026, 9, 2, 2, tzinfo=UTC)


def said(about: Need, what: str) -> tuple[str, str]:
    step = NeedMove.objects.get(need=about, what=what)
    return step.say("zh"), step.say("en")


@pytest.mark.django_db
def test_a_level_is_called_as_the_round_calls_it() -> None:
    assert level_words(campaign(), Level.INDUSTRY).en == "industry federation"
    unions()
    made = open_campaign(definition=POWER, network=LEVELS, code="power-3", by="t", at=AT)
    words = level_words(made, Level.INDUSTRY)
    assert (words.zh, words.en) == ("制造业工会联合会", "manufacturing federation")


@pytest.mark.django_db
def test_a_raised_need_says_to_which_level() -> None:
    about = need_in(State.FORWARDED)
    for hour in range(6):
        run_clocks(at=datetime(2026, 3, 5 + hour % 2, 2 + hour, tzinfo=UTC))
    zh, en = said(about, "escalated")
    assert (zh, en) == ("超期未办,升级到市总工会", "not done in time, raised to the city union")


@pytest.mark.django_db
def test_a_classification_names_service_and_skills_and_own_words_stay() -> None:
    about, other = need_in(State.CONFIRMED), need_in(State.CONFIRMED)
    item = ServiceItem.objects.get(code="quality")
    asked = {"item_id": item.pk, "wanted": {"harmonics": 4}, "halfdays": 1, "priority": 3, "by": "s", "at": AT}
    classify_need(need_id=about.pk, **asked)  # type: ignore[arg-type]
    assert said(about, "classified") == ("电能质量检测:谐波治理 4 级", "Power quality: Harmonics level 4")
    classify_need(need_id=other.pk, sentence="先看电容器", **asked)  # type: ignore[arg-type]
    assert said(other, "classified") == ("先看电容器", "先看电容器")
    end_need(need_id=other.pk, to=State.NOT_HELPED, sentence="超期未办,请另找单位", by="s", at=AT)
    assert said(other, "not_helped") == ("超期未办,请另找单位", "超期未办,请另找单位")


@pytest.mark.django_db(transaction=True)
def test_steps_from_before_are_given_their_english_once_also_in_closed_files() -> None:
    """The migration tells it from the Chinese that stands there, and changes nothing else."""
    about = need_in(State.CLOSED, of=participation(steward="steward-a"))
    old = {
        ("escalated", "超期未办,升级到市总工会"): "not done in time, raised to the city union",
        ("handed_in", "由批次 power-0 的 power-0-0007 转入"): "taken over from power-0-0007 of round power-0",
        ("passed_on", "转入批次 power-2 继续办理,新编号 power-2-0003"): "goes on in round power-2 as power-2-0003",
        ("classified", "电能质量检测:谐波治理 4 级"): "Power quality: Harmonics level 4",
        ("reclassified", "电能质量检测:谐波治理 4 级、红外测温 3 级"): "",  # a skill nobody knows
        ("passed_on", "属于市政道路施工用电,转城市建设部门办理"): "",
        ("escalated", "超期未办,升级到别处"): "",
        ("called", "由批次 power-0 的 power-0-0007 转入"): "",  # somebody's own words
    }
    for what, sentence in old:
        NeedMove.objects.create(need=about, to_state="closed", level=3, what=what, by="s", at=AT, sentence=sentence)
    participation().__class__.objects.update(frozen_at=LATER, archive_sha256="a" * 64)
    fill = import_module("jishiyu.apps.enterprises.migrations.0003_said_in_both").fill
    with connection.schema_editor() as editor:
        fill(apps, editor)
        fill(apps, editor)
    rows = NeedMove.objects.filter(need=about, sentence__gt="").order_by("id")
    assert {(row.what, row.sentence): row.sentence_en for row in rows} == old
    with pytest.raises(Exception, match="refused"):
        NeedMove.objects.update(sentence_en="x")


@pytest.mark.django_db
def test_what_goes_over_says_where_from_and_where_to() -> None:
    unions()
    first = open_campaign(definition=POWER, network=LEVELS, begins_on=date(2026, 3, 2), by="t", at=AT)
    assert first.code == "power-1"
    about = need_in(State.FORWARDED, of=participation(steward="steward-a"))
    open_campaign(
        definition=POWER, network={}, code="power-2", begins_on=date(2026, 9, 2), follows="power-1", by="t", at=LATER
    )
    new = Need.objects.get(follows=about)
    assert said(new, "handed_in")[1] == f"taken over from {about.number} of round power-1"
    assert said(about, "passed_on")[1] == f"goes on in round power-2 as {new.number}"
    assert Campaign.objects.count() == 2
