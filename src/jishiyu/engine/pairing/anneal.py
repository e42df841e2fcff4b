"""Ruin and recreate with annealing: take some visits out, put them and what was left out in again, better or nearly.

Compiled. The dice are a state of their own, so the same seed gives the same plan whatever else runs.
"""

import numpy as np

from jishiyu.engine.pairing.compiling import compiled
from jishiyu.engine.pairing.model import TEAM_MAX
from jishiyu.engine.pairing.pack import Numbers, Pack
from jishiyu.engine.pairing.state import State, insert, place, take_back, worth_of
from jishiyu.engine.pairing.teams import INFINITE, WEEK, Table, cheapest_team

MOST_TOUCHED = 64
_TRIES = 12


@compiled
def roll(dice: Numbers, sides: int) -> int:
    """Return a number from 0 to below `sides` and move the dice on (xorshift, 63 bits)."""
    x = np.uint64(dice[0])
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    dice[0] = np.int64(x)
    drawn: int = np.int64((x >> np.uint64(1)) % np.uint64(sides))  # type: ignore[assignment]
    return drawn


@compiled
def _note(state: State, i: int, seen: Numbers, touched: Numbers, old: Numbers, count: int) -> int:
    """Keep how a need stood before this step, once."""
    if seen[i]:
        return count
    seen[i] = 1
    touched[count] = i
    old[count, 0], old[count, 1] = state.start[i], state.size[i]
    for k in range(state.size[i]):
        old[count, 2 + k] = state.team[i, k]
    return count + 1


