"""The best team for a need at a start, exactly: dynamic programming over what is still wanted.

A member's cost does not depend on the others, so a team is a cheapest cover of the wanted skills, a steward and an
officer. Candidates with the same mask are interchangeable but for their cost: the cheapest of each mask is enough.
"""

import numpy as np
import numpy.typing as npt

from jishiyu.engine.pairing.compiling import compiled
from jishiyu.engine.pairing.model import MOST_SKILLS, TEAM_MAX
from jishiyu.engine.pairing.pack import Marks, Numbers, Pack

INFINITE = 1 << 61
STATES = 1 << (MOST_SKILLS + 2)
WEEK = 10
Table = npt.NDArray[np.int64]


def scratch() -> Table:
    """Return the working memory that `cheapest_team` wants: costs, parents and the classes' cheapest members."""
    return np.zeros((4 + 2 * (TEAM_MAX + 1), STATES), np.int64)


@compiled
def is_open(pack: Pack, i: int, j: int, t: int, taken: Numbers, used: Numbers) -> bool:
    """Return whether a person can still go to a need at a start, beside what he does already."""
    if not pack.ok[pack.kind[i], j, t]:
        return False
    end = t + pack.days[i]
    for at in range(t, end):
        if taken[j, at]:
            return False
    for week in range(t // WEEK, (end - 1) // WEEK + 1):
        within = min(end, (week + 1) * WEEK) - max(t, week * WEEK)
        if used[j, week] + within > pack.cap[j, week]:
            return False
    return True


@compiled
def cheapest_team(
    pack: Pack, i: int, t: int, prices: Numbers, share: int, taken: Numbers, used: Numbers, load: Numbers, free: bool,
    dp: Table, team: Numbers,
) -> tuple[int, int]:  # fmt: skip
    """Return the least cost (points, prices at `share` sixteenths and fairness included) and the size of the team.

    `prices[j, t]` is the sum of the prices of the half-days before t. With `free` nobody is taken yet and loads do
    not count. The members are written to `team`. Cost `INFINITE`: nobody can cover it.
    """
    end, days, full = t + pack.days[i], pack.days[i], pack.full[i]
    size, cover, total = 0, 0, 0
    for c in range(pack.must_ptr[i], pack.must_ptr[i + 1]):
        j = pack.must_person[c]
        if not (pack.ok[pack.kind[i], j, t] if free else is_open(pack, i, j, t, taken, used)):
            return INFINITE, 0
        total += pack.must_cost[c] + ((prices[j, end] - prices[j, t]) * share >> 4)
        if not free:
            total += pack.fair * days * (2 * load[j] + days)
        cover |= pack.must_mask[c]
        team[size] = j
        size += 1
    classes, best_mask, best_cost, best_person = 0, dp[0], dp[1], dp[2]
    last, union = -1, cover
    for c in range(pack.cand_ptr[i], pack.cand_ptr[i + 1]):
        mask, j = pack.cand_mask[c], pack.cand_person[c]
        if mask | cover == cover:
            continue
        # Cheapest first, and prices only add: most of a mask's candidates are out before their price is looked up.
        if mask == last and pack.cand_cost[c] >= best_cost[classes - 1]:
            continue
        cost = pack.cand_cost[c] + ((prices[j, end] - prices[j, t]) * share >> 4)
        if mask == last and cost >= best_cost[classes - 1]:
            continue
        if free:
            if not pack.ok[pack.kind[i], j, t]:
                continue
        else:
            cost += pack.fair * days * (2 * load[j] + days)
            if (mask == last and cost >= best_cost[classes - 1]) or not is_open(pack, i, j, t, taken, used):
                continue
        if mask != last:
            classes, last = classes + 1, mask
        best_mask[classes - 1], best_cost[classes - 1], best_person[classes - 1] = mask, cost, j
        union |= mask
    if union != full:
        return INFINITE, 0
    room = pack.team_max[i] - size
    wanted = full & ~cover
    bits = 0
    while wanted:
        bits += wanted & 1
        wanted >>= 1
    if bits <= room:
        more, size = _cover(classes, cover, full, dp, team, size)
    else:
        more, size = _cover_with_few(classes, cover, full, room, dp, team, size)
    if more >= INFINITE:
        return INFINITE, 0
    total += more
    if size < pack.team_min[i] and not free:
        more, size = _fill_up(pack, i, t, prices, share, taken, used, load, team, size)
        if more >= INFINITE:
            return INFINITE, 0
        total += more
    return total, size


@compiled
def _cover(classes: int, cover: int, full: int, dp: Table, team: Numbers, size: int) -> tuple[int, int]:
    """Cover what is wanted by any number of members; each brings something new, so there are never too many."""
    best_mask, best_cost, best_person, cost, parent = dp[0], dp[1], dp[2], dp[4], dp[5]
    for state in range(full + 1):
        cost[state] = INFINITE
    cost[cover] = 0
    for k in range(classes):
        mask, price = best_mask[k], best_cost[k]
        for state in range(cover, full):
            if cost[state] < INFINITE and state | mask != state:
                then = state | mask
                if cost[state] + price < cost[then]:
                    cost[then] = cost[state] + price
                    parent[then] = state * STATES + k
    if cost[full] >= INFINITE:
        return INFINITE, 0
    state = full
    while state != cover:
        team[size] = best_person[parent[state] % STATES]
        size += 1
        state = parent[state] // STATES
    return cost[full], size


@compiled
def _cover_with_few(
    classes: int, cover: int, full: int, room: int, dp: Table, team: Numbers, size: int
) -> tuple[int, int]:
    """Cover what is wanted by at most `room` members."""
    best_mask, best_cost, best_person = dp[0], dp[1], dp[2]
    room = min(room, TEAM_MAX)
    for members in range(room + 1):
        for state in range(full + 1):
            dp[4 + 2 * members, state] = INFINITE
    dp[4, cover] = 0
    for k in range(classes):
        mask, price = best_mask[k], best_cost[k]
        for members in range(room - 1, -1, -1):
            for state in range(cover, full):
                now = dp[4 + 2 * members, state]
                if now < INFINITE and state | mask != state and now + price < dp[6 + 2 * members, state | mask]:
                    dp[6 + 2 * members, state | mask] = now + price
                    dp[7 + 2 * members, state | mask] = state * STATES + k
    best, at = INFINITE, -1
    for members in range(1, room + 1):
        if dp[4 + 2 * members, full] < best:
            best, at = dp[4 + 2 * members, full], members
    if at < 0:
        return INFINITE, 0
    state = full
    while at > 0:
        link = dp[5 + 2 * at, state]
        team[size] = best_person[link % STATES]
        size += 1
        state, at = link // STATES, at - 1
    return best, size


@compiled
def _fill_up(
    pack: Pack, i: int, t: int, prices: Numbers, share: int, taken: Numbers, used: Numbers, load: Numbers,
    team: Numbers, size: int,
) -> tuple[int, int]:  # fmt: skip
    """Add the cheapest further members until the team is as large as it has to be."""
    total, end, days = 0, t + pack.days[i], pack.days[i]
    while size < pack.team_min[i]:
        best, who = INFINITE, -1
        for c in range(pack.cand_ptr[i], pack.cand_ptr[i + 1]):
            j = pack.cand_person[c]
            cost = pack.cand_cost[c] + ((prices[j, end] - prices[j, t]) * share >> 4)
            cost += pack.fair * days * (2 * load[j] + days)
            if cost < best and is_open(pack, i, j, t, taken, used):
                here = False
                for k in range(size):
                    here |= team[k] == j
                if not here:
                    best, who = cost, j
        if who < 0:
            return INFINITE, 0
        total += best
        team[size] = who
        size += 1
    return total, size


__all__ = ["INFINITE", "Marks", "cheapest_team", "is_open", "scratch"]
