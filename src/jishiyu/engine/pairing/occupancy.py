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
        """Return the first thing that keeps a person from a need at a start; visits of the need itself do not count."""
        return next(iter(self.hindrances(need, person, start)), _OPEN)

    def hindrances(self, need: Need, person: Person, start: int) -> list[Hindrance]:
        """Return everything that would have to change so that a person can go."""
        who = person.person_id
        if (need.need_id, who) in self.bans:
            return [Hindrance(BANNED)]
        span, free, taken, used = range(start, start + need.halfdays), self.free[who], self.taken[who], self.used[who]
        found = []
        if not free.issuperset(span):
            found.append(Hindrance(NOT_FREE, tuple(at for at in span if at not in free)))
        others = {taken[at] for at in span if at in taken} - {need.need_id}
        if others:
            found.append(Hindrance(ELSEWHERE, needs=tuple(sorted(others))))
        away = [*others, need.need_id] if who in self._team(need) else list(others)
        for week, count in weeks(start, need.halfdays).items():
            gone = sum(self._weekly(need_id).get(week, 0) for need_id in away)
            over = used.get(week, 0) - gone + count - person.per_week
            if over > 0:
                found.append(Hindrance(WEEK_FULL, tuple(span)[:over]))
        return found

    def _team(self, need: Need) -> tuple[str, ...]:
        visit = self.visits.get(need.need_id)
        return visit.people if visit else ()

    def _weekly(self, need_id: str) -> dict[int, int]:
        return weeks(self.visits[need_id].start, self.round.need(need_id).halfdays)


_OPEN = Hindrance(OPEN)
