"""Big files made by the worker, kept sealed until somebody fetches them: each with a cover that says who asked for it."""

import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection, transaction
from django.utils.timezone import localtime

from jishiyu.apps.audit.operations import record
from jishiyu.apps.intake.models import Feed
from jishiyu.apps.intake.operations import PURPOSE, moment
from jishiyu.apps.intake.problems import FeedUnknown
from jishiyu.apps.intake.queries import place_in_file
from jishiyu.apps.jobs import operations
from jishiyu.apps.jobs.models import Progress
from jishiyu.apps.jobs.uploads import PIECE, keep_upload
from jishiyu.apps.ledger.beancount import export as beancount
from jishiyu.apps.people.sealing import open_many
from jishiyu.apps.subsidies.queries import call_list
from jishiyu.conf.jobs.running import Done
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.engine.money import yuan_text
from jishiyu.engine.problems import Problem
from jishiyu.engine.reasons import say
from jishiyu.web.call_list import write_call_list

CHUNK = 5_000
HEADINGS = ("文件", "行号", "结算ID", "原结算ID", "就诊ID", "医药机构", "姓名(遮蔽)", "证件号码(遮蔽)", "开始日期", "结束日期",
            "医疗费总额", "个人现金支出", "处理结果", "原因", "reason")  # fmt: skip
LINES = """
SELECT line.line_no, line.settlement_id, line.undoes, line.visit_id, line.hospital_code, line.begins_on, line.ends_on,
       line.total_fen, line.cash_fen, line.sealed, fate.bucket, fate.reasons
FROM intake_fate fate JOIN intake_line line ON line.feed_id = fate.feed_id AND line.line_no = fate.line_no
WHERE fate.feed_id = %s AND fate.bucket = ANY(%s) AND fate.line_no > %s ORDER BY fate.line_no LIMIT %s
"""
FOR_THE_BUREAU = ("invalid", "held")


class ExportUnknown(Problem):
    """A name that no export has."""

    en = "There is no export called {name}. Known are: {known}."
    zh = "没有名为 {name} 的导出。可用的有:{known}。"


def prepare_export(job: Progress) -> Done:
    """This function will make one of EXPORTS and keep it as an upload; `arguments`: `what` and what that one needs.

    Names and numbers are masked in all of them; that it was made stands in the trail.
    """
    what = str(job.arguments.get("what", ""))
    if what not in EXPORTS:
        raise ExportUnknown(name=what, known=", ".join(EXPORTS))
    name, make = EXPORTS[what]
    operations.step(progress_id=job.pk, zh="生成文件", en="making the file")
    with tempfile.TemporaryDirectory(prefix="jishiyu-export-") as folder:
        path = Path(folder) / "made"
        rows = make(path, job)
        at = moment()
        day = localtime(at).date().isoformat()
        made = keep_upload(pieces=_pieces(path), name=name.format(day=day, **job.arguments), by=job.by, at=at)
    details = {"what": what, "rows": rows, "sha256": made.sha256, "arguments": job.arguments}
    with transaction.atomic():
        record(by=job.by, action="export", record=f"upload {made.pk}", details=details, at=at)
    return Done({"rows": rows, "name": made.name, "size_bytes": made.size_bytes, "sha256": made.sha256}, made)


def feed_problems(path: Path, job: Progress) -> int:
    """This function will write what goes back to the bureau: lines of a feed (`feed_id`) that cannot be used or wait."""
    feed = Feed.objects.filter(pk=int(job.arguments["feed_id"])).first()
    if feed is None:
        raise FeedUnknown(feed=job.arguments["feed_id"])
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    with book:
        _cover(book, job, (("来件", feed.name), ("SHA-256", feed.sha256), ("范围", "无效、待核;姓名和证件号码已遮蔽")))
        sheet = book.add_worksheet("问题数据")
        sheet.write_row(0, 0, HEADINGS)
        at = 0
        for at, row in enumerate(_problem_rows(feed), start=1):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text)
            if at % CHUNK == 0:
                operations.step(progress_id=job.pk, zh="写入问题数据", en="writing problems", done=at)
    return at


def calls(path: Path, job: Progress) -> int:
    """This function will write the call list, a sheet per union; `arguments`: `on`, perhaps `union`."""
    rows = call_list(union_code=job.arguments.get("union"))
    write_call_list(rows, path, made_on=date.fromisoformat(job.arguments["on"]))
    return len(rows)


def ledger(path: Path, job: Progress) -> int:
    """This function will write the books as plain text for an independent checker; `by_day` sums up each day."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(f"; {job.by} {job.queued_at.isoformat()}\n")
        for line in beancount(by_day=bool(job.arguments.get("by_day"))):
            file.write(f"{line}\n")
            count += 1
    return count


# What may be asked for: the name of the file, and what makes it.
EXPORTS: dict[str, tuple[str, Callable[[Path, Progress], int]]] = {
    "feed_problems": ("问题数据-批次{feed_id}-{day}.xlsx", feed_problems),
    "calls": ("联系清单-{day}.xlsx", calls),
    "ledger": ("账簿-{day}.beancount", ledger),
}


def _problem_rows(feed: Feed) -> Iterator[list[str]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(LINES, [feed.pk, list(FOR_THE_BUREAU), last, CHUNK])
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        opened = open_many([bytes(row[9]) for row in rows], purpose=PURPOSE)
        for row, text in zip(rows, opened, strict=True):
            yield _problem(feed, row, text)


def _problem(feed: Feed, row: tuple[Any, ...], secret: bytes) -> list[str]:
    who = json.loads(secret)
    table, number = place_in_file(feed, row[0])
    told = [";".join(say(code, language) for code in row[11]) for language in ("zh", "en")]
    days = [day.isoformat() if day else "" for day in (row[5], row[6])]
    money = [yuan_text(fen).replace(",", "") if fen is not None else "" for fen in (row[7], row[8])]
    plain = [value or "" for value in row[1:5]]
    masked = [mask_name(who.get("name") or ""), mask_number(who.get("cert_no") or "")]
    return [table, str(number), *plain, *masked, *days, *money, row[10], *told]


def _cover(book: Any, job: Progress, lines: tuple[tuple[str, str], ...]) -> None:
    sheet = book.add_worksheet("封面")
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 80)
    made = localtime(job.queued_at).strftime("%Y-%m-%d %H:%M")
    for at, (label, text) in enumerate((("导出人", job.by), ("导出时间", made), *lines)):
        sheet.write_string(at, 0, label)
        sheet.write_string(at, 1, text)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
