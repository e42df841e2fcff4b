"""Needs, people, pins and plans: what goes into pairing and what comes out.

Time is counted in half-days from 0; ten of them are a week, Monday morning first. Places are metres on a plane.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isqrt

WEEK = 10
LEVELS = range(1, 6)
PRIORITIES = range(1, 6)
EXPERT, STEWARD, OFFICER = "expert", "steward", "officer"
ROLES = (EXPERT, STEWARD, OFFICER)
LONGEST = 400
MOST_SKILLS = 8
TEAM_MIN, TEAM_MAX = 3, 7


@dataclass(frozen=True)
class Need:
    """One need of an enterprise: a visit of `halfdays` half-days in a row, wholly within earliest … latest."""

    need_id: str
    enterprise: str
    skills: tuple[tuple[str, int], ...]
    halfdays: int
    earliest: int
    latest: int
    x_m: int = 0
    y_m: int = 0
    priority: int = 3
    steward: str = ""
    team_min: int = TEAM_MIN
    team_max: int = TEAM_MAX
    line: int = 0

    @property
    def starts(self) -> range:
        """Return the half-days on which the visit may begin."""
        return range(self.earliest, self.latest - self.halfdays + 2)


@dataclass(frozen=True)
class Person:
    """One expert, steward or resident union officer; `free` are ranges of half-days, both ends included."""

    person_id: str
    role: str
    skills: dict[str, int]
    free: tuple[tuple[int, int], ...]
    honour: int = 0
    x_m: int = 0
    y_m: int = 0
    per_week: int = WEEK
    zone: str = ""
    line: int = 0

    def is_free(self, start: int, halfdays: int) -> bool:
        """Return whether every one of the half-days is offered."""
        return all(any(a <= at <= b for a, b in self.free) for at in range(start, start + halfdays))


@dataclass(frozen=True)
class Pin:
    """What a person decided about a need: keep it (at this start, with this person) or forbid it.

    A pin without start and person says that the need is served; a ban without them that it is not.
    """

    need_id: str
    start: int | None = None
    person_id: str | None = None
    ban: bool = False
    line: int = 0


@dataclass(frozen=True)
class Visit:
    """A need with its team and start."""

    need_id: str
    start: int
    people: tuple[str, ...]


@dataclass(frozen=True)
class Round:
    """Everything pairing looks at. The order of needs and people does not matter to the result's worth."""

    needs: tuple[Need, ...]
    people: tuple[Person, ...]
    pins: tuple[Pin, ...] = ()
    previous: tuple[Visit, ...] | None = None
    need_at: dict[str, int] = field(init=False, repr=False, compare=False)
    person_at: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "need_at", {need.need_id: at for at, need in enumerate(self.needs)})
        object.__setattr__(self, "person_at", {person.person_id: at for at, person in enumerate(self.people)})

    def need(self, need_id: str) -> Need:
        """Return a need by its number."""
        return self.needs[self.need_at[need_id]]

    def person(self, person_id: str) -> Person:
        """Return a person by the number."""
        return self.people[self.person_at[person_id]]


def weeks(start: int, halfdays: int) -> dict[int, int]:
    """Return how many half-days of a visit fall into each week."""
    found: dict[int, int] = {}
    for at in range(start, start + halfdays):
        found[at // WEEK] = found.get(at // WEEK, 0) + 1
    return found


def metres(need: Need, person: Person) -> int:
    """Return the distance between the place of a need and that of a person."""
    return isqrt((need.x_m - person.x_m) ** 2 + (need.y_m - person.y_m) ** 2)


def kilometres(need: Need, person: Person) -> int:
    """Return the distance in whole kilometres, half up: what travel counts in."""
    return (metres(need, person) + 500) // 1000


def missing_skills(need: Need, people: Sequence[Person]) -> list[tuple[str, int]]:
    """Return the skills that nobody of a team has at the level wanted."""
    return [(skill, level) for skill, level in need.skills if not any(p.skills.get(skill, 0) >= level for p in people)]


def has_role(role: str, people: Sequence[Person]) -> bool:
    """Return whether somebody of a team has a role."""
    return any(person.role == role for person in people)


def brings(need: Need, person: Person) -> bool:
    """Return whether a person has a place in a team: a role that every team has, or a skill that is wanted."""
    return person.role != EXPERT or any(person.skills.get(skill, 0) >= level for skill, level in need.skills)


def mask_of(need: Need, person: Person) -> int:
    """Return what a person brings to a need: a bit per wanted skill, then one for the steward, one for the officer."""
    many = len(need.skills)
    mask = sum(1 << bit for bit, (skill, level) in enumerate(need.skills) if person.skills.get(skill, 0) >= level)
    return mask | (1 << many) * (person.role == STEWARD) | (2 << many) * (person.role == OFFICER)


def full_mask(need: Need) -> int:
    """Return the mask of everything a need wants."""
    return (4 << len(need.skills)) - 1
