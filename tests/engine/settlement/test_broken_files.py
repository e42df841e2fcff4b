"""Broken rows are one marked line each and move nothing else; every line of the file is accounted for."""

import csv
import io
import random
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishiyu.engine.files.delimited import delimited_table
from jishiyu.engine.files.tables import BROKEN, Picked
from tests.engine.settlement.feed_files import a_line, csv_text, lines_of, reasons_of, some_lines


def test_a_row_with_too_few_or_too_many_fields_is_one_invalid_line(tmp_path: Path) -> None:
    rows = csv_text(some_lines(5)).split("\n")
    rows[2] = rows[2].rsplit(",", 2)[0]
    rows[4] += ",more"
    path = tmp_path / "a.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    found = lines_of(path)
    assert found.select("line", "settlement_id").rows() == [(2, "S0"), (3, None), (4, "S2"), (5, None), (6, "S4")]
    assert found["reasons"].to_list() == [[], ["broken_row"], [], ["broken_row"], []]


def test_quoted_fields_hold_separators_quotes_and_line_ends(tmp_path: Path) -> None:
    lines = [
        a_line(setl_id="S1", emp_name='长春"一"厂\n二车间,三班'),
        a_line(setl_id="S2"),
        a_line(setl_id="S3", emp_name="a,b"),
    ]
    path = tmp_path / "a.csv"
    path.write_text(csv_text(lines), encoding="utf-8")
    found = lines_of(path)
    assert found.select("line", "settlement_id", "employer_name").rows() == [
        (2, "S1", '长春"一"厂\n二车间,三班'), (4, "S2", "长春某厂"), (5, "S3", "a,b"),
    ]  # fmt: skip


def test_a_stray_quote_breaks_its_own_line_only(tmp_path: Path) -> None:
    lines = [a_line(setl_id=f"S{n}", emp_name="长春,某厂" if n % 3 == 0 else "长春某厂") for n in range(60)]
    rows = csv_text(lines).split("\n")
    rows[11] = rows[11].replace("张三", '"张三')  # opens and never closes
    rows[21] = rows[21].replace("长春市某医院", '长春"市某医院')  # stands inside a field: it is what was typed
    rows[31] = rows[31].replace("张三", '"张三"丰')
    path = tmp_path / "a.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    found = lines_of(path)
    assert found["line"].to_list() == list(range(2, 62))
    assert found.filter(pl.col("flaws") != 0).select("line", "reasons").rows() == [
        (12, ["broken_row"]), (32, ["broken_row"]),
    ]  # fmt: skip
    assert found["hospital_name"][20] == '长春"市某医院'
    assert found["employer_name"][0] == "长春,某厂"


def test_a_quote_that_closes_many_lines_later_takes_no_line_with_it(tmp_path: Path) -> None:
    lines = [a_line(setl_id=f"S{n}", emp_name='"') if n in (3, 4, 9) else a_line(setl_id=f"S{n}") for n in range(15)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(cells) for cells in [list(lines[0]), *[line.values() for line in lines]]))
    found = lines_of(path)
    assert found["line"].to_list() == list(range(2, 17))
    assert found.filter(pl.col("flaws") != 0)["line"].to_list() == [5, 6, 11]


def test_damaged_characters_make_their_line_unreadable(tmp_path: Path) -> None:
    for encoding in ("utf-8", "gb18030"):
        raw = csv_text([a_line(setl_id=f"S{n}", psn_name="李四") for n in range(200)]).encode(encoding)
        rows = raw.split(b"\n")
        rows[7] = rows[7].replace("李四".encode(encoding), b"\x80\xff")
        path = tmp_path / "a.csv"
        path.write_bytes(b"\n".join(rows))
        found = lines_of(path)
        assert found.height == 200
        assert found.filter(pl.col("flaws") != 0).select("line", "reasons").rows() == [(8, ["unreadable_text"])]
        assert found["name"][100] == "李四"


