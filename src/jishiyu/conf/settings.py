"""Django's settings. What a city may change comes from `JISHIYU_…` variables; the rest is fixed here."""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from jishiyu.conf.home import home, key_file


def database(url: str) -> dict[str, Any]:
    """Return Django's entry for a PostgreSQL URL or key=value string; empty means not yet known."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()} if url else {}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "jishiyu"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
        "CONN_HEALTH_CHECKS": True,
    }


# `jishiyu.conf.start.ready()` puts the embedded server's URL here when no other was given.
DATABASES = {"default": database(os.environ.get("JISHIYU_DATABASE_URL", ""))}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "jishiyu.apps.accounts",
    "jishiyu.apps.orgs",
    "jishiyu.apps.people",
    "jishiyu.apps.members",
    "jishiyu.apps.intake",
    "jishiyu.apps.subsidies",
    "jishiyu.apps.ledger",
    "jishiyu.apps.payments",
    "jishiyu.apps.statistics",
    "jishiyu.apps.audit",
    "jishiyu.apps.applications",
    "procrastinate.contrib.django",
    "jishiyu.apps.jobs",
    "jishiyu.apps.notices",
    "jishiyu.apps.outside",
    "jishiyu.apps.policies",
    "jishiyu.apps.api",
    "jishiyu.apps.enterprises",
    "jishiyu.apps.experts",
    "jishiyu.apps.visits",
    "jishiyu.apps.laboratory",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# Keys for sealing and look-up: one file, mode 0600, beside the database unless told otherwise.
KEY_FILE = str(key_file())
# For new key files: "international" is AES-256-GCM and HMAC-SHA-256, "commercial" is SM4-GCM and HMAC-SM3 (商密).
KEY_ALGORITHMS = os.environ.get("JISHIYU_KEY_ALGORITHMS") or "international"

# Papers of applications, sealed, outside of everything a web server serves; and what looks at them first:
# "clamd:/path/to/socket", "clamd:HOST:PORT" or "command:PROGRAM ARGUMENT …" (reads the file, ends with 0, 1 = infected).
PAPERS_FOLDER = str(home() / "papers")
HELP_FOLDER = str(home() / "help")
# Notices of working days (YEAR.toml) that were entered here, beside those that are shipped. docs/reference/help.md
CALENDAR_FOLDER = str(home() / "calendar")
SCANNER = os.environ.get("JISHIYU_SCANNER") or ""

# Where notices go: addresses of Apprise, parted by spaces, and a folder whose files are taken by themselves. Empty: what
# the system administrator set on the screen holds; without any gateway notices stay in the log. docs/reference/jobs.md
NOTICE_URLS = os.environ.get("JISHIYU_NOTICE_URLS", "").split()
# Histories measured for the policy laboratory: no names, no numbers, but medical facts; only the owner may open it.
LABORATORY_FOLDER = str(home() / "laboratory")
WATCH_FOLDER = os.environ.get("JISHIYU_WATCH_FOLDER") or ""
# Files that were brought and wait for their job, sealed.
UPLOAD_FOLDER = str(home() / "uploads")
# What a line of a feed becomes whose amounts do not add up: `warn` or `held`. A feed keeps what held for it.
FEED_BREAKS = os.environ.get("JISHIYU_FEED_BREAKS") or "warn"
if FEED_BREAKS not in ("warn", "held"):
    raise ImproperlyConfigured(f"JISHIYU_FEED_BREAKS is {FEED_BREAKS!r} but must be warn or held")
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
# Who only queues a job need not know how it is done: the worker imports its tasks.
PROCRASTINATE_IMPORT_PATHS: list[str] = []

# The console of an installation: `console.json` in the data folder says its name and what it compares with.
CONSOLE_FILE = home() / "console.json"

from jishiyu.conf.console import *  # noqa: E402, F403  # the settings of the web side, in a file of their own
