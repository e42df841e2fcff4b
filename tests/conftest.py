"""Real PostgreSQL for the tests: one embedded server per process, in a folder that goes away afterwards.

Set JISHIYU_DATABASE_URL to run them on another server; the test database is created beside the one named there.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishiyu.conf.settings")
# Where the system has a folder in memory with room for the servers of all processes, they lie there: databases are made and
# dropped by the thousand files. docs/decisions/0162-test-servers-in-memory.md
MEMORY, ROOM = Path("/dev/shm"), 6 * 2**30
IN_MEMORY = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM
# A folder of the test run's own, so that no test can meet the keys or the database of a real installation.
SCRATCH = Path(tempfile.mkdtemp(prefix="jishiyu-test-", dir=MEMORY if IN_MEMORY else None))
os.environ["JISHIYU_HOME"] = str(SCRATCH)
os.environ.pop("JISHIYU_KEY_FILE", None)
LONG = (
    "tests/journeys/test_every_page", "tests/engine/spread", "tests/faults", "tests/journeys", "tests/demo", "tests/security",
    "tests/oracle", "tests/engine/pairing/test_solve", "tests/web/test_", "tests/apps/subsidies/test_many_changed",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Load Django before test modules import models, draw keys for this run, and make what set-up makes."""
    import django

    from scripts.messages import compile_all
    from scripts.static import make_all

    compile_all()
    make_all()
    if config.getoption("numprocesses", None):
        # The processes that will test inherit this: they would read the settings before they name a folder of their own.
        del os.environ["DJANGO_SETTINGS_MODULE"]
        return  # this one only starts them

    django.setup()
    from django.conf import settings
    from django.contrib.auth.hashers import ScryptPasswordHasher
    from django.test import TransactionTestCase

    from jishiyu.apps.people.keyfile import ensure_file

    ensure_file(Path(settings.KEY_FILE), settings.KEY_ALGORITHMS)
    _enter_coming_years(Path(settings.CALENDAR_FOLDER))
    TransactionTestCase._fixture_teardown = _empty
    ScryptPasswordHasher.work_factor = 2**4  # whoever guesses at a password of a test need not be slowed down


def _enter_coming_years(folder: Path) -> None:
    """Enter this year and the next where no notice is shipped: a clock or a round that begins today may run into them."""
    from jishiyu.engine.calendar import shipped_calendar

    today = datetime.now(tz=UTC).date()
    soon = today + timedelta(days=366)
    folder.mkdir(parents=True, exist_ok=True)
    for year in {today.year, soon.year} - shipped_calendar().years:
        text = f"year = {year}\nwork = []\n[[holiday]]\nfirst = {year}-01-01\nlast = {year}-01-01\n"
        (folder / f"{year}.toml").write_text(text, encoding="utf-8")


def pytest_unconfigure() -> None:
    """Remove the run's folder."""
    shutil.rmtree(SCRATCH, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take minutes: a worker that gets one of them last leaves the other idle."""
    items.sort(key=lambda item: next((at for at, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))


def pytest_collection_finish() -> None:
    """Take what is loaded by now out of the collector's rounds: it stays to the end, and each round would look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """Start the server of this run and give its URL."""
    given = os.environ.get("JISHIYU_DATABASE_URL")
    if given:
        yield given
        return
    from jishiyu.conf.database import EmbeddedServer

    server = EmbeddedServer(SCRATCH, scratch=True)
    yield server.start()
    server.leave()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_server: str) -> None:
    """Point Django at the server before pytest-django creates the test database."""
    from django.db import connections

    from jishiyu.conf.settings import database

    connections.settings["default"].update(database(database_server))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, database_server: str) -> Iterator[None]:
    """Let commands that the tests start as processes of their own meet the same test database."""
    from django.db import connection
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    before = os.environ.get("JISHIYU_DATABASE_URL")
    parts = {**conninfo_to_dict(database_server), "dbname": connection.settings_dict["NAME"]}
    os.environ["JISHIYU_DATABASE_URL"] = make_conninfo(**parts)
    yield
    if before is None:
        del os.environ["JISHIYU_DATABASE_URL"]
    else:
        os.environ["JISHIYU_DATABASE_URL"] = before


@pytest.fixture(scope="session")
def database_url(django_db_setup: None) -> str:
    """Give the connection string of the test database, for processes and second connections."""
    return os.environ["JISHIYU_DATABASE_URL"]


@pytest.fixture
def papers_folder(tmp_path: Path, settings: Any) -> Path:
    """Give the test a folder of its own for the papers of applications."""
    folder = tmp_path / "papers"
    settings.PAPERS_FOLDER = str(folder)
    return folder


REMADE = ("auth_permission", "django_content_type")  # what Django's own emptying would make again
OF_THE_WORKER = ("procrastinate_jobs", "procrastinate_events", "procrastinate_workers", "procrastinate_periodic_defers")
EMPTY_WHAT_IS_FULL = """
DO $$ DECLARE one text; rows boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOREACH one IN ARRAY {tables}::text[] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one) INTO rows;
        IF rows THEN EXECUTE format('DELETE FROM %I', one); END IF;
    END LOOP;
END $$
"""


def _empty(case: object) -> None:
    """Empty what a test that committed has filled, past the triggers of append-only tables.

    In the place of Django's own way, which empties every table there is and then makes its permissions again.
    """
    from django.db import connection
    from psycopg import sql

    tables = [*OF_THE_WORKER, *connection.introspection.django_table_names(only_existing=True, include_views=False)]
    with connection.cursor() as cursor:
        wanted = [one for one in tables if one not in REMADE]
        cursor.execute(sql.SQL(EMPTY_WHAT_IS_FULL).format(tables=sql.Literal(wanted)).as_string(None))
