"""A desk for trying rules: writes a policy file from parts, reads it back, and decides a few events by it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from jishiyu.engine.decide import decide
from jishiyu.engine.policy.load import load_policy
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.roster import ROSTER_SCHEMA

PROOF = 'source = "check"\nstatus = "assumed"'
HEAD = """\
format = 1
name = "{name}"
version = "{version}"
title = {{ zh = "检验", en = "check" }}
issuer = {{ zh = "检验", en = "check" }}
from = {starts}
judges = ["{kind}"]
anchor = "{anchor}"
order = {order}
{top}
[sources.check]
title = "a rule made up for a check"

"""
FIRST_SETTLED = datetime.fromisoformat("2025-01-01")
BASE = f'[base]\ntitle = {{ zh = "基数", en = "base" }}\namount = "cash"\n{PROOF}\n'
FLAT = 'kind = "flat"\nrate = "100 %"'


def policy_text(
    *,
    name: str = "check.rule",
    version: str = "1",
    starts: str = "2020-01-01",
    kind: str = "stay",
    anchor: str = "ends_on",
    order: str = '["settled_at", "last_settlement_id"]',
    top: str = "",
    base: str = BASE,
    formula: str = FLAT,
    automatic: str = "100000000.00",
    limits: Sequence[str] = (),
    requirements: Sequence[str] = (),
    more: str = "",
) -> str:
    """Return the text of a policy file; every part is written as it would stand there, without its proof."""
    parts = [
        HEAD.format(name=name, version=version, starts=starts, kind=kind, anchor=anchor, order=order, top=top),
        base,
    ]
    for number, requirement in enumerate(requirements):
        code = "" if "code =" in requirement else f'code = "r{number}"\n'
        parts.append(f'[[require]]\n{code}zh = "条件"\nen = "requirement"\n{requirement}\n{PROOF}\n')
    parts.append(f"[formula]\n{formula}\n{PROOF}\n")
    parts += [f"[[limit]]\n{limit}\n{PROOF}\n" for limit in limits]
    parts.append(f'[automatic]\nup_to = "{automatic}"\n{PROOF}\n')
    return "\n".join([*parts, more])


def policy(folder: Path, **parts: Any) -> Policy:
    """Write a policy file and read it back."""
    text = policy_text(**parts)
    path = folder / f"rule-{parts.get('version', '1')}.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


def brackets(*entries: tuple[str, str, str]) -> str:
    """Return bracket lines: ("over", "1000.00", "10 %"), …"""
    rows = [
        f'    {{ {edge} = "{amount}", rate = "{rate}", source = "check", status = "assumed" }},'
        for edge, amount, rate in entries
    ]
    return "\n".join(["bracket = [", *rows, "]"])


MONEY = (
    "cash",
    "total",
    "fund",
    "in_scope",
    "account",
    "personal",
    "own_expense",
    "deductible",
    "loss",
    "invoice",
    "claimed",
)


def events(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return event rows; what a row leaves out is ordinary. Amounts are yuan as text, in the order of settlement."""
    made = []
    for at, row in enumerate(rows):
        ends = row.get("ends_on", date(2025, 3, 10))
        whole: dict[str, Any] = {
            "event_id": f"E{at}", "kind": "stay", "person_key": "A", "name_key": "n", "ends_on": ends, "begins_on": ends,
            "settled_at": FIRST_SETTLED + timedelta(days=at), "last_settlement_id": f"S{at:03}", "hold": None,
            **{name: value for name, value in row.items() if name not in MONEY},
        }  # fmt: skip
        whole |= {
            f"{name}_fen": None if row[name] is None else int(Decimal(row[name]) * 100) for name in MONEY if name in row
        }
        made.append(whole)
    frame = pl.DataFrame(made, infer_schema_length=None)
    texts = [
        pl.col(name).cast(pl.Date if name.endswith("_on") else pl.String)
        for name, kind in frame.schema.items()
        if kind == pl.Null and name != "cash_fen"
    ]
    amounts = [pl.col(name).cast(pl.Int64) for name in frame.columns if name.endswith("_fen")]
    return frame.with_columns(texts).with_columns(amounts).with_columns(pl.col("settled_at").cast(pl.Datetime("us")))


def people(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return a roster; what a row leaves out is ordinary."""
    ordinary = {
        "person_key": "A", "name_key": "n", "org_code": "U", "in_service": True, "joined_on": date(2010, 1, 1),
        "left_on": None, "birth_date": date(1980, 1, 1), "household": None,
    }  # fmt: skip
    made = [ordinary | {"member_no": f"M{row.get('person_key', 'A')}"} | row for row in rows or ({},)]
    return pl.DataFrame(made, schema=ROSTER_SCHEMA)


def decided(
    policies: Policy | Sequence[Policy],
    *rows: dict[str, Any],
    roster: pl.DataFrame | None = None,
    history: pl.DataFrame | None = None,
) -> list[dict[str, Any]]:
    """Return the decisions of event rows, in the order of the rows."""
    shelf = Shelf.of([policies] if isinstance(policies, Policy) else policies)
    asked = events(*rows)
    found = decide(asked, people() if roster is None else roster, history, shelf)
    by_event = {row["stay_id"]: row for row in found.iter_rows(named=True)}
    assert len(by_event) == found.height == asked.height
    return [by_event[event] for event in asked["event_id"]]


def paid(policies: Policy | Sequence[Policy], *rows: dict[str, Any], **options: Any) -> list[str]:
    """Return what is payable for each row, yuan as text."""
    return [yuan(row["payable_fen"]) for row in decided(policies, *rows, **options)]


def yuan(fen: int) -> str:
    """Return fen as yuan with two places."""
    return str(Decimal(fen).scaleb(-2).quantize(Decimal("0.01")))
