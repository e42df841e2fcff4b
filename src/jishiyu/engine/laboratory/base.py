"""The base: a history measured once, without names and numbers of people, so that a policy costs next to nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from jishiyu.engine.decide import set_aside
from jishiyu.engine.laboratory.history import History
from jishiyu.engine.laboratory.loops import Integers
from jishiyu.engine.laboratory.problems import NothingToJudge, PoliciesDiffer
from jishiyu.engine.membership import with_membership
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.requirements import day
from jishiyu.engine.same_stay import hold_repeated

# Who somebody is has no place here: numbers stand for persons, stays and settlements, in the order of the texts.
_NUMBERED = ("person_key", "household", "last_settlement_id", "event_id")
_NOT_KEPT = (
    "name_key", "member_no", "matched", "name_differs", "household_differs", "hold", "aside", "employer_name", "employer_no",
    "claimed", "org_code", "certificate_no", "certificate_issuer",
)  # fmt: skip
_NATIONAL_CARD = r"^01:[0-9]{16}([0-9])[0-9Xx]$"  # the 17th digit is odd for men (GB 11643)


@dataclass(frozen=True)
class Base:
    """`rows`: the events of members that a policy of this anchor may judge, one row each, by person, calendar year and
    order of settlement: event columns with membership, `sex` and `district`; persons, stays and settlements are numbers.
    `left_out`: how many events no policy may judge, by reason."""

    rows: pl.DataFrame
    anchor: str
    kinds: tuple[str, ...]
    left_out: dict[str, int]

    def cash(self) -> Integers:
        """Return what each event cost its person in cash (fen; the certified loss of a fire): what burdens are made of."""
        names = [name for name in ("cash_fen", "loss_fen", "claimed_fen") if name in self.rows.columns]
        chosen = self.rows.select("aside", cash=pl.coalesce([*names, pl.lit(0, pl.Int64)]))["cash"]
        cash: Integers = np.maximum(chosen.to_numpy(), 0)
        return cash

    def save(self, path: Path) -> None:
        """Write the base to a file that `load` maps into memory without reading it."""
        table = self.rows.to_arrow(compat_level=pl.CompatLevel.newest())
        about = {"anchor": self.anchor, "kinds": ",".join(self.kinds)}
        about |= {f"left_out.{reason}": str(count) for reason, count in self.left_out.items()}
        table = table.combine_chunks().replace_schema_metadata(about)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)

    @classmethod
    def load(cls, path: Path) -> "Base":
        """Map the file of a base; processes that map the same file share its memory."""
        table = pa.ipc.open_file(pa.memory_map(str(path), "r")).read_all()
        about = {name.decode(): value.decode() for name, value in (table.schema.metadata or {}).items()}
        left_out = {name[9:]: int(value) for name, value in about.items() if name.startswith("left_out.")}
        rows = pl.from_arrow(table)
        assert isinstance(rows, pl.DataFrame)
        return cls(rows, about["anchor"], tuple(about["kinds"].split(",")), left_out)


def measured(history: History, policies: Sequence[Policy], *, folder: str = "") -> Base:
    """This function will find the members' events that these policies judge, once for all their variants.

    Raises `PoliciesDiffer` when they have no kind of event or no anchor date in common, `NothingToJudge`.
    """
    first = policies[0]
    kinds = [kind for kind in first.judges if all(kind in policy.judges for policy in policies)]
    for other in policies:
        if not kinds or other.anchor != first.anchor:
            raise PoliciesDiffer(
                first=first.name, first_kinds=f"{', '.join(first.judges)} ({first.anchor})",
                second=other.name, second_kinds=f"{', '.join(other.judges)} ({other.anchor})",
            )  # fmt: skip
    events = hold_repeated(history.events)
    events = events.filter(pl.col("kind").is_in(kinds))
    waits = any(requirement.test == "member_for" for policy in policies for requirement in policy.requirements)
    members, reasons = set_aside(with_membership(events, history.roster, day(first.anchor), unbroken=waits))
    counts = members.group_by("aside").len()
    left_out = {reasons[aside][1]: count for aside, count in counts.iter_rows() if aside}
    known = members.filter(pl.col("aside") == 0)
    if not known.height:
        raise NothingToJudge(folder=folder, policy=first.name)
    return Base(_nameless(known, history.districts), first.anchor, tuple(kinds), dict(sorted(left_out.items())))


def _nameless(known: pl.DataFrame, districts: pl.DataFrame | None) -> pl.DataFrame:
    """Put numbers for names, add sex and district, and sort as limits of a calendar year run."""
    rows = known.with_columns(_sex(known), _district(known, districts))
    if "occurrence" in rows.columns:  # events of one household, named by texts that may be certificate numbers
        rows = rows.with_columns(occurrence=pl.coalesce("occurrence", "event_id").rank("dense").cast(pl.Int64))
    numbered = [name for name in _NUMBERED if name in rows.columns]
    rows = rows.with_columns(pl.col(name).rank("dense").cast(pl.Int64) for name in numbered)
    rows = rows.drop([name for name in _NOT_KEPT if name in rows.columns])
    rows = rows.with_columns(aside=pl.lit(0, pl.Int64), year=pl.col("anchor_date").dt.year())
    return rows.sort("person_key", "year", "settled_at", "last_settlement_id", "event_id")


def _sex(known: pl.DataFrame) -> pl.Expr:
    """Return `1` (men), `2` (women) or null: as the bureau says, else by the number of the identity card."""
    digit = pl.col("person_key").str.extract(_NATIONAL_CARD).cast(pl.Int8, strict=False)
    by_number = pl.when(digit % 2 == 1).then(pl.lit("1")).when(digit % 2 == 0).then(pl.lit("2"))
    if "sex" not in known.columns:
        return by_number.alias("sex")
    said = (
        pl.when(pl.col("sex").is_in(["1", "男"]))
        .then(pl.lit("1"))
        .when(pl.col("sex").is_in(["2", "女"]))
        .then(pl.lit("2"))
    )
    return pl.coalesce(said, by_number).alias("sex")


def _district(known: pl.DataFrame, districts: pl.DataFrame | None) -> pl.Series:
    """Return the district of the union, else the insured area."""
    area = (
        known["area"] if "area" in known.columns else pl.Series([None], dtype=pl.String).new_from_index(0, known.height)
    )
    if districts is None:
        return area.alias("district")
    found = known.select("org_code").join(districts, on="org_code", how="left", maintain_order="left")["district"]
    return found.set(found == "", None).alias("district")
