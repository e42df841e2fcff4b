"""Applications → events: days that cannot be are told, and such an application is not decided."""

from datetime import date

import polars as pl
import pytest

from jishiyu.engine.applications import SENTENCES, applications

AS_OF = date(2025, 6, 30)
FIRE = {
    "file": "f", "line": 2, "application_id": "A1", "kind": "fire", "cert_type": "16", "cert_no": "E00000001",
    "event_on": "2025-05-01", "filed_on": "2025-06-01", "certificate_no": "F1", "certificate_on": "2025-05-20",
}  # fmt: skip
ACCIDENT = {
    "file": "f", "line": 2, "application_id": "A1", "kind": "accident", "cert_type": "16", "cert_no": "E00000001",
    "event_on": "2025-05-01", "filed_on": "2025-06-01", "injuries": "skull:open", "graded_on": "2025-05-30",
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (FIRE, []),
        (FIRE | {"certificate_on": "2025-05-01"}, []),
        (FIRE | {"certificate_on": "2024-11-20"}, [("certificate_on", "dated_before_the_event")]),
        (FIRE | {"certificate_on": "2025-07-01"}, [("certificate_on", "in_the_future")]),
        (ACCIDENT, []),
        (ACCIDENT | {"graded_on": "2025-07-01"}, [("graded_on", "in_the_future")]),
        (ACCIDENT | {"graded_on": "2025-04-30"}, [("graded_on", "dated_before_the_event")]),
        (
            ACCIDENT | {"kind": "stay", "begins_on": "2025-07-02"},
            [("begins_on", "in_the_future"), ("begins_on", "after_the_end")],
        ),
    ],
)
def test_a_day_that_cannot_be_makes_no_event(row: dict[str, object], expected: list[tuple[str, str]]) -> None:
    read = applications(pl.DataFrame([row]), as_of=AS_OF)
    assert read.problems.select("column", "code").rows() == expected
    assert read.events.height == (not expected)
    for code, zh, en in read.problems.select("code", "zh", "en").iter_rows():
        assert (zh, en) == SENTENCES[code]
