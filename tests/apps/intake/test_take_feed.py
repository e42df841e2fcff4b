"""A feed is stored whole or not at all; who and what it is about is sealed; where a line stood can be found again."""

import json
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import connection

from jishiyu.apps.audit.models import Trail
from jishiyu.apps.intake.models import Feed, Line
from jishiyu.apps.intake.operations import take_feed
from jishiyu.apps.intake.problems import FeedIsEmpty, FeedTakenBefore
from jishiyu.apps.intake.queries import buckets_of_feed, place_in_file, sealed_facts
from jishiyu.apps.people.models import Person
from jishiyu.apps.people.operations import merge_people, undo_merge
from jishiyu.apps.subsidies.operations import post_feed, redecide, rematch
from jishiyu.apps.tables.copying import copy_in, copy_out
from jishiyu.engine.settlement.flaws import Breaks
from jishiyu.engine.settlement.totals import RowsDisagree, Totals
from tests.apps.subsidies.situations import (
    AS_OF,
    AT,
    FEED,
    check_books,
    enrol,
    load,
    member,
    newest,
    number,
    owed,
    stay,
    write,
)

pytestmark = pytest.mark.django_db


def test_identity_and_diagnosis_are_sealed_and_come_back(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", (*FEED, "dise_name"), [stay(1, "1", "20000.00") | {"dise_name": "肺炎"}])
    feed = take_feed(path=path, by="li.na", as_of=AS_OF)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(line)::text FROM intake_line line")
        plain = cursor.fetchone()[0]
    assert not any(word in plain for word in (number(1), "张1", "肺炎", "某医院", 'P1"'))
    facts = sealed_facts(feed_id=feed.pk, line_no=2)
    assert (facts["cert_no"], facts["name"], facts["diagnosis_name"]) == (number(1), "张1", "肺炎")


def test_control_totals_that_disagree_store_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", FEED, [stay(1, "1", "20000.00")])
    path.with_name("a.csv.totals.json").write_text('{"rows": 2}', encoding="utf-8")
    with pytest.raises(RowsDisagree, match="should hold 2 rows but holds 1"):
        take_feed(path=path, by="li.na", as_of=AS_OF)
    assert (Feed.objects.count(), Line.objects.count(), Trail.objects.count()) == (0, 0, 0)


def test_control_totals_given_beside_the_file_are_checked_and_stay_on_the_trail(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", FEED, [stay(1, "1", "20000.00")])
    with pytest.raises(RowsDisagree, match="should hold 2 rows but holds 1"):
        take_feed(path=path, by="li.na", as_of=AS_OF, stated=[Totals(rows=2)])
    assert Feed.objects.count() == 0
    take_feed(path=path, by="li.na", as_of=AS_OF, stated=[Totals(rows=1, persons=1)])
    assert json.loads(Trail.objects.get(action="feed.stored").details)["stated"] == {
        "a.csv": [{"rows": 1, "persons": 1}]
    }


@pytest.mark.parametrize("breaks", ["warn", "held"])
def test_what_amounts_that_do_not_add_up_become_is_kept_with_the_feed(
    tmp_path: Path, breaks: Breaks, settings: Any
) -> None:
    enrol(tmp_path, member(1))
    lines = [stay(1, at, "20000.00") | {"psn_part_amt": "9.00", "acct_pay": "0.00"} for at in ("1", "2")]
    expected = {"warn": ["auto"], "held": ["held"]}[breaks]
    named = take_feed(path=write(tmp_path / "a.csv", FEED, lines[:1]), by="li.na", as_of=AS_OF, breaks=breaks)
    settings.FEED_BREAKS = breaks
    by_setting = take_feed(path=write(tmp_path / "b.csv", FEED, lines[1:]), by="li.na", as_of=AS_OF)
    for feed in (named, by_setting):
        post_feed(feed=feed, by="li.na", on=AS_OF)
        assert feed.breaks == breaks
        assert [count.bucket for count in buckets_of_feed(feed_id=feed.pk)] == expected


def test_a_file_without_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedIsEmpty, match=r"a\.csv"):
        take_feed(path=write(tmp_path / "a.csv", FEED, []), by="li.na", as_of=AS_OF)
    assert Feed.objects.count() == 0


def test_a_stored_feed_goes_on_and_a_posted_one_is_refused_under_any_name(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", FEED, [stay(1, "1", "20000.00")])
    feed = take_feed(path=path, by="li.na", as_of=AS_OF)
    assert take_feed(path=path, by="li.na", as_of=AS_OF).pk == feed.pk
    post_feed(feed=feed, by="li.na")
    copy = tmp_path / "b.csv"
    copy.write_bytes(path.read_bytes())
    with pytest.raises(FeedTakenBefore, match=r"b\.csv was taken before.*by li\.na \(as a\.csv"):
        take_feed(path=copy, by="wang", as_of=AS_OF)
    with pytest.raises(FeedTakenBefore):
        post_feed(feed=feed, by="wang")


def test_lines_of_several_tables_in_one_file_keep_their_places(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, lines in (
            ("a.csv", [stay(1, "1", "20000.00"), stay(2, "2", "20000.00")]),
            ("b.csv", [stay(3, "3", "1.00")]),
        ):
            archive.write(write(tmp_path / name, FEED, lines), name)
    feed = take_feed(path=path, by="li.na", as_of=AS_OF)
    places = [place_in_file(feed, at) for at in Line.objects.order_by("line_no").values_list("line_no", flat=True)]
    assert [(name.rsplit("/", 1)[-1].rsplit(":", 1)[-1], line) for name, line in places] == [
        ("a.csv", 2),
        ("a.csv", 3),
        ("b.csv", 2),
    ]


def test_buckets_add_up_to_the_lines_of_the_feed(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    feed, _ = load(
        tmp_path, "a", stay(1, "1", "20000.00"), stay(1, "1", "20000.00"), stay(9, "9", "9000.00"),
        stay(1, "2", "7000.00", certno="220102198001010019"), stay(1, "3", "100.00"),
    )  # fmt: skip
    counted = {count.bucket: count.lines for count in buckets_of_feed(feed_id=feed.pk)}
    assert counted == {"auto": 1, "duplicate": 1, "unmatched": 1, "invalid": 1, "ineligible": 1}
    assert sum(counted.values()) == feed.line_count


def test_the_same_settlement_with_another_diagnosis_is_a_new_version_not_a_repeat(tmp_path: Path) -> None:
    columns = (*FEED, "dise_name")
    for name, diagnosis in (("a", "肺炎"), ("b", "肺炎"), ("c", "胃炎")):
        path = write(
            tmp_path / f"{name}.csv",
            columns,
            [stay(1, "1", "9000.00") | {"dise_name": diagnosis}, stay(2, name, "1.00")],
        )
        post_feed(feed=take_feed(path=path, by="li.na", as_of=AS_OF), by="li.na")
    with connection.cursor() as cursor:
        cursor.execute("SELECT bucket FROM intake_fate WHERE stay_id = 'H1/V1' ORDER BY feed_id")
        assert [bucket for (bucket,) in cursor.fetchall()] == ["superseded", "duplicate", "unmatched"]


def test_two_people_found_to_be_one_share_one_limit(tmp_path: Path) -> None:
    enrol(tmp_path, member(1), member(2))
    load(tmp_path, "a", stay(1, "1", "600000.00"), stay(2, "2", "600000.00", setl_time="2025-04-10 10:00:00"))
    assert (newest("V1").payable_fen, newest("V2").payable_fen) == (5_000_000, 5_000_000)
    kept, merged = (Person.objects.get(memberships__member_no=f"M000{who}") for who in (1, 2))
    merge_people(kept_id=kept.pk, merged_id=merged.pk, reason="换证", by="li.na", at=AT)
    rematch(by="li.na", on=AS_OF)
    assert (newest("V1").payable_fen, newest("V2").payable_fen) == (5_000_000, 0)
    load(tmp_path, "b", stay(2, "3", "600000.00"))
    assert newest("V3").payable_fen == 0
    assert owed() == []  # over the automatic limit: it waits for papers
    check_books()


@pytest.mark.parametrize("at_once", [True, False])
def test_a_merge_that_is_undone_gives_both_their_own_again(tmp_path: Path, at_once: bool) -> None:
    enrol(tmp_path, member(1), member(2))
    load(tmp_path, "a", stay(1, "1", "20000.00"), stay(2, "2", "20000.00"))
    kept, merged = (Person.objects.get(memberships__member_no=f"M000{who}") for who in (1, 2))
    merge = merge_people(kept_id=kept.pk, merged_id=merged.pk, reason="换证", by="li.na", at=AT)
    rematch(by="li.na", on=AS_OF)
    assert bytes(newest("V2").person_hash or b"") == bytes(kept.person_hash)
    undo_merge(merge_id=merge.pk, reason="查明为两人", by="li.na", at=AT)
    if at_once:
        rematch(by="li.na", on=AS_OF)
    load(tmp_path, "b", stay(2, "3", "20000.00"))
    rematch(by="li.na", on=AS_OF)
    assert bytes(newest("V2").person_hash or b"") == bytes(merged.person_hash)
    assert [newest(name).bucket for name in ("V1", "V2", "V3")] == ["auto"] * 3
    assert sum(row[1] - row[2] for row in owed()) == 120_000
    check_books()


def test_deciding_again_after_nothing_changed_writes_nothing(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    load(tmp_path, "a", stay(1, "1", "20000.00"))
    done = redecide(by="li.na", on=AS_OF, people=[bytes(Person.objects.get().person_hash)])
    assert (done.people, done.decisions, done.owed_fen) == (1, 0, 0)


def test_text_goes_through_copy_unharmed() -> None:
    odd = ['a"b', "a\\b", "a,b", "a\nb", "", None, "𬭎·张", "{x}", "NULL", "\\N", "%s"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE odd (n integer, text text, many text[], hash bytea)")
    lists = [[word or "x", "b"] for word in odd]
    frame = pl.DataFrame({"n": range(len(odd)), "text": odd, "many": lists, "hash": ["00ff"] * len(odd)})
    assert copy_in(frame, table="odd", hashes=["hash"]) == len(odd)
    back = copy_out(
        "SELECT n, text, array_to_json(many), encode(hash, 'hex') FROM odd ORDER BY n",
        schema={"n": pl.Int64(), "text": pl.String(), "many": pl.List(pl.String()), "hash": pl.String()},
    )
    assert back["text"].to_list() == odd
    assert back["many"].to_list() == lists
    assert set(back["hash"]) == {"00ff"}
    some = copy_out("SELECT text FROM odd WHERE n = ANY(%s)", schema={"text": pl.String()}, parameters=[[10]])
    assert some["text"].to_list() == ["%s"]


@pytest.mark.parametrize("again", ["another feed", "deciding again"])
def test_the_fate_of_a_line_that_nothing_moved_is_not_written_again(tmp_path: Path, again: str) -> None:
    enrol(tmp_path, member(1))
    load(tmp_path, "a", stay(1, "1", "20000.00"), stay(1, "2", "100.00"))

    def rows() -> list[tuple[object, ...]]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctid::text FROM intake_fate WHERE stay_id IN ('H1/V1', 'H1/V2') ORDER BY line_no")
            return list(cursor.fetchall())

    before = rows()
    if again == "another feed":
        load(tmp_path, "b", stay(1, "3", "20000.00"))
    else:
        redecide(by="li.na", on=AS_OF, people=[bytes(Person.objects.get().person_hash)])
    assert rows() == before
