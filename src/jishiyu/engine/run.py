"""The whole job without a database: feeds + roster + applications + policies → decisions and an account of lines."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from jishiyu.engine.applications import Applications, read_applications
from jishiyu.engine.cut_roster import HELD_ROWS, CutRoster, read_cut_roster
from jishiyu.engine.decide import DECISION_SCHEMA, decide
from jishiyu.engine.file_sums import FileSums
from jishiyu.engine.keys import hashed
from jishiyu.engine.policy.judge import columns_needed
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.same_member import as_one, same_members, shared_numbers
from jishiyu.engine.settlement.account import account
from jishiyu.engine.settlement.content import CONTENT
from jishiyu.engine.settlement.flaws import Breaks
from jishiyu.engine.settlement.lines import LINE_SCHEMA
from jishiyu.engine.settlement.live import settle
from jishiyu.engine.settlement.reading import FlawedTexts, read_lines
from jishiyu.engine.settlement.stays import stays
from jishiyu.engine.settlement.totals import Totals
from jishiyu.engine.spool import PIECE_ROWS, Piece, Spool
from jishiyu.engine.tally import OWED_KEY, Tally, owed

# What netting needs of every line, whatever the policies ask for.
ALWAYS = [
    "file", "line", "settlement_id", "undoes", "visit_id", "hospital_code", "person_key", "name_key", "medical_type",
    "begins_on", "ends_on", "settled_at", "updated_at", "total_fen", "cash_fen", "refund_flag", "valid_flag",
    "employer_no", "employer_name", "flaws", CONTENT,
]  # fmt: skip

# What later runs need to know of a line; where it stood they do not.
_FACTS = {*LINE_SCHEMA, CONTENT} - {"file", "line"}
# What the laboratory groups by, kept with the facts whatever the policies ask for.
GROUPED_BY = ["sex", "hospital_level", "area"]

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Facts:
    """What decisions rest on: settlement lines that count, and applications as events."""

    lines: pl.DataFrame
    claims: pl.DataFrame


Keep = Callable[[str, pl.DataFrame], None]
Found = tuple[pl.DataFrame, pl.DataFrame]  # lines and decisions


@dataclass(frozen=True)
class Outcome:
    """What a run found, in sums: the tables themselves went to `keep` piece by piece.

    `doubtful`: `file`, `line`, `bucket`, `reasons` of lines that cannot be used or need a person; `totals` are
    counted, `stated` those that were given and agreed; `owed`: fen per
    member, policy and year, when there are earlier facts that it can differ from.
    """

    tally: Tally
    doubtful: pl.DataFrame
    owed: pl.DataFrame | None
    totals: dict[str, dict[str, int]]
    stated: dict[str, list[Totals]]
    applications: Applications | None
    roster_problems: pl.DataFrame
    policies: Shelf


def run(
    feeds: Sequence[Path],
    *,
    roster: Path,
    policies: Shelf,
    as_of: date,
    keep: Keep,
    applications: Path | None = None,
    earlier: Facts | None = None,
    breaks: Breaks = "warn",
    progress: Progress = lambda step, count: None,
    scratch: Path | None = None,
    piece_rows: int = PIECE_ROWS,
    held_rows: int = HELD_ROWS,
    at_once: int = 2,
    flawed: FlawedTexts | None = None,
    stated: Mapping[str, Sequence[Totals]] | None = None,
) -> Outcome:
    """This function will take feeds from files to decisions.

    `earlier` are the facts of earlier runs: they count as taken before the new lines. `keep` gets each table as soon
    as it is known: `facts`, `claims` and `roster` (what decisions rest on), `decisions`, and `lines` (account of the new
    lines); in pieces when there are more than `piece_rows` lines, which are then held in `scratch` and worked
    on `at_once`; a roster of more than `held_rows` lines is held there too. `progress` hears the name of each finished
    step and a count, `flawed` takes the texts of lines that cannot be used; `stated` are control totals by the name of
    their file. Raises the problems of reading (file
    refused, control totals) and of policies: what was kept by then must be thrown away.
    """
    sums, noted = FileSums(), dict[str, list[Totals]]()
    with (
        TemporaryDirectory(prefix=".roster.", dir=scratch) as folder,
        ThreadPoolExecutor(1) as beside,  # the roster is read while the feeds are
        Spool(scratch, piece_rows) as spool,
    ):
        reading = beside.submit(read_cut_roster, roster, as_of=as_of, scratch=Path(folder), held_rows=held_rows)
        batches = read_lines(feeds, as_of=as_of, breaks=breaks, columns=columns_read(policies), flawed=flawed,
                             stated=stated, noted=noted)  # fmt: skip
        old = _take_in(spool, batches, earlier, sums, progress)
        counted = beside.submit(sums.all)
        found = read_applications(applications, as_of=as_of) if applications else None
        claims = claims_of(found, earlier)
        keep("claims", claims)
        work = _Work(reading, claims, policies, old, progress, sums=earlier is not None)
        for kept in _side_by_side(work.on, spool.pieces(work.tied), keep, at_once):
            work.add_up(*kept)
        return work.outcome(counted.result(), noted, found)


def columns_read(policies: Shelf) -> list[str]:
    """This function will return the columns of lines that a run reads."""
    return list(dict.fromkeys([*ALWAYS, *columns_needed(policies), *GROUPED_BY]))


def decide_piece(
    take: Callable[[], pl.DataFrame],
    members: Callable[[], pl.DataFrame],
    *,
    claims: pl.DataFrame,
    same: Callable[[], pl.DataFrame | None],
    shared: Callable[[], pl.Series],
    policies: Shelf,
    old: int,
    keep: Keep,
    progress: Progress = lambda step, count: None,
) -> Found:
    """This function will net, decide and account for all lines of some people, in order of arrival, and their claims.

    Roster, members with two certificates and shared member numbers are asked for when they are needed: they may still be
    being read. Lines
    whose `arrival` is below `old` are facts of earlier runs. `keep` gets `facts`, `roster`, `decisions` and `lines`. Returns
    lines and decisions.
    """
    taken = take()
    keep("facts", taken.select(name for name in taken.columns if name in _FACTS))
    settled = settle(taken, policies.unit)
    del taken
    events = stays(settled)
    if claims.height:
        events = pl.concat([events, claims], how="diagonal")
    settled = settled.select("file", "line", "settlement_id", "stay_id", "bucket", "why", "parted", "flaws", "arrival")
    progress("stays", events.height)
    roster = members()
    keep("roster", _of(roster, events, shared()))
    decisions = decide(as_one(events, same()), as_one(roster, same()), None, policies)
    del roster
    keep("decisions", decisions.select(list(DECISION_SCHEMA)))
    progress("decisions", decisions.height)
    lines = account(settled, decisions, once=not claims.height and decisions.height == events.height)
    lines = lines.filter(settled["arrival"] >= old) if old else lines
    keep("lines", lines)
    progress("account", lines.height)
    return lines, decisions


def _take_in(
    spool: Spool, batches: Iterator[pl.DataFrame], earlier: Facts | None, sums: FileSums, progress: Progress
) -> int:
    """Put earlier facts, then all lines of the feeds into the spool; return how many the earlier ones are."""
    old = 0
    for number, batch in enumerate(batches):
        if number == 0 and earlier is not None:
            spool.add(like(earlier.lines, batch.schema))
            old = earlier.lines.height
        spool.add(batch)
        sums.add(batch)
        progress("lines", spool.rows - old)
    return old


def _side_by_side(
    work: Callable[[Piece, Keep], Found], pieces: Iterator[Piece], keep: Keep, at_once: int
) -> Iterator[Found]:
    """Yield what the work finds in each piece; several are worked on at once, but kept and yielded in their order."""

    def finished(future: Future[Found], tables: list[tuple[str, pl.DataFrame]]) -> Found:
        found = future.result()
        for name, table in tables:
            keep(name, table)
        return found

    first = next(pieces)
    if first.whole:  # nothing has to wait for its turn
        yield work(first, keep)
        return
    with ThreadPoolExecutor(at_once) as pool:
        running: deque[tuple[Future[Found], list[tuple[str, pl.DataFrame]]]] = deque()
        for piece in chain([first], pieces):
            tables: list[tuple[str, pl.DataFrame]] = []
            running.append((pool.submit(work, piece, partial(_note, tables)), tables))
            if len(running) == at_once:
                yield finished(*running.popleft())
        yield from (finished(*one) for one in running)


def _note(tables: list[tuple[str, pl.DataFrame]], name: str, table: pl.DataFrame) -> None:
    tables.append((name, table))


class _Work:
    """Decides pieces and adds up what was found."""

    def __init__(
        self, reading: Future[CutRoster], claims: pl.DataFrame, policies: Shelf, old: int,
        progress: Progress, *, sums: bool,
    ) -> None:  # fmt: skip
        self._reading, self._claims, self._policies, self._old = reading, claims, policies, old
        self._progress, self._sums = progress, sums
        self._tally, self._owed, self._doubtful = Tally(), list[pl.DataFrame](), list[pl.DataFrame]()

    def tied(self) -> pl.Series:
        """Return the people who must be decided together: all who applied, and members with two certificates."""
        people = self._claims["person_key"] if self._claims.height else pl.Series(dtype=pl.String)
        same = self._same
        return people if same is None else pl.concat([people, same["person_key"]])

    def on(self, piece: Piece, keep: Keep) -> Found:
        """Net, decide and account for one piece; return its lines and decisions."""
        return decide_piece(
            piece.take, partial(self._members, piece),
            claims=self._claims if piece.number is None else self._claims.clear(), same=lambda: self._same, shared=lambda: self._shared,
            policies=self._policies, old=self._old, keep=keep, progress=self._progress,
        )  # fmt: skip

    def add_up(self, lines: pl.DataFrame, decisions: pl.DataFrame) -> None:
        """Count what was found in a piece."""
        self._tally.add(lines, decisions)
        if self._sums:
            self._owed.append(owed(decisions))
        self._doubtful.append(
            lines.lazy()
            .filter(pl.col("bucket").is_in(["invalid", "held"]))
            .select("file", "line", "bucket", "reasons")
            .collect()
        )

    @cached_property
    def _same(self) -> pl.DataFrame | None:
        return same_members(self._reading.result().repeated, self._reading.result().problems)

    @cached_property
    def _shared(self) -> pl.Series:
        return shared_in(self._reading.result().repeated, self._reading.result().problems)

    def _members(self, piece: Piece) -> pl.DataFrame:
        return piece.members(self._reading.result())

    def outcome(
        self, totals: dict[str, dict[str, int]], stated: dict[str, list[Totals]], found: Applications | None
    ) -> Outcome:
        """Return the sums of all pieces."""
        amounts = pl.concat(self._owed).group_by(OWED_KEY).agg(pl.col("owed_fen").sum()) if self._sums else None
        return Outcome(
            tally=self._tally,
            doubtful=pl.concat(self._doubtful),
            owed=amounts,
            totals=totals,
            stated=stated,
            applications=found,
            roster_problems=self._reading.result().problems,
            policies=self._policies,
        )


def shared_in(roster: pl.DataFrame, problems: pl.DataFrame) -> pl.Series:
    """This function will return the member numbers of a roster that several certificates share."""
    twice = (problems["code"] == "member_of_two_numbers").any()
    return shared_numbers(roster) if twice else pl.Series(dtype=pl.String)


def _of(members: pl.DataFrame, events: pl.DataFrame, shared: pl.Series) -> pl.DataFrame:
    """Return the part of a roster that events are about, and all lines of shared member numbers, which tell who is one person.

    Who shares a hash with somebody may come along.
    """
    people = hashed(events["person_key"]).unique().implode()
    kept = hashed(members["person_key"]).is_in(people).fill_null(value=False)
    return members.filter(kept | members["member_no"].is_in(shared.implode()) if len(shared) else kept)


def like(earlier: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Give earlier facts the columns of the new lines; what an earlier run did not keep is null."""
    columns: list[Any] = [
        pl.col(name).cast(kind) if name in earlier.columns else pl.lit(None, kind).alias(name)
        for name, kind in schema.items()
    ]
    return earlier.select(columns)


def claims_of(claims: Applications | None, earlier: Facts | None) -> pl.DataFrame:
    """This function will join applications, old and new; one that is handed in again replaces its earlier version."""
    parts = [earlier.claims] if earlier is not None else []
    parts += [claims.events] if claims is not None else []
    if not parts:
        return pl.DataFrame(schema={"event_id": pl.String()})
    return pl.concat(parts, how="diagonal").unique("event_id", keep="last", maintain_order=True)
