"""Counts and sums of a run, added up piece by piece."""

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from jishiyu.engine.settlement.account import BUCKETS

OWED_KEY = ["member_no", "policy", "year"]


def owed(decisions: pl.DataFrame) -> pl.DataFrame:
    """This function will sum what decisions make owed, per member, policy and year (fen)."""
    return (
        decisions.lazy()
        .filter(pl.col("payable_fen") > 0)
        .group_by(OWED_KEY)
        .agg(pl.col("payable_fen").sum().alias("owed_fen"))
        .with_columns(pl.col("year").cast(pl.Int32))
        .collect()
    )


@dataclass
class Tally:
    """Lines per bucket; decisions, payable and uncapped fen per bucket; decisions, payable fen, payments per policy."""

    lines: dict[str, int] = field(default_factory=dict)
    decided: dict[str, list[int]] = field(default_factory=dict)
    policies: dict[tuple[str | None, str | None], list[int]] = field(default_factory=dict)

    def add(self, lines: pl.DataFrame, decisions: pl.DataFrame) -> None:
        """Count a piece."""
        for bucket, count in lines.group_by("bucket").len().iter_rows():
            self.lines[bucket] = self.lines.get(bucket, 0) + count
        fen = pl.col("payable_fen")
        groups = decisions.group_by("bucket", "policy", "version").agg(
            pl.len(), fen.sum(), pl.col("uncapped_fen").sum(), (fen > 0).sum().alias("payments")
        )
        for bucket, policy, version, count, payable, uncapped, payments in groups.iter_rows():
            _add(self.decided.setdefault(bucket, [0, 0, 0]), [count, payable, uncapped])
            _add(self.policies.setdefault((policy, version), [0, 0, 0]), [count, payable, payments])

    def join(self, other: "Tally") -> None:
        """Add what another tally counted."""
        for bucket, count in other.lines.items():
            self.lines[bucket] = self.lines.get(bucket, 0) + count
        for bucket, figures in other.decided.items():
            _add(self.decided.setdefault(bucket, [0, 0, 0]), figures)
        for policy, figures in other.policies.items():
            _add(self.policies.setdefault(policy, [0, 0, 0]), figures)

    def summary(self) -> dict[str, Any]:
        """Return the counts as they stand in summary.json."""
        policies = sorted(
            self.policies.items(), key=lambda entry: (entry[0][0] is None, entry[0][0] or "", entry[0][1] or "")
        )
        return {
            "lines": sum(self.lines.values()),
            "lines_per_bucket": {bucket: self.lines.get(bucket, 0) for bucket in BUCKETS},
            "decisions": sum(count for count, _, _ in self.decided.values()),
            "decisions_per_bucket": {
                bucket: {"count": count, "payable_fen": payable, "uncapped_fen": uncapped}
                for bucket, (count, payable, uncapped) in sorted(self.decided.items())
            },
            "per_policy": [
                {"policy": policy, "version": version, "count": count, "payable_fen": payable, "payments": payments}
                for (policy, version), (count, payable, payments) in policies
            ],
            "payable_fen": sum(payable for _, payable, _ in self.decided.values()),
        }


def _add(sums: list[int], figures: list[int]) -> None:
    for at, figure in enumerate(figures):
        sums[at] += figure
