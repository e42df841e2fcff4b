"""Bank files to the byte: encodings, lengths in bytes, control sums, and names that could do harm."""

import hashlib
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from jishiyu.apps.payments.bank import Outcome, Payment
from jishiyu.banks import load_profile, open_bank, profile_names
from jishiyu.banks.layout import amount_text
from jishiyu.banks.problems import (
    NameNotEncodable,
    NameNotSafe,
    ProfileUnknown,
    ProfileWrong,
    ResultTotalsDiffer,
    ResultUnreadable,
)
from jishiyu.banks.profile import FOLDER
from jishiyu.banks.writing import truncated_to

DAY = date(2025, 3, 15)
ACCOUNT = "6222020000000000001"


def one(profile: str, name: str = "张三丰", amount_fen: int = 12_160_05) -> bytes:
    (file,) = open_bank(profile).write(batch=7, on=DAY, payments=[Payment("JS0000000042", ACCOUNT, name, amount_fen)])
    return file.content


def test_generic_csv_to_the_byte() -> None:
    assert one("generic-csv") == (
        b"H,00000007,20250315,1,12160.05\r\n"
        b"\xd0\xf2\xba\xc5,\xca\xd5\xbf\xee\xd5\xcb\xba\xc5,\xca\xd5\xbf\xee\xc8\xcb\xd0\xd5\xc3\xfb,\xbd\xf0\xb6\xee,"
        b"\xd3\xc3\xcd\xbe,\xd2\xb5\xce\xf1\xb1\xe0\xba\xc5\r\n"
        b"1,6222020000000000001,\xd5\xc5\xc8\xfd\xb7\xe1,12160.05,"
        b"\xb9\xa4\xbb\xe1\xd6\xb0\xb9\xa4\xb2\xb9\xcc\xf9,JS0000000042\r\n"
        b"T,1,12160.05\r\n"
    )


def test_fixed_txt_to_the_byte() -> None:
    assert one("fixed-txt") == (
        b"00000007|20250315|1|1216005\r\n"
        b"JS0000000042|6222020000000000001|\xd5\xc5\xc8\xfd\xb7\xe1|1216005|\xb2\xb9\xcc\xf9\r\n"
    )


def test_a_rare_character_takes_four_bytes_in_gb18030_and_is_refused_by_name_in_gbk() -> None:
    assert "𬭎".encode("gb18030") in one("generic-csv", "张𬭎")
    assert len("𬭎".encode("gb18030")) == 4
    with pytest.raises(NameNotEncodable, match=r"张\* \(account 622\*+0001\).*U\+2CB4E, which GBK"):
        one("fixed-txt", "张𬭎")
    assert open_bank("generic-csv").obstacle(name="张𬭎") == ""
    assert "GBK" in open_bank("fixed-txt").obstacle(name="张𬭎")


@pytest.mark.parametrize(
    ("name", "profiles"),
    [
        ("=HYPERLINK(1)", {"generic-csv", "fixed-txt"}),
        ("+1", {"generic-csv", "fixed-txt"}),
        ("-1", {"generic-csv", "fixed-txt"}),
        ("@x", {"generic-csv", "fixed-txt"}),
        ("张|三", {"fixed-txt"}),
        ("张\n三", {"generic-csv", "fixed-txt", "excel"}),
        ("张\t三", {"generic-csv", "fixed-txt", "excel"}),
    ],
)
def test_a_name_that_could_do_harm_is_refused_and_never_altered(name: str, profiles: set[str]) -> None:
    for profile in profile_names():
        if profile in profiles:
            with pytest.raises(NameNotSafe):
                one(profile, name)
            assert open_bank(profile).obstacle(name=name)
        else:
            bank = open_bank(profile)
            assert bank.payments_of(one(profile, name), file_name="x")[0].name == name


def test_every_cell_of_a_workbook_is_text_and_none_a_formula() -> None:
    sheet = load_workbook(io.BytesIO(one("excel", "=1+1"))).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert [cell.value for cell in sheet[2]] == ["1", ACCOUNT, "=1+1", "12160.05", "工会职工补贴", "JS0000000042"]
    assert [cell.value or "" for cell in sheet[3]][:4] == ["合计", "1", "", "12160.05"]


@pytest.mark.parametrize("profile", profile_names())
def test_the_same_payments_give_the_same_bytes_hash_and_control_sums(profile: str) -> None:
    payments = [Payment(f"JS{i:010d}", f"622202{i:013d}", "王五", 100 + i) for i in range(25)]
    bank = open_bank(profile)
    files = bank.write(batch=7, on=DAY, payments=payments)
    assert files == bank.write(batch=7, on=DAY, payments=payments)
    for file in files:
        assert file.sha256 == hashlib.sha256(file.content).hexdigest()
    assert (sum(f.count for f in files), sum(f.sum_fen for f in files)) == (25, sum(p.amount_fen for p in payments))
    assert [p for f in files for p in bank.payments_of(f.content, file_name=f.name)] == payments


def test_more_payments_than_the_bank_takes_become_several_files_with_their_own_sums() -> None:
    payments = [Payment(f"JS{i:010d}", ACCOUNT, "王五", 100) for i in range(5001)]
    files = open_bank("generic-csv").write(batch=7, on=DAY, payments=payments)
    assert [(f.name, f.count, f.sum_fen) for f in files] == [
        ("jishiyu-00000007-20250315-01.csv", 5000, 500_000),
        ("jishiyu-00000007-20250315-02.csv", 1, 100),
    ]
    assert files[1].content.startswith(b"H,00000007,20250315,1,1.00\r\n")


