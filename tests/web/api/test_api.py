"""The API as other systems meet it: pushed lines that are all accounted for, answers given once, rows of the branch."""

import base64
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import Grant, Role
from jishiyu.apps.api.models import Answer, Push, Scope, Token
from jishiyu.apps.api.operations import Told, end, once
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.intake.models import Feed, Line
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.payments.models import ResultFile
from jishiyu.apps.subsidies.models import Decision
from tests.apps.payments.fund import BANK, Member, attempts, join, open_fund, owe, result_bytes, says, sent_batch
from tests.apps.subsidies.situations import check_books, enrol, load, member, number, owed, stay
from tests.conf.working import do_what_is_queued
from tests.web.api.systems import OF_A_BRANCH, OFFICERS, system

pytestmark = pytest.mark.django_db


def pushed(name: str, *lines: dict[str, str], **totals: object) -> dict[str, object]:
    return {"name": name, "lines": list(lines), "totals": totals}


@pytest.mark.django_db(transaction=True)
def test_pushed_settlements_are_stored_decided_and_accounted_for_like_a_file(tmp_path: Path) -> None:
    enrol(tmp_path, member(1), member(2))
    bureau = system(Scope.SETTLEMENTS_PUSH, Scope.FEEDS_READ, Scope.DECISIONS_READ, name="医保局")
    body = pushed("2025-03", stay(1, "A", "152000.00"), stay(2, "B", "6000.00"), stay(9, "C", "6000.00"), rows=3,
                  cash="164000.00")  # fmt: skip
    queued = bureau.post("settlements", body)
    assert queued.status_code == 202
    assert queued.json()["state"] == "queued"
    do_what_is_queued()
    done = bureau.get(f"jobs/{queued.json()['job']}").json()
    assert done["state"] == "done", done
    feed = bureau.get(f"feeds/{done['result']['feed_id']}").json()
    assert (feed["lines"], feed["cash"], feed["taken_by"]) == (3, "164000.00", "api:医保局")
    assert sum(feed["buckets"].values()) == 3
    shown = bureau.get(f"feeds/{feed['feed']}/lines", limit=2).json()
    rest = bureau.get(f"feeds/{feed['feed']}/lines", after=shown["next"]).json()
    assert [one["bucket"] for one in shown["items"] + rest["items"]] == ["assist", "auto", "unmatched"]
    assert rest["next"] is None
    assert {one["name"] for one in shown["items"]} == {"张*"}
    assert number(1) not in str(shown)
    assert len(owed()) == 1
    decided = bureau.get("decisions").json()["items"]
    assert sorted(one["payable"] for one in decided) == ["0.00", "12160.00", "90.00"]
    check_books()


