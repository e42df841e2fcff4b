"""A proposal as the meeting looks at it: teams with reasons, needs left out, people with their load, what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jishiyu.apps.enterprises.models import Need, State
from jishiyu.apps.experts.halfdays import HalfDay, halfday_of
from jishiyu.apps.experts.models import Pin, Proposal
from jishiyu.apps.experts.operations import current_plan
from jishiyu.apps.experts.queries import pins
from jishiyu.apps.experts.saying import OUTSIDE, Names, day_words, names
from jishiyu.engine.pairing.asking import Joining, Swap
from jishiyu.engine.pairing.frozen import thawed_reasons, thawed_round
from jishiyu.engine.pairing.model import Person, Round, Visit
from jishiyu.engine.pairing.occupancy import Occupancy
from jishiyu.engine.pairing.points import AIMS, Parts, Weights, judge
from jishiyu.engine.pairing.reasons import left_out_reasons, pairing_reasons
from jishiyu.engine.pairing.scarcity import Bottleneck
from jishiyu.engine.pairing.sentences import Reason
from jishiyu.web.components.badge import Badge, badge
from jishiyu.web.experts.words import PARTS
from jishiyu.web.figures.typography import chinese
from jishiyu.web.language import language
from jishiyu.web.needs.words import STATES as NEEDS


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team, with the reason, and the pin that holds them there."""

    code: str
    name: str
    part: Any
    why: str
    pin: Pin | None = None


