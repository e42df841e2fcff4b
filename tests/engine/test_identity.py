"""Certificates and names: folded, checked, masked."""

import random
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from jishiyu.engine import identity
from jishiyu.engine.identity import fold_certificates, mask_name, mask_number, name_keys

AS_OF = date(2026, 6, 30)
NUMBER = "220102199808018132"


def fold(cert_type: str | None, number: str | None) -> tuple[str | None, date | None, int]:
    """Fold one certificate."""
    found = fold_certificates(
        pl.Series([cert_type], dtype=pl.String), pl.Series([number], dtype=pl.String), as_of=AS_OF
    )
    return found.key[0], found.birth_date[0], found.flaws[0]


def check_digit(seventeen: str) -> str:
    """Compute the check digit one by one, by ISO 7064 MOD 11-2: another way than the weights."""
    remainder = 0
    for digit in seventeen:
        remainder = (remainder + int(digit)) * 2 % 11
    return "0123456789X"[(12 - remainder) % 11]


@pytest.mark.parametrize(
    ("cert_type", "number"),
    [
        ("01", NUMBER), ("1", NUMBER), ("1.0", NUMBER), ("居民身份证", NUMBER), ("身份证", NUMBER), (None, NUMBER), ("", NUMBER),
        ("01", " 220102 19980801 8132 "), ("01", "２２０１０２１９９８０８０１８１３２"), ("01", "220102980801813"), (None, "220102980801813"),
        ("01", "'" + NUMBER), ("01", "\ufeff" + NUMBER), ("01", NUMBER + "\u3000"),
    ],
)  # fmt: skip
def test_folds_all_ways_to_write_one_number_into_one_key(cert_type: str | None, number: str) -> None:
    assert fold(cert_type, number) == (f"01:{NUMBER}", date(1998, 8, 1), 0)


def test_folds_a_lower_case_x() -> None:
    number = "22010319900821932X"
    assert fold("01", number.lower()) == fold("01", number) == (f"01:{number}", date(1990, 8, 21), 0)


@pytest.mark.parametrize(
    ("cert_type", "number", "flaw"),
    [
        ("01", NUMBER[:-1] + "3", identity.CHECK_DIGIT), ("01", NUMBER[:-1] + "X", identity.CHECK_DIGIT),
        ("01", NUMBER[:-1], identity.SHAPE), ("01", NUMBER + "1", identity.SHAPE), ("01", "2201021998080181A2", identity.SHAPE),
        ("01", "六个中文字符", identity.SHAPE), ("01", "'", identity.SHAPE),
        ("01", "4.40300E+19", identity.DIGITS_LOST), ("08", "1.2E+12", identity.DIGITS_LOST),
        ("01", "22010219980230001" + check_digit("22010219980230001"), identity.BIRTH_DATE),
        ("01", "22010219000229001" + check_digit("22010219000229001"), identity.BIRTH_DATE),
        ("01", "22010220260701001" + check_digit("22010220260701001"), identity.BIRTH_DATE),
        ("01", "220102991301001", identity.BIRTH_DATE),
        ("", "E1234567", identity.TYPE_MISSING), ("55", "E1234567", identity.TYPE_UNKNOWN), ("护照本", "E1", identity.TYPE_UNKNOWN),
        ("07", "E1234567", identity.SHAPE), ("17", "E1234567", identity.SHAPE), ("08", "E" * 51, identity.SHAPE),
        ("07", "900102199808018132", identity.CHECK_DIGIT),
    ],
)  # fmt: skip
def test_an_unusable_number_gives_no_key(cert_type: str, number: str, flaw: int) -> None:
    assert fold(cert_type, number) == (None, None, flaw)


def test_accepts_the_leap_day_and_an_unknown_place_with_a_warning() -> None:
    leap = "22010220000229001" + check_digit("22010220000229001")
    assert fold("01", leap) == (f"01:{leap}", date(2000, 2, 29), 0)
    place = "99010220000229001" + check_digit("99010220000229001")
    assert fold("01", place) == (f"01:{place}", date(2000, 2, 29), identity.PLACE)


def test_knows_the_other_certificates() -> None:
    permit = "81000019900101001" + check_digit("81000019900101001")
    new_card = "91015619900101001" + check_digit("91015619900101001")
    assert fold("17", permit) == (f"17:{permit}", date(1990, 1, 1), 0)
    assert fold("07", new_card) == (f"07:{new_card}", date(1990, 1, 1), 0)
    assert fold("07", "abc123456789012") == ("07:ABC123456789012", None, 0)
    assert fold("08", " e12 34567") == ("08:E1234567", None, 0)
    assert fold("02", "军字第 123 号") == ("02:军字第123号", None, 0)
    assert fold("01", None) == fold("01", "  ") == fold("", "null") == (None, None, 0)


