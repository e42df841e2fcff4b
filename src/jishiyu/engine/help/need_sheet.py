"""A need list in Excel: a template to fill in, and reading it so that no line and no word is lost.

A line is refused only where it says nothing or cannot be read. What is not understood beside the words (a service item or a
skill that the round does not have, an impossible day) goes into the need's own words, and the line says so.
"""

import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from jishiyu.engine.files.formats import tables
from jishiyu.engine.files.headings import vocabulary
from jishiyu.engine.files.tables import BROKEN, UNREADABLE
from jishiyu.engine.words import LISTED, Words, said

LONGEST = 2_000
MOST = 20
HEADINGS = (
    Words("需求描述", "What you need"), Words("希望时间", "When it suits you"), Words("最早日期", "Not before"),
    Words("最晚日期", "Not after"), Words("服务项目", "Service item"), Words("所需技能", "Skills"),
)  # fmt: skip
WORDS, _, EARLIEST, LATEST, ITEM, SKILL = HEADINGS
SHEETS = (Words("需求清单", "Needs"), Words("项目和技能", "Items and skills"))
KNOWN = (Words("可选项目", "Items to choose"), Words("可选能力", "Skills to choose"))
NOTES = (
    Words(
        "填写说明:每行一条需求,只有“需求描述”必填,请用自己的话写。",
        "One need per row, in your own words; only “What you need” must be filled in.",
    ),
    Words(
        "日期写成 2026-03-09;其余时间要求写在“希望时间”。",
        "Days are written 2026-03-09; say everything else under “When it suits you”.",
    ),
    Words(
        "“服务项目”“所需技能”不清楚可以不填,由专属管家确定。",
        "Leave “Service item” and “Skills” empty where you do not know; your steward says which they are.",
    ),
    Words(f"一份清单最多 {MOST} 条需求。", f"A list has at most {MOST} needs."),
)
_ROWS = 10_000
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*日)?(?:[ T].*)?")
_BETWEEN = re.compile(r"[;、,\n]")  # several skills in one cell, once full-width signs are plain
_SERIAL = re.compile(r"\d{5}(?:\.0+)?")
_EXCEL_ZERO = date(1899, 12, 30)
# code: Chinese, English. The first four leave a line out; the others tell what was done with a word.
SENTENCES: dict[str, tuple[str, str]] = {
    "broken_row": ("本行的列数与表头不符,未接收", "the row has too few or too many cells; not taken"),
    "unreadable_text": ("本行含有无法识别的字符,未接收", "the row holds characters that cannot be read; not taken"),
    "no_words": ("“需求描述”为空,未接收;请补填", "“What you need” (需求描述) is empty; fill it in. Not taken"),
    "too_long": ("“需求描述”超过 {most} 字,未接收;请分成几条", "“What you need” (需求描述) has more than {most} characters; split it. Not taken"),
    "too_many": ("一份清单最多 {most} 条,本行未接收;请另交一份", "a list has at most {most} needs; hand this one in with another. Not taken"),
    "twice": ("与第 {other} 行相同,只接收一条", "the same as line {other}; taken once"),
    "on_record": ("与需求 {number} 相同,已在办,不再重复接收", "the same as need {number}, which is under way; not taken again"),
    "item_unknown": ("没有服务项目“{value}”,已并入需求描述,由管家分类", "there is no service item “{value}”; it was added to the words for the steward"),
    "skill_unknown": ("没有技能“{value}”,已并入需求描述,由管家分类", "there is no skill “{value}”; it was added to the words for the steward"),
    "day_unreadable": ("“{column}”的“{value}”不是日期,已并入希望时间", "“{value}” in {column} is no date; it was added to the preferred times"),
    "window_over": ("最晚日期 {value} 已过,已并入希望时间", "the latest day {value} is over; it was added to the preferred times"),
    "window_behind": (
        "最早日期 {value} 晚于本批次结束日 {last},已并入希望时间",
        "the earliest day {value} lies behind the end of the round, {last}; it was added to the preferred times",
    ),
    "window_turned": ("最晚日期早于最早日期,两者已并入希望时间", "the latest day lies before the earliest; both were added to the preferred times"),
}  # fmt: skip
_LEFT_OUT = frozenset({"broken_row", "unreadable_text", "no_words", "too_long", "too_many", "twice", "on_record"})


@dataclass(frozen=True)
class LineTold:
    """What is to say about a line of the sheet: its number as a person sees it, and the details of the sentence."""

    line: int
    code: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def left_out(self) -> bool:
        """Return whether the line was not taken."""
        return self.code in _LEFT_OUT

    def say(self, language: str) -> str:
        """Return the sentence in `zh` or `en`."""
        zh, en = SENTENCES[self.code]
        details = {name: said(value, language) for name, value in self.details.items()}
        return (zh if language == "zh" else en).format(**details)


@dataclass(frozen=True)
class NeedLine:
    """One need of a sheet."""

    line: int
    words: str
    wished: str = ""
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True)
class NeedSheet:
    """The needs of a sheet and what is to say about its lines."""

    needs: tuple[NeedLine, ...]
    told: tuple[LineTold, ...]


@dataclass(frozen=True)
class Round:
    """What a sheet is read against: the names of items and skills, today, and the last day of the round."""

    items: Sequence[Words]
    skills: Sequence[Words]
    today: date
    last: date