@compiled
def _eject_costs(pack: Pack, state: State, i: int, t: int, eject: Numbers, dice: Numbers) -> None:
    """Write for each candidate what his other visits are worth that would have to give way."""
    end = t + pack.days[i]
    for c in range(pack.cand_ptr[i], pack.cand_ptr[i + 1] + pack.must_ptr[i + 1] - pack.must_ptr[i]):
        if c < pack.cand_ptr[i + 1]:
            j = pack.cand_person[c]
        else:
            j = pack.must_person[pack.must_ptr[i] + c - pack.cand_ptr[i + 1]]
        cost, last = 0, 0
        for at in range(t, end):
            other = state.taken[j, at]
            if other and other != last:
                cost += pack.worth[other - 1]
                last = other
        if not cost:
            for week in range(t // WEEK, (end - 1) // WEEK + 1):
                within = min(end, (week + 1) * WEEK) - max(t, week * WEEK)
                if state.used[j, week] + within > pack.cap[j, week]:
                    cost += pack.worth[i]
        eject[j, t] = 0
        eject[j, end] = (cost >> 4) * (8 + roll(dice, 17))


@compiled
def _make_way(
    pack: Pack, state: State, i: int, t: int, team: Numbers, size: int, dice: Numbers, seen: Numbers, touched: Numbers,
    old: Numbers, count: int,
) -> tuple[int, int]:  # fmt: skip
    """Take out every visit that keeps the members of a team from going; returns touched needs and points."""
    won, end = 0, t + pack.days[i]
    for k in range(size):
        j = team[k]
        for at in range(t, end):
            other = state.taken[j, at] - 1
            if other >= 0 and count < MOST_TOUCHED:
                count = _note(state, other, seen, touched, old, count)
                won += take_back(pack, state, other)
        for week in range(t // WEEK, (end - 1) // WEEK + 1):
            within = min(end, (week + 1) * WEEK) - max(t, week * WEEK)
            first, last = week * WEEK, min((week + 1) * WEEK, state.taken.shape[1])
            offset, at = roll(dice, WEEK), 0
            while state.used[j, week] + within > pack.cap[j, week] and at < WEEK and count < MOST_TOUCHED:
                slot = first + (offset + at) % WEEK
                at += 1
                if slot < last and state.taken[j, slot]:
                    other = state.taken[j, slot] - 1
                    count = _note(state, other, seen, touched, old, count)
                    won += take_back(pack, state, other)
    return count, won


@compiled
def _force_in(
    pack: Pack, state: State, i: int, eject: Numbers, dice: Numbers, seen: Numbers, touched: Numbers, old: Numbers,
    count: int, dp: Table, team: Numbers, best: Numbers,
) -> tuple[int, int]:  # fmt: skip
    """Put a need that was left out where it costs others least; they give way. Returns touched needs and points."""
    many = pack.start_ptr[i + 1] - pack.start_ptr[i]
    if not many:
        return count, 0
    least, where, members = INFINITE, -1, 0
    for _ in range(3):
        t = pack.start_at[pack.start_ptr[i] + roll(dice, many)]
        _eject_costs(pack, state, i, t, eject, dice)
        cost, size = cheapest_team(pack, i, t, eject, 16, state.taken, state.used, state.load, True, dp, team)
        if cost < least and size >= pack.team_min[i]:
            least, where, members = cost, t, size
            for k in range(size):
                best[k] = team[k]
    if where < 0:
        return count, 0
    count = _note(state, i, seen, touched, old, count)
    count, won = _make_way(pack, state, i, where, best, members, dice, seen, touched, old, count)
    for k in range(members):
        for at in range(where, where + pack.days[i]):
            if state.taken[best[k], at]:
                return count, won
        for week in range(where // WEEK, (where + pack.days[i] - 1) // WEEK + 1):
            within = min(where + pack.days[i], (week + 1) * WEEK) - max(where, week * WEEK)
            if state.used[best[k], week] + within > pack.cap[best[k], week]:
                return count, won
    return count, won + place(pack, state, i, where, best, members)


@compiled
def _clear(
    pack: Pack, state: State, size: int, dice: Numbers, seen: Numbers, touched: Numbers, old: Numbers, count: int
) -> tuple[int, int]:
    """Take out some visits near one another in time, or all of one person's; returns touched needs and points."""
    needs, won = len(pack.days), 0
    middle, tries = -1, 0
    while middle < 0 and tries < 50:
        i = roll(dice, needs)
        tries += 1
        if state.start[i] >= 0:
            middle = i
    if middle < 0:
        return count, 0
    if roll(dice, 4) == 0:
        j = state.team[middle, roll(dice, state.size[middle])]
        for at in range(state.taken.shape[1]):
            other = state.taken[j, at] - 1
            if other >= 0 and count < size:
                count = _note(state, other, seen, touched, old, count)
                won += take_back(pack, state, other)
        return count, won
    t, reach = state.start[middle], 1 + roll(dice, 4)
    count = _note(state, middle, seen, touched, old, count)
    won += take_back(pack, state, middle)
    for _ in range(8 * size):
        i = roll(dice, needs)
        if count < size and state.start[i] >= 0 and abs(state.start[i] - t) <= reach:
            count = _note(state, i, seen, touched, old, count)
            won += take_back(pack, state, i)
    return count, won


@compiled
def _recreate(
    pack: Pack, state: State, touched: Numbers, count: int, tries: int, prices: Numbers, share: int, dice: Numbers,
    seen: Numbers, old: Numbers, dp: Table, team: Numbers, best: Numbers,
) -> tuple[int, int, bool]:  # fmt: skip
    """Insert what was taken out and some of what was left out, the important first but for chance."""
    needs, won, waiting = len(pack.days), 0, count
    for _ in range(tries):
        i = roll(dice, needs)
        if state.start[i] < 0 and not seen[i] and count < MOST_TOUCHED:
            count = _note(state, i, seen, touched, old, count)
    keys = np.zeros(count, np.int64)
    for k in range(count):
        i = touched[k]
        keys[k] = -(pack.worth[i] >> 4) * (4 + roll(dice, 24)) if roll(dice, 8) else -(pack.worth[i] << 3)
    lost = False
    for k in np.argsort(keys, kind="mergesort"):
        i = touched[k]
        if state.start[i] < 0:
            done, points = insert(pack, state, i, prices, share, dp, team, best)
            won += points
            lost |= not done and pack.must_serve[i] == 1
    return (count if count > waiting else waiting), won, lost


@compiled
def _undo(pack: Pack, state: State, touched: Numbers, old: Numbers, count: int, best: Numbers) -> None:
    """Put everything back as it was before this step."""
    for k in range(count):
        if state.start[touched[k]] >= 0:
            take_back(pack, state, touched[k])
    for k in range(count):
        if old[k, 0] >= 0:
            for m in range(old[k, 1]):
                best[m] = old[k, 2 + m]
            place(pack, state, touched[k], old[k, 0], best, old[k, 1])


@compiled
def anneal(
    pack: Pack, state: State, top: State, score: int, top_score: int, prices: Numbers, shares: Numbers, hot: float,
    cold: float, steps: int, ruin: int, tries: int, dice: Numbers, dp: Table,
) -> tuple[int, int]:  # fmt: skip
    """This function will change `state` for a number of steps, keep the best plan in `top`, and return both scores.

    `hot` and `cold` are the temperatures in points at the first and the last step. `shares` are the sixteenths of
    the prices among which each step draws. At most `ruin` visits are taken out at once.
    """
    needs = len(pack.days)
    seen = np.zeros(needs, np.int64)
    touched = np.zeros(MOST_TOUCHED + 1, np.int64)
    old = np.zeros((MOST_TOUCHED + 1, 2 + TEAM_MAX), np.int64)
    eject = np.zeros((state.taken.shape[0], state.taken.shape[1] + 1), np.int64)
    team, best = np.zeros(TEAM_MAX + 1, np.int64), np.zeros(TEAM_MAX + 1, np.int64)
    cooling = (cold / hot) ** (1.0 / max(1, steps))
    heat = hot
    for _ in range(steps):
        count, won = 0, 0
        left_out = -1
        for _ in range(_TRIES):
            i = roll(dice, needs)
            if state.start[i] < 0 and pack.start_ptr[i + 1] > pack.start_ptr[i]:
                left_out = i
                break
        if left_out >= 0 and roll(dice, 2):
            count, won = _force_in(
                pack, state, left_out, eject, dice, seen, touched, old, count, dp, team, best
            )  # fmt: skip
            if roll(dice, 2):
                count, more = _clear(pack, state, count + 1 + roll(dice, 3), dice, seen, touched, old, count)
                won += more
        else:
            count, won = _clear(pack, state, 1 + roll(dice, ruin), dice, seen, touched, old, count)
        share = shares[roll(dice, len(shares))]
        count, more, lost = _recreate(
            pack, state, touched, count, tries, prices, share, dice, seen, old, dp, team, best
        )  # fmt: skip
        won += more
        chance = (roll(dice, 1 << 30) + 1) / (1 << 30)
        if not lost and (won >= 0 or won > heat * np.log(chance)):
            score += won
            if score > top_score:
                top_score = score
                copy(state, top)
        else:
            _undo(pack, state, touched, old, count, best)
        for k in range(count):
            seen[touched[k]] = 0
        heat *= cooling
    return score, top_score


@compiled
def copy(source: State, target: State) -> None:
    """Write one plan over another."""
    target.start[:] = source.start
    target.team[:] = source.team
    target.size[:] = source.size
    target.taken[:] = source.taken
    target.used[:] = source.used
    target.load[:] = source.load


@compiled
def total(pack: Pack, state: State) -> int:
    """Return the score of a plan, counted anew."""
    points = 0
    for i in range(len(pack.days)):
        points += worth_of(pack, state, i)
    for j in range(len(state.load)):
        points -= pack.fair * state.load[j] * state.load[j]
    return points