def random_numbers(count: int) -> list[str]:
    """Draw valid numbers of places in use."""
    draw = random.Random(7)
    numbers = []
    for _ in range(count):
        born = date.fromordinal(draw.randint(date(1930, 1, 1).toordinal(), date(2020, 1, 1).toordinal()))
        head = f"{draw.choice(['220102', '110101', '440305', '650102'])}{born:%Y%m%d}{draw.randint(0, 999):03}"
        numbers.append(head + check_digit(head))
    return numbers


def test_agrees_with_another_implementation_on_two_thousand_numbers() -> None:
    good = random_numbers(2_000)
    draw = random.Random(8)
    damaged = [n[:at] + draw.choice("0123456789") + n[at + 1 :] for n in good for at in [draw.randint(6, 16)]]
    numbers = good + damaged
    found = fold_certificates(pl.Series(["01"] * len(numbers)), pl.Series(numbers), as_of=AS_OF)
    usable = [is_real(number) for number in numbers]
    assert found.key.is_not_null().to_list() == usable
    assert all(usable[:2_000])
    assert sum(usable) < 2_500
    born = [ric.get_birth_date(number) for number in numbers if is_real(number)]
    assert found.birth_date.filter(pl.Series(usable)).to_list() == born


def is_real(number: str) -> bool:
    """Ask python-stdnum, but not for the place: its table knows no county before it was founded."""
    try:
        born = ric.get_birth_date(number)
    except InvalidComponent:
        return False
    return ric.calc_check_digit(number) == number[-1] and born.year >= 1850 and born <= AS_OF


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(["01", "", "17", "08", "99", "?"]), max_size=8), st.data())
def test_folds_a_column_like_each_of_its_numbers(types: list[str], data: st.DataObject) -> None:
    number = st.sampled_from(
        [NUMBER, "220102980801813", "22010319900821932x", "", "E1", "4.4E+17", "00010219980801813X"]
    )
    numbers = [data.draw(number) for _ in types]
    texts = (pl.Series(types, dtype=pl.String), pl.Series(numbers, dtype=pl.String))
    together = fold_certificates(*texts, as_of=AS_OF)
    alone = [fold(*pair) for pair in zip(types, numbers, strict=True)]
    assert list(zip(together.key, together.birth_date, together.flaws, strict=True)) == alone


@pytest.mark.parametrize(
    "name",
    [
        "买买提·吐尔逊",
        "买买提•吐尔逊",
        "买买提‧吐尔逊",
        "买买提・吐尔逊",
        "买买提．吐尔逊",
        "买买提.吐尔逊",
        " 买买提 · 吐尔逊\u3000",
    ],
)
def test_all_middle_dots_are_one(name: str) -> None:
    assert name_keys(pl.Series([name]))[0] == "买买提·吐尔逊"


def test_folds_names_for_comparing_and_keeps_rare_characters_apart() -> None:
    names = pl.Series(["张 三", "张三\u3000", "John ＳＭＩＴＨ", "张㛃", "李𬭎", "", None, " "])
    assert name_keys(names).to_list() == ["张三", "张三", "JOHNSMITH", "张㛃", "李𬭎", None, None, None]
    assert name_keys(pl.Series(["张三", "李四"])).to_list() == ["张三", "李四"]


def test_masks_numbers_and_names() -> None:
    assert mask_number(NUMBER) == "220***********8132"
    assert [mask_number(text) for text in ("", "1", "1234567", "12345678")] == ["", "1", "1******", "123*5678"]
    assert [mask_name(name) for name in ("张三", "张三丰", "张", "", "买买提·吐尔逊")] == [
        "张*",
        "张**",
        "张",
        "",
        "买买提·***",
    ]


def test_only_numbers_of_resident_identity_cards_are_folded_from_15_digits_to_18() -> None:
    assert fold("16", "220102800101001") == ("16:220102800101001", None, 0)
    assert fold("99", "123456789012345")[0] == "99:123456789012345"
    folded = fold("01", "220102800101001")
    assert folded[0] is not None
    assert len(folded[0]) == len("01:") + 18
    assert fold(None, "220102800101001") == folded
