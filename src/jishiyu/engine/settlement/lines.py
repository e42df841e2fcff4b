"""The columns of a settlement line, in our own words (docs/architecture.md has the table)."""

import polars as pl

TEXTS = [
    "settlement_id", "undoes", "visit_id", "person_no", "name", "cert_type", "cert_no", "person_key", "name_key",
    "sex", "insurance_type", "person_type", "medical_type", "refund_flag", "valid_flag", "hospital_code",
    "hospital_name", "hospital_level", "area", "employer_no", "employer_name", "diagnosis_code", "diagnosis_name",
]  # fmt: skip
AMOUNTS = [
    "total_fen", "fund_fen", "hospital_part_fen", "personal_fen", "account_fen", "cash_fen", "in_scope_fen",
    "own_expense_fen", "over_limit_fen", "advance_fen", "deductible_fen",
]  # fmt: skip
DATES = ["birth_date", "begins_on", "ends_on"]
MOMENTS = ["settled_at", "updated_at"]

LINE_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "line": pl.Int64(),
    **{name: pl.String() for name in TEXTS},
    **{name: pl.Int64() for name in AMOUNTS},
    **{name: pl.Date() for name in DATES},
    **{name: pl.Datetime("us") for name in MOMENTS},
    "flaws": pl.UInt64(),
}
