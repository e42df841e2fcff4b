"""Clean lines → what really arrives: every kind of dirt of `kinds.py` as a function from lines to lines."""

from collections.abc import Callable

import numpy as np
import polars as pl

from jishiyu.demo import kinds
from jishiyu.demo.lines import AMOUNTS, DAY
from jishiyu.demo.numbers import fifteen_digits, wrong_check_digit
from jishiyu.demo.period import FORMATS, Period
from jishiyu.demo.streams import Ints, Stream

Lines = pl.DataFrame
WIDE = {str(digit): chr(ord("０") + digit) for digit in range(10)}
UNKNOWN_TYPE = "77"


class Spoiler:
    """Turns the lines of one kind of dirt into the lines that arrive; later lines go to later months."""

    def __init__(self, *, seed: int, period: Period, others: Lines) -> None:
        self.seed = seed
        self.period = period
        self.others = others  # lines of other people, for stays that two people share

    def all(self, clean: Lines) -> Lines:
        """This function will return all lines that arrive, with `after` telling apart lines of equal time."""
        clean = clean.with_columns(after=pl.lit(0, pl.Int64))
        parts = [clean.filter(pl.col("dirt") == kinds.CLEAN)]
        for name in kinds.ALL:
            rows = clean.filter(pl.col("dirt") == name)
            if rows.height:
                parts.append(_MAKERS[name](self, rows))
        return pl.concat([part.select(clean.columns) for part in parts], how="vertical_relaxed")

    def later(self, rows: Lines, most: int = 4) -> Lines:
        """This function will move lines to a later month and give them a newer time of update in it."""
        stream = Stream(self.seed, f"later.{rows['dirt'][0]}")
        month = rows["month"].to_numpy()
        room = np.minimum(np.maximum(self.period.count - 1 - month, 0), most)
        moved = np.minimum(month + 1 + stream.within(np.maximum(room, 1)), self.period.count - 1)
        return rows.with_columns(month=pl.Series(moved), updated_at=pl.Series(self._moment(stream, moved)))

    def _moment(self, stream: Stream, month: Ints) -> Ints:
        width = np.diff(self.period.firsts)[month]
        return (self.period.firsts[month] + stream.within(width)) * DAY + stream.between(len(month), 64_000, 80_000)


def _duplicate(_: Spoiler, rows: Lines) -> Lines:
    return pl.concat([rows, _fate(rows.with_columns(after=pl.lit(1, pl.Int64)), "duplicate")])


def _sent_again(spoiler: Spoiler, rows: Lines) -> Lines:
    # In the next file of the same kind: other kinds may leave out a column, and then the content differs.
    month = (pl.col("month") + len(FORMATS)).clip(upper_bound=spoiler.period.count - 1)
    again = rows.with_columns(month=month, after=pl.lit(1, pl.Int64))
    return pl.concat([rows, _fate(again, "duplicate")])


def _corrected(_: Spoiler, rows: Lines) -> Lines:
    # The newer version may stand before or after the older one; the time of update decides.
    newer = rows.with_columns(updated_at=pl.col("updated_at") + 900, after=pl.col("stay") % 2 * 2 - 1)
    return pl.concat([_fate(_other_cash(rows), "superseded"), newer])


def _corrected_later(spoiler: Spoiler, rows: Lines) -> Lines:
    return pl.concat([_fate(_other_cash(rows), "superseded"), spoiler.later(rows)])


def _corrected_undated(_: Spoiler, rows: Lines) -> Lines:
    undated = rows.with_columns(updated_at=pl.lit(None, pl.Int64))
    return pl.concat([_fate(_other_cash(undated), "superseded"), undated.with_columns(after=pl.lit(1, pl.Int64))])


