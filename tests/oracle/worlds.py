"""Random dirty worlds: people with memberships, and settlement lines with everything that goes wrong with them.

A world is plain dictionaries, as the oracle reads them; `line_frame` and `roster_frame` turn them into the tables that
the engine reads.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import strategies as st

from jishiyu.engine.roster import ROSTER_SCHEMA
from jishiyu.engine.settlement.flaws import bit
from jishiyu.engine.settlement.lines import LINE_SCHEMA
from tests.oracle.hospital import Line, Membership

YUAN_AT_EDGES = [
    "0.00", "0.01", "4999.99", "5000.00", "5000.01", "5000.33", "9999.99", "10000.00", "10000.01", "20000.00",
    "20000.01", "50000.00", "50000.01", "100000.00", "100000.01", "152000.00", "200000.00", "200000.01", "300000.00",
    "300000.01", "340000.00", "500000.00", "600000.00",
]  # fmt: skip
DAYS = [
    date(2023, 12, 30), date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 3, 1), date(2024, 6, 30),
    date(2024, 7, 1), date(2024, 12, 31), date(2025, 1, 1), date(2025, 3, 1),
]  # fmt: skip
BIRTHDAYS = [
    date(1980, 5, 5), date(1963, 3, 1), date(1963, 3, 2), date(1964, 2, 29), date(1963, 12, 31), date(2008, 2, 29),
    date(2008, 3, 1), date(2008, 7, 1), date(2008, 7, 2), date(1990, 1, 1), None,
]  # fmt: skip
TROUBLE = {"": 0, "invalid": bit("missing", "cash_fen"), "held": bit("unknown_medical_type", "medical_type")}

amounts = st.one_of(
    st.sampled_from(YUAN_AT_EDGES).map(Decimal),
    st.integers(0, 70_000_000).map(lambda fen: Decimal(fen).scaleb(-2)),
    st.integers(400_000, 1_200_000).map(lambda fen: Decimal(fen).scaleb(-2)),
)
few_moments = st.sampled_from([time(8), time(8, 30), time(17)])


@dataclass(frozen=True)
class World:
    """Lines in order of arrival, and the roster."""

    lines: list[Line]
    roster: list[Membership]

    def with_lines(self, lines: list[Line]) -> "World":
        """Return the same people with other lines."""
        return replace(self, lines=lines)


@st.composite
def rosters(draw: st.DrawFn) -> list[Membership]:
    """People with no, one or several memberships: moves, gaps, overlaps, out of service, renamed."""
    roster: list[Membership] = []
    for person in ("P1", "P2", "P3", "P4"):
        born = draw(st.sampled_from(BIRTHDAYS))
        for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3, 0]))):
            joined = draw(st.sampled_from([date(2015, 1, 1), date(2015, 1, 1), None, *DAYS]))
            left = draw(st.sampled_from([None, None, *DAYS]))
            if joined and left and left <= joined:
                left = joined + timedelta(days=draw(st.sampled_from([1, 200])))
            roster.append({
                "member_no": f"M{len(roster)}",
                "person": person,
                "name": draw(st.sampled_from([person.lower()] * 7 + ["renamed"])),
                "union": draw(st.sampled_from(["U1", "U2"])),
                "in_service": draw(st.sampled_from([True, True, True, False])),
                "joined_on": joined,
                "left_on": left,
                "birth_date": born,
            })  # fmt: skip
    return roster


@st.composite
def settlements(draw: st.DrawFn, number: int) -> Line:
    """One ordinary settlement line. Few visits and hospitals, so that stays have several parts."""
    ends = draw(st.sampled_from(DAYS))
    person = draw(st.sampled_from(["P1", "P1", "P2", "P3", "P4"]))
    # A visit usually belongs to one person; now and then two people meet under one name.
    visit = draw(st.sampled_from([f"{person}-1", f"{person}-2", f"{person}-{number}", f"{person}-{number}", "shared"]))
    cash = draw(amounts)
    return {
        "settlement": f"S{number:02}",
        "undoes": None,
        "hospital": draw(st.sampled_from(["H1", "H1", "H2"])),
        "visit": visit,
        "person": person,
        "name": draw(st.sampled_from([person.lower()] * 14 + ["renamed", None])),
        "medical_type": draw(st.sampled_from(["21", "21", "21", "22", "28", "52", "14"])),
        "begins_on": ends - timedelta(days=draw(st.integers(0, 20))),
        "ends_on": ends,
        "settled_at": datetime.combine(ends + timedelta(days=draw(st.sampled_from([0, 0, 1, 40]))), draw(few_moments)),
        "updated_at": None,
        "cash": cash,
        "total": cash * 2,
        "refund_flag": draw(st.sampled_from(["0", "0", None])),
        "valid_flag": draw(st.sampled_from(["1", "1", None])),
        "birth_date": None,
        "trouble": draw(st.sampled_from([""] * 12 + ["invalid", "held"])),
    }


def undoing(line: Line, number: int, flag: str = "1") -> Line:
    """Return the second row of a reversal: a settlement of its own with negative amounts that names the first."""
    return line | {
        "settlement": f"R{number:02}", "undoes": line["settlement"], "cash": -line["cash"], "total": -line["total"],
        "refund_flag": flag, "settled_at": line["settled_at"] + timedelta(days=3), "trouble": "",
    }  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn, *, always_dated: bool = False, clean: bool = False) -> World:
    """A whole world. `always_dated`: changes of a settlement always carry a time of update, so order cannot matter."""
    lines: list[Line] = []
    for number in range(draw(st.integers(1, 9))):
        line = draw(settlements(number))
        if clean:
            line = line | {"trouble": ""}
        lines.append(line)
        fate = "plain" if clean else draw(st.sampled_from(["plain"] * 8 + FATES))
        lines += _fated(draw, line, number, fate, always_dated)
    if not clean:
        lines = draw(st.permutations(lines))
    return World(list(lines), draw(rosters()))


FATES = [
    "undone",
    "both flagged",
    "flagged",
    "corrected",
    "repeated",
    "void",
    "orphan",
    "nameless undoing",
    "rubbish undoing",
]


def _fated(draw: st.DrawFn, line: Line, number: int, fate: str, always_dated: bool) -> list[Line]:
    """Return the further lines that follow from what happens to a settlement."""
    soon, later = (line["settled_at"] + timedelta(days=days) for days in (2, 9))
    further: list[Line] = []
    match fate:
        case "undone":  # the first row keeps flag 0; the second one says it all
            further = [undoing(line, number, draw(st.sampled_from(["1", "2", "0"])))]
        case "both flagged":  # a later export of the same first row, now flagged as well
            further = [undoing(line, number), line | {"refund_flag": "1", "updated_at": later}]
        case "flagged":  # only the flag changes
            further = [line | {"refund_flag": "1", "updated_at": later}]
        case "corrected":
            for step in range(draw(st.integers(1, 3))):
                dated = always_dated or draw(st.booleans())
                further.append(line | {
                    "cash": draw(amounts), "updated_at": soon + timedelta(days=step) if dated else None,
                })  # fmt: skip
        case "repeated":
            further = [dict(line)] * draw(st.integers(1, 2))
        case "void":
            further = [line | {"valid_flag": "0", "updated_at": soon}]
        case "orphan":
            further = [undoing(line, number) | {"undoes": "S-never-seen"}]
        case "nameless undoing":
            further = [undoing(line, number) | {"undoes": None}]
        case "rubbish undoing":
            further = [undoing(line, number) | {"trouble": "invalid"}]
    return further


def fen(yuan: Decimal) -> int:
    """Return yuan as fen, exactly."""
    return int(yuan.scaleb(2))


def line_frame(lines: list[Line], *, files: list[str] | None = None) -> pl.DataFrame:
    """Return lines as the engine reads them; `files` names the file of each line, by default one for all."""
    rows: list[dict[str, Any]] = [
        {
            "file": files[at] if files else "feed.csv",
            "line": at + 2,
            "settlement_id": line["settlement"],
            "undoes": line["undoes"],
            "visit_id": line["visit"],
            "person_key": line["person"],
            "name_key": line["name"],
            "birth_date": line["birth_date"],
            "medical_type": line["medical_type"],
            "begins_on": line["begins_on"],
            "ends_on": line["ends_on"],
            "settled_at": line["settled_at"],
            "updated_at": line["updated_at"],
            "total_fen": fen(line["total"]),
            "cash_fen": fen(line["cash"]),
            "refund_flag": line["refund_flag"],
            "valid_flag": line["valid_flag"],
            "hospital_code": line["hospital"],
            "flaws": TROUBLE[line["trouble"]],
        }
        for at, line in enumerate(lines)
    ]
    return pl.DataFrame(rows, schema=LINE_SCHEMA)


def roster_frame(roster: list[Membership]) -> pl.DataFrame:
    """Return memberships as the engine reads them."""
    rows = [
        {
            "member_no": entry["member_no"],
            "person_key": entry["person"],
            "name_key": entry["name"],
            "org_code": entry["union"],
            "in_service": entry["in_service"],
            "joined_on": entry["joined_on"],
            "left_on": entry["left_on"],
            "birth_date": entry["birth_date"],
            "household": None,
        }
        for entry in roster
    ]
    return pl.DataFrame(rows, schema=ROSTER_SCHEMA)
