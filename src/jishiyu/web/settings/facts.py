"""What holds here and how it runs: read only, without a secret."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts import passwords, signing_in
from jishiyu.apps.jobs.uploads import LARGEST
from jishiyu.apps.outside.models import Name
from jishiyu.apps.outside.queries import gateways, hidden, set_by_variable, watched_folder
from jishiyu.web.gate import IDLE

HEALTH = """
SELECT (SELECT max(last_heartbeat) FROM procrastinate_workers),
       (SELECT count(*) FROM jobs_progress WHERE state IN ('queued', 'running')),
       (SELECT count(*) FROM jobs_progress WHERE state = 'failed' AND ended_at > now() - interval '30 days'),
       (SELECT count(*) FROM notices_notice WHERE state IN ('queued', 'sending')),
       (SELECT count(*) FROM notices_notice WHERE state = 'failed' AND ended_at > now() - interval '30 days'),
       current_setting('server_version'), pg_database_size(current_database()) / 1000000
"""


@dataclass(frozen=True, slots=True)
class Fact:
    """One setting: what it is, what it says, the variable that sets it (empty: fixed in the program)."""

    words: str | Promise
    value: str
    variable: str = ""


def of_the_environment() -> list[Fact]:
    """Return what was given to the process when it started; a change needs a restart."""
    sign_on = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return [
        Fact(_("Malware scanner"), settings.SCANNER.partition(" ")[0], "JISHIYU_SCANNER"),
        Fact(_("Names of this server"), ", ".join(settings.ALLOWED_HOSTS), "JISHIYU_HOSTS"),
        Fact(_("Behind HTTPS"), str(_("yes") if settings.HTTPS else _("no")), "JISHIYU_HTTPS"),
        Fact(
            _("Single sign-on"),
            ", ".join(hidden(app["settings"]["server_url"]) for app in sign_on),
            "JISHIYU_OIDC_URL",
        ),
        Fact(_("Key file"), settings.KEY_FILE, "JISHIYU_KEY_FILE"),
        Fact(_("Algorithms of new keys"), settings.KEY_ALGORITHMS, "JISHIYU_KEY_ALGORITHMS"),
    ]


def of_the_way_outside() -> list[Fact]:
    """Return what can be set on the screen unless a variable says it, which is named then."""
    return [
        Fact(_("Gateways of notices"), ", ".join(map(hidden, gateways())), set_by_variable(Name.GATEWAYS)),
        Fact(_("Watched folder"), _folder(watched_folder()), set_by_variable(Name.WATCHED_FOLDER)),
    ]


def of_the_program() -> list[Fact]:
    """Return the limits that nobody can change here."""
    return [
        Fact(_("Minutes until an idle session ends"), _minutes(IDLE.total_seconds())),
        Fact(_("Wrong tries until an account is locked"), str(signing_in.MOST_FAILURES)),
        Fact(_("Minutes a one-time code is valid"), _minutes(signing_in.CODE_LASTS.total_seconds())),
        Fact(_("Days until a password must be changed"), str(passwords.LASTS.days)),
        Fact(_("Largest file (MB)"), f"{LARGEST >> 20:,}"),
        Fact(_("Reminders are written at"), "8:30"),
        Fact(_("Trail checked and used-up data removed at"), "3:10"),
        Fact(_("Time zone"), settings.TIME_ZONE),
    ]


def health() -> dict[str, object]:
    """Return how the worker, the notices and the database are."""
    names = ("seen", "waiting", "failed", "notices_waiting", "notices_failed", "version", "megabytes")
    with connection.cursor() as cursor:
        cursor.execute(HEALTH)
        return dict(zip(names, cursor.fetchone(), strict=True))


def _folder(path: str) -> str:
    if not path:
        return ""
    return path if Path(path).is_dir() else f"{path} ({_('there is no such folder')})"


def _minutes(seconds: float) -> str:
    return str(int(seconds) // 60)
