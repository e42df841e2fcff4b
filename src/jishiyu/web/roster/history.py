"""A person's history: what the trail says of them and of each membership, and what the memberships alone say.

A roster file, a push or the closing of a union stands in the trail as one row for everybody; here each person has a line
of their own for it, on the day from which it holds.
"""

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from jishiyu.apps.audit.queries import about
from jishiyu.apps.members.models import Membership
from jishiyu.apps.members.turns import Kind, Turn, untold
from jishiyu.apps.people.models import Person
from jishiyu.web.components.history import Step, step
from jishiyu.web.components.names import who_did

MOST, READ = 50, 200
A_DAY = timedelta(days=1)


def history_of(person: Person, held: Sequence[Membership]) -> list[Step]:
    """Return the history of somebody with these memberships, merged rows included, the newest first."""
    people = [f"person {one}" for one in {person.pk, *(row.person_id for row in held)}]
    rows = who_did(about(records=[*people, *(f"membership {row.pk}" for row in held)]), limit=READ)
    moves = [row for row in rows if row.record not in people]
    told = [(row.action, int(row.record.split()[1]), json.loads(row.details).get("new")) for row in moves]
    found = [step(row) for row in rows] + [_of_the_roster(turn) for turn in untold(held, told)]
    return sorted(found, key=_moment, reverse=True)[:MOST]


def _of_the_roster(turn: Turn) -> Step:
    before = turn.before.union.name if turn.before else ""
    after = turn.after.union.name if turn.after else ""
    words = {
        Kind.JOINED: _("joined {after}"),
        Kind.TRANSFERRED: _("transferred from {before} to {after}"),
        Kind.SERVICE_ENDED: _("not in service any more, still a member of {after}"),
        Kind.SERVICE_BEGAN: _("in service again at {after}"),
        Kind.LEFT: _("last day as a member of {before}"),
    }[turn.kind]  # fmt: skip
    on = turn.on - A_DAY if turn.kind is Kind.LEFT else turn.on
    return Step(at=on, by=_("As the roster says:"), words=words.format(before=before, after=after), details=[])


def _moment(one: Step) -> datetime:
    return one.at if isinstance(one.at, datetime) else timezone.make_aware(datetime.combine(one.at, time.min))