def _mid_stay(spoiler: Spoiler, rows: Lines) -> Lines:
    """Settle a stay in two parts, the first on a day inside the stay."""
    half = rows.with_columns(ends=pl.col("begins") + (pl.col("ends") - pl.col("begins")) // 2)
    return _two_parts(spoiler, rows, half)


def _cross_year(spoiler: Spoiler, rows: Lines) -> Lines:
    """Settle a stay over New Year in two parts, the first on 31 December."""
    firsts = pl.Series(spoiler.period.firsts)
    january = firsts.gather(rows["month"])
    over = rows.filter(january > rows["begins"])
    alone = rows.filter(january <= rows["begins"])
    last = firsts.gather(over["month"]) - 1
    return pl.concat([alone, _two_parts(spoiler, over, over.with_columns(ends=last))])


def _two_parts(spoiler: Spoiler, rows: Lines, first: Lines) -> Lines:
    """Split amounts so that both parts add up in themselves and together give the whole."""
    first = first.with_columns(
        *[(pl.col(name) * 2 // 5).alias(name) for name in AMOUNTS if name not in ("personal_fen", "cash_fen")],
        settlement_id=pl.col("settlement_id").str.slice(0, 13) + "01",
        settled_at=pl.col("settled_at") % DAY + pl.col("ends") * DAY,
    ).with_columns(
        personal_fen=pl.col("total_fen") - pl.col("fund_fen") - pl.col("hospital_part_fen"),
        updated_at=pl.col("settled_at") + 3_600,
    ).with_columns(cash_fen=pl.col("personal_fen") - pl.col("account_fen"))  # fmt: skip
    # A tiny bill may leave no cash in its first part: nothing is negative then, it is only uneven.
    place = np.searchsorted(spoiler.period.firsts, first["ends"].to_numpy(), side="right") - 1
    first = first.with_columns(month=pl.Series(np.clip(place, 0, rows["month"].to_numpy())))
    second = rows.with_columns(
        *[(rows[name] - first[name]).alias(name) for name in AMOUNTS], begins=first["ends"],
    )  # fmt: skip
    return pl.concat([first, second])


def _settled_again(_: Spoiler, rows: Lines) -> Lines:
    return pl.concat([*_first_settlement_and_undoing(rows), _again(rows)])


def _settled_again_later(spoiler: Spoiler, rows: Lines) -> Lines:
    first, undoing = _first_settlement_and_undoing(rows)
    moved = spoiler.later(rows)
    when = {"month": moved["month"], "settled_at": moved["updated_at"] - 1_800, "updated_at": moved["updated_at"]}
    return pl.concat([first, undoing.with_columns(**when), _again(rows).with_columns(**when)])


def _first_settlement_and_undoing(rows: Lines) -> list[Lines]:
    first = _fate(_other_cash(rows), "reversed")
    return [first, _undoing(first)]


def _again(rows: Lines) -> Lines:
    return rows.with_columns(
        settlement_id=pl.col("settlement_id").str.slice(0, 13) + "02", settled_at=pl.col("settled_at") + 1_200,
        updated_at=pl.col("updated_at") + 1_200, after=pl.lit(2, pl.Int64),
    )  # fmt: skip


def _undoing(rows: Lines, flag: str = "1") -> Lines:
    """Make the undoing line: a new settlement, negative amounts, pointing at the original."""
    return _fate(rows, "reversed").with_columns(
        *[(-pl.col(name)).alias(name) for name in AMOUNTS], undoes=pl.col("settlement_id"),
        settlement_id=pl.col("settlement_id").str.slice(0, 13) + "09", settled_at=pl.col("settled_at") + 600,
        updated_at=pl.col("updated_at") + 600, refund_flag=pl.lit(flag), after=pl.lit(1, pl.Int64),
    )  # fmt: skip


def _undone(_: Spoiler, rows: Lines) -> Lines:
    return pl.concat([_fate(rows, "reversed"), _undoing(rows)])


def _undone_both_flagged(_: Spoiler, rows: Lines) -> Lines:
    flagged = _fate(rows, "reversed").with_columns(
        refund_flag=pl.when(pl.col("stay") % 3 == 0).then(pl.lit("2")).otherwise(pl.lit("1"))
    )
    return pl.concat([flagged, _undoing(rows)])


def _undone_by_flag(spoiler: Spoiler, rows: Lines) -> Lines:
    flagged = spoiler.later(rows, most=8).with_columns(refund_flag=pl.lit("1"))
    return pl.concat([_fate(rows, "superseded"), _fate(flagged, "reversed")])


def _void(_: Spoiler, rows: Lines) -> Lines:
    return _fate(rows.with_columns(valid_flag=pl.lit("0")), "reversed")


def _undone_late(spoiler: Spoiler, rows: Lines) -> Lines:
    moved = spoiler.later(rows, most=14)
    undoing = _undoing(rows).with_columns(
        month=moved["month"], settled_at=moved["updated_at"] - 1_800, updated_at=moved["updated_at"]
    )
    return pl.concat([_fate(rows, "reversed"), undoing])


def _undone_before_original(spoiler: Spoiler, rows: Lines) -> Lines:
    original = spoiler.later(rows, most=1).with_columns(updated_at=rows["updated_at"])
    return pl.concat([_undoing(rows), _fate(original, "reversed")])


def _original_never_sent(_: Spoiler, rows: Lines) -> Lines:
    return _fate(_undoing(rows), "held")


def _wrong_check_digit(_: Spoiler, rows: Lines) -> Lines:
    wrong = wrong_check_digit(rows["cert_no"])
    return _fate(rows.with_columns(cert_no=wrong, key=wrong), "invalid")


def _returned_and_corrected(spoiler: Spoiler, rows: Lines) -> Lines:
    return pl.concat([_wrong_check_digit(spoiler, rows), spoiler.later(rows, most=2)])


def _scientific_number(_: Spoiler, rows: Lines) -> Lines:
    head = pl.col("cert_no").str.slice(0, 1) + "." + pl.col("cert_no").str.slice(1, 5) + "E+17"
    return _fate(rows.with_columns(cert_no=head, key=head), "invalid")


def _impossible_date(_: Spoiler, rows: Lines) -> Lines:
    return _fate(rows.with_columns(bad_begins=pl.lit("2024-02-30")), "invalid")


def _begins_after_ends(_: Spoiler, rows: Lines) -> Lines:
    return _fate(rows.with_columns(begins=pl.col("ends"), ends=pl.col("begins") - 3), "invalid")


def _three_decimals(_: Spoiler, rows: Lines) -> Lines:
    return _fate(rows.with_columns(bad_cash_fen=pl.lit("5")), "invalid")


def _negative_amount(_: Spoiler, rows: Lines) -> Lines:
    return _fate(rows.with_columns(account_fen=-pl.col("account_fen") - 100), "invalid")


def _no_hospital(_: Spoiler, rows: Lines) -> Lines:
    return _fate(rows.with_columns(hospital_code=pl.lit("")), "invalid")


def _broken_row(_: Spoiler, rows: Lines) -> Lines:
    broken = pl.when(pl.col("stay") % 2 == 0).then(pl.lit("short")).otherwise(pl.lit("long"))
    return _fate(rows.with_columns(bad_row=broken), "invalid")


def _wrong_name(_: Spoiler, rows: Lines) -> Lines:
    return _fate(rows.with_columns(name=pl.lit("某") + pl.col("name").str.slice(1)), "held")


def _unknown_medical_type(_: Spoiler, rows: Lines) -> Lines:
    return _fate(rows.with_columns(medical_type=pl.lit(UNKNOWN_TYPE)), "held")


def _two_people(spoiler: Spoiler, rows: Lines) -> Lines:
    """Give somebody else's line the same visit at the same hospital."""
    others = spoiler.others.head(rows.height)
    rows = rows.head(others.height)
    apart = rows["key"] != others["key"]
    rows, others = rows.filter(apart), others.filter(apart)
    person = [
        "key", "person_no", "name", "cert_type", "cert_no", "sex", "born", "insurance_type", "person_type", "employer_no",
        "employer_name",
    ]  # fmt: skip
    second = rows.with_columns(
        *[others[name] for name in person], settlement_id=pl.col("settlement_id").str.slice(0, 13) + "05"
    )
    return _fate(pl.concat([rows, second]), "held")


def _number(change: Callable[[pl.Series], pl.Series]) -> Callable[[Spoiler, Lines], Lines]:
    def change_number(_: Spoiler, rows: Lines) -> Lines:
        return rows.with_columns(change(rows["cert_no"]).alias("cert_no"))

    return change_number


def _sums_do_not_add_up(_: Spoiler, rows: Lines) -> Lines:
    return rows.with_columns(total_fen=pl.col("total_fen") + 1_000)


def _other_cash(rows: Lines) -> Lines:
    """Make an earlier version of a bill: the fund paid a little less or more, the patient the difference."""
    change = pl.col("cash_fen") * (pl.col("stay") % 17 - 8) // 100
    change = pl.when(change == 0).then(pl.lit(1, pl.Int64)).otherwise(change)
    return rows.with_columns(
        cash_fen=pl.col("cash_fen") + change,
        personal_fen=pl.col("personal_fen") + change,
        fund_fen=pl.col("fund_fen") - change,
    )


def _fate(rows: Lines, fate: str) -> Lines:
    return rows.with_columns(fate=pl.lit(fate))


def _same(_: Spoiler, rows: Lines) -> Lines:
    return rows


_MAKERS: dict[str, Callable[[Spoiler, Lines], Lines]] = {
    "duplicate": _duplicate,
    "sent_again": _sent_again,
    "corrected": _corrected,
    "corrected_later": _corrected_later,
    "corrected_undated": _corrected_undated,
    "mid_stay": _mid_stay,
    "cross_year": _cross_year,
    "hand_reimbursed": _same,
    "settled_again": _settled_again,
    "settled_again_later": _settled_again_later,
    "lower_case_x": _number(lambda number: number.str.to_lowercase()),
    "full_width_number": _number(lambda number: number.str.replace_many(WIDE)),
    "spaced_number": _number(
        lambda n: pl.select(n.str.slice(0, 6) + " " + n.str.slice(6, 8) + " " + n.str.slice(14)).to_series()
    ),
    "fifteen_digits": _number(fifteen_digits),
    "spaced_name": lambda _, rows: rows.with_columns(name=pl.col("name") + "\u3000"),
    "sums_do_not_add_up": _sums_do_not_add_up,
    "returned_and_corrected": _returned_and_corrected,
    "undone": _undone,
    "undone_both_flagged": _undone_both_flagged,
    "undone_by_flag": _undone_by_flag,
    "void": _void,
    "undone_late": _undone_late,
    "undone_before_original": _undone_before_original,
    "original_never_sent": _original_never_sent,
    "wrong_check_digit": _wrong_check_digit,
    "scientific_number": _scientific_number,
    "impossible_date": _impossible_date,
    "begins_after_ends": _begins_after_ends,
    "three_decimals": _three_decimals,
    "negative_amount": _negative_amount,
    "no_hospital": _no_hospital,
    "broken_row": _broken_row,
    "wrong_name": _wrong_name,
    "unknown_medical_type": _unknown_medical_type,
    "two_people": _two_people,
}
