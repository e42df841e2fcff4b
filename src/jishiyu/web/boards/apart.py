"""Marks of a drawing that would cover each other, set beside each other."""

from collections import defaultdict
from collections.abc import Sequence
from math import cos, pi, sin

SIDE = 24  # pixels a mark needs to itself: what a finger can hit
FARTHEST = 120
MOST = 300  # a drawing holds no more marks apart; what comes after them stays where it is
Place = tuple[int, int]
# Steps from a place, the nearest first, each ring from the right and clockwise.
STEPS = [
    (round(radius * cos(2 * pi * at / count)), round(radius * sin(2 * pi * at / count)))
    for radius in range(SIDE, FARTHEST + 1, SIDE // 2)
    for count in (4 * radius // (SIDE // 2),)
    for at in range(count)
]


def apart(places: Sequence[Place], *, width: int, height: int) -> list[Place]:
    """Return where to draw marks so that none covers another: at its place, or at the nearest free one.

    Whoever comes first keeps the place. Every mark lies within the drawing; where nothing is free nearby it stays.
    """
    drawn: list[Place] = []
    taken: dict[Place, list[Place]] = defaultdict(list)

    def free(at: Place) -> bool:
        cell = (at[0] // SIDE, at[1] // SIDE)
        near = (one for dx in (-1, 0, 1) for dy in (-1, 0, 1) for one in taken.get((cell[0] + dx, cell[1] + dy), ()))
        return all(max(abs(one[0] - at[0]), abs(one[1] - at[1])) >= SIDE for one in near)

    def within(at: Place) -> bool:
        return SIDE // 2 < at[0] < width - SIDE // 2 and SIDE // 2 < at[1] < height - SIDE // 2

    for number, place in enumerate(places):
        at = place
        if number < MOST and not free(place):
            around = ((place[0] + dx, place[1] + dy) for dx, dy in STEPS)
            at = next((one for one in around if within(one) and free(one)), place)
        drawn.append(at)
        taken[(at[0] // SIDE, at[1] // SIDE)].append(at)
    return drawn
