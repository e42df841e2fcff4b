"""Who is where in a plan, and what keeps a person from one more visit."""

from collections.abc import Iterable
from dataclasses import dataclass

from jishiyu.engine.pairing.model import Need, Person, Round, Visit, weeks

OPEN, BANNED, NOT_FREE, ELSEWHERE, WEEK_FULL = "open", "banned", "not_free", "elsewhere", "week_full"


@dataclass(frozen=True)
class Hindrance:
    """Why a person cannot go at a start: a code, the half-days in question, the needs he is at."""

    code: str
    halfdays: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()


class Occupancy:
    """A plan by person and half-day."""

    def __init__(self, round_: Round, visits: Iterable[Visit]) -> None:
        self.round = round_
        self.visits = {visit.need_id: visit for visit in visits}
        self.taken: dict[str, dict[int, str]] = {person.person_id: {} for person in round_.people}
        self.used: dict[str, dict[int, int]] = {person.person_id: {} for person in round_.people}
        self.load: dict[str, int] = dict.fromkeys(self.taken, 0)
        self.free = {
            person.person_id: {at for begin, end in person.free for at in range(begin, end + 1)}
            for person in round_.people
        }
        for visit in self.visits.values():
            halfdays = round_.need(visit.need_id).halfdays
            for who in visit.people:
                self.load[who] += halfdays
                for at in range(visit.start, visit.start + halfdays):
                    self.taken[who][at] = visit.need_id
                for week, count in weeks(visit.start, halfdays).items():
                    self.used[who][week] = self.used[who].get(week, 0) + count
        self.bans = {(pin.need_id, pin.person_id) for pin in round_.pins if pin.ban and pin.person_id is not None}

    def hindrance(self, need: Need, person: Person, start: int) -> Hindrance:
        """Return what keeps a person from a need at a start; visits of the need itself do not count."""
        who = person.person_id
        if (need.need_id, who) in self.bans:
            return Hindrance(BANNED)
        span = range(start, start + need.halfdays)
        closed = tuple(at for at in span if at not in self.free[who])
        if closed:
            return Hindrance(NOT_FREE, closed)
        others = {self.taken[who].get(at, need.need_id) for at in span} - {need.need_id}
        if others:
            return Hindrance(ELSEWHERE, needs=tuple(sorted(others)))
        own = self._own(need, who)
        for week, count in weeks(start, need.halfdays).items():
            over = self.used[who].get(week, 0) - own.get(week, 0) + count - person.per_week
            if over > 0:
                return Hindrance(WEEK_FULL, tuple(span)[:over])
        return Hindrance(OPEN)

    def _own(self, need: Need, who: str) -> dict[int, int]:
        visit = self.visits.get(need.need_id)
        return weeks(visit.start, need.halfdays) if visit and who in visit.people else {}
