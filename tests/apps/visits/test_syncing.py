"""What phones send: stored once, never overwritten, and told when something is wrong with it."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from jishiyu.apps.files.keeping import HELP
from jishiyu.apps.visits.models import Entry, EntryKind
from jishiyu.apps.visits.operations import Received
from jishiyu.apps.visits.problems import VisitUnknown
from jishiyu.apps.visits.queries import conflicts, settled, standing
from jishiyu.apps.visits.syncing import FIELDS
from tests.apps.together import at_once
from tests.apps.visits.situations import AT, ON, check, noted, photo, picture, reading, send, stored, visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Path:
    settings.HELP_FOLDER = str(tmp_path / "help")  # type: ignore[attr-defined]
    return tmp_path / "help"


def test_the_same_entries_sent_twice_are_stored_once() -> None:
    to, entries = visit(), [reading(), check(), photo()]
    first, second = send(to, *entries), send(to, *reversed(entries))
    assert first.new == 3
    assert second.new == 0
    assert sorted(first.stored) == sorted(second.stored) == sorted(one["client_id"] for one in entries)
    assert len(stored(to)) == 3


def test_an_entry_keeps_what_was_written_and_when() -> None:
    to = visit()
    send(to, reading(value=" 0.398 ", unit="kV", remark="负荷约 60 %"))
    (kept,) = stored(to)
    assert kept.content["value"] == "0.398"
    assert kept.content["unit"] == "kV"
    assert kept.content["remark"] == "负荷约 60 %"
    assert (kept.by, kept.made_at.isoformat(), kept.received_at) == ("zhao.gong", "2026-03-04T02:00:00+00:00", AT)


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        ({"value": "398", "unit": "kV"}, "像是单位写错", "unit looks wrong"),
        ({"value": "398", "unit": "A"}, "不能用于此项", "no unit for this"),
        ({"value": "4"}, "相差过大", "too far from"),
        ({"quantity": "frequency", "value": "-5", "unit": "Hz"}, "不可能", "cannot be a reading"),
        ({"quantity": "luck", "value": "7", "unit": ""}, "不认识检测项目", "not known"),
        ({"value": "about 400"}, "不是数字", "no number"),
        ({"value": ""}, "没有实测值", "value is missing"),
    ],
)
def test_an_odd_reading_is_kept_and_told_in_both_languages(given: dict[str, str], zh: str, en: str) -> None:
    to = visit()
    received = send(to, reading(**given))
    assert received.refused == []
    assert len(received.stored) == len(stored(to)) == 1
    (told,) = received.told
    assert zh in told.zh
    assert en in told.en


def test_a_reading_that_can_be_judged_is_not_remarked_on() -> None:
    assert send(visit(), reading(value="398"), reading(quantity="harmonic_u_5", value="2.1", unit="%")).told == []


def test_what_replaces_another_leaves_it_where_it_is() -> None:
    to, first = visit(), reading(value="389")
    send(to, first)
    second = reading(value="398", slot=first["client_id"], replaces=[first["client_id"]])
    send(to, second)
    assert [one.content["value"] for one in stored(to)] == ["389", "398"]
    assert [one.content["value"] for one in standing(visit_id=to.pk)] == ["398"]
    assert conflicts(visit_id=to.pk) == []


def test_two_phones_that_change_the_same_line_are_a_conflict_with_both_values() -> None:
    to, first = visit(), check(state="open")
    send(to, first)
    one = check(state="done", replaces=[first["client_id"]])
    other = check(state="problem", words="接线松动", replaces=[first["client_id"]])
    send(to, one)
    send(to, other)
    (group,) = conflicts(visit_id=to.pk)
    assert {entry.content["state"] for entry in group} == {"done", "problem"}
    assert len(stored(to)) == 3
    send(to, check(state="problem", words="接线松动", replaces=[one["client_id"], other["client_id"]]))
    assert conflicts(visit_id=to.pk) == []
    assert len(stored(to)) == 4


def test_two_phones_that_began_the_same_line_conflict_unless_they_say_the_same() -> None:
    to = visit()
    send(to, check("c1", "done"), check("c2", "done"))
    send(to, check("c1", "problem"), check("c2", "done"))
    (group,) = conflicts(visit_id=to.pk)
    assert {entry.slot for entry in group} == {"c1"}
    assert len([one for one in settled(list(standing(visit_id=to.pk))) if one.slot == "c2"]) == 1


def test_readings_of_two_phones_at_one_point_are_two_readings() -> None:
    to = visit()
    send(to, reading(value="398"))
    send(to, reading(value="399"))
    assert conflicts(visit_id=to.pk) == []
    assert standing(visit_id=to.pk).count() == 2


def test_a_photo_is_encoded_anew_and_sealed(folder: Path) -> None:
    to = visit()
    send(to, photo(point="1#进线柜"))
    (kept,) = stored(to)
    assert kept.media_type == "image/jpeg"
    assert HELP.fetch(kept.file)[:3] == b"\xff\xd8\xff"
    (on_disk,) = [path for path in folder.rglob("*") if path.is_file()]
    assert b"\xff\xd8\xff" not in on_disk.read_bytes()


@pytest.mark.parametrize(
    "given",
    [
        {"picture": "data:image/jpeg;base64,bm90IGEgcGljdHVyZQ=="},
        {"picture": "%%%"},
        {"picture": ""},
        {"picture": "data:application/pdf;base64,JVBERi0xLjcKJSVFT0Y="},
    ],
)
def test_what_is_no_picture_is_refused_and_the_rest_is_stored(given: dict[str, str], folder: Path) -> None:
    to = visit()
    bad = noted("photo", {}, **given)
    received = send(to, bad, reading())
    assert [one.client_id for one in received.refused] == [bad["client_id"]]
    assert len(received.stored) == 1
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "7"}, {"kind": "money"}, {"made_at": "yesterday"}, {"content": "text"}, {"replaces": "x"},
        {"content": {"value": {"a": 1}}}, {"content": {"value": "4\x00"}}, {"slot": "s" * 80}, {"kind": ["reading"]},
    ],
)  # fmt: skip
def test_what_is_no_entry_is_refused_with_a_sentence(wrong: dict[str, object]) -> None:
    to = visit()
    received = send(to, reading() | wrong)
    assert received.stored == []
    assert "仍保留在手机上" in received.refused[0].zh
    assert not re.search("[a-z_]", received.refused[0].zh)  # no word of the program
    assert stored(to) == []


def test_entries_of_another_account_wait_for_it() -> None:
    to = visit()
    received = send(to, reading(by="li.gong"))
    assert "li.gong" in received.refused[0].en
    assert stored(to) == []


def test_a_name_of_another_visit_is_not_taken_over() -> None:
    one, other = visit(), visit()
    entry = reading()
    send(one, entry)
    assert send(other, entry).stored == []
    assert stored(other) == []
    with pytest.raises(VisitUnknown):
        send(one.__class__(pk=10**9), entry)


def test_a_clock_that_is_ahead_counts_as_now() -> None:
    to = visit()
    send(to, reading(made_at="2031-01-01T00:00:00Z"))
    assert stored(to)[0].made_at == AT


def test_what_replaces_an_unknown_entry_is_stored_all_the_same() -> None:
    to = visit()
    assert len(send(to, reading(replaces=[str(uuid4())])).stored) == 1


def test_every_kind_that_a_phone_makes_is_known() -> None:
    assert set(FIELDS) == set(EntryKind) - {EntryKind.SERIES}


def test_what_was_noted_is_never_changed_or_deleted() -> None:
    to = visit()
    send(to, reading())
    for change in (lambda: Entry.objects.update(by="x"), lambda: Entry.objects.all().delete()):
        with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
            change()


@pytest.mark.django_db(transaction=True)
def test_two_requests_of_one_phone_at_once_store_everything_once() -> None:
    to = visit()
    entries = [reading(value=str(390 + at)) for at in range(8)] + [photo()]
    results = at_once(*[lambda: send(to, *entries)] * 3)
    received = [one for one in results if isinstance(one, Received)]
    assert [len(one.stored) for one in received] == [9, 9, 9]
    assert sum(one.new for one in received) == len(stored(to)) == 9


def test_a_signature_is_kept_with_who_signed() -> None:
    to = visit()
    send(to, noted("signature", {"name": "王工", "title": "设备科长"}, picture=picture("white", "PNG")))
    (kept,) = stored(to)
    assert (kept.media_type, kept.content["name"]) == ("image/png", "王工")
    assert ON.isoformat() == "2026-03-04"
