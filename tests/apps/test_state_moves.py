"""The database knows the same moves as the code, and refuses every other."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from jishiyu.apps.enterprises.models import Need
from jishiyu.apps.enterprises.states import MOVES as NEED_MOVES
from jishiyu.apps.experts.models import PROPOSAL_MOVES, Proposal
from jishiyu.apps.intake.models import APPLICATION_MOVES, FEED_MOVES, Application, Feed
from jishiyu.apps.members.models import MOVES as IMPORT_MOVES
from jishiyu.apps.members.models import RosterImport
from jishiyu.apps.payments.models import ATTEMPT_MOVES, BATCH_MOVES, Attempt, Batch
from jishiyu.apps.subsidies.models import (
    CASE_MOVES,
    ENTITLEMENT_MOVES,
    RECOVERY_MOVES,
    Case,
    Entitlement,
    Recovery,
)
from jishiyu.apps.visits.models import VISIT_MOVES, Visit
from tests.apps.subsidies.situations import enrol, load, member, stay

pytestmark = pytest.mark.django_db
TABLES: list[tuple[type[models.Model], Mapping[Any, Any]]] = [
    (Feed, FEED_MOVES), (Application, APPLICATION_MOVES), (RosterImport, IMPORT_MOVES),
    (Entitlement, ENTITLEMENT_MOVES), (Recovery, RECOVERY_MOVES), (Case, CASE_MOVES), (Batch, BATCH_MOVES),
    (Attempt, ATTEMPT_MOVES), (Need, NEED_MOVES), (Visit, VISIT_MOVES), (Proposal, PROPOSAL_MOVES),
]  # fmt: skip
ARGUMENTS = """
SELECT encode(tgargs, 'hex') FROM pg_trigger
WHERE tgrelid = %s::regclass AND tgname = %s AND tgenabled = 'O'
"""
# A bare table with the states and the guard of a real one, to try every move without everything else that stands there.
BARE = """
CREATE TEMPORARY TABLE moving (id bigint GENERATED ALWAYS AS IDENTITY, state text) ON COMMIT DROP;
CREATE TRIGGER guard BEFORE UPDATE ON moving FOR EACH ROW
    WHEN (NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION refuse_move({arguments})
"""
NAMES = [model.__name__ for model, _ in TABLES]


def in_database(model: type[models.Model]) -> list[str]:
    """Return the moves that the guard of a table was given."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(ARGUMENTS, [table, f"{table}_state"])
        (arguments,) = cursor.fetchone()
    return [text.decode() for text in bytes.fromhex(arguments).split(b"\0")[:-1]]


def in_code(moves: Mapping[Any, Any]) -> set[str]:
    """Return the moves to another state; a step that stays where it is passes by the guard."""
    return {f"{old.value}>{new.value}" for old, possible in moves.items() for new in possible if old != new}


@pytest.mark.parametrize(("model", "moves"), TABLES, ids=NAMES)
def test_code_and_database_have_the_same_table_of_moves(model: type[models.Model], moves: Mapping[Any, Any]) -> None:
    found = in_database(model)
    assert set(found) == in_code(moves)
    assert len(found) == len(set(found))
    field = model._meta.get_field("state")
    assert isinstance(field, models.Field)
    assert {state.value for state in moves} == {value for value, _ in field.flatchoices}


@pytest.mark.parametrize(("model", "moves"), TABLES, ids=NAMES)
def test_every_move_that_is_not_in_the_table_is_refused(model: type[models.Model], moves: Mapping[Any, Any]) -> None:
    known, states = in_code(moves), [state.value for state in moves]
    with connection.cursor() as cursor:
        cursor.execute(BARE.format(arguments=", ".join(f"'{move}'" for move in in_database(model))))
        for old in states:
            for new in states:
                allowed = old == new or f"{old}>{new}" in known
                assert goes(cursor, old, new) is allowed, (old, new)


def goes(cursor: Any, old: str, new: str) -> bool:
    """Say whether the guard lets a row go from one state to another."""
    cursor.execute("INSERT INTO moving (state) VALUES (%s) RETURNING id", [old])
    (row,) = cursor.fetchone()
    try:
        with transaction.atomic():
            cursor.execute("UPDATE moving SET state = %s WHERE id = %s", [new, row])
    except IntegrityError:
        return False
    return True


def test_a_stored_row_is_guarded(tmp_path: Path) -> None:
    enrol(tmp_path, member(1))
    load(tmp_path, "a", stay(1, "1", "20000.00"))
    with pytest.raises(DatabaseError, match='no move from "owed" to "paid"'), transaction.atomic():
        Entitlement.objects.update(state="paid")
    with pytest.raises(DatabaseError, match='no move from "posted" to "stored"'), transaction.atomic():
        Feed.objects.update(state="stored", posted_at=None)
    assert list(Entitlement.objects.values_list("state", flat=True)) == ["owed"]
