"""Jumps at edges: where one fen more of burden pays much more, and what it would cost to fill the step."""

from dataclasses import dataclass

import numpy as np

from jishiyu.engine.laboratory.bench import Bench, paid
from jishiyu.engine.laboratory.groups import FEWEST
from jishiyu.engine.policy.model import Policy


@dataclass(frozen=True)
class Jump:
    """At `edge_fen` a base gets `below_fen`, one fen more gets `above_fen` (both before limits).

    `overtaken` people have events below the edge that leave them more to bear than one just above it; to pay those events
    so much that nobody is overtaken costs `price_fen` in the history. Both None for 1 to 9 people.
    """

    edge_fen: int
    below_fen: int
    above_fen: int
    overtaken: int | None
    events: int | None
    price_fen: int | None


def jumps(bench: Bench, policy: Policy) -> list[Jump]:
    """This function will list the edges at which a policy pays more for one fen; formulas that are no lines have none listed."""
    found = bench.plain(policy)
    if found is None:
        return []
    mine = bench.slice(policy)
    amounts = paid(mine, found)[0]
    listed = []
    for piece in found.pieces:
        edge = piece.low
        below, above = found.amount(edge), found.amount(edge + 1)
        if edge <= 0 or above - below <= found.unit:
            continue
        left = edge + 1 - above  # what somebody just above the edge bears
        at = np.flatnonzero((mine.amounts > left) & (mine.amounts <= edge))
        lift = mine.amounts[at] - amounts[at] - left
        at, lift = at[lift > 0], lift[lift > 0]
        people = len(np.unique(mine.people[at]))
        hidden = 0 < people < FEWEST
        shown = (None, None, None) if hidden else (people, len(at), int(lift.sum()))
        listed.append(Jump(edge, below, above, *shown))
    return listed
