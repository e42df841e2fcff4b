"""The best team for a need at a start, exactly: dynamic programming over what is still wanted.

A member's cost does not depend on the others, so a team is a cheapest cover of the wanted skills, a steward and an
officer. Candidates with the same mask are interchangeable but for their cost: the cheapest of each mask is enough.
"""

import numpy as np
import numpy.typing as npt

from jishiyu.engine.pairing.compiling import compiled
from jishiyu.engine.pairing.model import MOST_SKILLS, TEAM_MAX
from jishiyu.engine.pairing.pack import Numbers, Pack

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
def _can_go(pack: Pack, i: int, j: int, t: int, taken: Numbers, used: Numbers, free: bool) -> bool:
    return pack.ok[pack.kind[i], j, t] == 1 if free else is_open(pack, i, j, t, taken, used)


@compiled
def _with_the_pinned(
    pack: Pack, i: int, t: int, prices: Numbers, share: int, taken: Numbers, used: Numbers, load: Numbers, free: bool,
    team: Numbers,
) -> tuple[int, int, int]:  # fmt: skip
    """Write the people pinned to a need into the team; returns cost, what they cover, and their number."""
    end, days = t + pack.days[i], pack.days[i]
    total, cover, size = 0, 0, 0
    for c in range(pack.must_ptr[i], pack.must_ptr[i + 1]):
        j = pack.must_person[c]
        if not _can_go(pack, i, j, t, taken, used, free):
            return INFINITE, 0, 0
        total += pack.must_cost[c] + ((prices[j, end] - prices[j, t]) * share >> 4)
        if not free:
            total += pack.fair * days * (2 * load[j] + days)
        cover |= pack.must_mask[c]
        team[size] = j
        size += 1
    return total, cover, size


@compiled
def _cheapest_per_mask(
    pack: Pack, i: int, t: int, prices: Numbers, share: int, taken: Numbers, used: Numbers, load: Numbers, free: bool,
    cover: int, dp: Table,
) -> tuple[int, int]:  # fmt: skip
    """Keep the cheapest open candidate of each mask; returns the number of masks and what they cover together."""
    end, days = t + pack.days[i], pack.days[i]
    best_mask, best_cost, best_person = dp[0], dp[1], dp[2]
    classes, last, union, least = 0, -1, cover, INFINITE
    for c in range(pack.cand_ptr[i], pack.cand_ptr[i + 1]):
        mask, cost = pack.cand_mask[c], pack.cand_cost[c]
        if mask != last:
            least = INFINITE
        # Cheapest first, and prices only add: most candidates are out before their price is looked up.
        if cost >= least or mask | cover == cover:
            continue
        j = pack.cand_person[c]
        cost += (prices[j, end] - prices[j, t]) * share >> 4
        if not free:
            cost += pack.fair * days * (2 * load[j] + days)
        if cost >= least or not _can_go(pack, i, j, t, taken, used, free):
            continue
        if mask != last:
            classes, last = classes + 1, mask
        least = cost
        best_mask[classes - 1], best_cost[classes - 1], best_person[classes - 1] = mask, cost, j
        union |= mask
    return classes, union


@compiled
def _bits(mask: int) -> int:
    count = 0
    while mask:
        count += mask & 1
        mask >>= 1
    return count


@compiled
def cheapest_team(
    pack: Pack, i: int, t: int, prices: Numbers, share: int, taken: Numbers, used: Numbers, load: Numbers, free: bool,
    dp: Table, team: Numbers,
) -> tuple[int, int]:  # fmt: skip
    """Return the least cost (points, prices at `share` sixteenths and fairness included) and the size of the team.

    `prices[j, t]` is the sum of the prices of the half-days before t. With `free` nobody is taken yet and loads do
    not count. The members are written to `team`. Cost `INFINITE`: nobody can cover it.
    """
    full = pack.full[i]
    total, cover, size = _with_the_pinned(pack, i, t, prices, share, taken, used, load, free, team)
    if total >= INFINITE:
        return INFINITE, 0
    classes, union = _cheapest_per_mask(pack, i, t, prices, share, taken, used, load, free, cover, dp)
    if union != full:
        return INFINITE, 0
    room = pack.team_max[i] - size
    if _bits(full & ~cover) <= room:
        more, size = _cover(classes, cover, full, dp, team, size)
    else:
        more, size = _cover_with_few(classes, cover, full, room, dp, team, size)
    if more >= INFINITE:
        return INFINITE, 0
    if size < pack.team_min[i] and not free:
        filling, size = _fill_up(pack, i, t, prices, share, taken, used, load, team, size)
        if filling >= INFINITE:
            return INFINITE, 0
        more += filling
    return total + more, size


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
