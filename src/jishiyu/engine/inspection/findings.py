"""Findings → the table that `jishiyu diagnose` writes."""

import polars as pl

from jishiyu.engine.inspection.model import Finding
from jishiyu.engine.inspection.reasons import why

COLUMNS = ("point", "quantity", "value", "limit", "standard", "edition", "clause", "verdict", "reason")


def findings_table(findings: tuple[Finding, ...]) -> pl.DataFrame:
    """This function will return findings as texts; the reason is in Chinese, then in English.

    `value` is the number as it was read, in the unit that `limit` names.
    """
    rows = [
        (one.point, one.quantity, one.value, one.limit, one.standard, one.edition, one.clause, one.verdict,
         f"{why(one, 'zh')} {why(one, 'en')}")
        for one in findings
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
