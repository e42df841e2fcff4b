"""Send what waits. A notice is marked before it leaves, so that a killed process never sends one twice."""

from collections.abc import Sequence
from dataclasses import dataclass

from jishiyu.apps.intake.operations import moment
from jishiyu.apps.notices.operations import Letter, note_not_sent, note_sent, take_up
from jishiyu.notices.channels import Channels, channels, send

NO_CHANNEL = "没有能送达的通道 / no channel reaches this address"
REFUSED = "通道未接收 / the channel did not take it"
TITLE = "及时雨 Jishiyu"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """How many notices left, and how many did not."""

    sent: int
    not_sent: int


def send_waiting(*, urls: Sequence[str], limit: int = 500) -> Sent:
    """This function will send the notices that wait, each by the first channel that takes it.

    Without any channel nothing is touched: the notices stay in the log.
    """
    ways = channels(urls)
    if not ways.configured:
        return Sent(sent=0, not_sent=0)
    sent = looked = 0
    while looked < limit and (letters := take_up(at=moment())):
        for letter in letters:
            sent += _deliver(letter, ways)
        looked += len(letters)
    return Sent(sent=sent, not_sent=looked - sent)


def _deliver(letter: Letter, ways: Channels) -> bool:
    urls = ways.reaching(letter.address)
    by_mail = "@" in letter.address
    title, calendar = TITLE if letter.address == "" or by_mail else "", letter.calendar if by_mail else ""
    if any(send(url=url, text=letter.text, title=title, calendar=calendar) for url in urls):
        note_sent(notice_id=letter.notice_id, at=moment())
        return True
    note_not_sent(letter=letter, why=REFUSED if urls else NO_CHANNEL, at=moment())
    return False
