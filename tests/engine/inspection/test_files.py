"""Files of readings and points: formats, headings, numbers and units as people write them; nothing is lost."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from jishiyu.engine.files.problems import ColumnsMissing
from jishiyu.engine.inspection.judge import judge
from jishiyu.engine.inspection.points import AboutTwice, PointRefused, PointTwice, Survey, read_points
from jishiyu.engine.inspection.readings import half_millionths, read_readings, value_of
from jishiyu.engine.inspection.units import UNITS, number, unit_named
from jishiyu.engine.inspection.words import survey_words
from tests.engine.inspection.given import ON, codes, judged, long, reading

HEADINGS = ["测点", "测点类型", "电压等级", "检测项目", "相别", "实测值", "单位", "测量时间", "仪器", "连续记录"]
ROWS = [
    ["D1", "配电箱", "380V", "电压", "A相", "391.2", "V", "2025-06-18 09:10", "F-1", "0"],
    ["D1", "配电箱", "380伏", "电压总谐波畸变率", "", "4.1", "%", "2025/6/18 09:10:00", "F-1", "否"],
    ["PCC", "公共连接点", "10千伏", "5次谐波电压", "", "2.9", "%", "2025-06-18 09:20", "F-1", ""],
    ["E1", "接地", "", "接地电阻", "", "3.9", "欧", "", "", ""],
]


def written(folder: Path, *, encoding: str = "utf-8", rows: list[list[str]] | None = None) -> Path:
    path = folder / "readings.csv"
    text = "\n".join(",".join(row) for row in [HEADINGS, *(ROWS if rows is None else rows)])
    path.write_text(text, encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_with_chinese_headings_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    found = judge(read_readings(written(tmp_path, encoding=encoding)), {}, ON)
    assert [(one.point, one.quantity, one.phase, one.verdict) for one in found] == [
        ("D1", "voltage", "A", "normal"), ("D1", "thd_u", "", "normal"), ("E1", "earth_resistance", "", "normal"),
        ("PCC", "harmonic_u_5", "", "normal"),
    ]  # fmt: skip


def test_excel_and_parquet_give_what_csv_gives(tmp_path: Path) -> None:
    expected = judge(read_readings(written(tmp_path)), {}, ON)
    with xlsxwriter.Workbook(tmp_path / "readings.xlsx") as book:
        sheet = book.add_worksheet("实测")
        for at, row in enumerate([HEADINGS, *ROWS]):
            for column, cell in enumerate(row):
                is_number = at and HEADINGS[column] == "实测值"
                sheet.write(at, column, float(cell) if is_number else cell)
    assert judge(read_readings(tmp_path / "readings.xlsx"), {}, ON) == expected
    pl.DataFrame(ROWS, schema=HEADINGS, orient="row").write_parquet(tmp_path / "readings.parquet")
    assert judge(read_readings(tmp_path / "readings.parquet"), {}, ON) == expected


def test_a_broken_row_stands_among_the_findings(tmp_path: Path) -> None:
    path = written(tmp_path, rows=[*ROWS, ["D9", "配电箱"]])
    found = judge(read_readings(path), {}, ON)
    broken = next(one for one in found if one.point == "D9")
    assert (broken.verdict, codes(broken), dict(broken.reasons[0].details)) == ("", ["broken_row"], {"line": "6"})
    assert len(found) == len(ROWS) + 1


def test_a_file_without_values_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("测点,检测项目,单位\nD1,电压,V\n", encoding="utf-8")
    with pytest.raises(ColumnsMissing, match="value"):
        read_readings(path)


@given(st.lists(st.sampled_from(["", "x", "-1", "380", "0.38", "1e3", "5.1", ">500"]), min_size=1, max_size=8),
       st.lists(st.sampled_from(["", "V", "kV", "%", "MΩ", "Hz", "bar"]), min_size=1, max_size=8),
       st.lists(st.sampled_from(["voltage", "thd_u", "insulation", "frequency", "odd"]), min_size=1, max_size=8))  # fmt: skip
def test_every_reading_is_in_a_finding(values: list[str], units: list[str], quantities: list[str]) -> None:
    rows = [
        reading(quantity, value, unit, point=f"P{at}", level="380V")
        for at, (quantity, value, unit) in enumerate(zip(quantities, values, units, strict=False))
    ]
    found = judged(*rows)
    assert {one.point for one in found} == {row["point"] for row in rows}
    assert all(one.verdict or one.reasons for one in found)


@pytest.mark.parametrize(
    ("texts", "symbol"),
    [
        (["kV", "KV", "kv", "千伏", "㎸", "k V"], "kV"),
        (["mA", "ma", "毫安", "ｍＡ"], "mA"),
        (["MΩ", "M\u2126", "㏁", "兆欧", "MOhm"], "MΩ"),
        (["mΩ", "毫欧", "mohm"], "mΩ"),
        (["kΩ", "KΩ", "千欧"], "kΩ"),
        (["℃", "°C", "C", "摄氏度"], "°C"),
        (["%", "％"], "%"),
        (["ms", "毫秒", "MS".lower()], "ms"),
        (["1", "-", "pu"], "1"),
    ],
)
def test_units_are_understood_as_people_write_them(texts: list[str], symbol: str) -> None:
    assert {unit.symbol if (unit := unit_named(text)) else None for text in texts} == {symbol}


@pytest.mark.parametrize("text", ["MV", "MA", "MHz", "min", "volt", "", "V/m", "MS"])
def test_unclear_units_are_not_guessed(text: str) -> None:
    assert unit_named(text) is None


@given(st.sampled_from(sorted(UNITS)), st.decimals(-(10**6), 10**6, places=6))
def test_going_to_base_units_and_back_changes_nothing(symbol: str, value: Decimal) -> None:
    unit = UNITS[symbol]
    assert unit.from_base(unit.to_base(value)) == value


@pytest.mark.parametrize(
    ("text", "bound", "value"),
    [
        ("235.4", "", "235.4"), ("1,234.5", "", "1234.5"), ("２３５．４", "", "235.4"), ("\u22120.5", "", "-0.5"),
        (">500", ">", "500"), ("≥ 500", ">", "500"), ("＜0.01", "<", "0.01"), ("1e3", "", "1000"), (".5", "", "0.5"),
    ],
)  # fmt: skip
def test_numbers_are_read_exactly(text: str, bound: str, value: str) -> None:
    assert number(text) == (bound, Decimal(value))


@pytest.mark.parametrize("text", ["", "NaN", "inf", "235,4", "1e999", "235.4V", "0x10", "--5", "1_000"])
def test_other_texts_are_no_numbers(text: str) -> None:
    assert number(text) is None


@given(st.lists(st.decimals(-(10**9), 10**9, places=9), min_size=1), st.decimals(-(10**9), 10**9, places=6))
def test_values_of_a_series_compare_with_a_limit_as_the_exact_numbers_do(values: list[Decimal], limit: Decimal) -> None:
    halves = half_millionths(pl.Series([f"{value:f}" for value in values]))
    edge = int(limit * 2_000_000)
    for value, half in zip(values, halves, strict=True):
        assert (value > limit, value == limit) == (half > edge, half == edge)
        assert abs(value_of(half) - value) < Decimal("0.000001")


def test_short_and_long_texts_mix_in_a_series() -> None:
    texts = pl.Series(["1.5", "229.98765432109375", "1e-7", "abc", None, ">5", " 7 ", "99999999999999"])
    assert half_millionths(texts).to_list() == [3_000_000, 459_975_309, 1, None, None, None, 14_000_000, None]
    assert half_millionths(pl.Series(["-1.25", "0.000001"])).to_list() == [-2_500_000, 2]


def test_levels_are_understood_as_people_write_them() -> None:
    words = survey_words()
    for text in ("380V", "AC380V", "0.4kV", "400 V", "380伏", "0.38KV"):
        level = words.level(text)
        assert level is not None, text
        assert level.name == "380V"
    assert words.level("380") is None


def points(folder: Path, text: str) -> Survey:
    path = folder / "points.csv"
    path.write_text(text, encoding="utf-8")
    return read_points(path)


def test_points_say_what_limits_need_and_whose_survey_it_was(tmp_path: Path) -> None:
    survey = points(
        tmp_path,
        "测点,测点名称,测点类型,电压等级,安装场所,额定动作电流(mA),企业名称,服务队\n"
        "R3,清洗间,漏电保护器,220V,潮湿场所,30,新辉机械,林工\nD1,总箱,配电箱,0.4kV,,,新辉机械,林工\n",
    )
    rcd = survey.points["R3"]
    assert (rcd.kind, rcd.level, rcd.attributes, rcd.rated_ma) == ("rcd", "220V", {"place": "wet"}, Decimal(30))
    assert survey.points["D1"].level == "380V"
    assert survey.about == {"enterprise": "新辉机械", "team": "林工"}


@pytest.mark.parametrize(
    ("text", "problem", "words"),
    [
        ("测点,安装场所,备注\nR1,屋顶,x\n", PointRefused, "屋顶"),
        ("测点,电压等级,备注\nR1,380,x\n", PointRefused, "380V"),
        ("测点,额定动作电流,备注\nR1,-30,x\n", PointRefused, "-30"),
        ("测点,测点类型,备注\nR1,rcd,x\nR1,rcd,y\n", PointTwice, "R1"),
        ("测点,测点类型,企业名称\nR1,rcd,甲厂\nR2,rcd,乙厂\n", AboutTwice, "乙厂"),
    ],
)
def test_a_list_of_points_that_contradicts_itself_is_refused(
    tmp_path: Path, text: str, problem: type[Exception], words: str
) -> None:
    with pytest.raises(problem, match=words):
        points(tmp_path, text)


def test_a_series_in_two_units_is_one_series(tmp_path: Path) -> None:
    rows = [[row.get(name, "") for name in ("point", "quantity", "value", "unit", "voltage_level", "measured_at", "series")]
            for row in [*long("voltage", ["10.1"] * 72, "kV", level="10kV"),
                        *long("voltage", ["10100"] * 144, "V", level="10kV")[72:]]]  # fmt: skip
    heading = "point,quantity,value,unit,voltage_level,measured_at,series"
    path = tmp_path / "series.csv"
    path.write_text("\n".join([heading, *(",".join(row) for row in rows)]), encoding="utf-8")
    (found,) = judge(read_readings(path), {}, ON)
    assert (found.value, found.unit, found.summary and found.summary.count) == ("10100", "V", 144)


def test_quantities_that_take_turns_give_what_blocks_give(tmp_path: Path) -> None:
    blocks = [*long("thd_u", [f"{at % 60 / 10}" for at in range(700)], "%", level="380V"),
              *long("frequency", [f"50.{at % 40:02d}" for at in range(700)], "Hz")]  # fmt: skip
    turns = [row for pair in zip(blocks[:700], blocks[700:], strict=True) for row in pair]
    assert judged(turns) == judged(blocks)
    assert [one.summary and one.summary.count for one in judged(turns)] == [700, 700]
