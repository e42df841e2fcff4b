"""The file of an enterprise in a round as one ZIP: the same rows make the same bytes, closed for good at the end."""

import csv
import hashlib
import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Q, Value
from django.utils.timezone import localtime

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.models import Attachment, Need, NeedMove, Participation
from jishiyu.apps.enterprises.states import OVER
from jishiyu.apps.files.keeping import HELP
from jishiyu.apps.visits.entries import settled
from jishiyu.apps.visits.following import refuse_closed
from jishiyu.apps.visits.measured import rows_of
from jishiyu.apps.visits.models import Action, Entry, EntryKind, Report, Satisfaction, TeamMember, Visit
from jishiyu.apps.visits.problems import ArchiveUnreadable, NeedsStillOpen, ParticipationUnknown
from jishiyu.engine.inspection.readings import COLUMNS
from jishiyu.engine.inspection.units import number
from jishiyu.engine.words import listed

SUMS, CONTENTS = "SHA256SUMS", "index.html"
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every member: when an archive was made must not change it
SUFFIX = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf", "text/csv": ".csv"}
FOLDERS = {EntryKind.PHOTO: "photos", EntryKind.SIGNATURE: "signatures", EntryKind.SERIES: "series"}
# The names of what replaced an entry, in one go with the entries.
REPLACED = ArrayAgg("replaced_by__client_id", filter=Q(replaced_by__isnull=False), default=Value([]))
Files = dict[str, bytes]
Contents = Callable[[Participation, Mapping[str, bytes], datetime | None], bytes]


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as it should be: `changed`, `missing` or `added`, and the file."""

    kind: str
    name: str


def archive_of(*, participation: Participation, contents: Contents, frozen_at: datetime | None = None) -> bytes:
    """This function will return the archive of an enterprise in a round; `contents` writes its first page.

    `frozen_at` is the moment it is closed, where it is being closed now.
    """
    files = dict(sorted(_files(participation).items()))
    files[CONTENTS] = contents(participation, files, participation.frozen_at or frozen_at)
    files[SUMS] = _sums(files)
    return _zipped(files)


def close_file(*, participation_id: int, contents: Contents, by: str, at: datetime) -> str:
    """This function will close the file of an enterprise and return the hash of its archive; the database refuses every
    change from then on.

    Raises `FileFrozen`, `NeedsStillOpen`.
    """
    with transaction.atomic():
        # Whoever writes into the file holds this row shared: from here on nobody does.
        rows = Participation.objects.select_for_update(of=("self",)).select_related("enterprise", "campaign", "steward")
        participation = rows.get(pk=participation_id)
        refuse_closed(participation)
        open_ = list(
            Need.objects.filter(participation=participation)
            .exclude(state__in=OVER)
            .order_by("number")
            .values_list("number", flat=True)
        )
        if open_:
            raise NeedsStillOpen(enterprise=participation.enterprise.name, count=len(open_), numbers=listed(open_))
        details = {"round": participation.campaign.code}
        record(
            by=by, action="file.closed", record=f"enterprise {participation.enterprise.code}", details=details, at=at
        )
        archive = archive_of(participation=participation, contents=contents, frozen_at=at)
        digest = hashlib.sha256(archive).hexdigest()
        Participation.objects.filter(pk=participation_id).update(frozen_at=at, archive_sha256=digest)
    return digest


def participation_named(*, campaign: str, enterprise: str) -> Participation:
    """This function will return an enterprise in a round by their codes. Raises `ParticipationUnknown`."""
    found = (
        Participation.objects.filter(campaign__code=campaign, enterprise__code=enterprise)
        .select_related("campaign", "enterprise", "steward").first()
    )  # fmt: skip
    if found is None:
        raise ParticipationUnknown(campaign=campaign, enterprise=enterprise)
    return found


def forget_lost_files(*, at: datetime, by: str, older_than_seconds: int = 86_400) -> int:
    """This function will remove files of enterprise help that no row names (their process was killed), and return how many."""
    known = {*Attachment.objects.values_list("file", flat=True), *Report.objects.values_list("file", flat=True)}
    known |= set(Entry.objects.exclude(file="").values_list("file", flat=True))
    lost = [
        name for name in sorted(HELP.names_kept() - known) if at.timestamp() - HELP.age_of(name) > older_than_seconds
    ]  # fmt: skip
    for name in lost:
        HELP.forget(name)
    if lost:
        with transaction.atomic():
            record(by=by, action="papers.orphans_removed", record="files of help", details={"count": len(lost)}, at=at)
    return len(lost)


def differences_inside(content: bytes, *, name: str) -> list[Difference]:
    """This function will compare the files of an archive with its own list of hashes. Raises `ArchiveUnreadable`."""
    files = unzipped(content, name=name)
    told = _told(files.get(SUMS, b""), name=name)
    return _differences({one: hashlib.sha256(data).hexdigest() for one, data in files.items() if one != SUMS}, told)


def differences_from(content: bytes, expected: bytes, *, name: str) -> list[Difference]:
    """This function will compare an archive with one that was made now from the database. Raises `ArchiveUnreadable`."""
    given, made = unzipped(content, name=name), unzipped(expected, name=name)
    hashed = [{one: hashlib.sha256(data).hexdigest() for one, data in files.items()} for files in (given, made)]
    return _differences(*hashed)


def unzipped(content: bytes, *, name: str) -> Files:
    """This function will return the files of an archive. Raises `ArchiveUnreadable`, also for two files of one name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            names = opened.namelist()
            if len(set(names)) != len(names) or SUMS not in names or opened.testzip() is not None:
                raise ArchiveUnreadable(file=name)
            return {one: opened.read(one) for one in names}
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise ArchiveUnreadable(file=name) from error


