"""Reports: what stands is judged, released once, and a change makes the next number."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from jishiyu.apps.enterprises.models import State
from jishiyu.apps.files.keeping import HELP
from jishiyu.apps.visits.models import Entry, Report
from jishiyu.apps.visits.operations import add_series, make_report, release_report
from jishiyu.apps.visits.problems import (
    ConflictsOpen,
    ReportOvertaken,
    ReportReleased,
    SeriesRefused,
    SeriesTooLarge,
    SignedMeanwhile,
    VisitNotDone,
)
from jishiyu.apps.visits.queries import entries_of, is_overtaken, judged_from
from jishiyu.engine.inspection.model import ATTENTION, FAILS, NO_VERDICT, NORMAL
from tests.apps.visits.situations import (
    AT,
    ON,
    check,
    done,
    noted,
    photo,
    picture,
    reading,
    released,
    send,
    stored,
    visit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: object) -> None:
    settings.HELP_FOLDER = str(tmp_path / "help")  # type: ignore[attr-defined]


def draft(of: object) -> Report:
    return make_report(visit_id=of.pk, advice="加装补偿", limits_on=ON, by="steward-a", at=AT)  # type: ignore[attr-defined]


def verdicts(report: Report) -> dict[str, str]:
    return {one["quantity"]: one["verdict"] for one in report.findings}


def series(minutes: int = 24 * 60, value: str = "418") -> bytes:
    """Return a day of an analyser beyond the limit of 380 V, one row a minute."""
    rows = ["point,kind,voltage_level,quantity,phase,value,unit,measured_at,instrument,series"]
    for at in range(minutes):
        moment = f"2026-03-04 {at // 60:02d}:{at % 60:02d}:00"
        rows.append(f"1#进线柜,switchboard,380V,voltage,A,{value},V,{moment},HIOKI,1")
    return "\n".join(rows).encode()


def test_readings_become_findings() -> None:
    made = done(
        None, reading(value="412"), reading(point="2#RCD", kind="rcd", quantity="trip_time", value="0.4", unit="s"),
        reading(quantity="frequency", value="50.02", unit="Hz"), reading(value="398", unit="kV", point="3#"),
    )  # fmt: skip
    report = draft(made)
    found = {(one["point"], one["quantity"]): one["verdict"] for one in report.findings}
    assert found["1#进线柜", "voltage"] == ATTENTION
    assert found["2#RCD", "trip_time"] == FAILS
    assert found["1#进线柜", "frequency"] == NORMAL
    assert found["3#", "voltage"] == NO_VERDICT
    assert report.number == 1


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    planned, first = visit(), reading(value="299")
    send(planned, first)
    second = reading(value="399", slot=first["client_id"], replaces=[first["client_id"]])
    removed = reading(point="拆除", value="1")
    gone = reading(point="拆除", value="1", slot=removed["client_id"], replaces=[removed["client_id"]], removed="1")
    report = draft(done(planned, second, removed, gone))
    assert [(one["point"], one["value"], one["verdict"]) for one in report.findings] == [("1#进线柜", "399", NORMAL)]


def test_a_series_of_an_analyser_can_fail_where_one_reading_cannot() -> None:
    planned = visit()
    kept = add_series(visit_id=planned.pk, name="day.csv", chunks=[series()], by="zhao.gong", at=AT)
    assert (kept.content["rows"], kept.content["series"]) == (1440, 1)
    report = draft(done(planned, reading(quantity="frequency", value="50", unit="Hz")))
    assert verdicts(report) == {"voltage": FAILS, "frequency": NORMAL}


def test_the_same_file_twice_is_kept_once() -> None:
    planned = visit()
    one, two = (
        add_series(visit_id=planned.pk, name=name, chunks=[series(10)], by="zhao.gong", at=AT)
        for name in ("a.csv", "b.csv")
    )
    assert one == two
    assert Entry.objects.filter(visit=planned).count() == 1


def test_a_file_without_a_series_or_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    planned = visit()
    hand_held = series(3).replace(b",1\n", b",0\n").removesuffix(b"1") + b"0"
    with pytest.raises(SeriesRefused, match=r"hand\.csv"):
        add_series(visit_id=planned.pk, name="hand.csv", chunks=[hand_held], by="x", at=AT)
    monkeypatch.setattr("jishiyu.apps.visits.reporting.MOST_SERIES_BYTES", 1_000_000)
    with pytest.raises(SeriesTooLarge, match="1 MB"):
        add_series(visit_id=planned.pk, name="big.csv", chunks=[b"x" * 600_000] * 2, by="x", at=AT)
    assert not Entry.objects.filter(visit=planned).exists()


def test_a_draft_is_made_again_in_its_place() -> None:
    made = done()
    first = draft(made)
    send(made, reading(point="2#", value="401"))
    assert is_overtaken(first)
    second = draft(made)
    assert (second.pk, second.number, len(second.findings)) == (first.pk, 1, 2)
    assert not is_overtaken(second)


def test_a_released_report_stays_and_the_next_gets_the_next_number() -> None:
    made = done()
    report = released(made)
    made.need.refresh_from_db()
    assert made.need.state == State.DIAGNOSED
    assert HELP.fetch(report.file) == b"%PDF-1.7 tests"
    with pytest.raises(ReportReleased):
        release_report(report_id=report.pk, pdf=b"other", by="x", at=AT)
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(advice="changed")
    send(made, reading(point="2#", value="401"))
    assert draft(made).number == 2
    report.refresh_from_db()
    assert len(report.findings) == 1


def test_nothing_is_released_that_was_not_read() -> None:
    made = done()
    report = draft(made)
    send(made, reading(point="2#", value="401"))
    with pytest.raises(ReportOvertaken):
        release_report(report_id=report.pk, pdf=b"x", by="x", at=AT)
    report.refresh_from_db()
    assert report.released_at is None


def test_a_check_does_not_overtake_a_report() -> None:
    made = done()
    report = draft(made)
    send(made, check("c1", "done"))
    assert not is_overtaken(report)


def signature(name: str = "王工", **more: object) -> dict[str, object]:
    return noted("signature", {"name": name}, picture=picture("white", "PNG"), **more)


def signatures(report: Report) -> list[str]:
    """Return who signed what a report is made of."""
    return [one.content["name"] for one in entries_of(report) if one.kind == "signature"]


def test_a_signature_overtakes_no_draft_and_stands_in_what_is_released() -> None:
    made = done()
    report = draft(made)
    send(made, signature())
    assert not is_overtaken(report)
    assert signatures(report) == ["王工"]
    signed = stored(made)[-1]
    release_report(report_id=report.pk, pdf=b"%PDF signed", signed=[signed.pk], by="steward-a", at=AT)
    report.refresh_from_db()
    assert report.entries[-1] == signed.pk
    send(made, signature("李工"))
    assert signatures(report) == ["王工"]  # as it was released


def test_a_signature_given_again_takes_the_place_of_the_first() -> None:
    made = done()
    first = signature()
    send(made, first)
    report = draft(made)
    send(made, signature("王厂长", replaces=[first["client_id"]]))
    assert not is_overtaken(report)
    assert signatures(report) == ["王厂长"]


def test_a_signature_that_is_not_in_the_paper_stops_the_release() -> None:
    made = done()
    report = draft(made)
    send(made, signature())
    with pytest.raises(SignedMeanwhile):
        release_report(report_id=report.pk, pdf=b"%PDF unsigned", by="steward-a", at=AT)
    report.refresh_from_db()
    assert report.released_at is None


def test_a_draft_that_names_its_signatures_is_not_overtaken_by_another_one() -> None:
    made = done()
    send(made, signature())
    report = draft(made)
    report.entries = [one.pk for one in stored(made)]  # as drafts named them before
    report.save(update_fields=["entries"])
    assert not is_overtaken(report)
    send(made, signature("李工"))
    assert not is_overtaken(report)
    send(made, reading(point="2#", value="401"))
    assert is_overtaken(report)


def test_a_report_needs_a_visit_that_took_place_and_no_conflict() -> None:
    with pytest.raises(VisitNotDone):
        draft(visit())
    made = done()
    send(made, check("c1", "done"), check("c1", "problem"))
    with pytest.raises(ConflictsOpen):
        draft(made)


def test_the_editions_of_the_day_judge() -> None:
    made = done(None, reading(value="412"))
    early = make_report(visit_id=made.pk, advice="", limits_on=date(1985, 1, 1), by="x", at=AT)
    assert early.findings[0]["verdict"] == NO_VERDICT
    late = make_report(visit_id=made.pk, advice="", limits_on=ON + timedelta(days=30), by="x", at=AT)
    assert late.findings[0]["verdict"] == ATTENTION


def test_a_report_knows_its_enterprise_team_and_photos() -> None:
    made = done(None, reading(), photo(point="1#进线柜"), photo("blue"))
    report = draft(made)
    judged = judged_from(visit=made, entries=entries_of(report), limits_on=ON)
    assert judged.survey.about["team"] == "甲工匠"
    assert judged.survey.about["steward"] == "甲专属管家"
    assert list(judged.photos) == ["1#进线柜"]


def test_two_points_of_a_kind_that_differ_are_left_to_the_engine() -> None:
    report = draft(
        done(
            None,
            reading(value="398"),
            reading(value="398", kind="line", voltage_level="10kV", quantity="thd_u", unit="%"),
        )
    )
    assert len(report.findings) == 2
