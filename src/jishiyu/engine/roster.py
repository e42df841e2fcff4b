"""The roster as a table: one row per membership."""

import polars as pl

ROSTER_SCHEMA: dict[str, pl.DataType] = {
    "member_no": pl.String(),
    "person_key": pl.String(),
    "name_key": pl.String(),
    "org_code": pl.String(),
    "in_service": pl.Boolean(),
    "joined_on": pl.Date(),
    "left_on": pl.Date(),
    "birth_date": pl.Date(),
    "household": pl.String(),
}