def test_a_name_is_cut_by_whole_characters_to_the_bytes_the_bank_takes_and_reported() -> None:
    long = "买买提·艾合买提江·阿不都热合曼·艾力"
    (file,) = open_bank("fixed-txt").write(batch=7, on=DAY, payments=[Payment("JS0000000042", ACCOUNT, long, 100)])
    name = file.content.decode("gbk").split("|")[5]
    assert len(name.encode("gbk")) <= 30 < len(long.encode("gbk"))
    assert long.startswith(name)
    assert file.truncated == ("JS0000000042",)


@given(st.text("张𬭎a·㛃"), st.integers(0, 40))
def test_cutting_keeps_a_beginning_that_fits_and_could_not_be_longer(text: str, limit: int) -> None:
    cut = truncated_to(text, max_bytes=limit, encoding="gb18030")
    assert text.startswith(cut)
    assert len(cut.encode("gb18030")) <= limit
    if cut != text:
        assert len(text[: len(cut) + 1].encode("gb18030")) > limit


@given(st.integers(1, 10**13), st.sampled_from(["fixed-txt", "generic-csv"]))
def test_every_amount_comes_back_to_the_fen(amount_fen: int, profile: str) -> None:
    bank = open_bank(profile)
    assert bank.payments_of(one(profile, amount_fen=amount_fen), file_name="x")[0].amount_fen == amount_fen
    assert amount_text(amount_fen, "yuan").partition(".")[2].isdigit()


HEAD = b"H,00000001,20250317,1,75.00\r\n"
TITLES = "业务编号,收款账号,收款人姓名,金额,结果代码,结果说明,处理日期\r\n".encode("gb18030")
LINE = b"JS0000000042,6222020000000000001,,75.00,100,,20250317\r\n"
TAIL = b"T,1,75.00\r\n"


def test_reads_a_result_file_line_by_line() -> None:
    (answer,) = open_bank("generic-csv").read(HEAD + TITLES + LINE + TAIL, file_name="r.csv")
    assert (answer.line, answer.reference, answer.amount_fen) == (3, "JS0000000042", 7500)
    assert (answer.outcome, answer.answered_on) == (Outcome.PAID, date(2025, 3, 17))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xff\xff\xff",
        TITLES + LINE + TAIL,
        HEAD + LINE + TAIL,
        HEAD + TITLES + LINE,
        HEAD + TITLES + LINE[:20],
        HEAD + TITLES + LINE.replace(b"75.00", b"75.001") + TAIL,
        HEAD + TITLES + LINE.replace(b"75.00", b"-75.00") + TAIL,
        HEAD + TITLES + LINE.replace(b"75.00", b"7.5E1") + TAIL,
        HEAD + TITLES + LINE.replace(b",100,", b",,") + TAIL,
        HEAD + TITLES + LINE.replace(b"20250317", b"20250230") + TAIL,
        HEAD + TITLES + LINE.replace(b",,", b",") + TAIL,
        HEAD + TITLES + b'"' + LINE + TAIL,
        HEAD.replace(b"H,", b"X,") + TITLES + LINE + TAIL,
    ],
)
def test_what_is_not_as_the_profile_says_is_refused(content: bytes) -> None:
    with pytest.raises(ResultUnreadable):
        open_bank("generic-csv").read(content, file_name="r.csv")


@pytest.mark.parametrize("wrong", [(b"H,00000001,20250317,1,75.00", b"H,00000001,20250317,1,75.01"), (b"T,1", b"T,2")])
def test_control_sums_that_disagree_are_refused(wrong: tuple[bytes, bytes]) -> None:
    with pytest.raises(ResultTotalsDiffer):
        open_bank("generic-csv").read((HEAD + TITLES + LINE + TAIL).replace(*wrong), file_name="r.csv")


def test_a_workbook_whose_account_is_a_number_is_refused_because_digits_are_lost() -> None:
    bank = open_bank("excel")
    titles = [column.title for column in bank.result.columns]
    for account, fits in ((6222020000000000001, False), (ACCOUNT, True)):
        book = Workbook()
        book.active.append(titles)
        book.active.append(["JS0000000042", account, "", 75.3, "成功", "", "2025-03-17"])
        book.active.append(["合计", 1, "", 75.3])
        out = io.BytesIO()
        book.save(out)
        if fits:
            assert bank.read(out.getvalue(), file_name="r.xlsx")[0].amount_fen == 7530
        else:
            with pytest.raises(ResultUnreadable, match="digits are lost"):
                bank.read(out.getvalue(), file_name="r.xlsx")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('amount = "yuan"', 'amount = "jiao"'),
        ('encoding = "gb18030"', 'encoding = "gb9999"'),
        ('separator = ","', 'separator = ",,"'),
        ('"100" = "paid"', '"100" = "perhaps"'),
        ('"100" = "paid"', '"100" = "unknown"'),
        ('{ field = "account", title = "收款账号" },', ""),
        ('"{count}"', '"{number}"'),
        ("titles = true", "titels = true"),
        ("-{part}.csv", ".csv"),
        ('name = "generic-csv"', 'name = "other"'),
    ],
)
def test_a_profile_that_says_what_it_cannot_mean_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = (FOLDER / "generic-csv.toml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "generic-csv.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProfileWrong):
        load_profile(file)


def test_an_unknown_profile_is_named_with_those_there_are() -> None:
    with pytest.raises(ProfileUnknown, match="excel, fixed-txt, generic-csv"):
        open_bank("icbc")
