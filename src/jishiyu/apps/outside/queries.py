"""What holds: the variable of the environment where there is one, else what was set on the screen."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from jishiyu.apps.outside.models import Name, Setting
from jishiyu.apps.people.sealing import lookup_hash, open_many

SEALED = "outside_setting.sealed"
HOSTS = {"http", "json", "xml", "form", "mailto"}  # of other services the token stands where a host would
VARIABLES = {Name.GATEWAYS: "JISHIYU_NOTICE_URLS", Name.WATCHED_FOLDER: "JISHIYU_WATCH_FOLDER"}


def gateways() -> tuple[str, ...]:
    """Return the addresses of Apprise by which notices leave, secrets included; none: they stay in the log."""
    return tuple(settings.NOTICE_URLS or _kept(Name.GATEWAYS, []))


def watched_folder() -> str:
    """Return the folder whose files are taken by themselves; empty for none."""
    return str(settings.WATCH_FOLDER or _kept(Name.WATCHED_FOLDER, ""))


def set_by_variable(name: Name) -> str:
    """Return the variable of the environment that says this, which goes before the screen; empty where none does."""
    given = {Name.GATEWAYS: settings.NOTICE_URLS, Name.WATCHED_FOLDER: settings.WATCH_FOLDER}
    return VARIABLES[name] if given[name] else ""


def hidden(address: str) -> str:
    """Return of an address what holds no secret: its scheme and, where it is one, its host."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname if parts.scheme.rstrip('s') in HOSTS else '…'}"


def mark(address: str) -> str:
    """Return what tells two addresses of the same service apart, and says nothing else of them."""
    return lookup_hash(address, purpose="trace gateway").hex()[:12]


def _kept(name: Name, empty: Any) -> Any:
    found = Setting.objects.filter(pk=name).values_list("sealed", flat=True).first()
    return empty if found is None else json.loads(open_many([bytes(found)], purpose=SEALED)[0])
