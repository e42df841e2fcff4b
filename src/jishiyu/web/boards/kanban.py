"""The board of needs: a column per state, the cards in it by clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jishiyu.apps.enterprises.boards import EXITS, WAY, Card, Standing
from jishiyu.web.boards.build import moment, standing
from jishiyu.web.boards.words import NOBODY, STANDINGS, STATE_TONES, STATES, named
from jishiyu.web.components.badge import Badge, Tone
from jishiyu.web.language import language

SHOWN = 12  # of the others a column says how many there are; the table has them all
LATE = (Standing.OVERDUE, Standing.ESCALATED)


@dataclass(frozen=True, slots=True)
class Tile:
    """A card, ready for the template."""

    need_id: int
    participation_id: int
    number: str
    enterprise: str
    words: str
    item: str
    steward: str
    clock: Badge | None
    due: str
    mark: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A column of the board."""

    key: str
    title: Badge
    count: int
    late: int
    tiles: list[Tile]
    more: int


def lanes(found: Sequence[Card], at: datetime) -> list[Lane]:
    """Return the columns: every state of the way, and the exits that somebody took; what ended newest first."""
    made = []
    for state in (*WAY, *EXITS):
        mine = [card for card in found if card.state == state]
        if not mine and state in EXITS:
            continue
        if all(card.ended_at for card in mine):
            mine.sort(key=lambda card: card.ended_at or at, reverse=True)
        title = Badge(STATES[state](language()), STATE_TONES.get(state, Tone.WORK))
        late = sum(card.standing(at) in LATE for card in mine)
        made.append(
            Lane(
                str(state),
                title,
                len(mine),
                late,
                [_tile(card, at) for card in mine[:SHOWN]],
                max(0, len(mine) - SHOWN),
            )
        )
    return made


def _tile(card: Card, at: datetime) -> Tile:
    spoken = language()
    now = card.standing(at)
    clock = None if now is Standing.NONE else Badge(standing(card, at)(spoken), STANDINGS[now][1])
    return Tile(
        need_id=card.need_id, participation_id=card.participation_id, number=card.number, enterprise=card.enterprise, words=card.words,
        item=named(card.item)(spoken), steward=card.steward or NOBODY(spoken), clock=clock, due=moment(card.due_at) or "",
        mark=now.value, urgent=card.priority == 5,
    )  # fmt: skip
