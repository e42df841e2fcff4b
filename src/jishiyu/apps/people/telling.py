"""Members are told what was changed about them: nobody changes where codes and money go unseen."""

from collections.abc import Sequence
from datetime import datetime

from jishiyu.apps.notices.models import Kind
from jishiyu.apps.notices.operations import Word, queue_notices


def tell_changed(*, person_id: int, kinds: Sequence[Kind], before: str, by: str, at: datetime) -> None:
    """This function will tell a member what was changed, at the mobile number of before; without one, at the one of now."""
    words = [Word(kind=kind, person_id=person_id, address=before or None) for kind in kinds]
    if words:
        queue_notices(words=words, by=by, at=at)


def tell_corrected(*, person_id: int, by: str, at: datetime) -> None:
    """This function will tell a member that name or number was corrected, once for what was done at one moment."""
    once = f"person {person_id} corrected {at.isoformat(timespec='seconds')}"
    queue_notices(words=[Word(kind=Kind.RECORD_CORRECTED, person_id=person_id, once=once)], by=by, at=at)
