"""What the import finds in a line beyond the file reader: does it keep the line out, and how it is said."""

from dataclasses import dataclass

import polars as pl

from jishiyu.engine.roster_problems import SENTENCES

FINDING_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "line": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "code": pl.String(),
    "refuses": pl.Boolean(),
    "other_line": pl.Int64(),
}


@dataclass(frozen=True)
class Finding:
    """`refuses` keeps the line out; else it is only something to look at. `{other}` is another line's number."""

    refuses: bool
    en: str
    zh: str


FINDINGS = {
    "union_unknown": Finding(
        True, "No union has this code: correct it, or load the unions first.", "工会编码不存在:请更正,或先导入工会。"
    ),
    "union_of_others": Finding(
        True,
        "This union is not one of yours: leave the line to its own officer, or to the city.",
        "该工会不在您的管理范围内:请由该工会或市总工会导入。",
    ),
    "member_of_others": Finding(
        True,
        "This person is a member of a union that is not yours: ask that union, or the city, for a transfer.",
        "此人目前是您管理范围以外工会的会员:请由该工会或市总工会办理转会。",
    ),
    "name_differs_in_file": Finding(
        True,
        "The same number stands under another name in line {other}: find out whose it is.",
        "同一证件号码在第 {other} 行是另一个姓名:请核实归属。",
    ),
    "name_differs": Finding(
        True,
        "This number is known under another name: find out whose it is, or correct the name on record.",
        "该证件号码在册的姓名不同:请核实归属,或更正在册姓名。",
    ),
    "line_repeated": Finding(
        True, "The same membership stands in line {other} already.", "同一会籍已见于第 {other} 行。"
    ),
    "overlaps_line": Finding(
        True,
        "The same person and union overlap in time with line {other}.",
        "同一人在同一工会的会籍与第 {other} 行时间重叠。",
    ),
    "overlaps_stored": Finding(
        True,
        "The time overlaps with a membership of the same union already on record.",
        "与在册的同一工会会籍时间重叠。",
    ),
    "number_of_two_people": Finding(
        False,
        "This member number also stands for another person.",
        "该会员编号还对应另一人。",
    ),
    "two_unions": Finding(
        False,
        "The same person also belongs to another union at that time.",
        "同一人在同一时间还是另一工会的会员。",
    ),
}


def say(code: str, *, other_line: int | str | None = None, language: str = "zh") -> str:
    """Return the sentence of a finding, ours or the file reader's."""
    if code in FINDINGS:
        finding = FINDINGS[code]
        return (finding.zh if language == "zh" else finding.en).format(other=other_line)
    zh, en = SENTENCES[code]
    return zh if language == "zh" else en
