"""Stays → clean lines: one settlement per stay, with all columns a bureau sends, in our own words."""

import numpy as np
import polars as pl

from jishiyu.demo import words
from jishiyu.demo.people import People
from jishiyu.demo.stays import Hospital
from jishiyu.demo.streams import Ints, Stream
from jishiyu.demo.unions import Unions

AMOUNTS = (
    "total_fen", "fund_fen", "hospital_part_fen", "personal_fen", "account_fen", "cash_fen", "in_scope_fen",
    "own_expense_fen", "over_limit_fen", "advance_fen", "deductible_fen",
)  # fmt: skip
DAY = 86_400
FIRST_STAY = 10_000_001
UNKNOWN_EMPLOYERS = 160


def clean_lines(
    *, seed: int, stays: pl.DataFrame, members: People, strangers: People, unions: Unions, places: list[Hospital]
) -> pl.DataFrame:
    """This function will return one line per stay, in the order of the stays.

    Beside the columns of a line (amounts in fen; `begins`, `ends`, `born` days since 1970; `settled_at`,
    `updated_at` seconds since 1970): `stay` (position), `class`, `dirt`, `month` of the file, and for the truth
    `fate` (empty = that of the stay), `key` (who it is: certificate type and number as the card says). `bad_*` columns hold texts that
    stand in a file instead of the real value.
    """
    count = stays.height
    stay = np.arange(count, dtype=np.int64)
    settled = stays["settled"].to_numpy()
    moment = settled * DAY + Stream(seed, "lines.times").between(count, 8 * 3600, 18 * 3600)
    serial = stay + FIRST_STAY
    hospital = stays["hospital"]
    frame = stays.select(
        "class", "dirt", "month", "begins", "ends", "medical_type", "diagnosis_code", "diagnosis_name"
    ).with_columns(
        stay=pl.Series(stay),
        fate=pl.lit(""),
        settlement_id=pl.lit("2201S") + pl.Series(serial).cast(pl.String) + pl.lit("00"),
        undoes=pl.lit(""),
        visit_id=pl.lit("2201V") + pl.Series(serial).cast(pl.String),
        settled_at=pl.Series(moment),
        updated_at=pl.Series(moment + 3_600),
        refund_flag=pl.lit("0"),
        valid_flag=pl.lit("1"),
        area=pl.lit("220199"),
        hospital_code=pl.Series([place.code for place in places]).gather(hospital),
        hospital_name=pl.Series([place.name for place in places]).gather(hospital),
        hospital_level=pl.Series([place.level for place in places]).gather(hospital),
        **{f"bad_{name}": pl.lit("") for name in ("begins", "cash_fen", "row")},
    )
    people = _people(stays, members, strangers)
    employers = _employers(seed, stays, members, strangers, unions)
    whole = pl.concat([frame, people, employers, amounts(seed, stays["cash"].to_numpy())], how="horizontal")
    return whole.with_columns(key=pl.col("cert_type") + ":" + pl.col("cert_no"))


def _people(stays: pl.DataFrame, members: People, strangers: People) -> pl.DataFrame:
    """Look up who the stays are about."""
    known = stays["class"] != "stranger"
    who = stays["person"].to_numpy()
    at_home, away = np.where(known, who, 0), np.where(known, 0, who)

    def both(mine: pl.Series, theirs: pl.Series) -> pl.Series:
        return mine.gather(pl.Series(at_home)).zip_with(known, theirs.gather(pl.Series(away)))

    sex = np.where(known, members.sex[at_home], strangers.sex[away])
    serial = np.where(known, who + 20_000_000, who + 60_000_000)
    return pl.DataFrame(
        {
            "person_no": pl.select(pl.lit("2201000000") + pl.Series(serial).cast(pl.String)).to_series(),
            "name": both(members.name, strangers.name), "cert_type": both(members.cert_type, strangers.cert_type),
            "cert_no": both(members.number, strangers.number), "sex": pl.Series(sex).cast(pl.String),
            "born": np.where(known, members.born[at_home], strangers.born[away]),
            "insurance_type": pl.select(
                pl.when(known | pl.Series(who % 7 != 0)).then(pl.lit("310")).otherwise(pl.lit("390"))
            ).to_series(),
            "person_type": pl.select(
                pl.when(stays["class"] == "retired").then(pl.lit("1201")).otherwise(pl.lit("1101"))
            ).to_series(),
        }
    )  # fmt: skip


def _employers(seed: int, stays: pl.DataFrame, members: People, strangers: People, unions: Unions) -> pl.DataFrame:
    """Name the employer: that of the union, or for some strangers one that no union knows."""
    stream = Stream(seed, "lines.employers")
    known = (stays["class"] != "stranger").to_numpy()
    who = stays["person"].to_numpy()
    home = np.where(known, members.home[np.where(known, who, 0)], strangers.home[np.where(known, 0, who)])
    names = pl.Series([union.employer for union in unions.everyone])
    numbers = pl.Series([union.uscc or union.code for union in unions.everyone])
    unknown = ~known & (np.where(known, 0, who) % 5 < 2)
    which = stream.below(len(who), UNKNOWN_EMPLOYERS)
    invented = [
        f"长春{words.PLACE_WORDS[at % len(words.PLACE_WORDS)]}{'甲乙丙丁'[at // len(words.PLACE_WORDS)]}号贸易商行"
        for at in range(UNKNOWN_EMPLOYERS)
    ]
    flag = pl.Series(~unknown)
    return pl.DataFrame(
        {
            "employer_no": numbers.gather(pl.Series(home)).zip_with(flag, pl.Series([""] * len(who))),
            "employer_name": names.gather(pl.Series(home)).zip_with(flag, pl.Series(invented).gather(pl.Series(which))),
        }
    )


def amounts(seed: int, cash: Ints) -> pl.DataFrame:
    """This function will build whole bills (fen) around what the patients paid in cash; all identities hold."""
    stream = Stream(seed, "lines.amounts")
    count = len(cash)
    account = np.where(stream.chance(count, 300_000), stream.within(np.minimum(cash // 4, 300_000) + 1), 0)
    personal = cash + account
    hospital_part = np.where(stream.chance(count, 30_000), stream.below(count, 50_000), 0)
    share = stream.between(count, 22, 56)
    total = personal * 100 // share + hospital_part
    own_expense = personal * stream.between(count, 10, 45) // 100
    over_limit = np.where(stream.chance(count, 200_000), personal // 20, 0)
    advance = personal // 10
    return pl.DataFrame(
        {
            "total_fen": total, "fund_fen": total - personal - hospital_part, "hospital_part_fen": hospital_part,
            "personal_fen": personal, "account_fen": account, "cash_fen": cash,
            "in_scope_fen": total - own_expense - over_limit - advance, "own_expense_fen": own_expense,
            "over_limit_fen": over_limit, "advance_fen": advance, "deductible_fen": np.minimum(60_000, personal // 4),
        }
    )  # fmt: skip
