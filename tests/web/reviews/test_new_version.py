"""A version that the city published is the rule everywhere: what the member picks from, the reviewer sees, and is paid."""

from datetime import date

import pytest

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.applications.models import Kind
from jishiyu.apps.applications.queries import form_fields, injury_choices
from jishiyu.apps.policies.models import Version
from jishiyu.apps.policies.operations import propose, publish, save_draft
from jishiyu.apps.subsidies.models import Decision
from jishiyu.engine.policy.shelf import folder
from jishiyu.web.figures.labels import policy_label
from jishiyu.web.member.forms import Facts, chosen_words
from tests.apps.applications.situations import city, handed_in, now, owed_fen
from tests.apps.policies.test_publishing import published
from tests.apps.subsidies.situations import AT
from tests.once import made_once
from tests.web.people import fresh, signed_in
from tests.web.reviews.test_desk import do, hidden, reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_folder")]
CHANGCHUN = folder() / "changchun"
FIRE = (CHANGCHUN / "fire-2020.toml").read_text(encoding="utf-8")
ACCIDENT = (CHANGCHUN / "accident-2020.toml").read_text(encoding="utf-8")


_members = made_once(city)


def newer(text: str) -> str:
    return text.replace('version = "2020-01"', 'version = "2026-01"').replace("from = 2020-01-01", "from = 2026-01-01")


def test_published_then_applied_for_then_approved_with_the_new_amount() -> None:
    about = handed_in(Kind.FIRE)
    assert now(about).expected_fen == 5_000_00
    officer = signed_in(Role.SUBSIDY_OFFICER)
    doubled = newer(FIRE).replace('rate = "10 %"', 'rate = "20 %"')
    assert officer.post("/policies/drafts/new", {"text": doubled}).status_code == 302
    made = Version.objects.get()
    address = f"/policies/drafts/{made.pk}"
    assert officer.post(f"{address}/propose", {"because": "常委会决定", "seen": made.sha256}).status_code == 302
    assert fresh(signed_in(Role.REVIEWER)).post(f"{address}/publish", {"seen": made.sha256}).status_code == 302
    again = handed_in(
        Kind.FIRE, who=2, certificate_no="消火认字〔2026〕第0022号", household="H8", loss="20000.00"
    )  # after publication: submitted with the amount of the new version
    assert now(again).expected_fen == 4_000_00
    client = reviewer()
    for one, fen in ((about, 10_000_00), (again, 4_000_00)):
        assert client.post(f"/reviews/{one.pk}/take").status_code == 302
        assert f"{fen // 100:,}.00 元" in client.get(f"/reviews/{one.pk}/preview").content.decode()
        assert hidden(client, f"/reviews/{one.pk}/approve")["fen"] == str(fen)
        assert do(client, one, "approve", codes=[]).status_code == 302, one
        assert (now(one).state, now(one).decided_fen) == ("approved", fen)
    assert owed_fen() == 14_000_00
    assert set(Decision.objects.filter(newest=True).values_list("version", flat=True)) == {"2026-01"}


def test_the_injuries_to_pick_from_are_those_of_the_day_of_the_accident() -> None:
    table = (CHANGCHUN / "injuries-2020.csv").read_text(
        encoding="utf-8"
    ) + "spleen:lost,脾脏切除,Spleen lost,4000.00,assumed\n"
    made = save_draft(text=newer(ACCIDENT), table_name="injuries-2020.csv", table_text=table, by="li.na", at=AT)
    propose(version_id=made.pk, because="常委会决定", by="li.na", at=AT)
    publish(version_id=made.pk, by="wang.fang", at=AT)
    keys = {day: [key for key, *_ in injury_choices(on=day)] for day in (date(2025, 12, 31), date(2026, 1, 1))}
    assert "spleen:lost" not in keys[date(2025, 12, 31)]
    assert "spleen:lost" in keys[date(2026, 1, 1)]

    def offered(kept: str, **data: str) -> bool:
        form = Facts("accident", {"event_on": kept}, data or None, case_data=False, lenient=True, seen="")
        return "spleen:lost" in str(form.fields["injury_1"].choices)  # type: ignore[attr-defined]

    assert [offered("2025-12-31"), offered("2026-01-01")] == [False, True]
    assert offered("2025-12-31", event_on="2026-02-01", injury_1="spleen:lost")  # the day as it is being typed
    field = next(field for field in form_fields("accident") if field.kind == "injuries")
    assert chosen_words(field, "spleen:lost", date(2026, 2, 1)) == "脾脏切除"


def test_a_subsidy_that_only_this_city_has_is_named_and_can_be_asked_for() -> None:
    officer = signed_in(Role.SUBSIDY_OFFICER)
    assert "changchun.flood" not in officer.get("/statistics").content.decode()
    flood = FIRE.replace('name = "changchun.fire"', 'name = "changchun.flood"').replace(
        "补贴办法(火灾)", "补贴办法(水灾)"
    )
    published(flood)
    page = officer.get("/statistics").content.decode()
    assert 'value="changchun.flood"' in page
    assert "补贴办法\uff08水灾\uff09" in page
    assert policy_label("changchun.flood").zh.endswith("(水灾)")
