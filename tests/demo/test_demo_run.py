"""The whole demo on a very small city: three years of files, taken in month by month, into real tables."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import polars as pl
import psycopg
import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.db.models import F
from psycopg import sql
from pytest_django import DjangoDbBlocker

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.applications.models import Application
from jishiyu.apps.applications.states import WAITING
from jishiyu.apps.ledger import chart
from jishiyu.apps.ledger.queries import balance_of
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.payments.bank import Outcome
from jishiyu.apps.payments.models import Attempt, Batch, Repayment
from jishiyu.apps.statistics.models import Touch
from jishiyu.apps.statistics.operations import freshen
from jishiyu.apps.statistics.scope import Scope
from jishiyu.apps.subsidies.models import Case, CaseMove, Decision, SetOff
from jishiyu.apps.tables.copying import copy_out
from jishiyu.banks import open_bank
from jishiyu.conf.apart import NotTheDemos, new_database
from jishiyu.demo import city
from jishiyu.demo.filed import file_applications
from jishiyu.demo.files import city_files
from jishiyu.demo.month import Month, Office
from jishiyu.demo.officers import GRASSROOTS
from jishiyu.demo.verdict import verdict
from jishiyu.web.documents.bulletin import bulletin
from tests.apps.statistics.city import changes
from tests.web.people import account

pytestmark = pytest.mark.django_db
SCALE = Fraction(1, 200)
FATES = """
SELECT feed.name, fate.line_no, fate.bucket FROM intake_fate fate JOIN intake_feed feed ON feed.id = fate.feed_id
"""


@pytest.fixture(scope="module")
def worked(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, list[Month]]]:
    """Do three years' work once, inside a transaction that is given up after the tests of this file."""
    folder = tmp_path_factory.mktemp("demo")
    files = city_files(under=folder / "city", scale=SCALE, seed=city.SEED, months=city.MONTHS)
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
        try:
            office = Office(files, folder / "files", lambda: datetime.now(UTC))
            office.open()
            office.take_roster()
            yield office, [asked(office.work(month)) for month in range(city.MONTHS)]
        finally:
            transaction.set_rollback(True)
            whole.__exit__(None, None, None)


def asked(month: Month) -> Month:
    """Somebody looks at the figures each month, so that they are worked out for what the month has changed."""
    freshen()
    return month


def test_figures_worked_out_month_by_month_are_those_worked_out_at_once(worked: tuple[Office, list[Month]]) -> None:
    month_by_month = changes()
    assert len(month_by_month) > 1_000
    Touch.objects.create()  # everything
    assert freshen()
    assert changes() == month_by_month


def test_every_line_ends_where_the_city_says_it_must(worked: tuple[Office, list[Month]]) -> None:
    office, _ = worked
    true = pl.read_parquet(office.city.folder / "truth" / "truth.parquet").select("file", "line", "bucket")
    stored = copy_out(FATES, schema={"file": pl.String(), "line": pl.Int64(), "bucket": pl.String()})
    both = true.join(stored, on=["file", "line"], how="full", suffix="_stored")
    assert both.height == true.height == stored.height > 3_000
    assert both.filter(pl.col("bucket").ne_missing(pl.col("bucket_stored"))).rows() == []


def test_every_stay_is_owed_what_the_city_says_to_the_fen(worked: tuple[Office, list[Month]]) -> None:
    office, _ = worked
    true = pl.read_parquet(office.city.folder / "truth" / "truth-stays.parquet").filter(pl.col("payable_fen") > 0)
    decided = Decision.objects.filter(newest=True, payable_fen__gt=0, policy="changchun.hospital")
    assert dict(decided.values_list("stay_id", "payable_fen")) == dict(
        true.select("stay_id", "payable_fen").iter_rows()
    )


def test_all_checks_hold(worked: tuple[Office, list[Month]]) -> None:
    connection.check_constraints()  # the ledger's own are deferred to a commit that never comes here
    assert [check for check in verdict() if not check.holds] == []


def test_applications_of_today_fill_the_queue_and_change_no_figure(
    worked: tuple[Office, list[Month]], settings: LazySettings, tmp_path: Path
) -> None:
    office, _ = worked
    settings.PAPERS_FOLDER = str(tmp_path / "papers")
    period = Scope(since=office.since, until=office.until)
    now, before = datetime.now(UTC), bulletin(period)
    district = Union.objects.filter(kind="district").earliest("code")
    with transaction.atomic():
        account(Role.UNION_OFFICER, union=district.code, name=GRASSROOTS)
        done = file_applications(seed=office.city.seed, on=now.date(), at=now)
        assert done.filed == 20
        assert done.approved > 0
        assert set(Application.objects.values_list("state", flat=True)) >= set(WAITING) | {
            "draft",
            "returned",
            "refused",
        }
        assert bulletin(period) == before
        connection.check_constraints()
        assert [check for check in verdict() if not check.holds] == []
        transaction.set_rollback(True)


def test_the_call_lists_are_worked_by_different_people(worked: tuple[Office, list[Month]]) -> None:
    states = Counter(Case.objects.values_list("reason", "state"))
    assert not any(state == "open" for _, state in states)
    assert states["over_limit", "approved"] >= 3
    assert states["unmatched", "closed"] > states["unmatched", "promised"] > 0
    approvals = CaseMove.objects.filter(to_state="approved")
    assert {(move.by, move.second) for move in approvals} == {("chen.jing", "zhou.gang")}
    assert set(Batch.objects.values_list("made_by", "checked_by")) == {("sun.li", "wang.fang")}


