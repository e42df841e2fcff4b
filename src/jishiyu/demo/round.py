"""A round of enterprise help in the demo: nine weeks of work by the real operations, one event after another.

Every need has its own fate, drawn from the seed: most are helped, some wait, are late, or leave the way. What would
happen after today does not happen, so that every board shows something. Everybody is invented.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from importlib import resources

from django.db import transaction
from django.utils.timezone import localdate, make_aware

from jishiyu.apps.enterprises.models import Campaign, LinkFor, Need, Participation, ServiceItem, State
from jishiyu.apps.enterprises.operations import (
    Given,
    classify_need,
    confirm_need,
    end_need,
    forward_need,
    hand_in,
    make_link,
    note_call,
    open_campaign,
    run_clocks,
)
from jishiyu.apps.enterprises.states import Level
from jishiyu.apps.experts.models import ExpertSkill, Proposal
from jishiyu.apps.experts.operations import begin_solving, finish_solving, pin, start_proposal
from jishiyu.apps.experts.problems import PinRefused
from jishiyu.apps.visits.appointments import make_appointments
from jishiyu.apps.visits.models import Report, Visit, VisitState
from jishiyu.demo import round_words as words
from jishiyu.demo.officers import drawn
from jishiyu.demo.round_people import SIGNED_IN, Crowd, gather, network
from jishiyu.demo.round_time import WEEKS, at_work, later, monday_before, today
from jishiyu.demo.round_visits import Service
from jishiyu.demo.sign_ins import ORGANISER
from jishiyu.engine.calendar import Calendar, Spans, shipped_calendar
from jishiyu.engine.pairing.frozen import thawed_round
from jishiyu.engine.pairing.solve import propose

FILE = "power-1.toml"
NEEDS = 120
SHARES = (9, 8, 8, 9, 11, 15, 20)  # of the weeks that are over; the rest comes in the present one
# Needs whose fate is not drawn: the workshop is helped, and every way of leaving the way is taken by somebody.
FATES = {0: 50, 5: 1, 9: 4, 13: 10, 17: 12, 21: 14, 25: 7}
CLOCK_DAYS = (1, 4)  # when clocks are looked at here; a real round does so every quarter of an hour
MEETINGS, MEETING_MINUTE = (1, 3), 300  # Tuesday and Thursday, so many working minutes after the morning
ASKED_FOR = 4  # needs for which a meeting would keep somebody, one after the other
WINDOW = 2  # working days after a meeting in which its visits take place
Paper = Callable[[Report, datetime], tuple[bytes, list[int]]]  # with the signatures that stand in it
Step = Callable[[datetime], None]


@dataclass(frozen=True, slots=True)
class Played:
    """What came of the round: how many needs stand where, and the secret of the workshop's page."""

    campaign: Campaign
    enterprises: int
    needs: int
    people: int
    states: Counter[str]
    proposals: int
    visits: int
    reports: int
    secret: str
    workshop: Participation
    until: datetime


