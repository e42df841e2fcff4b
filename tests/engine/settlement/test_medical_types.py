"""The names of medical types: every one of every area has its English."""

from jishiyu.engine.settlement.medical_types import english_names, medical_types, types_of


def test_every_name_of_every_area_has_its_english() -> None:
    names = {name for listed in medical_types()[1].values() for name in listed.types.values()}
    assert set(english_names()) == names


def test_a_list_speaks_both_languages() -> None:
    known = types_of(None)
    assert known is not None
    assert (known.words("zh")["21"], known.words("en")["21"]) == ("普通住院", "ordinary inpatient stay")