def test_the_one_bad_feed_is_refused_in_chinese_and_taken_when_it_comes_right(
    worked: tuple[Office, list[Month]],
) -> None:
    office, months = worked
    refused = [month for month in months if month.refused]
    assert [month.name for month in refused] == list(office.city.refused) == ["2023-07"]
    assert "请向医保部门重新索取" in refused[0].refused
    assert refused[0].lines > 0


def test_payments_go_wrong_and_are_put_right(worked: tuple[Office, list[Month]]) -> None:
    _, months = worked
    assert sum(month.paid.stuck for month in months) > 0
    assert sum(month.accounts.released for month in months) > 0
    assert Attempt.objects.filter(attempt_no__gt=1, state="paid").exists()
    assert {month.paid.profile for month in months} == {"excel", "fixed-txt", "generic-csv"}


def test_the_bulletin_is_what_the_banks_files_and_the_repayments_add_up_to(worked: tuple[Office, list[Month]]) -> None:
    office, _ = worked
    stays = {
        f"JS{attempt:010d}": stay
        for attempt, *stay in Attempt.objects.values_list(
            "id", "entitlement__stay_id", "entitlement__policy", "entitlement__person_id"
        )
    }
    has: Counter[tuple[object, ...]] = Counter()
    for reference, fen in _said_by_the_bank(office).items():
        has[tuple(stays[reference])] += fen
    for fen, *stay in Repayment.objects.values_list(
        "amount_fen", "recovery__stay_id", "recovery__policy", "recovery__person_id"
    ):
        has[tuple(stay)] -= fen
    assert min(has.values()) == 0  # somebody paid everything back
    assert not SetOff.objects.exclude(recovery__stay_id=F("entitlement__stay_id")).exists()
    given = [fen for fen in has.values() if fen]
    total = bulletin(Scope(since=office.since, until=office.until)).total
    assert (total.person_times, total.fen) == (len(given), sum(given))
    large = [fen for fen in given if fen > 1_000_000]
    assert (total.over_times, total.over_fen, total.largest_fen) == (len(large), sum(large), max(given))
    assert balance_of(role=chart.Role.BANK) == balance_of(role=chart.Role.FUND) * -1 - sum(given) - _on_the_way()


def _said_by_the_bank(office: Office) -> dict[str, int]:
    """Read every result file again: what was paid and did not come back, by reference."""
    profiles = dict(Batch.objects.values_list("files__name", "profile"))
    paid: dict[str, int] = {}
    for path in sorted((office.folder / "from-bank").iterdir(), key=lambda path: path.name.startswith("late-")):
        bank = open_bank(profiles[path.name.removeprefix("late-")])
        for said in bank.read(path.read_bytes(), file_name=path.name):
            if said.outcome is Outcome.PAID:
                paid[said.reference] = said.amount_fen
            elif said.outcome is Outcome.RETURNED:
                paid.pop(said.reference, None)
    return paid


def _on_the_way() -> int:
    """Add up what is at the bank without an answer; nothing, once every late file is in."""
    return sum(Attempt.objects.filter(state__in=["sent", "unknown"]).values_list("amount_fen", flat=True))


def demo(home: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jishiyu.cli", "demo", "--scale", "1/400", "--months", "2", *more],
        env={**os.environ, "JISHIYU_HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command_runs_twice_and_leaves_a_page_open(database_url: str, tmp_path: Path) -> None:
    first = demo(tmp_path, "--no-page")
    assert first.returncode == 0, first.stderr
    second = demo(tmp_path)
    try:
        assert second.returncode == 0, second.stderr
        address = next(word for word in second.stdout.split() if word.startswith("http://127.0.0.1:"))
        with urllib.request.urlopen(address, timeout=60) as answer:
            page = answer.read().decode()
    finally:
        closed = subprocess.run(
            [sys.executable, "-m", "jishiyu.cli", "down"], env={**os.environ, "JISHIYU_HOME": str(tmp_path)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    assert "控制台已关闭" in closed.stdout
    assert "长春" in page or "演示" in page
    # The seconds of a part are those of the machine.
    same = [re.sub(r"\d+ (?=秒|s\b)", "", text.partition("用时")[0]) for text in (first.stdout, second.stdout)]
    assert same[0] == same[1]
    assert "拒收一件" in same[0]
    assert same[0].count("✓") == 5
    told = json.loads((tmp_path / "demo" / "console.json").read_text(encoding="utf-8"))
    assert told["codes_in_log"] is True
    assert (told["since"], told["until"], told["scale"]) == ("2023-02-01", "2023-04-01", "1/400")


def test_a_database_without_the_demos_mark_is_left_alone(database_url: str) -> None:
    name = sql.Identifier("somebodys_own")
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            with pytest.raises(NotTheDemos):
                new_database(database_url, "somebodys_own")
            assert server.execute("SELECT 1 FROM pg_database WHERE datname = 'somebodys_own'").fetchone()
        finally:
            server.execute(sql.SQL("DROP DATABASE {}").format(name))


def test_a_folder_that_the_demo_did_not_make_is_left_alone(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    kept = tmp_path / "demo" / "keys.json"
    kept.write_text("a city's own")
    done = demo(tmp_path, "--no-page")
    assert done.returncode == 1
    assert "was not made by the demo" in done.stderr
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["keys.json"]
    assert kept.read_text() == "a city's own"
