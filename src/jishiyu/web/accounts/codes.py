"""How a one-time code reaches a mobile: as a notice, through the gateway that is set up there."""

from datetime import datetime

from jishiyu.apps.accounts.signing_in import SYSTEM
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notice


def send_notice(*, person_id: int, code: str, minutes: int, at: datetime) -> None:
    """Queue the notice with the code; the worker brings it within seconds."""
    fields = {"code": code, "minutes": str(minutes)}
    queue_notice(word=Word(kind=Kind.ONE_TIME_CODE, fields=fields, person_id=person_id), by=SYSTEM, at=at)
