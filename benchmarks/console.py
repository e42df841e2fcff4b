"""The console under load: 1.5 M members, 3 M settlements, 150,000 payments, 20 people at once on this machine.

`data` copies the database `history` of `benchmarks.database` and pays 150,000 of what it owes, once. `load` opens the
console as `jishiyu up` does, with as many web processes as processors, and lets 20 people go through its pages for a minute, each with
a second of thought between two pages; times are those of the reader, so waiting for a free process counts. The
readers run on the same two cores.
"""

import http.client
import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg

from benchmarks.data import FOLDER, roster_of

MEMBERS, PAYMENTS = 1_500_000, 150_000
MONTHS, PEOPLE, SECONDS, THOUGHT, EXPORT_ROWS = 36, 20, 60, 1.0, 100_000
AS_OF = date(2026, 6, 30)
PORT = 8471
TOKEN = "t" * 32  # cookie and header of a form, as a browser sends them


def main(part: str) -> dict[str, Any]:
    """This function will do one part in a process of its own: `data` or `load`; returns counts, or milliseconds and bytes."""
    from jishiyu.conf.database import EmbeddedServer

    home = (FOLDER / f"city-{MEMBERS}").resolve()
    os.environ["JISHIYU_HOME"] = str(home)
    server = EmbeddedServer(home)
    server.start()
    _copy(server.url("postgres"))
    os.environ["JISHIYU_DATABASE_URL"] = server.url("console")
    from jishiyu.conf.start import ready

    ready()
    if part == "data":
        return paid(home, PAYMENTS)
    return loaded(home, roster_of(MEMBERS))


def _copy(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'console'").fetchone():
            connection.execute("CREATE DATABASE console TEMPLATE history STRATEGY file_copy")


def _payments() -> int:
    from jishiyu.apps.payments.models import Attempt

    return Attempt.objects.exclude(state__in=("in_batch", "cancelled")).count()


def paid(home: Path, count: int) -> dict[str, Any]:
    """This function will pay in 36 monthly batches, the bank saying yes to most, unless so many payments were made."""
    from django.db import connection

    from jishiyu.demo.officers import name_officers
    from jishiyu.demo.paying import fill_fund, pay_month

    if _payments() >= count:
        return {"payments": _payments()}
    name_officers(at=datetime.now(UTC))
    _give_districts()
    owed = _give_accounts(count)
    fill_fund(budget_fen=0, document=f"bench {count}", on=AS_OF, at=datetime.now(UTC))
    for month in range(MONTHS):
        on = AS_OF + timedelta(days=31 * month)
        some = owed[month::MONTHS]
        pay_month(month=month, seed=1, folder=home / "bank", on=on, clock=lambda: datetime.now(UTC), only=some)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"payments": _payments()}


def _give_districts() -> None:
    """Put districts, and streets below them, above the unions: a city is no heap of ten thousand names."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orgs_union (code, name, kind, trade, district, uscc)"
            " SELECT 'D' || n, '演示区' || n, 'district', '', '', '' FROM generate_series(1, 15) n"
            " ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            "INSERT INTO orgs_union (code, name, kind, trade, district, uscc, territorial_parent_id)"
            " SELECT 'S' || n, '演示街道' || n, 'street', '', '', '',"
            " (SELECT id FROM orgs_union WHERE code = 'D' || (n % 15 + 1)) FROM generate_series(1, 300) n"
            " ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            "UPDATE orgs_union SET territorial_parent_id ="
            " (SELECT street.id FROM orgs_union street WHERE street.code = 'S' || (orgs_union.id % 300 + 1))"
            " WHERE kind = 'grassroots'"
        )


def _give_accounts(count: int) -> list[int]:
    """Put invented accounts on record for as many people who are owed something as are to be paid; the rest stays owed.

    Return the numbers of the entitlements to pay.
    """
    import json

    from django.db import connection

    from jishiyu.apps.people.sealing import open_many, seal_many

    purpose = "people_person.sealed"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, sealed FROM people_person WHERE id IN"
            " (SELECT person_id FROM subsidies_entitlement WHERE state = 'owed' ORDER BY id LIMIT %s)",
            [count],
        )
        rows = cursor.fetchall()
        opened = [json.loads(text) for text in open_many([bytes(row[1]) for row in rows], purpose=purpose)]
        texts = [
            json.dumps({**fields, "bank_account": f"62284800{row[0]:011d}"}, ensure_ascii=False).encode()
            for row, fields in zip(rows, opened, strict=True)
        ]
        cursor.execute(
            "UPDATE people_person SET sealed = fresh.token FROM unnest(%s::bigint[], %s::bytea[]) AS fresh(id, token)"
            " WHERE people_person.id = fresh.id",
            [[row[0] for row in rows], seal_many(texts, purpose=purpose)],
        )
        cursor.execute(
            "SELECT id FROM subsidies_entitlement WHERE state = 'owed' AND person_id = ANY(%s) ORDER BY id LIMIT %s",
            [[row[0] for row in rows], count],
        )
        return [number for (number,) in cursor.fetchall()]


def loaded(home: Path, roster: Path) -> dict[str, Any]:
    """This function will let people go through the pages, then take an export, and return what it took."""
    cookie = signed_in_cookie()
    pages = pages_to_visit(roster)
    with _open(home) as process:
        for group in pages.values():
            for address in group:
                _ask(_connection(), address, cookie)  # every process has seen every page once
        taken, bytes_ = _visits(pages, cookie)
        grown, first, rows = _export(process, cookie)
    return {
        "milliseconds": {name: _percentiles(times) for name, times in taken.items()},
        "asked": {name: len(times) for name, times in taken.items()},
        "largest_page_bytes": max(bytes_.values()), "page_bytes": bytes_,
        "export": {"first_byte_ms": first, "rows": rows, "grown_mb": grown},
    }  # fmt: skip


def _percentiles(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[18]


def signed_in_cookie() -> str:
    """This function will make an account with every working role of the city, signed in, and return its cookie."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from jishiyu.apps.accounts.models import Account, Role
    from jishiyu.apps.accounts.operations import create_account, grant

    now = datetime.now(UTC)
    account = Account.objects.filter(name="bench").first()
    if account is None:
        account = create_account(name="bench", full_name="演示", by="system", at=now)
        for role in (Role.SUBSIDY_OFFICER, Role.REVIEWER, Role.FINANCE):
            grant(account_id=account.pk, role=role, union_code="", since=date(2026, 1, 1), by="system", at=now)
        TOTP.activate(account, generate_totp_secret())
    Account.objects.filter(pk=account.pk).update(password_set_at=now, must_change_password=False)
    account.refresh_from_db()
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session["seen"] = int(time.time())
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