@dataclass
class Round:
    """The round under way: a heap of events in order of time."""

    seed: int
    now: datetime
    paper: Paper
    calendar: Calendar = field(default_factory=shipped_calendar)
    events: list[tuple[datetime, int, Step]] = field(default_factory=list)
    campaign: Campaign = field(init=False)
    crowd: Crowd = field(init=False)
    items: dict[str, ServiceItem] = field(init=False)
    spans: Spans = ()
    count: int = 0
    handed: int = 0
    lists: int = 0

    def play(self) -> Played:
        """This function will play the round until today and return what came of it."""
        self.now = today(self.now, self.calendar)
        monday = monday_before(self.now)
        self._open(monday)
        for week in range(WEEKS + 1):
            self._plan_week(monday + timedelta(weeks=week), week)
        while self.events and self.events[0][0] <= self.now:
            at, _, step = heapq.heappop(self.events)
            step(at)
        self._pair(self.now, accept=False)
        run_clocks(at=self.now, calendar=self.calendar)
        return self._told()

    def push(self, at: datetime, step: Step) -> None:
        """This function will let something happen at a moment."""
        self.count += 1
        heapq.heappush(self.events, (at, self.count, step))

    def after(self, at: datetime, minutes: int) -> datetime:
        """This function will return the moment so many working minutes later."""
        return later(at, minutes, calendar=self.calendar, spans=self.spans)

    def draw(self, *told: object) -> int:
        """This function will return a number from 0 to 99, the same for the same words."""
        return drawn(self.seed, "round", *told)

    def _open(self, monday: date) -> None:
        at = make_aware(datetime.combine(monday - timedelta(days=4), datetime.min.time())) + timedelta(hours=9)
        text = (resources.files("jishiyu.policies") / "campaigns" / FILE).read_text(encoding="utf-8")
        self.campaign = open_campaign(definition=text, network=network(), by=ORGANISER, at=at, begins_on=monday)
        self.spans = tuple(
            (clock.fromisoformat(opens), clock.fromisoformat(shuts)) for opens, shuts in self.campaign.working_hours
        )
        last = localdate(self.now) + timedelta(weeks=5)
        self.crowd = gather(self.campaign, seed=self.seed, first=monday, last=last, by=ORGANISER, at=at)
        rows = (
            ServiceItem.objects.filter(aim__campaign=self.campaign)
            .select_related("aim")
            .order_by("aim__place", "place")
        )
        self.items = {item.code: item for item in rows}

    def _plan_week(self, monday: date, week: int) -> None:
        """Let enterprises hand in, the meeting take place, and clocks be looked at every working day."""
        asked = SHARES[week] if week < WEEKS else NEEDS - self.handed
        begins = self.handed
        while asked > 0:
            whose = self.crowd.workshop if week >= WEEKS - 1 and self.handed == begins else self._whose()
            alone = max(0, len(self.crowd.participations) - self.lists)  # who has not handed in yet needs one at least
            size = max(1, min(asked, 1 + self.draw("size", self.handed) // 36, NEEDS - self.handed - alone + 1))
            day = monday + timedelta(days=self.draw("day", self.handed) % (3 if week < WEEKS else 5))
            moment = at_work(day, self.draw("minute", self.handed) * 3, calendar=self.calendar, spans=self.spans)
            while moment > self.now:  # what would come later this week came a week earlier
                moment -= timedelta(weeks=1)
            first = self.handed
            self.push(moment, lambda at, whose=whose, size=size, first=first: self._hand_in(whose, size, first, at))  # type: ignore[misc]
            asked, self.handed = asked - size, self.handed + size
        for day_of_week in MEETINGS:
            self.push(self._meeting(monday + timedelta(days=day_of_week)), lambda at: self._pair(at, accept=True))
        for day_of_week in CLOCK_DAYS:
            on = monday + timedelta(days=day_of_week)
            if self.calendar.is_working(on):
                self.push(at_work(on, 1, calendar=self.calendar, spans=self.spans), self._clocks)

    def _whose(self) -> Participation:
        """Return who hands in: the workshop first, then everybody once, then some again."""
        everybody = self.crowd.participations
        turn, self.lists = self.lists, self.lists + 1
        return everybody[turn if turn < len(everybody) else turn * 7 % len(everybody)]

    def _clocks(self, at: datetime) -> None:
        run_clocks(at=at, calendar=self.calendar)

    def _hand_in(self, whose: Participation, size: int, first: int, at: datetime) -> None:
        codes = [self._item(first + number) for number in range(size)]
        if first == 0:
            codes[0] = "transformer-check"
        said = [self._words(code, first + number) for number, code in enumerate(codes)]
        if first == 0:
            said[0] = words.NEEDS[codes[0]][0]  # the transformer of 800 kVA
        given = [Given(words=text, wished=words.WISHED[self.draw("wish", first) % len(words.WISHED)])
                 for text in said]  # fmt: skip
        source = ("link", "web", "file")[self.draw("source", first) % 3]
        done = hand_in(participation_id=whose.pk, needs=given, once=f"demo-{first}", source=source, by="enterprise", at=at,
                       calendar=self.calendar)  # fmt: skip
        for number, (need, code) in enumerate(zip(done.needs, codes, strict=True)):
            self._begin(need, code, first + number, at)

    def _item(self, number: int) -> str:
        wanted = self.draw("item", number, "which") * sum(words.WEIGHTS.values()) // 100
        for code, weight in words.WEIGHTS.items():
            wanted -= weight
            if wanted < 0:
                return code
        return next(iter(words.WEIGHTS))

    def _words(self, code: str, number: int) -> str:
        said = words.NEEDS[code]
        place = words.PLACES[self.draw("place", number) % len(words.PLACES)]
        return said[self.draw("words", number) % len(said)].format(place=place)

    def _begin(self, need: Need, code: str, number: int, at: datetime) -> None:
        """Draw the fate of a need and let its first step happen."""
        fate = FATES.get(number, self.draw("fate", number))
        forward = self.after(at, 20 + self.draw("forward", number) * 3)
        if fate < 3:  # nobody forwards it: its clock runs out, and it is raised level by level
            return
        if fate < 5:
            self.push(self.after(at, 600), lambda when: self._end(need, State.WITHDRAWN, words.WITHDRAWN, number, when))
            return
        self.push(forward, lambda when: self._forward(need, code, number, fate, when))

    def _forward(self, need: Need, code: str, number: int, fate: int, at: datetime) -> None:
        forward_need(need_id=need.pk, to_level=Level.SERVING, by=ORGANISER, at=at, calendar=self.calendar)
        if fate < 9:  # the steward does not call
            return
        if fate < 11:
            self.push(
                self.after(at, 500), lambda when: self._end(need, State.UNREACHABLE, words.UNREACHABLE, number, when)
            )
            return
        minutes = 15 + self.draw("confirm", number) * (9 if fate > 88 else 3)
        if self.draw("call", number) < 35:
            said = words.CALLED[number % len(words.CALLED)]
            self.push(self.after(at, minutes // 2), lambda when: self._call(need, said, when))
        self.push(self.after(at, minutes), lambda when: self._confirm(need, code, number, fate, when))

    def _call(self, need: Need, said: str, at: datetime) -> None:
        note_call(need_id=need.pk, sentence=said, by=_steward(need), at=at)

    def _confirm(self, need: Need, code: str, number: int, fate: int, at: datetime) -> None:
        confirm_need(need_id=need.pk, by=_steward(need), at=at, calendar=self.calendar)
        if fate < 13:
            self.push(self.after(at, 300), lambda when: self._end(need, State.PASSED_ON, words.PASSED_ON, number, when))
            return
        if fate < 15:
            self.push(
                self.after(at, 700), lambda when: self._end(need, State.NOT_HELPED, words.NOT_HELPED, number, when)
            )
            return
        self.push(
            self.after(at, 10 + self.draw("classify", number)), lambda when: self._classify(need, code, number, when)
        )

    def _classify(self, need: Need, code: str, number: int, at: datetime) -> None:
        item = self.items[code]
        first, last = self._days_after_meeting(at)
        classify_need(
            need_id=need.pk, item_id=item.pk, wanted=item.skills, halfdays=item.halfdays,
            priority=5 if self.draw("urgent", number) < 8 else 2 + self.draw("priority", number) % 3,
            earliest_on=first, latest_on=last, by=_steward(need), at=at,
        )  # fmt: skip

    def _end(self, need: Need, to: State, said: Sequence[str], number: int, at: datetime) -> None:
        end_need(need_id=need.pk, to=to, sentence=said[number % len(said)], by=_steward(need) or ORGANISER, at=at)

    def _pair(self, at: datetime, *, accept: bool) -> None:
        """Hold the pairing meeting: the engine proposes for the days after it, the meeting accepts."""
        if not Need.objects.filter(participation__campaign=self.campaign, state=State.CLASSIFIED).exists():
            return
        first_on = localdate(at) + timedelta(days=1)
        self._ask_again(at)
        if accept:
            self._ask_for(SIGNED_IN, first_on, at)
        made = start_proposal(
            campaign_id=self.campaign.pk, first_on=first_on, by=ORGANISER, at=at, weeks=2, seed=self.seed % 1000
        )
        begin_solving(proposal_id=made.pk)
        round_ = thawed_round(made.input)
        # Without a clock the work is done to its end, so that the same seed gives the same round on every machine.
        solved = propose(round_.needs, round_.people, pins=round_.pins, previous=round_.previous, seed=made.seed)
        finish_solving(proposal_id=made.pk, solved=solved, took_ms=0, at=at)
        if not accept:
            return
        for visit in make_appointments(proposal_id=made.pk, need_ids=None, by=ORGANISER, at=at):
            minutes = 60 + self.draw("visit", visit.need_id) + (210 if visit.half == "pm" else 0)
            service = Service(self, visit)
            self.push(at_work(visit.on, minutes, calendar=self.calendar, spans=self.spans), service.visit_now)

    def _ask_for(self, code: str, first_on: date, at: datetime) -> None:
        """Let the meeting keep the first need for somebody that they can serve then: whoever signs in as them has visits."""
        known = ExpertSkill.objects.filter(expert__code=code).values("skill")
        wanted = Need.objects.filter(participation__campaign=self.campaign, state=State.CLASSIFIED)
        for need in wanted.filter(wanted__skill__in=known).distinct().order_by("pk")[:ASKED_FOR]:
            with suppress(PinRefused):
                pin(need_id=need.pk, people=[code], first_on=first_on, weeks=2, by=ORGANISER, at=at)
                return

    def _meeting(self, on: date) -> datetime:
        return at_work(on, MEETING_MINUTE, calendar=self.calendar, spans=self.spans)

    def _days_after_meeting(self, at: datetime) -> tuple[date, date]:
        """Return the first and the last day of the visits of the next meeting."""
        on = localdate(at)
        while on.weekday() not in MEETINGS or self._meeting(on) <= at:
            on += timedelta(days=1)
        return self._days_after(localdate(self._meeting(on)))

    def _days_after(self, on: date) -> tuple[date, date]:
        return self.calendar.after(on, 1).on, self.calendar.after(on, WINDOW).on

    def _ask_again(self, at: datetime) -> None:
        """Let stewards ask enterprises for other days whose days went by without a team."""
        first, last = self._days_after(localdate(at))
        waiting = Need.objects.filter(participation__campaign=self.campaign, state=State.CLASSIFIED, latest_on__lt=last)
        for need in waiting.select_related("item", "participation__steward").order_by("pk"):
            wanted = {one.skill.code: one.level for one in need.wanted.select_related("skill").order_by("pk")}
            classify_need(
                need_id=need.pk, item_id=need.item_id or 0, wanted=wanted, halfdays=need.halfdays, priority=need.priority,
                earliest_on=first, latest_on=last, by=_steward(need), at=at,
            )  # fmt: skip

    def _told(self) -> Played:
        needs = Need.objects.filter(participation__campaign=self.campaign)
        visits = Visit.objects.filter(need__participation__campaign=self.campaign)
        secret = make_link(
            campaign_id=self.campaign.pk,
            opens=LinkFor.PROGRESS,
            participation_id=self.crowd.workshop.pk,
            by=ORGANISER,
            at=self.now,
        )
        states = Counter(needs.order_by().values_list("state", flat=True))
        return Played(
            campaign=self.campaign, enterprises=len(self.crowd.participations), needs=needs.count(), people=len(self.crowd.experts),
            states=states, proposals=Proposal.objects.filter(campaign=self.campaign).count(),
            visits=visits.filter(state=VisitState.DONE).count(),
            reports=Report.objects.filter(visit__in=visits, released_at__isnull=False).count(), secret=secret,
            workshop=self.crowd.workshop, until=self.now,
        )  # fmt: skip


def play_round(*, seed: int, now: datetime, paper: Paper) -> Played:
    """This function will add the round to the demo; unions and the accounts of its people must be there.

    `paper` makes the PDF of a report that is released at a moment.
    """
    with transaction.atomic():  # one, so that a thousand small ones need not be written to the disk one by one
        return Round(seed=seed, now=now, paper=paper).play()


def begins_on(now: datetime) -> date:
    """This function will return the first day of the round that is played at a moment."""
    return monday_before(today(now, shipped_calendar()))


def _steward(need: Need) -> str:
    steward = need.participation.steward
    return steward.name if steward is not None else ""