@pytest.mark.django_db(transaction=True)
def test_amounts_keep_the_fen_they_were_sent_with_also_as_json_numbers(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    bureau = system(Scope.SETTLEMENTS_PUSH)
    line = stay(1, "A", "0")
    for name in ("medfee_sumamt", "psn_part_amt", "psn_cash_pay"):
        line.pop(name)
    text = ", ".join(f'"{key}": "{value}"' for key, value in line.items())
    exact = '"medfee_sumamt": 12345678.91, "psn_part_amt": 12345678.91, "psn_cash_pay": 12345678.91'
    assert bureau.post("settlements", f'{{"name": "n", "lines": [{{{text}, {exact}}}]}}').status_code == 202
    do_what_is_queued()
    assert Line.objects.get().cash_fen == 1_234_567_891


@pytest.mark.django_db(transaction=True)
def test_a_push_whose_control_totals_differ_is_refused_by_its_job_and_stores_nothing() -> None:
    bureau = system(Scope.SETTLEMENTS_PUSH)
    job = bureau.post("settlements", pushed("n", stay(1, "A", "6000.00"), rows=2)).json()["job"]
    do_what_is_queued()
    told = bureau.get(f"jobs/{job}").json()
    assert told["state"] == "refused"
    assert "2 rows but holds 1" in told["en"]
    assert not Feed.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_large_push_comes_in_parts_in_any_order_and_is_one_file() -> None:
    bureau = system(Scope.SETTLEMENTS_PUSH, Scope.FEEDS_READ)
    push = bureau.post("settlements/pushes", {"name": "march"}).json()["push"]
    at = f"settlements/pushes/{push}"
    lines = [stay(who, f"N{who}", "6000.00") for who in range(1, 8)]
    assert bureau.post(f"{at}/parts/2", {"lines": lines[4:]}).status_code == 201
    short = bureau.post(f"{at}/end", {"parts": 2, "lines": 7})
    assert (short.status_code, short.json()["type"]) == (422, "urn:jishiyu:problem:parts-missing")
    assert bureau.post(f"{at}/parts/1", {"lines": lines[:4]}).json()["parts"] == [1, 2]
    assert bureau.post(f"{at}/parts/1", {"lines": lines[:4]}).status_code == 201
    assert bureau.post(f"{at}/parts/1", {"lines": lines[:3]}).status_code == 409
    assert bureau.post(f"{at}/end", {"parts": 2, "lines": 8}).json()["type"].endswith("lines-disagree")
    ended = bureau.post(f"{at}/end", {"parts": 2, "lines": 7, "totals": {"rows": 7, "cash": "42000.00"}})
    assert ended.status_code == 202
    assert bureau.post(f"{at}/parts/3", {"lines": lines[:1]}).status_code == 409
    do_what_is_queued()
    feed = Feed.objects.get()
    assert (feed.line_count, feed.cash_fen, feed.state) == (7, 42_000_00, "posted")
    assert list(Line.objects.order_by("line_no").values_list("settlement_id", flat=True)) == [
        f"SN{n}" for n in range(1, 8)
    ]
    assert Progress.objects.get(pk=ended.json()["job"]).state == "done"


def test_a_push_can_be_given_up_and_belongs_to_its_token() -> None:
    bureau, other = system(Scope.SETTLEMENTS_PUSH), system(Scope.SETTLEMENTS_PUSH)
    push = bureau.post("settlements/pushes", {"name": "march"}).json()["push"]
    assert bureau.post(f"settlements/pushes/{push}/parts/1", {"lines": [stay(1, "A", "1.00")]}).status_code == 201
    for answered in (other.get(f"settlements/pushes/{push}"), other.post(f"settlements/pushes/{push}/give-up", {})):
        assert answered.status_code == 404
    assert bureau.post(f"settlements/pushes/{push}/give-up", {}).status_code == 200
    assert Push.objects.get().state == "given_up"
    job = bureau.post("settlements", pushed("n", stay(1, "A", "1.00"))).json()["job"]
    assert other.get(f"jobs/{job}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_same_settlements_under_another_key_are_known_by_their_bytes() -> None:
    bureau = system(Scope.SETTLEMENTS_PUSH)
    body = pushed("n", stay(1, "A", "6000.00"))
    first = bureau.post("settlements", body).json()["job"]
    assert bureau.post("settlements", body).json()["job"] == first
    do_what_is_queued()
    again = bureau.post("settlements", body)
    assert (again.status_code, again.json()["type"]) == (409, "urn:jishiyu:problem:feed-taken-before")
    assert again.headers["Content-Type"] == "application/problem+json"
    assert Feed.objects.count() == 1


def test_the_same_key_tells_the_same_answer_and_refuses_another_body() -> None:
    bureau = system(Scope.SETTLEMENTS_PUSH)
    first = bureau.post("settlements/pushes", {"name": "a"}, key="the-first")
    again = bureau.post("settlements/pushes", {"name": "a"}, key="the-first")
    assert (again.content, again.status_code) == (first.content, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert bureau.post("settlements/pushes", {"name": "b"}, key="the-first").status_code == 422
    assert bureau.post("settlements/pushes", {"name": "b"}, key="short").status_code == 400
    assert bureau.post("settlements/pushes", {"name": "b"}, key="").status_code == 400
    assert Push.objects.count() == 1
    other = system(Scope.SETTLEMENTS_PUSH)
    assert other.post("settlements/pushes", {"name": "b"}, key="the-first").status_code == 201


def test_a_refusal_is_told_again_too_and_has_left_nothing_behind() -> None:
    bureau = system(Scope.SETTLEMENTS_PUSH)
    push = bureau.post("settlements/pushes", {"name": "a"}).json()["push"]
    for _ in range(2):
        refused = bureau.post(f"settlements/pushes/{push}/end", {"parts": 1, "lines": 1}, key="end-it-now")
        assert refused.status_code == 422
        assert refused.json()["zh"].startswith(f"推送 {push} 应有 1 个部分")
    assert not Progress.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_request_cut_off_before_its_commit_is_done_by_the_next_try() -> None:
    token = system(Scope.SETTLEMENTS_PUSH).token

    def dies() -> Told:
        Union.objects.create(code="X", name="x", kind="grassroots")
        raise KeyboardInterrupt

    asked = {
        "token_id": token.pk,
        "key": "cut-off-1",
        "fingerprint": "f",
        "at": timezone.now(),
        "refused": lambda p: None,
    }
    with pytest.raises(KeyboardInterrupt):
        once(do=dies, **asked)
    assert (Answer.objects.count(), Union.objects.filter(code="X").count()) == (0, 0)
    assert once(do=lambda: Told(201, {"done": 1}), **asked) == Told(201, {"done": 1})
    assert once(do=dies, **asked) == Told(201, {"done": 1}, again=True)


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_under_one_key_are_done_once() -> None:
    bureau = system(Scope.SETTLEMENTS_PUSH)
    told: list[tuple[int, int]] = []

    def push() -> None:
        answered = bureau.post("settlements/pushes", {"name": "a"}, key="both-at-once")
        told.append((answered.status_code, answered.json()["push"]))
        connections.close_all()

    both = [threading.Thread(target=push) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert Push.objects.count() == 1
    assert told == [(201, Push.objects.get().pk)] * 4


@pytest.mark.django_db(transaction=True)
def test_roster_lines_of_another_branch_are_refused(tmp_path: Path) -> None:
    enrol(tmp_path, member(1, org_code="U1"), member(2, org_code="U2"))
    ours = system(Scope.ROSTER_PUSH, role=Role.UNION_OFFICER, of="U1")
    body = {"name": "change", "lines": [member(3, org_code="U1"), member(4, org_code="U2")]}
    job = ours.post("roster", body).json()["job"]
    do_what_is_queued()
    made = ours.get(f"jobs/{job}").json()["result"]["import_id"]
    said = ours.get(f"roster/{made}").json()
    assert (said["new"], said["refused"], said["problems"][0]["lines"]) == (1, 1, [2])
    assert system(Scope.ROSTER_PUSH).get(f"roster/{made}").status_code == 404
    confirmed = ours.post(f"roster/{made}/confirm", {})
    assert confirmed.status_code == 202
    do_what_is_queued()
    assert ours.get(f"jobs/{confirmed.json()['job']}").json()["state"] == "done"
    assert ours.post(f"roster/{made}/drop", {}).status_code == 422


def test_a_token_of_a_branch_sees_its_rows_only(tmp_path: Path) -> None:
    enrol(tmp_path, member(1, org_code="U1"), member(2, org_code="U2"))
    load(tmp_path, "march", stay(1, "A", "6000.00"), stay(2, "B", "7000.00"))
    ours = system(*OF_A_BRANCH, union="U1")
    seen = ours.get("decisions").json()
    assert "items" in seen, seen
    seen = seen["items"]
    assert [one["stay_id"] for one in seen] == ["H1/VA"]
    theirs = Decision.objects.get(stay_id="H1/VB")
    assert ours.get(f"decisions/{theirs.pk}").status_code == 404
    assert ours.get(f"decisions/{theirs.pk}", reason="对账核实").status_code == 404
    city = system(Scope.DECISIONS_READ, Scope.PAYMENTS_READ)
    assert len(city.get("decisions").json()["items"]) == 2
    assert [one["amount"] for one in city.get("payments").json()["items"]] == ["90.00", "105.00"]
    assert ours.get("figures").status_code == 200


def test_names_are_masked_unless_a_reason_is_given_and_then_it_stands_in_the_trail(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    load(tmp_path, "march", stay(1, "A", "6000.00"))
    decision = Decision.objects.get()
    masked = system(Scope.DECISIONS_READ)
    one = masked.get(f"decisions/{decision.pk}").json()
    assert (one["name"], one["masked"]) == ("张*", True)
    assert masked.get(f"decisions/{decision.pk}", reason="对账核实").status_code == 403
    full = system(Scope.DECISIONS_READ, Scope.DECISIONS_FULL, name="核算系统")
    one = full.get(f"decisions/{decision.pk}", reason="对账核实").json()
    assert (one["name"], one["number"], one["masked"]) == ("张1", number(1), False)
    assert Trail.objects.get(action="people.reveal").by == "api:核算系统"


def test_a_bank_pushes_its_result_file_once(tmp_path: Path) -> None:
    open_fund()
    owe(join([Member(), Member()]), [100_00, 200_00])
    sent_batch(tmp_path)
    content = result_bytes([says(one, "paid") for one in attempts()])
    bank = system(Scope.RESULTS_PUSH, Scope.PAYMENTS_READ, role=Role.FINANCE)
    body = {"profile": BANK.name, "file_name": "result.csv", "content": base64.b64encode(content).decode()}
    done = bank.post("payments/results", body)
    assert done.status_code == 200, done.content
    assert done.json()["moved"] == {"paid": {"count": 2, "amount": "300.00"}}
    assert bank.post("payments/results", body).json()["known_before"] is True
    assert ResultFile.objects.count() == 1
    assert {one["state"] for one in bank.get("payments").json()["items"]} == {"paid"}
    body["content"] = base64.b64encode(content + b"\n").decode()[:-3] + "==="
    assert bank.post("payments/results", body).status_code in (400, 422)


def test_a_token_is_refused_when_it_is_missing_wrong_expired_ended_or_its_account_lost_the_role() -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer "}):
        refused = Client().get("/api/feeds", headers=headers)
        assert refused.status_code == 401, headers
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
        assert "令牌" in refused.json()["zh"]
    one = system(Scope.FEEDS_READ)
    assert one.get("feeds").status_code == 200
    Token.objects.filter(pk=one.token.pk).update(until=timezone.localdate())
    assert one.get("feeds").status_code == 401
    Token.objects.filter(pk=one.token.pk).update(until=timezone.localdate() + timedelta(days=1))
    assert one.get("feeds").status_code == 200
    Grant.objects.filter(account=one.token.account).update(until=timezone.localdate())
    assert one.get("feeds").status_code == 403
    Grant.objects.filter(account=one.token.account).update(until=None)
    end(token_id=one.token.pk, because="不再使用", by="guard", at=timezone.now())
    assert one.get("feeds").status_code == 401


def test_a_scope_opens_its_addresses_only() -> None:
    one = system(Scope.FIGURES_READ)
    for path in ("feeds", "decisions", "payments", "jobs/1", "roster/1", "settlements/pushes/1"):
        refused = one.get(path)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:jishiyu:problem:scope-missing"), path
    assert one.get("figures").status_code == 200


def test_a_token_may_ask_as_often_as_agreed_and_is_told_when_to_go_on() -> None:
    slow = system(Scope.FEEDS_READ, rate=2)
    assert [slow.get("feeds").status_code for _ in range(2)] == [200, 200]
    refused = slow.get("feeds")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 30
    assert system(Scope.FEEDS_READ).get("feeds").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE api_token SET level_at = level_at - interval '31 seconds' WHERE id = %s", [slow.token.pk]
        )
    assert [slow.get("feeds").status_code for _ in range(2)] == [200, 429]


def test_a_session_cookie_opens_nothing_of_the_api() -> None:
    from tests.web.people import signed_in

    client = signed_in(Role.SUBSIDY_OFFICER)
    assert client.get("/api/feeds").status_code == 401
    assert client.get("/api/docs").status_code == 200
    assert Client().get("/api/docs").status_code == 302


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ('{"name": "a", "name": "b"}', 400),
        ('{"name": NaN}', 400),
        ('{"name": "a", "more": 1}', 422),
        ('{"name": "../../etc/passwd"}', 422),
        ('{"name": "a\\u0000"}', 422),
        ('{"name": "\\ud800"}', 422),
        ("[" * 100_000, 400),
        ("[]", 422),
        ("", 422),
    ],
)
def test_a_body_that_can_be_read_in_two_ways_or_not_at_all_is_refused(body: str, status: int) -> None:
    answered = system(Scope.SETTLEMENTS_PUSH).post("settlements/pushes", body)
    assert answered.status_code == status, answered.content
    assert {"type", "zh", "en"} <= set(answered.json())
    assert not Push.objects.exists()


def test_a_body_that_is_too_large_is_refused_with_the_way_to_send_it() -> None:
    answered = system(Scope.SETTLEMENTS_PUSH).post("settlements", '{"name": "' + "x" * 2_700_000 + '"}')
    assert (answered.status_code, answered.json()["type"]) == (413, "urn:jishiyu:problem:body-too-large")


def test_what_is_not_there_is_told_as_json_and_a_wrong_method_names_the_right_one() -> None:
    one = system(*OFFICERS)
    assert one.get("nowhere").json()["type"] == "urn:jishiyu:problem:nothing-here"
    assert one.get("feeds/999").status_code == 404
    wrong = one.post("feeds", {})
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET")


def test_the_rights_of_a_route_are_those_of_the_table() -> None:
    from jishiyu.apps.accounts.rights import ACTIONS as KNOWN
    from jishiyu.apps.api.models import ACTIONS

    assert set(ACTIONS) == set(Scope)
    assert set(ACTIONS.values()) <= set(KNOWN)