def _differences(given: Mapping[str, str], expected: Mapping[str, str]) -> list[Difference]:
    found = [Difference("missing", one) for one in expected.keys() - given.keys()]
    found += [Difference("added", one) for one in given.keys() - expected.keys()]
    found += [Difference("changed", one) for one in expected.keys() & given.keys() if expected[one] != given[one]]
    return sorted(found, key=lambda one: (one.name, one.kind))


def _told(sums: bytes, *, name: str) -> dict[str, str]:
    told = {}
    try:
        for line in sums.decode("utf-8").splitlines():
            digest, _, file = line.partition("  ")
            told[file] = digest
    except UnicodeDecodeError as error:
        raise ArchiveUnreadable(file=name) from error
    return told


def _sums(files: Mapping[str, bytes]) -> bytes:
    """Return the list of hashes as `sha256sum -c` reads it."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr, member.create_system = 0o644 << 16, 3
            packed.writestr(member, files[name], compresslevel=6)
    return written.getvalue()


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV that spreadsheets open: UTF-8 with a mark, and no cell that begins a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(heading)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return localtime(value).isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "1" if value else "0"
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "@", "\t", "\r") or (text[:1] == "-" and number(text) is None) else text


def _files(participation: Participation) -> Files:
    """Return everything of a file but its first page, by name."""
    needs = list(
        Need.objects.filter(participation=participation).select_related("item", "need_list").order_by("number")
    )
    visits = list(Visit.objects.filter(need__in=needs).select_related("need").order_by("id"))
    entries: dict[int, list[Entry]] = defaultdict(list)
    for one in Entry.objects.filter(visit__in=visits).order_by("made_at", "id").annotate(replaced=REPLACED):
        entries[one.visit_id].append(one)
    files: Files = {
        "enterprise.csv": _enterprise(participation), "needs.csv": _needs(needs), "moves.csv": _moves(needs),
        "visits.csv": _visits(visits), "entries.csv": _entries(visits, entries), "actions.csv": _actions(needs),
        "satisfaction.csv": _satisfaction(needs),
    }  # fmt: skip
    for visit in visits:
        standing = settled([one for one in entries[visit.pk] if not replaced_by(one)])
        rows = list(rows_of(standing))
        stem = f"{visit.need.number}-{visit.pk}"
        if rows:
            files[f"readings/{stem}.csv"] = _table(COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
        for entry in entries[visit.pk]:
            if entry.file:
                name = f"{FOLDERS[EntryKind(entry.kind)]}/{stem}-{entry.pk}{SUFFIX[entry.media_type]}"
                files[name] = HELP.fetch(entry.file)
    for report in Report.objects.filter(visit__in=visits).exclude(released_at=None).select_related("visit__need"):
        files[f"reports/{report.visit.need.number}-{report.visit_id}-{report.number}.pdf"] = HELP.fetch(report.file)
    for attached in Attachment.objects.filter(need__in=needs).select_related("need").order_by("id"):
        name = f"needs/{attached.need.number}-{attached.pk}{SUFFIX.get(attached.media_type, '.bin')}"
        files[name] = HELP.fetch(attached.file)
    return files


def replaced_by(entry: Entry) -> list[str]:
    """This function will return the names of what replaced an entry that was fetched with REPLACED."""
    return sorted(str(name) for name in entry.replaced)  # type: ignore[attr-defined]


def _enterprise(participation: Participation) -> bytes:
    enterprise, campaign = participation.enterprise, participation.campaign
    rows = (
        ("round", campaign.code), ("round_zh", campaign.zh), ("round_en", campaign.en), ("enterprise", enterprise.code),
        ("name", enterprise.name), ("uscc", enterprise.uscc), ("trade", enterprise.trade), ("address", enterprise.address),
        ("workers", enterprise.workers), ("peak_load_kw", enterprise.peak_load_kw),
        ("transformer_kva", enterprise.transformer_kva), ("voltage_level", enterprise.voltage_level),
        ("steward", participation.steward.full_name if participation.steward else ""), ("since", participation.since),
    )  # fmt: skip
    return _table(("field", "value"), rows)


def _needs(needs: Sequence[Need]) -> bytes:
    heading = ("number", "words", "wished", "item", "item_zh", "state", "state_zh", "priority", "handed_in", "confirmed_at",
               "visited_at", "ended_at", "solved")  # fmt: skip
    return _table(heading, (
        (one.number, one.words, one.wished, one.item.code if one.item else "", one.item.zh if one.item else "", one.state,
         one.get_state_display(), one.priority, one.need_list.handed_in_at, one.confirmed_at, one.visited_at, one.ended_at,
         one.solved)
        for one in needs
    ))  # fmt: skip


def _moves(needs: Sequence[Need]) -> bytes:
    rows = NeedMove.objects.filter(need__in=needs).select_related("need").order_by("need__number", "id")
    heading = ("need", "from", "to", "level", "what", "by", "at", "sentence")
    return _table(heading, (
        (one.need.number, one.from_state, one.to_state, one.level, one.what, one.by, one.at, one.sentence) for one in rows
    ))  # fmt: skip


def _visits(visits: Sequence[Visit]) -> bytes:
    teams: dict[int, list[str]] = defaultdict(list)
    for member in TeamMember.objects.filter(visit__in=visits).select_related("expert").order_by("id"):
        came = "" if member.came is None else " ✓" if member.came else " ✗"
        teams[member.visit_id].append(f"{member.expert.name} ({member.part}){came}")
    heading = ("visit", "need", "on", "half", "halfdays", "state", "done_at", "cancelled_why", "team")
    return _table(heading, (
        (one.pk, one.need.number, one.on, one.half, one.halfdays, one.state, one.done_at, one.cancelled_why,
         "; ".join(teams[one.pk]))
        for one in visits
    ))  # fmt: skip


def _entries(visits: Sequence[Visit], entries: Mapping[int, Sequence[Entry]]) -> bytes:
    """Return everything that was noted, also what was replaced, with what replaced it."""
    heading = ("visit", "entry", "kind", "slot", "content", "sha256", "by", "made_at", "received_at", "replaced_by")
    return _table(heading, (
        (visit.pk, one.client_id, one.kind, one.slot,
         "; ".join(f"{name}={value}" for name, value in sorted(one.content.items())), one.sha256, one.by, one.made_at,
         one.received_at, " ".join(replaced_by(one)))
        for visit in visits for one in entries[visit.pk]
    ))  # fmt: skip


def _actions(needs: Sequence[Need]) -> bytes:
    heading = ("need", "what", "owner", "due_on", "done_on", "result", "saved_yuan", "saved_kwh", "trained")
    rows = Action.objects.filter(need__in=needs).select_related("need").order_by("need__number", "due_on", "id")
    return _table(heading, (
        (one.need.number, one.what, one.owner, one.due_on, one.done_on, one.result, _yuan(one.saved_fen), one.saved_kwh,
         one.trained)
        for one in rows
    ))  # fmt: skip


def _satisfaction(needs: Sequence[Need]) -> bytes:
    heading = ("need", "solved", "stars", "words", "said_by", "said_at")
    rows = Satisfaction.objects.filter(need__in=needs).select_related("need").order_by("need__number", "id")
    return _table(heading, (
        (one.need.number, one.solved, one.stars, one.words, one.said_by, one.said_at) for one in rows
    ))  # fmt: skip


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"
