"""Rules fail closed: what is not understood is refused before anything runs, with the file, the line and the way out."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from jishiyu.engine.policy.load import load_policy
from jishiyu.engine.policy.places import line_of, places
from jishiyu.engine.policy.problems import PolicyRefused
from jishiyu.engine.policy.shelf import folder
from tests.engine.policy.desk import BASE, PROOF, brackets, policy_text

HOSPITAL = (folder() / "changchun" / "hospital-2020.toml").read_text(encoding="utf-8")
# Every mistake is made in the real hospital policy: old text → new text, the line it is on, and words of the message.
Change = tuple[str, str, str, str]
CHANGES: dict[str, Change] = {
    "unknown word at the top": ('anchor = "ends_on"', 'anchor = "ends_on"\nanchors = "ends_on"', "anchors =", "unknown word"),
    "unknown word in a section": ('over = "5000.00"\nkind = "gate"', 'ovr = "5000.00"\nkind = "gate"', "ovr =", "unknown word"),
    "unknown word in a bracket": ('{ over = "20000.00", rate', '{ over = "20000.00", rat', 'over = "20000.00"', "unknown word"),
    "unknown word in a requirement": ("min = 16", "minimum = 16", "minimum =", "unknown word"),
    "unknown kind of formula": ('kind = "whole_amount"', 'kind = "whole"', 'kind = "whole"', "must be one of"),
    "unknown test": ('test = "in_service"', 'test = "in_servce"', 'test = "in_servce"', "must be one of"),
    "unknown window": ('window = "calendar_year"', 'window = "year"', 'window = "year"', "must be one of"),
    "unknown amount field": ('amount = "cash"', 'amount = "cahs"', 'amount = "cahs"', "cash, in_scope"),
    "unknown anchor": ('anchor = "ends_on"', 'anchor = "end"', 'anchor = "end"', "must be one of"),
    "missing number of a bracket": (', rate = "3 %"', "", 'over = "20000.00"', "lacks rate"),
    "missing edge of a bracket": ('{ over = "50000.00", rate', "{ rate", '"5 %"', "over | from"),
    "missing edge of the threshold": ('over = "5000.00"\nkind', "kind", "[threshold]", "over | from"),
    "missing age": ("max = 60\n", "", "[[require]]", "lacks max"),
    "missing limit": ('amount = "50000.00"\n', "", "[[limit]]", "amount | count"),
    "missing source": ('[base]\ntitle = { zh = "个人现金支付", en = "personal cash payment" }\namount = "cash"\nsource = "news"\n',
                       '[base]\ntitle = { zh = "个人现金支付", en = "personal cash payment" }\namount = "cash"\n', "[base]", "lacks source"),
    "missing English": ('title = { zh = "个人现金支付", en = "personal cash payment" }', 'title = { zh = "个人现金支付" }',
                        'title = { zh = "个人现金支付" }', "lacks en"),
    "unknown source": ('mode = "half_up"\nsource = "assumed"', 'mode = "half_up"\nsource = "rumour"', '"rumour"', "does not list: rumour"),
    "unknown source in a bracket": ('rate = "9 %", source = "assumed"', 'rate = "9 %", source = "rumour"', '"rumour"', "does not list"),
    "unknown status": ('rate = "9 %", source = "assumed", status = "assumed"', 'rate = "9 %", source = "assumed", status = "guessed"',
                       '"guessed"', "must be one of"),
    "limit below zero": ('amount = "50000.00"', 'amount = "-50000.00"', '"-50000.00"', "at most two decimals"),
    "rate below zero": ('rate = "9 %"', 'rate = "-9 %"', '"-9 %"', "per cent"),
    "third decimal": ('over = "5000.00"\nkind', 'over = "5000.005"\nkind', '"5000.005"', "(超过)"),
    "number without quotes": ('amount = "50000.00"', "amount = 50000.00", "amount = 50000.00", "50000.0"),
    "grouped number": ('amount = "50000.00"', 'amount = "50,000.00"', '"50,000.00"', "at most two decimals"),
    "rate without per cent": ('rate = "9 %"', 'rate = "0.09"', '"0.09"', "per cent"),
    "overlapping brackets": ('{ over = "20000.00"', '{ over = "9000.00"', '"9000.00"', "overlaps"),
    "two brackets with one edge": ('{ over = "20000.00"', '{ over = "10000.00"', '"3 %"', "overlaps"),
    "gap between brackets": ('{ over = "20000.00", rate', '{ over = "20000.00", up_to = "40000.00", rate', '"40000.00"', "gap or overlap"),
    "bracket that runs into the next": ('{ over = "20000.00", rate', '{ over = "20000.00", up_to = "60000.00", rate', '"60000.00"', "gap or overlap"),
    "edge that belongs to neither bracket": ('{ over = "20000.00", rate', '{ over = "20000.00", under = "50000.00", rate', "under =", "gap or overlap"),
    "end of the last bracket": ('{ over = "300000.00", rate', '{ over = "300000.00", up_to = "400000.00", rate', '"400000.00"', "gap or overlap"),
    "gap between threshold and brackets": ('{ over = "5000.00", rate', '{ over = "6000.00", rate', '"6000.00"', "above the threshold"),
    "edge of the threshold without a rate": ('over = "5000.00"\nkind', 'from = "5000.00"\nkind', '"1.5 %"', "above the threshold"),
    "date that does not exist": ("from = 2020-01-01", "from = 2020-02-30", "from = 2020-02-30", "not TOML"),
    "date in quotes": ("from = 2020-01-01", 'from = "2020-01-01"', 'from = "2020-01-01"', "date without quotes"),
    "date with a time": ("from = 2020-01-01", "from = 2020-01-01T00:00:00", "from = 2020", "date without quotes"),
    "until before from": ("from = 2020-01-01", "from = 2020-01-01\nuntil = 2019-12-31", "until =", "not after"),
    "until on the first day": ("from = 2020-01-01", "from = 2020-01-01\nuntil = 2020-01-01", "until =", "not after"),
    "reason code used twice": ('code = "age_out_of_range"', 'code = "not_in_service"', 'code = "not_in_service"', "used twice"),
    "youngest above oldest": ("min = 16", "min = 61", "min = 61", "above max"),
    "count of nothing": ('amount = "50000.00"', "count = 0", "count = 0", "0"),
    "policy year without its first day": ('window = "calendar_year"', 'window = "policy_year"', "[[limit]]", "lacks starts"),
    "first day that not every year has": ('window = "calendar_year"', 'window = "policy_year"\nstarts = "02-29"', '"02-29"', "every year"),
    "first day that no year has": ('window = "calendar_year"', 'window = "policy_year"\nstarts = "06-31"', '"06-31"', "every year"),
    "first day beside a calendar year": ('window = "calendar_year"', 'window = "calendar_year"\nstarts = "06-01"', "starts =", "no effect"),
    "months beside a calendar year": ('window = "calendar_year"', 'window = "calendar_year"\nmonths = 6', "months =", "no effect"),
    "flat rate beside brackets": ('kind = "whole_amount"', 'kind = "whole_amount"\nrate = "1 %"', 'rate = "1 %"', "no effect"),
    "days beside an age": ("max = 60", "max = 60\ndays = 3", "days = 3", "no effect"),
    "accumulating without a window": ('amount = "cash"', 'amount = "cash"\naccumulate = true', "accumulate", "window"),
    "another format": ("format = 1", "format = 2", "format = 2", "must be 1"),
    "name with capitals": ('name = "changchun.hospital"', 'name = "Changchun.Hospital"', "name =", "Stable name"),
    "unknown field of a requirement": ('field = "medical_type"', 'field = "medical_typ"', 'field = "medical_typ"', "known here are"),
    "unknown field of a condition": ('test = "in_service"', 'test = "in_service"\nwhen = { caus = ["traffic"] }', "when =", "do not have: caus"),
    "unknown day": ('test = "in_service"', 'test = "within_days"\nfield = "filed_on"\nafter = "event_day"\ndays = 30', "after =", "event_day"),
    "day that decides and stays do not have": ('anchor = "ends_on"', 'anchor = "filed_on"', "anchor =", "do not have: filed_on"),
    "rate over everything": ('rate = "9 %"', 'rate = "150 %"', '"150 %"', "from 0 % to 100 %"),
    "rate just over everything": ('rate = "9 %"', 'rate = "100.0001 %"', '"100.0001 %"', "from 0 % to 100 %"),
    "share over everything": ('amount = "cash"', 'amount = "cash"\nshare = "100.01 %"', '"100.01 %"', "from 0 % to 100 %"),
    "amount that is none": ('test = "in_service"', 'test = "over"\nfield = "medical_type"\nvalue = "1.00"', 'field = "medical_type"', "cash"),
    "broken TOML": ('version = "2020-01"', 'version = "2020-01', 'version = "2020-01', "not TOML"),
    "word given twice": ('version = "2020-01"', 'version = "2020-01"\nversion = "2"', 'version = "2"', "not TOML"),
    "table without its file": ('kind = "whole_amount"', 'kind = "table"\ntable = "no-such.csv"\nfield = "injuries"', "table =", "not beside"),
}  # fmt: skip


def refused(path: Path) -> PolicyRefused:
    """Load a policy file that must be refused, and return the refusal."""
    with pytest.raises(PolicyRefused) as refusal:
        load_policy(path)
    return refusal.value


def write(folder: Path, text: str) -> Path:
    """Write a policy file and return its path."""
    path = folder / "rule.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_real_policy_is_accepted(tmp_path: Path) -> None:
    assert load_policy(write(tmp_path, HOSPITAL)).name == "changchun.hospital"


@pytest.mark.parametrize("mistake", CHANGES, ids=str)
def test_a_mistake_is_refused_with_its_line(tmp_path: Path, mistake: str) -> None:
    old, new, on_line, words = CHANGES[mistake]
    if mistake == "table without its file":
        text = re.sub(r"bracket = \[.*?\n\]\n", "", HOSPITAL, flags=re.DOTALL)
    elif mistake == "accumulating without a window":
        text = HOSPITAL.replace('window = "calendar_year"', 'window = "payment"')
    else:
        text = HOSPITAL
    assert text.count(old) >= 1
    text = text.replace(old, new, 1)
    refusal = refused(write(tmp_path, text))

    lines = text.splitlines()
    faults = [fault for fault in refusal.faults if words in fault.en]
    assert faults, str(refusal)
    assert on_line in lines[faults[0].line - 1], f"line {faults[0].line}: {lines[faults[0].line - 1]}"
    english, chinese = refusal.say("en"), refusal.say("zh")
    assert "rule.toml" in english
    assert re.search(
        rf"\n  line {faults[0].line}( \S.*)?: ", english
    )  # the place, where there is one, and no hole before the colon
    assert f"第 {faults[0].line} 行" in chinese
    assert re.search("[\u4e00-\u9fff]", faults[0].zh)


def test_an_amount_that_the_judged_kinds_do_not_have_is_refused_with_its_line(tmp_path: Path) -> None:
    text = policy_text(kind="fire", base=BASE.replace('"cash"', '"in_scope"'))
    [fault] = refused(write(tmp_path, text)).faults
    assert "do not have: in_scope" in fault.en
    assert text.splitlines()[fault.line - 1] == 'amount = "in_scope"'


@pytest.mark.parametrize("word", ["source", "status"])
def test_a_layer_has_a_source_and_a_status_of_its_own(tmp_path: Path, word: str) -> None:
    proof = {"source": 'source = "check"', "status": 'status = "assumed"'}
    layer = f'    {{ amount = "cash", rate = "70 %", {", ".join(v for k, v in proof.items() if k != word)} }},'
    text = policy_text(formula=f'kind = "layered"\nlayer = [\n{layer}\n]')
    [fault] = refused(write(tmp_path, text)).faults
    assert (fault.en, text.splitlines()[fault.line - 1]) == (f"lacks {word}", layer)


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_lines(tmp_path: Path) -> None:
    text = (
        HOSPITAL.replace('rate = "9 %"', 'rate = "9"')
        .replace("min = 16", "minn = 16")
        .replace('"50000.00"\nper', '"-1"\nper')
    )
    faults = refused(write(tmp_path, text)).faults
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)
    assert len(faults) >= 4  # the unknown word, the missing min, the rate, the limit


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "nothing.toml").say("en")
    path = tmp_path / "gbk.toml"
    path.write_bytes(HOSPITAL.encode("gb18030"))
    assert "UTF-8" in refused(path).say("en")


TABLES: dict[str, tuple[str, str]] = {
    "no such column": ("name,amount,status\nhand,200.00,assumed\n", "line 2"),
    "amount not exact": ("key,amount,status\nhand,200.005,assumed\n", "line 2"),
    "amount below zero": ("key,amount,status\nleg,1.00,assumed\nhand,-200.00,assumed\n", "line 3"),
    "key used twice": ("key,amount,status\nhand,1.00,assumed\nhand,2.00,assumed\n", "line 3"),
    "key empty": ("key,amount,status\n,1.00,assumed\n", "line 2"),
    "no status": ("key,amount,status\nhand,1.00,\n", "line 2"),
    "no rows": ("key,amount,status\n", "no rows"),
    "empty": ("", "no rows"),
}


@pytest.mark.parametrize("mistake", TABLES, ids=str)
def test_a_table_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, mistake: str) -> None:
    content, words = TABLES[mistake]
    (tmp_path / "t.csv").write_text(content, encoding="utf-8")
    text = policy_text(formula='kind = "table"\ntable = "t.csv"\nfield = "injuries"')
    refusal = refused(write(tmp_path, text))
    assert "t.csv" in str(refusal)
    assert words in str(refusal)
    assert 'table = "t.csv"' in text.splitlines()[refusal.faults[0].line - 1]


def test_a_table_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("key,zh,amount,status\nhand,手,1.00,assumed\n".encode("gb18030"))
    text = policy_text(formula='kind = "table"\ntable = "t.csv"\nfield = "injuries"')
    assert "not UTF-8" in str(refused(write(tmp_path, text)))


def test_a_table_is_read_only_from_beside_the_policy(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("key,amount,status\nhand,1.00,assumed\n", encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    text = policy_text(formula='kind = "table"\ntable = "../t.csv"\nfield = "injuries"')
    assert "not beside" in str(refused(write(inner, text)))


def test_the_hash_covers_the_policy_and_its_table(tmp_path: Path) -> None:
    path = write(tmp_path, policy_text(formula='kind = "table"\ntable = "t.csv"\nfield = "injuries"'))
    table = tmp_path / "t.csv"
    table.write_text("key,amount,status\nhand,1.00,assumed\n", encoding="utf-8")
    first = load_policy(path).digest
    assert load_policy(path).digest == first
    table.write_text("key,amount,status\nhand,2.00,assumed\n", encoding="utf-8")
    second = load_policy(path).digest
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    assert len({first, second, load_policy(path).digest}) == 3


@pytest.mark.parametrize("limit", ['mode = "greatest"\nper = "member"\nwindow = "rolling_months"\nmonths = 3',
                                   'count = 1\nper = "member"\nwindow = "payment"', 'mode = "sum"\nper = "member"\nwindow = "lifetime"'])  # fmt: skip
def test_a_limit_that_limits_nothing_or_cannot_be_kept_is_refused(tmp_path: Path, limit: str) -> None:
    text = policy_text(limits=[limit])
    refusal = refused(write(tmp_path, text))
    assert text.splitlines()[: refusal.faults[0].line].count("[[limit]]") == 1


FORMATS: dict[str, Callable[[str], str]] = {
    "as it stands": lambda text: text,
    "brackets as tables of their own": lambda text: text.replace(
        brackets(("over", "0.00", "1 %"), ("over", "10.00", "2")),
        f'\n[[formula.bracket]]\nover = "0.00"\nrate = "1 %"\n{PROOF}\n\n# a remark\n[[formula.bracket]]\nover = "10.00"\nrate = "2"\n{PROOF}\n[unused]',
    ),
    "several brackets on a line": lambda text: text.replace('},\n    { over = "10.00"', '}, { over = "10.00"').replace(
        "[\n    {", "[{"
    ),
    "first bracket beside the opening": lambda text: text.replace("bracket = [\n    {", "bracket = [ {"),
    "remarks with brackets and quotes": lambda text: text.replace(
        "bracket = [", 'bracket = [ # ] it\'s "so" [[x]]\n  # } {', 1
    ),
    "windows line ends": lambda text: text.replace("\n", "\r\n"),
    "a text over several lines before": lambda text: text.replace(
        'title = "a rule made up for a check"', 'title = """a rule\n[limit]\nrate = "9"\n[[limit]]\n"""'
    ),
}


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_the_line_is_right_however_the_file_is_laid_out(tmp_path: Path, form: str) -> None:
    formula = f'kind = "whole_amount"\n{PROOF}\n' + brackets(("over", "0.00", "1 %"), ("over", "10.00", "2"))
    text = policy_text(formula=formula).replace(f"]\n{PROOF}", "]", 1)
    text = FORMATS[form](text)
    path = tmp_path / "rule.toml"
    path.write_bytes(text.encode())
    faults = [fault for fault in refused(path).faults if fault.where == "formula.bracket.[2].rate"]
    assert len(faults) == 1
    assert re.search(r'rate = "2"', text.splitlines()[faults[0].line - 1])


def test_places_knows_every_key_of_the_shipped_policies() -> None:
    for path in sorted(folder().glob("*/*.toml")):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        for where, line in places(text).items():
            named = [part for part in where if isinstance(part, str)]
            if named and isinstance(where[-1], str):
                assert named[-1] in lines[line - 1], (path.name, where, line)


def test_a_place_that_is_not_written_has_the_line_of_what_is_around_it() -> None:
    found = places('a = 1\n[b]\nc = { d = 1 }\n"e f".g = [1,\n 2]\n[[h]]\ni = 1\n[[h]]\ni = 2\n[h.j]\nk = 3\n')
    assert [
        line_of(path, found) for path in (("x",), ("b", "x"), ("b", "c", "d"), ("b", "c", "x"), ("b", "e f", "g", 1))
    ] == [1, 2, 3, 3, 5]
    assert [
        line_of(path, found) for path in (("h", 0, "i"), ("h", 1, "i"), ("h", 1, "j", "k"), ("h", 1, "x"), ("h",))
    ] == [7, 9, 11, 8, 6]
