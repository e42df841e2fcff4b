"""A text with other brackets: everything else stays as it is, and what stood there keeps its source."""

import tomllib

import pytest

from jishiyu.engine.policy.editing import rebracketed
from jishiyu.engine.policy.load import load_policy
from jishiyu.engine.policy.problems import NumberNotEditable
from jishiyu.engine.policy.shelf import folder

TODAY = (folder() / "changchun" / "hospital-2020.toml").read_text(encoding="utf-8")
BRACKETS = [(one["over"], one["rate"]) for one in tomllib.loads(TODAY)["formula"]["bracket"]]


def test_the_same_brackets_change_nothing() -> None:
    assert rebracketed(TODAY, kind="whole_amount", brackets=BRACKETS, source="x") == TODAY


def test_a_bracket_that_stays_keeps_its_source_and_a_new_one_is_assumed(tmp_path: object) -> None:
    made = rebracketed(TODAY, kind="marginal", brackets=[BRACKETS[0], ("80000.00", "6.5 %")], source='会议 "五"')
    data, before = tomllib.loads(made), tomllib.loads(TODAY)
    assert data["formula"]["kind"] == "marginal"
    assert data["formula"]["bracket"][0] == before["formula"]["bracket"][0]
    assert data["formula"]["bracket"][1] == {
        "over": "80000.00",
        "rate": "6.5 %",
        "source": "decision_1",
        "status": "assumed",
    }
    assert data["sources"]["decision_1"] == {"title": '会议 "五"'}
    assert {name: data[name] for name in data if name not in ("formula", "sources")} == {
        name: before[name] for name in before if name not in ("formula", "sources")
    }
    path = tmp_path / "made.toml"  # type: ignore[operator]
    path.write_text(made, encoding="utf-8")
    assert [one.rate_ppm for one in load_policy(path).formula.brackets] == [15_000, 65_000]


def test_comments_around_the_brackets_stay() -> None:
    made = rebracketed(TODAY, kind="whole_amount", brackets=BRACKETS[:3], source="x")
    assert made.splitlines()[0] == TODAY.splitlines()[0]
    assert len(tomllib.loads(made)["formula"]["bracket"]) == 3


def test_brackets_written_as_tables_are_not_touched() -> None:
    head, rest = TODAY.split("bracket = [", 1)
    _, tail = rest.split("\n]\n", 1)
    tables = "".join(
        f'[[formula.bracket]]\nover = "{over}"\nrate = "{rate}"\nsource = "news"\nstatus = "assumed"\n'
        for over, rate in BRACKETS
    )
    with pytest.raises(NumberNotEditable):
        rebracketed(f"{head}\n{tables}{tail}", kind="whole_amount", brackets=BRACKETS[:2], source="x")
