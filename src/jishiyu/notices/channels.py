"""The channels of an installation: addresses of Apprise with a place for the person's own.

`{mobile}` or `{email}` in an address is where the person's goes: those send to one person. An address with neither is
a group of staff (a DingTalk, WeCom or Feishu robot, a mailbox). https://github.com/caronc/apprise/wiki
"""

import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import apprise
from apprise.attachment.memory import AttachMemory

# Apprise names addresses and whole URLs in its log, with their secrets.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True)
class Channels:
    """Addresses by whom they reach."""

    mobile: tuple[str, ...]
    email: tuple[str, ...]
    staff: tuple[str, ...]

    @property
    def configured(self) -> bool:
        """Say whether there is any channel."""
        return bool(self.mobile or self.email or self.staff)

    def reaching(self, address: str) -> list[str]:
        """Return the addresses to try in turn for a person's address; an empty one is staff."""
        if not address:
            return list(self.staff)
        place, found = ("{email}", self.email) if "@" in address else ("{mobile}", self.mobile)
        return [url.replace(place, quote(address, safe="@+")) for url in found]


def channels(urls: Sequence[str]) -> Channels:
    """This function will sort the addresses of `JISHIYU_NOTICE_URLS`."""
    mobile = tuple(url for url in urls if "{mobile}" in url)
    email = tuple(url for url in urls if "{email}" in url)
    return Channels(mobile, email, tuple(url for url in urls if url not in (*mobile, *email)))


def send(*, url: str, text: str, title: str = "", calendar: str = "") -> bool:
    """This function will hand a text to one channel, with a calendar entry (iCalendar) as a file where there is one, and
    return whether it was taken."""
    sender = apprise.Apprise()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # some of its hundred channels use what Python will drop
        known = sender.add(url)
    if not known:
        return False
    file = AttachMemory(content=calendar, name="appointment.ics", mimetype="text/calendar") if calendar else None  # type: ignore[no-untyped-call]
    return bool(sender.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT, attach=file))
