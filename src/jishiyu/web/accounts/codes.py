"""How a one-time code reaches a mobile: as a notice, through the gateway that is set up there."""

from datetime import datetime

from jishiyu.apps.accounts.signing_in import SYSTEM
from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notice
from jishiyu.web.language import language


def send_notice(*, person_id: int, code: str, minutes: int, at: datetime) -> None:
    """Queue the notice with the code, in the language of the page that asks for it; the worker brings it within seconds."""
    fields = {"code": code, "minutes": str(minutes)}
    word = Word(kind=Kind.ONE_TIME_CODE, fields=fields, person_id=person_id, language=language())
    queue_notice(word=word, by=SYSTEM, at=at)
