"""A need list is handed in: several needs at once, each in the enterprise's own words, counted once whatever happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from jishiyu.apps.enterprises.attachments import Brought, keep_attachments
from jishiyu.apps.enterprises.contacts import said_in, seal_said
from jishiyu.apps.enterprises.models import Level, Need, NeedList, Participation, State
from jishiyu.apps.enterprises.moving import move_need, refuse_closed_round, start_need
from jishiyu.apps.enterprises.problems import (
    NeedTooLong,
    NothingHandedIn,
    RoundNotRunning,
    WindowBehindRound,
    WindowOver,
    WindowTurnedRound,
)
from jishiyu.apps.enterprises.states import OVER
from jishiyu.apps.enterprises.telling import level_with_people, organisers_at, tell_need
from jishiyu.apps.notices.models import Kind
from jishiyu.engine.calendar import DAY, Calendar

MOST, LONGEST = 20, 2_000


@dataclass(frozen=True, kw_only=True)
class Given:
    """One line of a list: the words, preferred times in words and as days, and files that were brought with it."""

    words: str
    wished: str = ""
    earliest_on: date | None = None
    latest_on: date | None = None
    files: Sequence[Brought] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """A list that was handed in, its needs, and whether it is new."""

    handed: NeedList
    needs: tuple[Need, ...]
    new: bool


def hand_in(
    *, participation_id: int, needs: Sequence[Given], once: str, source: str, by: str, at: datetime,
    said: Mapping[str, str] | None = None, calendar: Calendar | None = None,
) -> HandedIn:  # fmt: skip
    """This function will take a list of needs; the same list (`once`) again changes nothing and is returned as it is.

    `said` is who handed it in and what else they said (name, mobile, peak load, …), kept sealed. Files are looked at before
    anything is stored: one that is refused refuses the list. What a steward writes down waits for its confirmation at once;
    everything else waits at the first level where somebody forwards it, and they are told.
    Raises `NothingHandedIn`, `NeedTooLong`, `WindowTurnedRound`, `WindowOver`, `WindowBehindRound`, `RoundNotRunning`,
    `RoundClosed`, `EnterpriseUnfit`, `PaperRefused`, `YearWithoutNotice`.
    """
    lines = [one for one in needs if one.words.strip()]
    _check(lines)
    key = _key(participation_id, once)
    before = _handed_before(key)
    if before is not None:
        return before
    kept = [keep_attachments(one.files) for one in lines]
    try:
        with transaction.atomic():
            made = _write(participation_id, lines, key, source, said, by=by, at=at, calendar=calendar)
            for need, files in zip(made.needs, kept, strict=True):
                files.attach(need, by=by, at=at)
    except IntegrityError:  # the same list came twice at the same moment
        for files in kept:
            files.forget()
        again = _handed_before(key)
        if again is None:
            raise
        return again
    except BaseException:
        for files in kept:
            files.forget()
        raise
    return made


def handed_in_before(whose: Participation, *, by: str, mobile: str, but: str) -> list[Need]:
    """This function will return what an enterprise handed in by one link (`by`) from one telephone and is under way, the latest first.

    The list `but` is left out: it is the one that comes in now. Whoever knows a link may know neither what others handed in by it
    nor that they did; the telephone they gave tells that it was themselves.
    """
    lists = NeedList.objects.filter(participation=whose, handed_in_by=by).exclude(once=_key(whose.pk, but))
    own = [one.pk for one in lists if _digits(said_in(one).get("mobile", "")) == _digits(mobile)]
    return list(Need.objects.filter(need_list__in=own).exclude(state__in=OVER).order_by("-id"))


def _key(participation_id: int, once: str) -> str:
    return f"{participation_id}:{once}"


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _check(lines: Sequence[Given]) -> None:
    if not lines:
        raise NothingHandedIn
    if len(lines) > MOST or any(len(one.words.strip()) > LONGEST for one in lines):
        raise NeedTooLong(most=MOST, longest=LONGEST)
    for one in lines:
        if one.earliest_on is not None and one.latest_on is not None and one.latest_on < one.earliest_on:
            raise WindowTurnedRound(earliest=one.earliest_on, latest=one.latest_on)


def _handed_before(key: str) -> HandedIn | None:
    handed = NeedList.objects.filter(once=key).first()
    if handed is None:
        return None
    return HandedIn(handed=handed, needs=tuple(handed.needs.order_by("line")), new=False)


def _write(
    participation_id: int, lines: Sequence[Given], key: str, source: str, said: Mapping[str, str] | None, *, by: str,
    at: datetime, calendar: Calendar | None,
) -> HandedIn:  # fmt: skip
    rows = Participation.objects.select_related("campaign", "enterprise", "steward")
    whose = rows.get(pk=participation_id)
    round_ = whose.campaign
    refuse_closed_round(round_)
    on = localdate(at)
    if not round_.begins_on <= on < round_.ends_on or whose.frozen_at is not None:
        raise RoundNotRunning(code=round_.code, begins=round_.begins_on, last=round_.ends_on - DAY)
    for one in lines:
        if one.latest_on is not None and one.latest_on < on:
            raise WindowOver(latest=one.latest_on)
        if one.earliest_on is not None and one.earliest_on >= round_.ends_on:
            raise WindowBehindRound(earliest=one.earliest_on, last=round_.ends_on - DAY)
    handed = NeedList.objects.create(
        participation=whose, once=key, source=source, contact=seal_said(said or {}), handed_in_by=by, handed_in_at=at
    )
    made = [
        start_need(
            handed, line=line, words=one.words.strip(), wished=one.wished.strip(), by=by, at=at, calendar=calendar,
            earliest_on=one.earliest_on, latest_on=one.latest_on, level=level_with_people(whose, Level.ENTERPRISE),
        )
        for line, one in enumerate(lines, start=1)
    ]  # fmt: skip
    if source == "steward" and whose.steward is not None and whose.steward.name == by:
        made = [
            move_need(need_id=need.pk, to=State.FORWARDED, what="forwarded", by=by, at=at, level=Level.SERVING,
                      calendar=calendar)
            for need in made
        ]  # fmt: skip
    else:
        people = list(organisers_at(whose, made[0].level))
        for need in made:
            tell_need(need, Kind.HELP_NEED, people, what="handed in", by=by, at=at)
    return HandedIn(handed=handed, needs=tuple(made), new=True)
