"""A plan in the making, as arrays that change in place, and the two moves: place a visit, take it back."""

from typing import NamedTuple

import numpy as np

from jishiyu.engine.pairing.compiling import compiled
from jishiyu.engine.pairing.model import TEAM_MAX
from jishiyu.engine.pairing.pack import Numbers, Pack
from jishiyu.engine.pairing.teams import INFINITE, WEEK, Table, cheapest_team, is_open


class State(NamedTuple):
    """Start (-1: left out), team and size per need; who is where (`taken`: need + 1), weekly and whole loads."""

    start: Numbers
    team: Numbers
    size: Numbers
    taken: Numbers
    used: Numbers
    load: Numbers


def empty(pack: Pack) -> State:
    """Return a plan without a visit."""
    needs, (_, people, length) = len(pack.days), pack.ok.shape
    return State(
        np.full(needs, -1, np.int64),
        np.zeros((needs, TEAM_MAX), np.int64),
        np.zeros(needs, np.int64),
        np.zeros((people, length), np.int64),
        np.zeros(pack.cap.shape, np.int64),
        np.zeros(people, np.int64),
    )


@compiled
def cost_of(pack: Pack, i: int, j: int) -> int:
    """Return the points that sending a person to a need costs."""
    for c in range(pack.cand_ptr[i], pack.cand_ptr[i + 1]):
        if pack.cand_person[c] == j:
            return pack.cand_cost[c]
    for c in range(pack.must_ptr[i], pack.must_ptr[i + 1]):
        if pack.must_person[c] == j:
            return pack.must_cost[c]
    return INFINITE


@compiled
def is_kept(pack: Pack, i: int, t: int, team: Numbers, size: int) -> bool:
    """Return whether a pairing is that of the previous plan."""
    begin, end = pack.before_ptr[i], pack.before_ptr[i + 1]
    if pack.before[i] != t or end - begin != size:
        return False
    for c in range(begin, end):
        here = False
        for k in range(size):
            here |= team[k] == pack.before_person[c]
        if not here:
            return False
    return True


@compiled
def _count(pack: Pack, state: State, i: int, sign: int) -> int:
    """Enter a visit into the loads (or take it out) and return the points that fairness loses."""
    t, days, lost = state.start[i], pack.days[i], 0
    for k in range(state.size[i]):
        j = state.team[i, k]
        for at in range(t, t + days):
            state.taken[j, at] = (i + 1) if sign > 0 else 0
            state.used[j, at // WEEK] += sign
        before = state.load[j]
        state.load[j] = before + sign * days
        lost += pack.fair * (state.load[j] * state.load[j] - before * before)
    return lost


@compiled
def worth_of(pack: Pack, state: State, i: int) -> int:
    """Return the points of a need as it stands in the plan, without fairness."""
    t = state.start[i]
    if t < 0:
        return -pack.change if pack.before[i] >= 0 else 0
    points = pack.worth[i] - pack.wait[i] * (t - pack.earliest[i])
    for k in range(state.size[i]):
        points -= cost_of(pack, i, state.team[i, k])
    if pack.before[i] >= 0 and not is_kept(pack, i, t, state.team[i], state.size[i]):
        points -= pack.change
    return points


@compiled
def place(pack: Pack, state: State, i: int, t: int, team: Numbers, size: int) -> int:
    """Enter a visit and return the points won; the need must be left out so far."""
    before = worth_of(pack, state, i)
    state.start[i], state.size[i] = t, size
    for k in range(size):
        state.team[i, k] = team[k]
    return worth_of(pack, state, i) - before - _count(pack, state, i, 1)


@compiled
def take_back(pack: Pack, state: State, i: int) -> int:
    """Take a visit out and return the points won (mostly less than nothing)."""
    before = worth_of(pack, state, i)
    lost = _count(pack, state, i, -1)
    state.start[i] = -1
    return worth_of(pack, state, i) - before - lost


@compiled
def _may_start(pack: Pack, i: int, t: int) -> bool:
    found = False
    for s in range(pack.start_ptr[i], pack.start_ptr[i + 1]):
        found |= pack.start_at[s] == t
    return found


@compiled
def _brings(pack: Pack, i: int, j: int) -> int:
    """Return the mask of a person for a need; -1 for somebody who may not go, or has no place in its team."""
    for c in range(pack.cand_ptr[i], pack.cand_ptr[i + 1]):
        if pack.cand_person[c] == j:
            return pack.cand_mask[c]
    for c in range(pack.must_ptr[i], pack.must_ptr[i + 1]):
        if pack.must_person[c] == j:
            return pack.must_mask[c]
    return -1


@compiled
def kept_team(pack: Pack, state: State, i: int, team: Numbers) -> int:
    """Write the team of the previous plan and return its size, 0 when it cannot go as it did."""
    t, begin, end = pack.before[i], pack.before_ptr[i], pack.before_ptr[i + 1]
    if t < 0 or not pack.team_min[i] <= end - begin <= pack.team_max[i] or not _may_start(pack, i, t):
        return 0
    cover, pinned = 0, 0
    for c in range(begin, end):
        j = pack.before_person[c]
        mask = _brings(pack, i, j)
        if mask < 0 or not is_open(pack, i, j, t, state.taken, state.used):
            return 0
        for d in range(pack.must_ptr[i], pack.must_ptr[i + 1]):
            pinned += pack.must_person[d] == j
        cover |= mask
        team[c - begin] = j
    if cover != pack.full[i] or pinned < pack.must_ptr[i + 1] - pack.must_ptr[i]:
        return 0
    return end - begin


@compiled
def insert(
    pack: Pack, state: State, i: int, prices: Numbers, share: int, dp: Table, team: Numbers, best: Numbers
) -> tuple[bool, int]:
    """Place a need with the start and team that are best beside all others, prices counted at `share` sixteenths.

    Returns whether it found a place, and the points won.
    """
    top, at, members = -INFINITE, -1, 0
    moved = pack.change if pack.before[i] >= 0 else 0
    if moved:
        size = kept_team(pack, state, i, best)
        if size:
            t = pack.before[i]
            cost = 0
            for k in range(size):
                j = best[k]
                cost += cost_of(pack, i, j) + ((prices[j, t + pack.days[i]] - prices[j, t]) * share >> 4)
            top, at, members = pack.worth[i] - pack.wait[i] * (t - pack.earliest[i]) - cost, t, size
    for s in range(pack.start_ptr[i], pack.start_ptr[i + 1]):
        t = pack.start_at[s]
        most = pack.worth[i] - moved - pack.wait[i] * (t - pack.earliest[i])
        if most <= top:
            continue
        cost, size = cheapest_team(
            pack, i, t, prices, share, state.taken, state.used, state.load, False, dp, team
        )  # fmt: skip
        if cost < INFINITE and most - cost > top:
            top, at, members = most - cost, t, size
            for k in range(size):
                best[k] = team[k]
    if at < 0:
        return False, 0
    return True, place(pack, state, i, at, best, members)


@compiled
def fill(
    pack: Pack, state: State, order: Numbers, prices: Numbers, share: int, dp: Table, team: Numbers, best: Numbers
) -> int:
    """Insert needs one after the other in the given order; returns the points won."""
    won = 0
    for i in order:
        if state.start[i] < 0:
            _, points = insert(pack, state, i, prices, share, dp, team, best)
            won += points
    return won
