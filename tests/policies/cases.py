"""Law cases: rows that a clerk can read, decided by the real engine.

A file in `cases/` names the policies it is about and lists cases: the situation, the people, the facts, what is
expected of each fact, and why. What a fact or a person does not say is ordinary: a member in service since 2010, born
in 1980; an ordinary stay that ends on 10 March 2025; facts are settled one minute after the other, in their order.
Amounts are yuan as text. Stays pass through the netting of settlement lines, everything else through the
reading of applications (kind `住院` for a stay that was applied for). Where each settlement is a stay of its own, a stay that is
alone in its visit still bears the name of its fact.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from jishiyu.engine.applications import applications
from jishiyu.engine.decide import decide
from jishiyu.engine.identity import fold_certificates
from jishiyu.engine.policy.shelf import Shelf, every_shipped, load_shelf
from jishiyu.engine.roster import ROSTER_SCHEMA
from jishiyu.engine.settlement.account import account
from jishiyu.engine.settlement.lines import LINE_SCHEMA
from jishiyu.engine.settlement.live import settle
from jishiyu.engine.settlement.stays import stays

HERE = Path(__file__).parent
AS_OF = date(2030, 1, 1)
PASSPORT = "16"
PAID = ("loss", "invoice", "cash")
STAY_DEFAULTS: dict[str, Any] = {"ends_on": date(2025, 3, 10), "medical_type": "21", "total": "900000.00"}
AMOUNTS = {
    "cash",
    "total",
    "fund",
    "in_scope",
    "account",
    "personal",
    "own_expense",
    "over_limit",
    "advance",
    "deductible",
}


@dataclass(frozen=True)
class Case:
    """One case of a file."""

    file: str
    policies: list[str]
    data: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.file}: {self.data['situation'].split('。')[-1]}"


def every_case() -> list[Case]:
    """Return the cases of all files, in the order of the files."""
    found = []
    for path in sorted((HERE / "cases").glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [Case(path.stem, data["policies"], case) for case in data["case"]]
    return found


def shelf(names: list[str]) -> Shelf:
    """Return shipped policies by name, or those of files in `rules/`."""
    files = [HERE / "rules" / name for name in names if name.endswith(".toml")]
    if files:
        return load_shelf(files)
    return Shelf({name: every_shipped().versions[name] for name in names})


def run(case: Case) -> tuple[list[dict[str, Any]], list[str]]:
    """Return all decisions of a case, and the bucket of every settlement line."""
    facts = [
        fact if "name" in fact else fact | {"name": str(at)} for at, fact in enumerate(case.data["facts"], start=1)
    ]
    lines = _lines([fact for fact in facts if fact.get("kind", "stay") == "stay"])
    policies = shelf(case.policies)
    settled = settle(lines, policies.unit)
    claims = _applications(facts)
    events = pl.concat([stays(settled), claims], how="diagonal") if claims.height else stays(settled)
    decisions = decide(events, _roster(case), None, policies)
    return decisions.to_dicts(), account(settled, decisions)["bucket"].to_list()


def _number(person: str) -> str:
    return f"E0000000{person}"


def _key(person: str) -> str:
    folded = fold_certificates(pl.Series([PASSPORT]), pl.Series([_number(person)]), as_of=AS_OF)
    return str(folded.key[0])


def _fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


def _lines(facts: list[dict[str, Any]]) -> pl.DataFrame:
    rows = []
    for at, fact in enumerate(facts):
        fact = STAY_DEFAULTS | fact
        settled_on = fact.get("settled_on", fact["ends_on"])
        row: dict[str, Any] = {
            "file": "case", "line": at + 2, "settlement_id": fact.get("settlement", f"S{fact['name']}"),
            "undoes": fact.get("undoes"), "visit_id": fact.get("visit", fact["name"]), "hospital_code": "H",
            "person_key": _key(fact.get("person", "A")), "name_key": fact.get("called", "张三"),
            "medical_type": fact["medical_type"], "insurance_type": fact.get("insurance_type"),
            "begins_on": fact.get("begins_on", fact["ends_on"]), "ends_on": fact["ends_on"],
            "settled_at": datetime.combine(settled_on, time(8)) + timedelta(minutes=at),
            "refund_flag": fact.get("refund_flag", "0"), "valid_flag": fact.get("valid_flag", "1"),
            "flaws": 0, "area": fact.get("area"),
        }  # fmt: skip
        if fact.get("again"):  # the very same line, which came before
            row = rows[-1] | {"line": at + 2}
        rows.append(
            row | {f"{name}_fen": _fen(fact[name]) for name in AMOUNTS if name in fact}
            if not fact.get("again")
            else row
        )
    return pl.DataFrame(rows, schema=LINE_SCHEMA)


def _applications(facts: list[dict[str, Any]]) -> pl.DataFrame:
    rows = []
    for at, fact in enumerate(facts):
        if fact.get("kind", "stay") == "stay":
            continue
        row = {name: str(value) for name, value in fact.items() if name not in ("name", "person", *PAID)}
        row |= {f"{name}_fen": fact[name] for name in PAID if name in fact}
        row |= {"file": "case", "line": at + 2, "application_id": fact["name"], "name": fact.get("called", "张三")}
        row |= {"cert_type": PASSPORT, "cert_no": _number(fact.get("person", "A"))}
        rows.append(row | {"filed_on": str(fact.get("filed_on", fact["event_on"]))})
    if not rows:
        return pl.DataFrame()
    read = applications(pl.DataFrame(rows, infer_schema_length=None), as_of=AS_OF)
    assert read.problems.is_empty(), read.problems
    return read.events


def _roster(case: Case) -> pl.DataFrame:
    people = case.data.get("people", [{"person": "A"}])
    rows = [
        {
            "member_no": entry.get("member_no", f"M-{entry['person']}"), "person_key": _key(entry["person"]),
            "name_key": entry.get("called", "张三"), "org_code": entry.get("union", "U1"),
            "in_service": entry.get("in_service", True), "joined_on": entry.get("joined_on", date(2010, 1, 1)),
            "left_on": entry.get("left_on"), "birth_date": entry.get("born", date(1980, 1, 1)),
            "household": entry.get("household"),
        }
        for entry in people
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=ROSTER_SCHEMA)