@dataclass(slots=True)
class Card:
    """A need of the round, with its team or why it has none."""

    need: Need
    wishes: str
    when: str = ""
    members: list[Member] = field(default_factory=list)
    why: str = ""
    time_pin: Pin | None = None
    served_pin: Pin | None = None
    bans: list[tuple[Pin, str]] = field(default_factory=list)
    start: int = -1
    key: str = ""
    visit: int = 0

    @property
    def waits(self) -> bool:
        """Say whether the need still waits for the meeting."""
        return self.need.state == State.CLASSIFIED

    @property
    def stands(self) -> Badge:
        """Return where the need stands, for one that no longer waits though nobody accepted it: withdrawn, passed on."""
        return badge(self.need.state, NEEDS)

    @property
    def pinned(self) -> bool:
        """Say whether anything about it is pinned."""
        return bool(self.time_pin or self.served_pin or self.bans or any(member.pin for member in self.members))


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody of the list beside the plan."""

    code: str
    name: str
    part: Any
    skills: str
    load: int
    offered: int


class Board:
    """Everything the meeting's pages show about one proposal, read once."""

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        self.language = language()
        self.score: dict[str, Any] = proposal.score or {}

    @cached_property
    def round(self) -> Round:
        """Return the frozen round."""
        return thawed_round(self.proposal.input)

    @cached_property
    def plan(self) -> tuple[Visit, ...]:
        """Return the plan as the meeting changed it."""
        return current_plan(self.proposal)

    @cached_property
    def visits(self) -> dict[str, Visit]:
        """Return the plan by need."""
        return {visit.need_id: visit for visit in self.plan}

    @cached_property
    def names(self) -> Names:
        """Return the names of everybody and everything."""
        return names(monday=self.proposal.monday)

    def say(self, reason: Reason) -> str:
        """Return a reason as a sentence about people and days, as it is printed."""
        return self._printed(self.names.say(reason, self.language))

    def _printed(self, sentence: str) -> str:
        return chinese(sentence) if self.language == "zh" else sentence

    @cached_property
    def weights(self) -> Weights:
        """Return the weights the plan was made with."""
        return Weights(**self.score["weights"], order_kept=self.score["order_kept"])

    @cached_property
    def occupancy(self) -> Occupancy:
        """Return who is where."""
        return Occupancy(self.round, self.plan)

    @cached_property
    def parts(self) -> Parts:
        """Return what the plan reaches now, changes by hand included."""
        return judge(self.round, self.plan)

    @property
    def worth(self) -> dict[str, Any]:
        """Return score, bound, gap and every aim with what is known about it; gaps in per cent."""
        points = self.weights.score(self.parts)
        bound = max(points, self.score["bound"])
        aims = []
        for aim in AIMS:
            reached = self.score["aims"][aim]
            if aim == "changes" and self.round.previous is None:
                continue
            share = None if reached["gap"] is None else f"{reached['gap'] * 100:.1f} %"
            aims.append(
                (aim, getattr(self.parts, aim), reached["bound"], share if self.proposal.changed is None else None)
            )
        return {
            "score": points, "bound": bound, "gap": _share(bound - points, bound), "aims": aims,
            "status": self.score["status"], "served": len([one for one in self.waiting if one in self.visits]),
            "waiting": len(self.waiting), "by_hand": self.proposal.changed is not None, "took": self._took(),
        }  # fmt: skip

    def _took(self) -> tuple[str, int] | None:
        """Return the seconds that it took and those that it could have taken; None where nobody measured."""
        took, limit = self.proposal.took_ms, self.proposal.input.get("limit")
        return (f"{took // 1000}.{took % 1000 // 100}", limit) if took and limit else None

    @property
    def waiting(self) -> list[str]:
        """Return the numbers of the needs that were to be paired."""
        return list(self.proposal.input["waiting"])

    @cached_property
    def needs(self) -> dict[str, Need]:
        """Return the needs of the round as they are now."""
        rows = Need.objects.filter(participation__campaign=self.proposal.campaign_id, number__in=self.waiting)
        return {row.number: row for row in rows.select_related("participation__enterprise", "item").order_by("id")}

    @cached_property
    def pins(self) -> dict[int, list[Pin]]:
        """Return what was decided, by need."""
        found: dict[int, list[Pin]] = {}
        for pin in pins(campaign_id=self.proposal.campaign_id):
            found.setdefault(pin.need_id, []).append(pin)
        return found

    @cached_property
    def _left_out(self) -> dict[str, str]:
        """Return why needs were left out: as it was said when the plan was made, anew for those taken out by hand."""
        said = {
            reason.need_id: self.say(reason)
            for reason in thawed_reasons(self.proposal.reasons or ()) if reason.kind == "left_out"
        }  # fmt: skip
        anew = [self.round.need(number) for number in self.waiting if number not in self.visits and number not in said]
        for reason in left_out_reasons(self.round, self.plan, anew):
            said[reason.need_id] = self.say(reason)
        return said

    @cached_property
    def _why(self) -> dict[tuple[str, str], str]:
        return {
            (reason.need_id, reason.person_id): self.say(reason) for reason in pairing_reasons(self.round, self.plan)
        }

    def cards(self) -> list[Card]:
        """Return the needs with a team by time, then those left out by priority."""
        found = [self.card(self.needs[number]) for number in self.waiting if number in self.needs]
        return sorted(found, key=lambda card: (card.start < 0, card.start, -card.need.priority, card.need.number))

    def card(self, need: Need) -> Card:
        """Return one need with its team."""
        wanted = self.round.need(need.number)
        separator = "、" if self.language == "zh" else ", "
        wishes = separator.join(f"{self.names.skill(skill, self.language)} {level}" for skill, level in wanted.skills)
        card = Card(need, wishes)
        held = {}
        for pin in self.pins.get(need.pk, ()):
            if pin.ban:
                card.bans.append((pin, self._pin_words(pin)))
            elif pin.expert is not None:
                held[pin.expert.code] = pin
            elif pin.on is not None:
                card.time_pin = pin
            else:
                card.served_pin = pin
        visit = self.visits.get(need.number)
        if visit is None:
            card.why = self._left_out.get(need.number, "")
            return card
        card.start, card.when = visit.start, self.names.day(visit.start, self.language)
        card.key = self.half_key(visit.start)
        for who in visit.people:
            part = PARTS[self.round.person(who).role]
            why = self._why.get((need.number, who), "")
            card.members.append(Member(who, self.names.person(who), part, why, held.get(who)))
        order = list(PARTS)
        card.members.sort(key=lambda member: (order.index(self.round.person(member.code).role), member.code))
        return card

    def _pin_words(self, pin: Pin) -> str:
        if pin.expert is not None:
            return pin.expert.name
        return "" if pin.on is None else self.day_of(pin)

    def day_of(self, pin: Pin) -> str:
        """Return the half-day of a pin in words."""
        return "" if pin.on is None else day_words(HalfDay(pin.on, pin.half), self.language)

    def helpers(self) -> list[Helper]:
        """Return everybody of the round with the half-days they offer and are planned for."""
        separator = "、" if self.language == "zh" else ", "
        found = []
        for person in self.round.people:
            best = sorted(person.skills.items(), key=lambda skill: (-skill[1], skill[0]))
            skills = separator.join(f"{self.names.skill(skill, self.language)} {level}" for skill, level in best)
            found.append(Helper(
                person.person_id, self.names.person(person.person_id), PARTS[person.role], skills,
                self.occupancy.load[person.person_id], offered(person),
            ))  # fmt: skip
        return found

    def outside(self) -> list[tuple[str, str]]:
        """Return the needs that wait but were not in the round, and why."""
        return [
            (number, self._printed(OUTSIDE[code][self.language != "zh"].format(**details)))
            for number, code, details in self.proposal.input["outside"]
        ]

    def scarce(self) -> list[str]:
        """Return what is scarce, in sentences: whom to recruit for the next round."""
        return [self._printed(self.names.scarce(Bottleneck(**item), self.language)) for item in self.score["scarce"]]

    def difference(self, swap: Swap | Joining) -> str:
        """Return what an exchange changes, in words."""
        return self._printed(self.names.part(swap.part(), self.language).say(self.language))

    def days(self, need_id: str) -> list[tuple[int, str]]:
        """Return the starts a need allows, with their words."""
        return [(at, self.names.day(at, self.language)) for at in self.round.need(need_id).starts]

    def half_key(self, start: int) -> str:
        """Return a start as forms write it."""
        return halfday_of(start, monday=self.proposal.monday).key


def offered(person: Person) -> int:
    """Return the half-days somebody offers in the time of a round."""
    return sum(end - begin + 1 for begin, end in person.free)


def _share(part: int, whole: int) -> str:
    """Return a share in per cent with two places; huge whole numbers are cut first, upwards."""
    if part <= 0 or whole <= 0:
        return "0 %"
    hundredths = -(-part * 10_000 // whole)
    return f"{hundredths // 100}.{hundredths % 100:02d} %"


def paged(cards: Sequence[Card], page: int, size: int = 30) -> tuple[list[Card], int, int]:
    """Return one page of the cards, its number, and how many there are."""
    pages = max(1, -(-len(cards) // size))
    at = min(max(1, page), pages)
    return list(cards[(at - 1) * size : at * size]), at, pages
