"""The report of a diagnosis: both languages, the stamp of a draft, photos, curves, and data that is never markup."""

import io
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from examples.workshop import write
from jishiyu.engine.inspection.judge import judge
from jishiyu.engine.inspection.points import Survey, read_points
from jishiyu.engine.inspection.readings import gather, read_readings
from jishiyu.web.documents.inspection import Release, inspection_report
from jishiyu.web.documents.photos import PhotoMissing, photos_beside
from jishiyu.web.documents.render import render
from jishiyu.web.figures.curve import NARROW, WIDE, Curve, svg
from tests.engine.inspection.given import frame, reading
from tests.web.documents.test_render import MARKUP, text_of

MADE = datetime.fromisoformat("2025-06-19T09:00:00+08:00")
ON = date.fromisoformat("2025-06-18")


def report(folder: Path, *, release: Release | None = None, photo: bool = False) -> bytes:
    write(folder)
    if photo:
        Image.new("RGB", (1600, 1200), "#336699").save(folder / "d2.jpg")
        listed = (folder / "points.csv").read_text(encoding="utf-8-sig").splitlines()
        rows = [f"{line},{'d2.jpg' if line.startswith('D2,') else ''}" for line in listed[1:]]
        (folder / "points.csv").write_text("\n".join([f"{listed[0]},照片", *rows]), encoding="utf-8")
    survey, readings = read_points(folder / "points.csv"), read_readings(folder / "readings.csv")
    photos = photos_beside(folder / "points.csv", survey)
    findings = judge(readings, survey.points, ON)
    data = inspection_report(findings, readings, survey, on=ON, made_on=MADE.date(), photos=photos, release=release)
    return render("inspection", data, made_at=MADE)


def test_the_report_says_everything_in_both_languages(tmp_path: Path) -> None:
    told = text_of(report(tmp_path))
    for words in (
        "用电诊断报告", "新辉机械", "800kVA", "需要处理的问题", "立即更换漏电保护器", "353.4–406.6V", "GB/T12325-20084.2*", "JGJ46-20058.2.10",
        "95%值3.26%", "单位V不能用于此项", "草稿", "第1页",
        "Powerinspectionreport", "Whatneedsahand", "Replacethedeviceatonce", "DRAFT", "page1of", "harmonicvoltage5",
    ):  # fmt: skip
        assert words in told, words


def test_a_released_report_has_no_stamp_and_names_who_released_it(tmp_path: Path) -> None:
    told = text_of(report(tmp_path, release=Release("陈晓(虚构)", ON)))
    assert "草稿" not in told
    assert "DRAFT" not in told
    assert "2025-06-18" in told


def test_a_photo_is_made_small_and_stands_at_its_point(tmp_path: Path) -> None:
    pdf = report(tmp_path, photo=True)
    pictures = [image for page in PdfReader(io.BytesIO(pdf)).pages for image in page.images]
    assert {max(image.image.size) for image in pictures if image.image} == {720}
    assert "现场照片\uff1aD2" in text_of(pdf)


def test_a_photo_is_only_looked_for_beside_the_list(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    Image.new("RGB", (10, 10)).save(tmp_path / "secret.jpg")
    (tmp_path / "inner" / "points.csv").write_text("point,photo,remark\nP,../secret.jpg,x\n", encoding="utf-8")
    survey = read_points(tmp_path / "inner" / "points.csv")
    with pytest.raises(PhotoMissing):
        photos_beside(tmp_path / "inner" / "points.csv", survey)


def test_the_same_data_gives_the_same_bytes(tmp_path: Path) -> None:
    assert report(tmp_path) == report(tmp_path)


def test_what_is_written_on_the_sheet_is_never_read_as_markup() -> None:
    rows = [reading("frequency", MARKUP, "Hz", point=MARKUP), reading(MARKUP, "1", MARKUP, phase=MARKUP),
            reading("frequency", "50", "Hz", point=MARKUP, instrument=MARKUP)]  # fmt: skip
    readings = gather(iter([frame(rows)]))
    survey = Survey(about={"enterprise": MARKUP})
    data = inspection_report(judge(readings, survey.points, ON), readings, survey, on=ON, made_on=ON)
    told = text_of(render("inspection", data, made_at=MADE))
    assert "*bold*" in told
    assert "#sys.inputs" in told


def test_a_report_of_nothing_is_still_a_report() -> None:
    readings = gather(iter([frame([])]))
    data = inspection_report((), readings, Survey(), on=ON, made_on=ON)
    assert "(企业名称未填)" in text_of(render("inspection", data, made_at=MADE)).replace("\uff08", "(").replace(
        "\uff09", ")"
    )


def curve(values: list[float], step: timedelta, size: tuple[int, int] = WIDE) -> Curve:
    first = int(datetime.fromisoformat("2025-06-17T00:00:00+00:00").timestamp()) * 1_000_000
    times = first + np.arange(len(values), dtype=np.int64) * (step // timedelta(microseconds=1))
    return Curve(size, times, np.array(values), None, None, None, "", "%")


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize(("count", "step"), [(2, 3), (144, 600), (604_800, 1), (30, 86_400)])
def test_curves_of_any_length_are_drawn_small(count: int, step: int, size: tuple[int, int]) -> None:
    values = [5 + (at % 7) / 10 for at in range(count)]
    drawn = svg(curve(values, timedelta(seconds=step), size))
    assert drawn.count("<text") >= 4
    assert len(drawn) < 60_000


def test_a_flat_curve_has_room_too() -> None:
    assert "nan" not in svg(curve([0.0, 0.0], timedelta(seconds=1)))
    assert "nan" not in svg(curve([50.0] * 10, timedelta(seconds=1)))


def test_a_peak_in_a_long_series_is_not_lost() -> None:
    flat = [1.0] * 100_000
    peak = [*flat[:50_000], 9.0, *flat[50_001:]]
    assert svg(curve(flat, timedelta(seconds=1))) != svg(curve(peak, timedelta(seconds=1)))
