"""Archives: complete, the same bytes for the same rows, closed for good, and what was changed is named."""

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from jishiyu.apps.enterprises.models import Need, NeedList, NeedMove, Participation
from jishiyu.apps.visits.archiving import SUMS, close_file
from jishiyu.apps.visits.models import Action, Entry, Satisfaction, TeamMember, Visit
from jishiyu.apps.visits.operations import (
    Result,
    add_action,
    add_series,
    ask_satisfaction,
    note_result,
    say_satisfaction,
    serve_need,
)
from jishiyu.apps.visits.problems import ArchiveUnreadable, FileFrozen, NeedsStillOpen
from jishiyu.apps.visits.queries import Difference, archive_of, differences_from, differences_inside, unzipped
from jishiyu.engine.inspection.readings import read_readings
from jishiyu.web.archives.contents import contents_page
from tests.apps.visits.situations import AT, ON, check, done, noted, photo, picture, reading, released, send, visit
from tests.apps.visits.test_reporting import series

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: object) -> None:
    settings.HELP_FOLDER = str(tmp_path / "help")  # type: ignore[attr-defined]


def whole() -> Participation:
    """Return an enterprise whose one need went the whole way."""
    planned, wrong = visit(), reading(value="299")
    add_series(visit_id=planned.pk, name="day.csv", chunks=[series(30)], by="zhao.gong", at=AT)
    send(planned, wrong, check("c1", "done", words="=1+1"), photo(point="1#进线柜"))
    right = reading(value="399", slot=wrong["client_id"], replaces=[wrong["client_id"]])
    signed = noted("signature", {"name": "王工"}, picture=picture("white", "PNG"))
    need = released(done(planned, right, signed)).visit.need
    made = add_action(need_id=need.pk, what="更换", owner="王工", due_on=ON, by="steward-a", at=AT)
    note_result(action_id=made.pk, came=Result(done_on=ON, result="已更换", saved_fen=120_050), by="steward-a", at=AT)
    serve_need(need_id=need.pk, by="steward-a", at=AT)
    secret = ask_satisfaction(participation_id=need.participation_id, by="steward-a", at=AT)
    say_satisfaction(secret=secret, need_id=need.pk, solved=True, stars=5, words="好", said_by="王工", at=AT)
    return need.participation


def archive(of: Participation) -> bytes:
    of.refresh_from_db()
    return archive_of(participation=of, contents=contents_page)


def close(of: Participation) -> str:
    return close_file(participation_id=of.pk, contents=contents_page, by="steward-a", at=AT)


def changed(content: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """Return an archive with its files changed by hand."""
    files = unzipped(content, name="x")
    change(files)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return written.getvalue()


def rows(content: bytes, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(unzipped(content, name="x")[name].decode("utf-8-sig"))))


def test_an_archive_holds_everything_of_an_enterprise() -> None:
    content = archive(whole())
    files = unzipped(content, name="x")
    folders = sorted({name.partition("/")[0] for name in files})
    assert folders == [
        SUMS, "actions.csv", "enterprise.csv", "entries.csv", "index.html", "moves.csv", "needs.csv", "photos", "readings",
        "reports", "satisfaction.csv", "series", "signatures", "visits.csv",
    ]  # fmt: skip
    assert [row["to"] for row in rows(content, "moves.csv")][-4:] == ["visited", "diagnosed", "served", "closed"]
    assert rows(content, "actions.csv")[0]["saved_yuan"] == "1200.50"
    assert rows(content, "satisfaction.csv")[0]["solved"] == "1"
    assert [row["kind"] for row in rows(content, "entries.csv")].count("reading") == 2
    page = files["index.html"].decode()
    assert all(name in page for name in files if name not in (SUMS, "index.html"))
    assert "诊断报告 / reports" in page


def test_readings_of_an_archive_can_be_judged_again(tmp_path: Path) -> None:
    files = unzipped(archive(whole()), name="x")
    (name,) = [one for one in files if one.startswith("readings/")]
    path = tmp_path / "readings.csv"
    path.write_bytes(files[name])
    (single,) = read_readings(path).singles
    assert (single.value, single.key.quantity) == ("399", "voltage")


