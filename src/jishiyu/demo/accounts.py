"""Accounts that members' unions send in after a call: a small roster file, taken in like any other."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from jishiyu.apps.members.importing import check_roster, confirm_roster
from jishiyu.apps.members.models import Membership
from jishiyu.apps.payments.models import ObstacleReason
from jishiyu.apps.payments.operations import release_corrected
from jishiyu.apps.payments.queries import calls
from jishiyu.apps.subsidies.models import EntitlementState
from jishiyu.apps.subsidies.operations import rematch
from jishiyu.demo.numbers import bank_cards
from jishiyu.demo.officers import CLERK, MAKER, drawn

MENDABLE = {
    ObstacleReason.NO_ACCOUNT.value, ObstacleReason.BAD_ACCOUNT.value, EntitlementState.RETURNED.value,
    EntitlementState.FAILED.value,
}  # fmt: skip
REACHED = 96  # of a hundred members called about their account
FRESH = 100_000_000  # each month's new cards have numbers of their own


@dataclass(frozen=True)
class AccountsMended:
    """How many members got a new account on the roster, and how many payments may be tried again."""

    members: int = 0
    released: int = 0


def mend_accounts(
    *, roster: pl.DataFrame, folder: Path, month: int, seed: int, as_of: date, on: date, at: datetime
) -> AccountsMended:
    """This function will put new accounts on the roster for members whose payment is stuck, and release the payments.

    `roster` is the city's roster as texts: only the account of the lines concerned is another.
    """
    stuck = {call.person_id for call in calls() if call.reason in MENDABLE}
    known = Membership.objects.filter(person_id__in=stuck).order_by("member_no")
    rows = pl.DataFrame(
        list(known.values_list("member_no", "person_id").distinct()),
        schema={"member_no": pl.String, "person_id": pl.Int64}, orient="row",
    ).with_columns(first=pl.col("member_no").min().over("person_id"))  # fmt: skip
    rows = rows.filter(pl.Series([drawn(seed, number, month) < REACHED for number in rows["first"]], dtype=pl.Boolean))
    if not rows.height:
        return AccountsMended()
    serials = rows["first"].str.slice(1).cast(pl.Int64).to_numpy()
    fresh = rows.select("member_no", fresh=bank_cards(serials + FRESH * (month + 1)))
    path = folder / f"accounts-{on:%Y-%m}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = roster.join(fresh, on="member_no", how="inner", maintain_order="left")
    lines.with_columns(bank_account="fresh").drop("fresh").write_csv(path)
    found = check_roster(path=path, as_of=as_of, by=CLERK, at=at)
    confirm_roster(import_id=found.pk, by=CLERK, at=at)
    rematch(by=CLERK, on=on)
    return AccountsMended(members=rows["person_id"].n_unique(), released=release_corrected(by=MAKER, on=on, at=at))
