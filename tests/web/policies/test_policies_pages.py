"""Read, compare, try, draft, and publish with two people."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import ChoiceField
from django.test import Client
from openpyxl import Workbook

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.policies.models import State, Version
from jishiyu.apps.policies.queries import in_force
from jishiyu.apps.subsidies.models import Decision
from jishiyu.engine.policy.shelf import folder
from tests.web.people import fresh, signed_in

pytestmark = pytest.mark.django_db
RULES = Path(__file__).parents[2] / "policies" / "rules"
HOSPITAL = "/policies/changchun.hospital/2020-01"
ACCIDENT = "/policies/changchun.accident/2020-01"
TEXT = (folder() / "changchun" / "hospital-2020.toml").read_text(encoding="utf-8")


@pytest.fixture
def officer() -> Client:
    return signed_in(Role.SUBSIDY_OFFICER)


@pytest.fixture
def reviewer() -> Client:
    return signed_in(Role.REVIEWER)


def filled(client: Client, address: str, **changes: str) -> dict[str, str]:
    """Return a form of the page as it is shown, with some fields changed."""
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    for name, field in form.fields.items():  # a browser sends the first choice
        if shown[name] is None and type(field) is ChoiceField:
            shown[name] = field.choices[0][0]
    return {name: str(value) for name, value in {**shown, **changes}.items() if value is not None}


def drafted(client: Client, **changes: str) -> Version:
    data = filled(client, f"{HOSPITAL}/draft", version="2027-01", starts="2027-01-01", **changes)
    sent = client.post(f"{HOSPITAL}/draft", data)
    assert sent.status_code == 302, sent.content.decode()
    return Version.objects.latest("id")


def test_a_policy_reads_like_a_regulation_with_sources_and_status(
    officer: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(17):
        listed = officer.get("/policies").content.decode()
    assert HOSPITAL in listed
    with django_assert_max_num_queries(17):
        page = officer.get(HOSPITAL).content.decode()
    for said in ("第一条", "工人日报", "已见于来源", "待确认", "超过 5,000.00 元", "1.5 %"):
        assert said in page, said
    officer.cookies["django_language"] = "en"
    assert "assumed, to be confirmed" in officer.get(HOSPITAL).content.decode()
    assert officer.get("/policies/changchun.hospital/1999").status_code == 404
    assert officer.get("/policies/drafts/99").status_code == 404
    assert officer.get(f"{HOSPITAL}/table").status_code == 404
    assert officer.get(f"{HOSPITAL}/text").content.decode() == TEXT


def test_the_injury_table_is_a_table_and_a_sheet(officer: Client) -> None:
    page = officer.get(f"{ACCIDENT}/table?q=颅骨").content.decode()
    assert "颅骨闭合性骨折" in page
    assert "2,600.00" in page
    assert "股骨" not in page
    sent = b"".join(officer.get(f"{ACCIDENT}/table?export=csv").streaming_content).decode()
    assert sent.count("\n") > 140


@pytest.mark.parametrize(
    ("cash", "used", "said"),
    [("10000.00", "0.00", "150.00"), ("340,000.00", "34000", "16,000.00"), ("5000", "", "不符合")],
)
def test_a_case_is_decided_and_explained_and_nothing_is_written(
    officer: Client, cash: str, used: str, said: str
) -> None:
    data = filled(officer, f"{HOSPITAL}/test", fact_cash_fen=cash, used_before=used, fact_medical_type="21")
    answer = officer.post(f"{HOSPITAL}/test", data)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert said in page
    assert "住院医疗补贴办法" in page
    assert not Decision.objects.exists()


def test_an_accident_is_tried_by_its_table_and_papers(officer: Client) -> None:
    address = f"{ACCIDENT}/test"
    data: dict[str, Any] = filled(officer, address, fact_kind="accident", fact_cause="other", fact_treatment_over="1")
    data |= {"fact_injuries": ["skull:open"], "fact_papers": ["not_work_injury", "hospital_records"]}
    assert "3,400.00" in officer.post(address, data).content.decode()
    del data["fact_papers"]
    assert "等待人工核实" in officer.post(address, data).content.decode()


def test_what_cannot_be_tried_says_why_and_keeps_what_was_typed(officer: Client) -> None:
    data = filled(
        officer, f"{HOSPITAL}/test", fact_cash_fen="12.345", fact_begins_on="2025-03-02", fact_ends_on="2025-03-01"
    )
    answer = officer.post(f"{HOSPITAL}/test", data)
    assert answer.status_code == 422
    page = answer.content.decode()
    for said in ("最多两位小数", "早于入院", "12.345"):
        assert said in page, said
    early = filled(
        officer, f"{HOSPITAL}/test", fact_cash_fen="1", fact_begins_on="2019-12-30", fact_ends_on="2019-12-31"
    )
    assert "2020-01-01" in officer.post(f"{HOSPITAL}/test", early).content.decode()


def test_a_new_version_is_drafted_by_numbers_proposed_and_published_by_another(
    officer: Client, reviewer: Client
) -> None:
    change = {"formula.bracket.0.rate": "3", "limit.0.amount": "60,000"}
    refused = officer.post(
        f"{HOSPITAL}/draft", filled(officer, f"{HOSPITAL}/draft", version="2027-01", starts="2027-01-01", **change)
    )
    assert refused.status_code == 422
    assert "写明新数字出自" in refused.content.decode()
    assert 'value="60,000"' in refused.content.decode()
    made = drafted(officer, source="长总工发〔2026〕9 号", **change)
    address = f"/policies/drafts/{made.pk}"
    page = officer.get(address).content.decode()
    for said in ("超过 5,000.00 元 1.5 %", "超过 5,000.00 元 3 %", "长总工发〔2026〕9 号", "变更", "60,000.00"):
        assert said in page, said
    assert (
        "300.00"
        in officer.post(
            f"{address}/test", filled(officer, f"{address}/test", fact_cash_fen="10000.00")
        ).content.decode()
    )
    assert fresh(reviewer).post(f"{address}/publish", {"seen": made.sha256}).status_code == 422
    assert officer.post(f"{address}/propose", {"because": "常委会决定", "seen": made.sha256}).status_code == 302
    alone = fresh(officer).post(f"{address}/publish", {"seen": made.sha256})
    assert (alone.status_code, "不得由其本人发布" in alone.content.decode()) == (422, True)
    assert fresh(reviewer).post(f"{address}/publish", {"seen": made.sha256}).status_code == 302
    assert [policy.version for policy in in_force().versions["changchun.hospital"]] == ["2020-01", "2027-01"]
    assert "2026-12-31" in officer.get(HOSPITAL).content.decode()
    assert officer.get("/policies/changchun.hospital/2027-01").status_code == 200
    late = officer.post(f"{address}/edit", {"text": TEXT})
    assert (late.status_code, Version.objects.get().state) == (422, State.PUBLISHED)


def test_publishing_asks_for_the_second_factor_again(officer: Client, reviewer: Client) -> None:
    made = drafted(officer)
    officer.post(f"/policies/drafts/{made.pk}/propose", {"because": "常委会决定"})
    asked = reviewer.get(f"/policies/drafts/{made.pk}/publish")
    assert (asked.status_code, "/account/factor/again" in asked.headers["Location"]) == (302, True)
    posted = reviewer.post(f"/policies/drafts/{made.pk}/publish", {"seen": made.sha256})
    assert (posted.status_code, Version.objects.get().state) == (302, State.PROPOSED)


def test_another_text_than_the_one_looked_at_is_not_published(officer: Client, reviewer: Client) -> None:
    made = drafted(officer)
    address = f"/policies/drafts/{made.pk}"
    officer.post(f"{address}/propose", {"because": "常委会决定"})
    assert reviewer.post(f"{address}/return", {"because": "起始日不对"}).status_code == 302
    data = filled(officer, f"{address}/numbers", starts="2027-02-01")
    assert officer.post(f"{address}/numbers", data).status_code == 302
    again = officer.post(f"{address}/numbers", data)  # the form of before: somebody has changed the draft since
    assert (again.status_code, "已被他人修改" in again.content.decode()) == (422, True)
    officer.post(f"{address}/propose", {"because": "常委会决定"})
    old = fresh(reviewer).post(f"{address}/publish", {"seen": made.sha256})
    assert (old.status_code, Version.objects.get().state) == (422, State.PROPOSED)


def test_a_text_with_faults_names_the_lines_and_is_kept_in_the_form(officer: Client) -> None:
    wrong = TEXT.replace('over = "5000.00"', 'over = "5000.001"', 1) + "\n[frei]\n"
    answer = officer.post("/policies/drafts/new", {"text": wrong})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "第 " in page
    assert "5000.001" in page
    assert officer.post("/policies/drafts/new", {"text": "a = <script>"}).content.decode().count("<script>") == 0
    good = TEXT.replace("2020-01-01", "2028-01-01").replace('version = "2020-01"', 'version = "2028"')
    sent = officer.post("/policies/drafts/new", {"file": SimpleUploadedFile("neu.toml", good.encode())})
    assert sent.status_code == 302
    assert Version.objects.get().starts == date(2028, 1, 1)
    assert officer.post("/policies/drafts/new", {"text": ""}).status_code == 422


def test_a_table_comes_from_excel(officer: Client, tmp_path: Any) -> None:
    data = filled(officer, f"{ACCIDENT}/draft", version="2027", starts="2027-01-01")
    assert officer.post(f"{ACCIDENT}/draft", data).status_code == 302
    made = Version.objects.get()
    book = Workbook()
    for row in (("部位", "程度", "金额"), ("颅骨", "骨裂", 1500), ("death", "身故", "20000.00")):
        book.active.append(row)
    book.save(tmp_path / "表.xlsx")
    address = f"/policies/drafts/{made.pk}/import-table"
    upload = SimpleUploadedFile("表.xlsx", (tmp_path / "表.xlsx").read_bytes())
    sent = officer.post(address, {"file": upload, "status": "published", "seen": made.sha256})
    assert sent.status_code == 302, sent.content.decode()
    page = officer.get(f"/policies/drafts/{made.pk}/table").content.decode()
    assert "1,500.00" in page
    assert "3,400.00" not in page
    bad = SimpleUploadedFile("表.csv", "部位,程度,金额\n颅骨,骨裂,x\n".encode())
    refused = officer.post(address, {"file": bad, "status": "published"})
    assert (refused.status_code, "第 2 行" in refused.content.decode()) == (422, True)


def test_two_versions_side_by_side(officer: Client) -> None:
    made = drafted(officer, **{"automatic.up_to": "8000", "source": "新办法"})
    old = in_force().versions["changchun.hospital"][0].digest[:16]
    page = officer.get(f"/policies/compare?older={old}&newer={made.sha256[:16]}").content.decode()
    for said in ("10,000.00", "8,000.00", "变更", "新办法", "2020-01", "2027-01"):
        assert said in page, said
    fire = in_force().versions["changchun.fire"][0].digest[:16]
    assert "不同的两项政策" in officer.get(f"/policies/compare?older={fire}&newer={old}").content.decode()
    assert officer.get("/policies/compare?older=x&newer=").status_code == 200


def test_policies_that_share_a_limit_are_proposed_and_published_in_one_step(officer: Client, reviewer: Client) -> None:
    made = {}
    for which in ("hospital", "accident"):
        text = (RULES / f"together-{which}.toml").read_text(encoding="utf-8")
        assert officer.post("/policies/drafts/new", {"text": text}).status_code == 302
        made[which] = Version.objects.latest("id")
    hospital, accident = made["hospital"], made["accident"]
    address = f"/policies/drafts/{hospital.pk}"
    assert "与 together.accident 相关联" in officer.get(address).content.decode()
    reason = {"because": "合并限额", "seen": hospital.sha256}
    alone = officer.post(f"{address}/propose", reason)
    assert (alone.status_code, "两者一并提出" in alone.content.decode()) == (422, True)
    shown = officer.get(f"{address}/propose")
    chosen = f"{accident.pk}:{accident.sha256}"
    assert shown.context["form"]["together"].value() == [chosen]  # the tied one is chosen already
    assert "意外补贴\uff08合并限额\uff09 · 1" in shown.content.decode()
    old = officer.post(f"{address}/propose", {**reason, "together": [f"{accident.pk}:{'0' * 64}"]})
    assert (old.status_code, "请重新选择" in old.content.decode()) == (422, True)
    assert officer.post(f"{address}/propose", {**reason, "together": [chosen]}).status_code == 302
    page = reviewer.get(f"/policies/drafts/{accident.pk}").content.decode()
    assert f'href="{address}"' in page
    assert "须一步发布或一并退回" in page
    assert "/drop" not in page
    link = page.split(f"/policies/drafts/{accident.pk}/publish?seen=")[1].split('"')[0]
    asked = fresh(reviewer).get(f"/policies/drafts/{accident.pk}/publish?seen={link}")
    assert f'href="{address}"' in asked.content.decode()
    one_seen = reviewer.post(f"/policies/drafts/{accident.pk}/publish", {"seen": accident.sha256})
    assert (one_seen.status_code, Version.objects.filter(state=State.PUBLISHED).count()) == (422, 0)
    seen = asked.context["form"]["seen"].value()
    assert reviewer.post(f"/policies/drafts/{accident.pk}/publish", {"seen": seen}).status_code == 302
    assert Version.objects.filter(state=State.PUBLISHED).count() == 2
    assert "一步发布" in officer.get(address).content.decode()


def test_a_case_under_a_tied_policy_is_decided_with_what_it_is_tied_to(officer: Client) -> None:
    made = {}
    for which in ("hospital", "accident"):
        text = (RULES / f"together-{which}.toml").read_text(encoding="utf-8")
        assert officer.post("/policies/drafts/new", {"text": text}).status_code == 302
        made[which] = Version.objects.latest("id")
        address = f"/policies/drafts/{Version.objects.order_by('id')[0].pk}/test"
        page = officer.get(address)
        assert ("两者一并提出" in page.content.decode()) == (which == "hospital")  # until the other one is drafted
    data = {
        "fact_cash_fen": "30000.00",
        "fact_medical_type": "21",
        "used_before": "6000",
        "before_together.accident": "12000",
    }
    assert "意外补贴\uff08合并限额\uff09此前已补贴" in page.content.decode()
    answer = officer.post(address, filled(officer, address, **data))
    assert (answer.status_code, answer.context["payable_fen"]) == (200, 200_000)
    data["before_together.accident"] = "0"
    assert officer.post(address, filled(officer, address, **data)).context["payable_fen"] == 300_000


def test_a_case_shows_what_the_others_pay_for_it(officer: Client) -> None:
    text = (RULES / "together-hospital.toml").read_text(encoding="utf-8")
    other = text.replace("together.hospital", "together.second").replace("together.accident", "together.hospital")
    text = text.replace("together.accident", "together.second")
    other = other.replace("住院补贴(合并限额)", "第二项补贴")
    for one in (text, other):
        assert officer.post("/policies/drafts/new", {"text": one}).status_code == 302
    address = f"/policies/drafts/{Version.objects.latest('id').pk}/test"
    answer = officer.post(address, filled(officer, address, fact_cash_fen="150000.00", fact_medical_type="21"))
    # 15,000 each: the first by name gets all of it, and 5,000 of the shared 20,000 are left.
    assert answer.context["payable_fen"] == 500_000
    assert [(title, amount) for title, _state, amount in answer.context["beside"]] == [
        ("住院补贴\uff08合并限额\uff09", 1_500_000)
    ]
    assert "同时核定" in answer.content.decode()


def test_what_was_proposed_together_comes_back_together(officer: Client, reviewer: Client) -> None:
    first = drafted(officer)
    text = (folder() / "changchun" / "fire-2020.toml").read_text(encoding="utf-8")
    text = text.replace("from = 2020-01-01", "from = 2027-01-01").replace('version = "2020-01"', 'version = "2027-01"')
    assert officer.post("/policies/drafts/new", {"text": text}).status_code == 302
    second = Version.objects.latest("id")
    together = {"because": "一并调整", "together": [f"{second.pk}:{second.sha256}"]}
    assert officer.post(f"/policies/drafts/{first.pk}/propose", together).status_code == 302
    dropped = officer.post(f"/policies/drafts/{first.pk}/drop")
    assert (dropped.status_code, "请先注明理由一并退回" in dropped.content.decode()) == (422, True)
    page = reviewer.get(f"/policies/drafts/{first.pk}/return").content.decode()
    assert "一并提出的各版本均退回为草稿" in page
    assert reviewer.post(f"/policies/drafts/{second.pk}/return", {"because": "数字不对"}).status_code == 302
    assert set(Version.objects.values_list("state", flat=True)) == {State.DRAFT}


def test_dropping_keeps_it_on_record(officer: Client) -> None:
    made = drafted(officer)
    assert officer.post(f"/policies/drafts/{made.pk}/drop").status_code == 302
    assert Version.objects.get().state == State.DROPPED
    assert f"drafts/{made.pk}" not in officer.get("/policies").content.decode()
    assert officer.post(f"/policies/drafts/{made.pk}/drop").status_code == 422


def test_who_may_read_and_who_may_publish(officer: Client) -> None:
    made = drafted(officer)
    reader = signed_in(Role.UNION_OFFICER)
    assert reader.get(HOSPITAL).status_code == 200
    assert reader.get(f"{HOSPITAL}/test").status_code == 200
    assert "drafts/new" not in reader.get("/policies").content.decode()
    for path in (
        f"{HOSPITAL}/draft",
        "/policies/drafts/new",
        f"/policies/drafts/{made.pk}/edit",
        f"/policies/drafts/{made.pk}/publish",
    ):
        assert reader.get(path).status_code == 403, path
    for role in (Role.MEMBER, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN):
        assert signed_in(role).get("/policies").status_code == 403