def test_no_cell_is_a_formula() -> None:
    content = archive(whole())
    for name, data in unzipped(content, name="x").items():
        if name.endswith(".csv") and not name.startswith("series/"):
            cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))], name


def test_the_same_rows_give_the_same_bytes() -> None:
    of = whole()
    assert archive(of) == archive(of)


def test_closing_freezes_the_file_and_keeps_the_hash_of_its_archive() -> None:
    import hashlib

    of = whole()
    digest = close(of)
    of.refresh_from_db()
    assert (of.frozen_at, of.archive_sha256) == (AT, digest)
    assert hashlib.sha256(archive(of)).hexdigest() == digest


@pytest.mark.parametrize(
    "change",
    [
        lambda of: Need.objects.filter(participation=of).update(priority=1),
        lambda of: NeedMove.objects.create(need=of.needs.get(), to_state="closed", level=1, what="x", by="x", at=AT),
        lambda of: NeedList.objects.create(participation=of, once="z", source="web", handed_in_by="x", handed_in_at=AT),
        lambda of: Visit.objects.filter(need__participation=of).update(plan=[]),
        lambda of: Entry.objects.create(
            visit=Visit.objects.get(), client_id="00000000-0000-4000-8000-000000000001", kind="note", slot="x", by="x",
            made_at=AT, received_at=AT,
        ),
        lambda of: TeamMember.objects.update(came=False),
        lambda of: Action.objects.update(result="x"),
        lambda of: Satisfaction.objects.create(need=of.needs.get(), solved=True, stars=1, said_by="x", said_at=AT),
        lambda of: Participation.objects.filter(pk=of.pk).update(frozen_at=None),
        lambda of: Participation.objects.filter(pk=of.pk).update(archive_sha256="0" * 64),
    ],
    ids=range(10),
)  # fmt: skip
def test_the_database_refuses_every_change_of_a_closed_file(change: Callable[[Participation], object]) -> None:
    of = whole()
    close(of)
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        change(of)


def test_operations_say_that_a_file_is_closed() -> None:
    of = whole()
    close(of)
    with pytest.raises(FileFrozen, match="E1"):
        send(Visit.objects.get(), reading())
    with pytest.raises(FileFrozen):
        close(of)


def test_a_file_with_open_needs_is_not_closed() -> None:
    open_ = visit().need
    with pytest.raises(NeedsStillOpen, match=open_.number):
        close(open_.participation)
    assert Participation.objects.get(pk=open_.participation_id).frozen_at is None


def test_what_was_changed_is_missing_or_was_added_is_named() -> None:
    content = archive(whole())
    assert differences_inside(content, name="x") == []

    def meddle(files: dict[str, bytes]) -> None:
        files["needs.csv"] += b"x"
        files["reports/extra.pdf"] = b"%PDF"
        del files["actions.csv"]

    assert differences_inside(changed(content, meddle), name="x") == [
        Difference("missing", "actions.csv"), Difference("changed", "needs.csv"), Difference("added", "reports/extra.pdf"),
    ]  # fmt: skip


def test_whoever_changes_the_hashes_too_is_found_by_the_database() -> None:
    import hashlib

    content = archive(whole())

    def meddle(files: dict[str, bytes]) -> None:
        before = hashlib.sha256(files["needs.csv"]).hexdigest().encode()
        files["needs.csv"] += b"x"
        files[SUMS] = files[SUMS].replace(before, hashlib.sha256(files["needs.csv"]).hexdigest().encode())

    meddled = changed(content, meddle)
    assert differences_inside(meddled, name="x") == []
    assert differences_from(meddled, content, name="x") == [
        Difference("changed", SUMS),
        Difference("changed", "needs.csv"),
    ]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_said_so(content: bytes) -> None:
    with pytest.raises(ArchiveUnreadable, match=r"other\.zip"):
        differences_inside(content, name="other.zip")
