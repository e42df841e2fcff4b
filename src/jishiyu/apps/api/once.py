"""Once: a request under an Idempotency-Key is done one time, however often it is sent and wherever it is cut off.

The answer is written in the transaction of what was done. Killed before the commit, neither is there and the next
try does it; killed after, both are. Two at the same moment: the second waits at the unique key for the first.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localtime

from jishiyu.apps.api.models import Answer
from jishiyu.apps.api.problems import KeyUsedOtherwise
from jishiyu.engine.problems import Problem

CLAIM = """
INSERT INTO api_answer (token_id, key, fingerprint, body, at) VALUES (%s, %s, %s, '', %s)
ON CONFLICT (token_id, key) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A status and a JSON-ready body; `again` when it was told before."""

    status: int
    body: dict[str, Any]
    again: bool = False


def once(
    *, token_id: int, key: str, fingerprint: str, at: datetime, do: Callable[[], Told],
    refused: Callable[[Problem], Told],
) -> Told:  # fmt: skip
    """This function will do something and keep what it told, or tell again what was told under this key.

    A `Problem` undoes what `do` had begun; `refused` words it and that is kept too. Raises KeyUsedOtherwise.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [token_id, key, fingerprint, at])
            claimed = cursor.fetchone()
        if claimed is None:
            return _told_before(token_id, key, fingerprint)
        try:
            with transaction.atomic():
                told = do()
        except Problem as problem:
            told = refused(problem)
        Answer.objects.filter(pk=claimed[0]).update(status=told.status, body=json.dumps(told.body))
        return told


def forget_answers(*, before: datetime) -> int:
    """This function will remove answers from before a moment and return how many; their keys can be used anew."""
    return Answer.objects.filter(at__lt=before).delete()[0]


def _told_before(token_id: int, key: str, fingerprint: str) -> Told:
    known = Answer.objects.get(token_id=token_id, key=key)
    if known.fingerprint != fingerprint:
        raise KeyUsedOtherwise(key=key, at=localtime(known.at).strftime("%Y-%m-%d %H:%M"))
    assert known.status is not None  # committed together with what was done
    return Told(known.status, json.loads(known.body), again=True)