def pages_to_visit(roster: Path) -> dict[str, list[str]]:
    """This function will return the addresses to visit: lists, single objects, searches, figures."""
    import polars as pl
    from django.db import connection

    def ids(text: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(text)
            return [row[0] for row in cursor.fetchall()]

    people = ids("SELECT DISTINCT person_id FROM subsidies_entitlement WHERE state = 'paid' LIMIT 40")
    decisions = ids("SELECT id FROM subsidies_decision WHERE newest AND payable_fen > 0 ORDER BY id DESC LIMIT 40")
    batches = ids("SELECT id FROM payments_batch")
    items = ids("SELECT entitlement_id FROM payments_attempt ORDER BY id DESC LIMIT 40")
    unions = ids("SELECT id FROM orgs_union ORDER BY id LIMIT 40")
    feeds = ids("SELECT id FROM intake_feed ORDER BY id DESC LIMIT 5")
    members = ids("SELECT member_no FROM members_membership ORDER BY id DESC LIMIT 20")
    numbers = pl.read_parquet(roster, columns=["certno"], n_rows=20)["certno"].to_list()
    return {
        "lists": [
            "/todo", "/feeds", "/calls", "/applications", "/reviews", "/payments", "/payments/owed", "/payments/stuck",
            "/recoveries", "/fund", "/fund/movements", "/roster", "/roster?page=50", "/unions", "/unions/all",
            "/roster/imports", "/roster/duplicates", *(f"/feeds/{one}/lines" for one in feeds),
            *(f"/payments/batches/{one}" for one in batches),
        ],
        "members": [f"/people/{one}" for one in people],
        "one": [
            *(f"/decisions/{one}" for one in decisions), *(f"/payments/items/{one}" for one in items),
            *(f"/unions/{one}" for one in unions), *(f"/feeds/{one}" for one in feeds),
        ],
        "finding": [f"/find {text}" for text in (*members, *numbers, "演示", "演示1", *map(str, items[:5]))],
        "figures": ["/statistics", "/statistics/unions", "/statistics/large", "/statistics/bulletin"],
    }  # fmt: skip


@contextmanager
def _open(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (home / "bench-server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jishiyu.cli", "up", "--port", str(PORT)], stdout=log, stderr=log, env=os.environ
        )
        try:
            for _ in range(120):
                time.sleep(0.5)
                with suppress(ConnectionError):
                    _connection().connect()
                    break
            yield process
        finally:
            process.terminate()
            process.wait(30)


def _connection() -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)


def _ask(connection: http.client.HTTPConnection, address: str, cookie: str) -> int:
    """Ask for a page as a browser does, compressed; return its bytes. What stands after a space is searched for."""
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
    address, _, text = address.partition(" ")
    if text:
        form = {**headers, "X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", address, body=urlencode({"q": text}), headers=form)
        found = connection.getresponse()
        found.read()
        address = found.headers.get("Location", "")
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{address}: {answer.status} {answer.headers.get('Location', '')}")
    return len(content)


def _visits(pages: dict[str, list[str]], cookie: str) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Let everybody go from page to page; return the milliseconds of each kind and the bytes of each list."""
    taken: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, int] = {}
    end = time.perf_counter() + SECONDS
    kinds = [name for name, addresses in pages.items() if addresses]
    failed: list[BaseException] = []

    def visit(number: int) -> None:
        chance, connection = random.Random(number), _connection()
        try:
            while time.perf_counter() < end:
                time.sleep(chance.uniform(0, 2 * THOUGHT))
                kind = chance.choice(kinds)
                address = chance.choice(pages[kind])
                start = time.perf_counter()
                size = _ask(connection, address, cookie)
                taken[kind].append((time.perf_counter() - start) * 1000)
                if kind == "lists":
                    sizes[re.sub(r"\d+", "N", address)] = size
        except BaseException as error:
            failed.append(error)

    readers = [threading.Thread(target=visit, args=(number,)) for number in range(PEOPLE)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if failed:
        raise failed[0]
    return taken, sizes


def _export(process: subprocess.Popen[bytes], cookie: str) -> tuple[float, float, int]:
    """Take 100,000 rows of the roster as CSV; return growth of the server in MB, ms to the first byte, rows."""
    import psutil

    server = psutil.Process(process.pid)
    before = max(child.memory_info().rss for child in [server, *server.children(recursive=True)])
    connection = _connection()
    start = time.perf_counter()
    connection.request("GET", "/roster?export=csv", headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read(1)
    first, rows, peak = (time.perf_counter() - start) * 1000, 0, before
    while rows < EXPORT_ROWS and (piece := answer.read(1 << 20)):
        rows += piece.count(b"\n")
        peak = max(peak, *(child.memory_info().rss for child in [server, *server.children(recursive=True)]))
    connection.close()
    return (peak - before) / 1e6, first, rows
