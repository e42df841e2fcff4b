"""The trail on the screen: listed, filtered, verified; what was changed is named."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.jobs.models import Kind
from jishiyu.apps.jobs.operations import queue
from jishiyu.apps.notices.models import Notice
from jishiyu.web.audit.details import details_words, record_words
from tests.conf.working import do_what_is_queued
from tests.web.people import account, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    account(Role.FINANCE)
    return signed_in(Role.AUDIT_ADMIN)


def test_the_trail_shows_what_was_there_before_and_after(client: Client) -> None:
    told = client.get("/audit", {"action": "accounts.grant", "record": "account u-finance"}).content.decode()
    assert "岗位: — → 财务" in told
    assert "roles" not in told.split("<tbody>")[1]
    client.cookies["django_language"] = "en"
    assert "roles: — → finance" in client.get("/audit", {"action": "accounts.grant"}).content.decode()


def test_moments_amounts_states_and_what_says_nothing_are_shown_for_people() -> None:
    details = (
        '{"changes":{"decided_at":[null,"2026-11-29T04:14:48.863030+08:00"],"state":["returned","approved"]},'
        '"codes":[],"fen":2000000,"own":false,"due_on":null}'
    )
    assert details_words(details, "application APP-1") == [
        ("核定时间", "— → 2026-11-29 04:14"), ("状态", "退回补正 → 已批准"), ("金额\uff08元\uff09", "20,000.00"), ("本人", "否")
    ]  # fmt: skip
    assert record_words("policy version 3") == "政策版本 3"
    assert record_words("something else") == "something else"


@pytest.mark.parametrize(
    ("record", "details", "chinese", "english"),
    [
        ("application APP-1", '{"codes":["not_readable","name_unlike"]}',
         "选用的语句: 照片不清楚，请在光线充足处重新拍摄，四角完整; name_unlike",
         "sentences chosen: The picture cannot be read. Please take it again in good light, with all four corners.; name_unlike"),
        ("need power-1-0001", '{"plan":[{"zh":"接地电阻","en":"Earth resistance","kind":"earthing","unit":"Ω"}]}',
         "勘查方案: 接地电阻 (Ω)", "plan of the survey: Earth resistance (Ω)"),
        ("cases 2", '{"cases":[[113,"called"],[114,"papers_in"]]}', "联系事项: 113, 已联系; 114, 材料已收",
         "cases: 113, called; 114, papers are in"),
        ("account li.na", '{"roles":["union_officer 220102"],"how":"password+totp"}',
         "岗位: 基层工会干部 220102; 方式: 密码 + 手机身份验证器",
         "roles: grassroots union officer 220102; how: password + Authenticator on the phone"),
        ("expert 3", '{"skills":{"infrared":5},"offered":["2026-10-08-am"],"part":"officer"}',
         "技能: 红外测温: 5; 可安排半天: 2026-10-08 上午; 队内角色: 驻企工会干部",
         "skills: infrared thermography: 5; half-days offered: 2026-10-08 morning; part in the team: union officer"),
        ("people 1", '{"because":"application APP-2026-0000014"}', "理由: 申请 APP-2026-0000014",
         "reason: application APP-2026-0000014"),
        ("stay APP-1", '{"proof":"申请 APP-1 的亲属关系证明 / proof with application APP-1","reason":"户口簿 / 原件"}',
         "亲属关系证明: 申请 APP-1 的亲属关系证明; 理由: 户口簿 / 原件",
         "proof of kinship: proof with application APP-1; reason: 户口簿 / 原件"),
        ("case 1", '{"because":"merge 3, as somebody typed"}', "理由: merge 3, as somebody typed",
         "reason: merge 3, as somebody typed"),
    ],
)  # fmt: skip
def test_keys_of_the_trail_are_words_on_the_page(record: str, details: str, chinese: str, english: str) -> None:
    for spoken, wanted in (("zh-hans", chinese), ("en", english)):
        with override(spoken):
            assert "; ".join(f"{name}: {value}" for name, value in details_words(details, record)) == wanted


def test_a_record_is_found_by_the_words_on_the_page_too(client: Client) -> None:
    for typed in ("account u-finance", "账号 u-finance", "账号u-finance"):
        told = client.get("/audit", {"record": typed}).content.decode()
        assert told.count("账号 u-finance</td>") == 2, typed


def test_the_trail_says_who_did_what_to_which_record(client: Client) -> None:
    told = client.get("/audit", {"record": "account u-finance"}).content.decode()
    assert "建立账号" in told
    assert "授予岗位" in told
    assert told.count("账号 u-finance</td>") == 2
    assert "没有符合条件的记录" in client.get("/audit", {"by": "nobody"}).content.decode()
    assert "没有符合条件的记录" in client.get("/audit", {"until": "2001-01-01"}).content.decode()


@pytest.fixture
def until_done() -> Callable[[], None]:
    """Do all that is queued, here and now."""
    return do_what_is_queued


def behind_the_back(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.django_db(transaction=True)
def test_a_whole_trail_is_called_whole_by_a_job_and_that_somebody_asked_is_recorded(
    client: Client, until_done: Callable[[], None]
) -> None:
    assert "尚未校验过" in client.get("/audit/verify").content.decode()
    told = client.post("/audit/verify/now", follow=True).content.decode()
    assert "正在校验" in told
    assert 'hx-get="/audit/verify/state"' in told
    until_done()
    told = client.get("/audit/verify/state").content.decode()
    assert "审计记录完整" in told
    assert "hx-get" not in told
    assert Trail.objects.get(action="audit.verify").by == "u-audit-admin"


@pytest.mark.django_db(transaction=True)
def test_a_broken_place_is_named_with_what_it_claims_and_told_to_both_administrators(
    client: Client, until_done: Callable[[], None]
) -> None:
    security = signed_in(Role.SECURITY_ADMIN)
    assert "审计记录不完整" not in client.get("/todo").content.decode()
    behind_the_back("UPDATE audit_trail SET by = 'somebody' WHERE seq = 2")
    client.post("/audit/verify/now")
    until_done()
    told = client.get("/audit/verify").content.decode()
    assert "审计记录不完整" in told
    assert "第 2 行" in told
    assert "somebody" in told
    assert "授予岗位" in told
    told = security.get("/audit/verify").content.decode()
    assert "第 2 行" in told
    assert "somebody" not in told  # the trail itself is the audit administrator's
    for one in (client, security):
        assert "审计记录不完整" in one.get("/todo").content.decode()
    assert "审计记录不完整" not in signed_in(Role.SYSTEM_ADMIN).get("/todo").content.decode()
    assert Notice.objects.get().kind == "trail_broken"
    assert Trail.objects.get(action="audit.broken").record == "trail"


@pytest.mark.django_db(transaction=True)
def test_a_cut_off_end_is_seen_from_what_the_last_check_noted(client: Client, until_done: Callable[[], None]) -> None:
    client.post("/audit/verify/now")
    until_done()
    behind_the_back("DELETE FROM audit_trail WHERE seq >= (SELECT max(seq) - 1 FROM audit_trail)")
    last = Trail.objects.order_by("-seq")[0].seq
    queue(kind=Kind.VERIFY_AUDIT, by="system", at=timezone.now())
    until_done()
    told = client.get("/audit/verify").content.decode()
    assert f"第 {last + 1}–{last + 2} 行" in told
    assert "缺失" in told
