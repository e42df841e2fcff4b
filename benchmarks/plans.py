"""The ten busiest queries of the console's pages, with their plans, into `docs/reference/plans.md` and `plans.zh.md`.

Every page that `benchmarks.console` visits is asked for three times in this process, so that each query is seen with its
parameters; busy is what takes the database longest in all. Their plans are made with the
parameters of their slowest time, and none may read a large table from one end to the other to throw most of it away.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.console import TOKEN, pages_to_visit, signed_in_cookie
from scripts.plans import Asked, large_tables, plan_of, read_whole, short, watching

BUSIEST, TIMES, LARGE_ROWS = 10, 3, 50_000
WIDTH = 4_000  # characters of a query or a plan that are kept
FILES = {"en": Path("docs/reference/plans.md"), "zh": Path("docs/reference/plans.zh.md")}
WORDS = {
    "en": {
        "title": "Plans of the busiest queries",
        "other": "English · [中文](plans.zh.md)",
        "lead": "Written by `python -m benchmarks province-database` on a database of {members:,} members and {settlements:,}"
        " settlements, kept by year (PostgreSQL {version}). The ten queries on large tables that took the database longest while all pages of"
        " the console benchmark were asked for {times} times, with the plan of the slowest call; long values are left out."
        " No plan may read a table of {rows:,} rows or more from one end to the other and throw most of it away: **{verdict}**.",
        "good": "none does", "bad": "these do: {which}",
        "head": "| | asked | in all | slowest | page |\n|---|---|---|---|---|",
    },
    "zh": {
        "title": "最繁忙查询的执行计划",
        "other": "[English](plans.md) · 中文",
        "lead": "由 `python -m benchmarks province-database` 在 {members:,} 名会员、{settlements:,} 条结算的数据库上写出,数据按年"
        "分区(PostgreSQL {version})。把控制台基准的全部页面各请求 {times} 次,取涉及大表、数据库耗时合计最长的十个查询,附其最慢一次的执行计划;"
        "较长的值从略。任何计划都不得把 {rows:,} 行以上的表从头读到尾又丢弃其中大半:**{verdict}**。",
        "good": "没有", "bad": "以下查询违反:{which}",
        "head": "| | 次数 | 合计 | 最慢 | 页面 |\n|---|---|---|---|---|",
    },
}  # fmt: skip


def write_plans(roster: Path) -> dict[str, Any]:
    """This function will write both pages and return how many plans there are and which read a large table whole."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import setup_test_environment

    setup_test_environment()  # the client's own host is allowed
    client = Client()
    client.cookies.load(signed_in_cookie())
    with watching() as watch:
        for _ in range(TIMES):
            for address in (one for group in pages_to_visit(roster).values() for one in group):
                watch.place = _shape(address)
                _ask(client, address)
    large = large_tables(rows=LARGE_ROWS)
    busiest = watch.busiest(BUSIEST, tables=large)
    plans = [plan_of(one.sql, one.parameters, analyse=True) for one in busiest]
    whole = {f"{number}: {table}" for number, plan in enumerate(plans, 1) for table in read_whole(plan, large)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM members_membership), (SELECT sum(line_count) FROM intake_feed)")
        members, settlements = cursor.fetchone()
        cursor.execute("SHOW server_version")
        (version,) = cursor.fetchone()
    for language, path in FILES.items():
        words = WORDS[language]
        verdict = words["bad"].format(which=", ".join(sorted(whole))) if whole else words["good"]
        lead = words["lead"].format(
            members=members,
            settlements=int(settlements),
            version=version,
            times=TIMES,
            rows=LARGE_ROWS,
            verdict=verdict,
        )
        path.write_text("\n".join(_page(words, lead, busiest, plans)) + "\n", encoding="utf-8")
    return {"plans": len(plans), "whole": sorted(whole)}


def _page(words: dict[str, str], lead: str, busiest: Sequence[Asked], plans: Sequence[str]) -> list[str]:
    lines = [f"# {words['title']}", "", words["other"], "", lead, "", words["head"]]
    for number, one in enumerate(busiest, 1):
        lines.append(
            f"| [{number}](#{number}) | {one.count} | {one.seconds * 1000:,.0f} ms | {one.slowest * 1000:,.1f} ms |"
            f" {', '.join(f'`{place}`' for place in sorted(one.places)[:3])} |"
        )
    for number, (one, plan) in enumerate(zip(busiest, plans, strict=True), 1):
        lines += ["", f"## {number}", "", "```sql", short(one.sql)[:WIDTH], "```", "", "```", plan[:WIDTH], "```"]
    return lines


def _shape(address: str) -> str:
    """Return an address without its numbers and without what is searched for."""
    path = address.partition(" ")[0].partition("?")[0]
    return "/".join("N" if any(sign.isdigit() for sign in part) else part for part in path.split("/"))


def _ask(client: Any, address: str) -> None:
    """Ask for a page as `benchmarks.console` does; what stands after a space is searched for."""
    address, _, text = address.partition(" ")
    if text:
        address = client.post(address, {"q": text}, headers={"X-CSRFToken": TOKEN}).headers.get("Location", "")
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code} {answer.headers.get('Location', '')}")