def test_ascii_at_the_start_does_not_hide_a_chinese_encoding_further_down(tmp_path: Path) -> None:
    lines = [a_line(setl_id=f"S{n}", psn_name="Li", fixmedins_name="H", emp_name="E") for n in range(12_000)]
    lines[-1]["psn_name"] = "张㛃𬭎"
    path = tmp_path / "a.csv"
    path.write_bytes(csv_text(lines).encode("gb18030"))
    assert path.stat().st_size > 1_500_000
    assert lines_of(path)["name"][-1] == "张㛃𬭎"


def test_ten_thousand_broken_lines_give_ten_thousand_reasons(tmp_path: Path) -> None:
    draw = random.Random(4)
    names = list(a_line())
    damage = ["", "x", "-1", "1e9", "2025-13-01", "4.40300E+19", "\x00", '"', "99999999999999999999", "☃"]
    rows = [names]
    for _ in range(10_000):
        values = list(a_line(psn_cash_pay="x").values())
        for at in draw.sample(range(len(values)), 5):
            if names[at] != "psn_cash_pay":
                values[at] = draw.choice(damage)
        rows.append(values[: draw.choice([len(values), len(values), 5])])
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    found = reasons_of(path)
    assert len(found) == 10_000
    assert all(found)
    assert sum(reasons == ["broken_row"] for reasons in found) > 2_000
    assert max(len(reasons) for reasons in found) >= 5


# Line ends and separators in one row can look like two rows; such rows are refused, so they are not drawn here.
WIDTH = 9
ROWS = st.one_of(
    st.lists(st.text(alphabet=st.sampled_from(letters), max_size=6), min_size=WIDTH, max_size=WIDTH)
    for letters in ('ab," 张𬭎0', 'a"\n张')
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(ROWS, min_size=1, max_size=12),
    piece=st.integers(min_value=1, max_value=40),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_reads_what_a_csv_writer_wrote_whatever_the_size_of_the_pieces(
    rows: list[list[str]], piece: int, line_end: str, quoting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([[f"column {n}" for n in range(WIDTH)], *rows])
    monkeypatch.setattr("jishiyu.engine.files.delimited.PIECE", piece)
    content = stream.getvalue().encode()
    table = delimited_table("a", lambda: io.BytesIO(content))
    found = pl.concat(list(table.read(Picked({str(n): n for n in range(WIDTH)}, 1, WIDTH), 5)))
    # Line feeds are the only line ends inside; rows of nothing are no lines.
    wanted = [tuple(cell or None for cell in row) for row in rows if any(cell.strip() for cell in row)]
    texts = [tuple(cell or None for cell in row) for row in found.select(pl.exclude("line", "flaw")).rows()]
    given_back = [row for row in texts if any((cell or "").strip() for cell in row)]
    assert given_back == wanted
    assert found["flaw"].sum() == 0
    assert found["line"].is_sorted()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    noise=st.text(alphabet=st.sampled_from('ab,"'), min_size=1, max_size=12),
    at=st.integers(min_value=0, max_value=29),
    piece=st.sampled_from([17, 100, 5000]),
)
def test_noise_in_one_line_leaves_all_other_lines_as_they_are(
    noise: str, at: int, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{n},name {n},{n}.00" for n in range(30)]
    rows.insert(at, noise)
    monkeypatch.setattr("jishiyu.engine.files.delimited.PIECE", piece)
    content = "\n".join(["first,second,third", *rows]).encode()
    table = delimited_table("a", lambda: io.BytesIO(content))
    found = pl.concat(list(table.read(Picked({"a": 0, "b": 1, "c": 2}, 1, 3), 10_000)))
    good = found.filter((pl.col("flaw") & BROKEN) == 0, pl.col("line") != at + 2)
    expected = [(n + 2 + (n >= at), str(n), f"name {n}", f"{n}.00") for n in range(30)]
    assert good.select("line", "a", "b", "c").rows() == expected
