"""A round as arrays of whole numbers: what the compiled loops read."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from jishiyu.engine.pairing.model import WEEK, Need, Person, Round, Visit, brings, full_mask, kilometres, mask_of
from jishiyu.engine.pairing.points import Weights, misfit

Numbers = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8]


class Pack(NamedTuple):
    """Needs (i), people (j), half-days (t), candidates (c: a person for a need, by what he brings, the
    cheapest first).

    A mask has a bit per wanted skill, then one for the steward and one for the officer. Lists of a need stand from
    `ptr[i]` to `ptr[i + 1]`. Worth and costs are points.
    """

    days: Numbers  # i: half-days
    kind: Numbers  # i: place of its length in `ok`
    worth: Numbers  # i: points for serving it, at its earliest
    wait: Numbers  # i: points per half-day of waiting
    earliest: Numbers  # i
    full: Numbers  # i: mask of everything wanted
    team_min: Numbers  # i
    team_max: Numbers  # i
    must_serve: Marks  # i: pinned
    start_ptr: Numbers
    start_at: Numbers
    cand_ptr: Numbers
    cand_person: Numbers
    cand_mask: Numbers
    cand_cost: Numbers
    must_ptr: Numbers  # people pinned to a need
    must_person: Numbers
    must_mask: Numbers
    must_cost: Numbers
    ok: Marks  # kind, j, t: free from t on for that long, and within the week's capacity
    cap: Numbers  # j, week
    before: Numbers  # i: start in the previous plan, -1: none
    before_ptr: Numbers
    before_person: Numbers
    change: int  # points lost when a pairing of the previous plan is not kept
    fair: int  # points per unit of the squares of loads


def horizon(round_: Round) -> int:
    """Return the number of half-days that matter."""
    return max([need.latest + 1 for need in round_.needs], default=1)


def pack(round_: Round, weights: Weights) -> Pack:
    """This function will put a round into arrays, with the costs of the given weights.

    Pins and bans are built in: a pinned start leaves one start, a banned person is no candidate. A need that cannot
    be served by anybody keeps an empty list of starts.
    """
    needs, people, length = round_.needs, round_.people, horizon(round_)
    kinds = sorted({need.halfdays for need in needs}) or [1]
    ok, cap = _times(people, kinds, length)
    rules = {need.need_id: _Rules() for need in needs}
    for pin in round_.pins:
        rules[pin.need_id].add(pin.start, pin.person_id, ban=pin.ban)
    starts, cands, musts = [], [], []
    for need in needs:
        rule = rules[need.need_id]
        starts.append(_starts(need, rule, length))
        cands.append(_candidates(need, rule, round_, weights))
        musts.append(
            [(round_.person_at[who], *_bring(need, round_.person(who), weights)) for who in sorted(rule.people)]
        )
    before = _previous(round_)
    return Pack(
        days=_array([need.halfdays for need in needs]),
        kind=_array([kinds.index(need.halfdays) for need in needs]),
        worth=_array([need.priority * weights.served for need in needs]),
        wait=_array([need.priority * weights.waiting for need in needs]),
        earliest=_array([need.earliest for need in needs]),
        full=_array([full_mask(need) for need in needs]),
        team_min=_array([need.team_min for need in needs]),
        team_max=_array([need.team_max for need in needs]),
        must_serve=np.array([rules[need.need_id].serve for need in needs], np.uint8),
        start_ptr=_pointers(starts),
        start_at=_array([at for group in starts for at in group]),
        cand_ptr=_pointers(cands),
        cand_person=_array([c[1] for group in cands for c in group]),
        cand_mask=_array([c[0] for group in cands for c in group]),
        cand_cost=_array([c[2] for group in cands for c in group]),
        must_ptr=_pointers(musts),
        must_person=_array([m[0] for group in musts for m in group]),
        must_mask=_array([m[1] for group in musts for m in group]),
        must_cost=_array([m[2] for group in musts for m in group]),
        ok=ok,
        cap=cap,
        before=_array([visit.start if visit else -1 for visit in before]),
        before_ptr=_pointers([visit.people if visit else () for visit in before]),
        before_person=_array([round_.person_at[who] for visit in before if visit for who in visit.people]),
        change=weights.changes,
        fair=weights.fairness,
    )


class _Rules:
    """What was pinned and banned for one need."""

    def __init__(self) -> None:
        self.serve = self.never = False
        self.start: int | None = None
        self.people: set[str] = set()
        self.not_starts: set[int] = set()
        self.not_people: set[str] = set()

    def add(self, start: int | None, person_id: str | None, *, ban: bool) -> None:
        if not ban:
            self.serve = True
            self.start = self.start if start is None else start
            self.people |= {person_id} if person_id is not None else set()
        elif start is not None:
            self.not_starts.add(start)
        elif person_id is not None:
            self.not_people.add(person_id)
        else:
            self.never = True


def _array(values: list[int]) -> Numbers:
    return np.array(values, np.int64)


def _pointers(groups: "list[list[int]] | list[list[tuple[int, int, int]]] | list[tuple[str, ...]]") -> Numbers:
    return np.concatenate([[0], np.cumsum([len(group) for group in groups], dtype=np.int64)]).astype(np.int64)


def _times(people: tuple[Person, ...], kinds: list[int], length: int) -> tuple[Marks, Numbers]:
    free = np.zeros((len(people), length), np.uint8)
    cap = np.zeros((len(people), (length + WEEK - 1) // WEEK), np.int64)
    for j, person in enumerate(people):
        for begin, end in person.free:
            free[j, max(0, begin) : end + 1] = 1
        cap[j] = person.per_week
    ok = np.zeros((len(kinds), len(people), length), np.uint8)
    for at, days in enumerate(kinds):
        for t in range(length - days + 1):
            fits = free[:, t : t + days].all(axis=1)
            for week in range(t // WEEK, (t + days - 1) // WEEK + 1):
                within = min(t + days, (week + 1) * WEEK) - max(t, week * WEEK)
                fits &= cap[:, week] >= within
            ok[at, :, t] = fits
    return ok, cap


def _starts(need: Need, rule: _Rules, length: int) -> list[int]:
    if rule.never:
        return []
    wanted = need.starts if rule.start is None else [rule.start]
    return [at for at in wanted if at not in rule.not_starts and at + need.halfdays <= length]


def _bring(need: Need, person: Person, weights: Weights) -> tuple[int, int]:
    """Return the mask of what a person brings to a need, and the points that sending him costs."""
    mask = mask_of(need, person)
    return mask, weights.fit * misfit(need, person) + weights.travel * kilometres(need, person)


def _candidates(need: Need, rule: _Rules, round_: Round, weights: Weights) -> list[tuple[int, int, int]]:
    out = rule.people | rule.not_people
    found = []
    for j, person in enumerate(round_.people):
        if person.person_id not in out and brings(need, person):
            mask, cost = _bring(need, person, weights)
            found.append((mask, j, cost))
    return sorted(found, key=lambda candidate: (candidate[0], candidate[2], candidate[1]))


def _previous(round_: Round) -> list[Visit | None]:
    """Return the previous pairing per need; one with somebody who is no longer there cannot be kept but has changed."""
    known = {visit.need_id: visit for visit in round_.previous or ()}
    found: list[Visit | None] = []
    for need in round_.needs:
        visit = known.get(need.need_id)
        if visit and not all(who in round_.person_at for who in visit.people):
            visit = Visit(visit.need_id, visit.start, ())
        found.append(visit)
    return found