def read_need_sheet(path: Path, *, name: str, of: Round) -> NeedSheet:
    """This function will read a need list.

    Raises the problems of `engine/files` for what is no table, and `ColumnsMissing` without a column of words.
    """
    words = vocabulary("need_lists")
    known = {"item": _by_name(of.items), "skill": _by_name(of.skills)}
    needs: list[NeedLine] = []
    told: list[LineTold] = []
    seen: dict[str, int] = {}
    for table in tables(path, name=name, known=lambda one: any(words.knows(row) for row in one.lead), headed=True):
        picked = words.pick(table, ["words"])
        for texts in table.read(picked, _ROWS):
            for row in texts.iter_rows(named=True):
                cells = {key: _text(key, value) for key, value in row.items() if isinstance(value, str)}
                if any(cells.values()) or row["flaw"]:
                    _take(cells, int(row["flaw"]), row["line"], of, known, seen, needs, told)
    return NeedSheet(tuple(needs), tuple(told))


def need_template(items: Sequence[Words], skills: Sequence[Words], *, language: str) -> bytes:
    """This function will return the Excel template in `zh` or `en`: the headings, and beside them the names that are known."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet, help_ = (book.add_worksheet(name.say(language)) for name in SHEETS)
    bold, wrap = book.add_format({"bold": True, "bg_color": "#dbe7f6"}), book.add_format({"text_wrap": True})
    for at, (heading, width) in enumerate(zip(HEADINGS, (60, 24, 14, 14, 24, 24), strict=True)):
        sheet.set_column(at, at, width, wrap)
        sheet.write_string(0, at, heading.say(language), bold)
    sheet.freeze_panes(1, 0)
    for at, (heading, known) in enumerate(zip(KNOWN, (items, skills), strict=True)):
        help_.set_column(at, at, 30)
        help_.write_string(0, at, heading.say(language), bold)
        for row, one in enumerate(known, start=1):
            help_.write_string(row, at, one.say(language))
        column = HEADINGS.index((ITEM, SKILL)[at])
        source = f"='{SHEETS[1].say(language)}'!${'AB'[at]}$2:${'AB'[at]}${len(known) + 1}"
        sheet.data_validation(
            1, column, MOST, column, {"validate": "list", "source": source, "error_type": "information"}
        )
    for row, note in enumerate(NOTES):
        help_.write_string(row, 3, note.say(language))
    book.close()
    return buffer.getvalue()


def _take(
    cells: Mapping[str, str], flaw: int, line: int, of: Round, known: Mapping[str, Mapping[str, str]], seen: dict[str, int],
    needs: list[NeedLine], told: list[LineTold],
) -> None:  # fmt: skip
    words = cells.get("words", "")
    wrong = _why_not(words, flaw, len(needs))
    if not wrong and _fold(words) in seen:
        wrong = LineTold(line, "twice", {"other": str(seen[_fold(words)])})
    if wrong:
        told.append(LineTold(line, wrong.code, wrong.details))
        return
    seen[_fold(words)] = line
    kept, wished = [words], [cells.get("wished", "")]
    for name, label in (("item", ITEM), ("skill", SKILL)):
        value = cells.get(name, "")
        if value:
            each = [value] if name == "item" or _fold(value) in known[name] else _BETWEEN.split(value)
            kept.append(f"({label}:{LISTED['zh'].join(known[name].get(_fold(one), one.strip()) for one in each)})")
            told += [
                LineTold(line, f"{name}_unknown", {"value": one.strip()})
                for one in each if one.strip() and _fold(one) not in known[name]
            ]  # fmt: skip
    days: dict[str, date | None] = {}
    for name, label in (("earliest", EARLIEST), ("latest", LATEST)):
        value = cells.get(name, "")
        days[name] = _day(value)
        if value and days[name] is None:
            wished.append(f"{label}:{value}")
            told.append(LineTold(line, "day_unreadable", {"column": label, "value": value}))
    earliest, latest = days["earliest"], days["latest"]
    if earliest is not None and latest is not None and latest < earliest:
        wished.append(f"最早 {earliest},最晚 {latest}")
        told.append(LineTold(line, "window_turned"))
        earliest = latest = None
    if latest is not None and latest < of.today:
        wished.append(f"最晚日期:{latest}")
        told.append(LineTold(line, "window_over", {"value": str(latest)}))
        earliest = latest = None
    if earliest is not None and earliest > of.last:
        wished.append(f"最早日期:{earliest}")
        told.append(LineTold(line, "window_behind", {"value": str(earliest), "last": str(of.last)}))
        earliest = latest = None
    needs.append(NeedLine(line, "".join(kept), ";".join(filter(None, wished)), earliest, latest))


def _why_not(words: str, flaw: int, count: int) -> LineTold | None:
    if flaw & BROKEN:
        return LineTold(0, "broken_row")
    if flaw & UNREADABLE:
        return LineTold(0, "unreadable_text")
    if not words:
        return LineTold(0, "no_words")
    if len(words) > LONGEST:
        return LineTold(0, "too_long", {"most": str(LONGEST)})
    if count >= MOST:
        return LineTold(0, "too_many", {"most": str(MOST)})
    return None


def _day(text: str) -> date | None:
    try:
        if _SERIAL.fullmatch(text):
            return _EXCEL_ZERO + timedelta(days=int(text[:5]))
        found = _DAY.fullmatch(text)
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _text(column: str, text: str) -> str:
    """Return a cell: what the enterprise says as it wrote it, what is looked up or read as a day with plain signs."""
    own = text.replace("\x00", "").strip()
    return own if column in ("words", "wished") else unicodedata.normalize("NFKC", own)


def _by_name(known: Sequence[Words]) -> dict[str, str]:
    """Return the Chinese name of each by its name in either language."""
    return {_fold(name): one.zh for one in known for name in (one.en, one.zh)}


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
