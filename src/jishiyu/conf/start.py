"""Everything a command needs before it may touch a table."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from jishiyu.conf.database import EmbeddedServer
from jishiyu.conf.home import ensure_home
from jishiyu.engine.problems import Problem

WORKER = "procrastinate"
MIGRATION_LOCK = 7_462_001  # any fixed number: two processes must not migrate at once


class DatabaseNotReached(Problem):
    """The server that `JISHIYU_DATABASE_URL` names does not answer, or does not let its user in."""

    en = "The database that JISHIYU_DATABASE_URL names cannot be used: {said}. Correct the variable, or ask the administrator of that server."
    zh = "JISHIYU_DATABASE_URL 指定的数据库无法使用:{said}。请更正该变量,或联系该服务器的管理员。"


def ready() -> None:
    """Make the database usable: start the embedded server unless another is named, load Django, migrate, check keys.

    Safe when several processes call it at once. When nothing is to be migrated it costs one query.
    """
    load()
    keep_secret()
    migrate()
    from jishiyu.apps.people.operations import match_keys

    match_keys()


def load() -> None:
    """Make the data folder, start the embedded server unless another is named, and load Django.

    Raises DatabaseNotReached.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishiyu.conf.settings")
    folder = ensure_home()
    given = os.environ.get("JISHIYU_DATABASE_URL")
    if not given:
        os.environ["JISHIYU_DATABASE_URL"] = EmbeddedServer(folder).start()
    if not apps.ready:
        django.setup()
    try:
        connection.ensure_connection()
    except OperationalError as error:
        if not given:
            raise
        raise DatabaseNotReached(said=str(error).splitlines()[0]) from error


def keep_secret() -> None:
    """Keep what signs sessions and forms in the data folder, so that it is the same for every worker and start."""
    from django.conf import settings

    try:
        handle = os.open(settings.SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        settings.SECRET_KEY = settings.SECRET_FILE.read_text().strip() or settings.SECRET_KEY
        return
    with os.fdopen(handle, "w") as file:
        file.write(settings.SECRET_KEY)


def migrate() -> None:
    """Bring the tables up to date, one process at a time, in one transaction.

    Django alone notes a migration in a transaction of its own after the one that made its tables. Killed between the
    two, it would make the tables again at the next start and fail for ever.
    """
    if not _behind():
        return
    from django.core.management import call_command

    while step := _next_of_the_worker():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
            call_command("migrate", WORKER, step, verbosity=0, interactive=False)
    with transaction.atomic(), connection.cursor() as cursor, _neighbours_only():
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATION_LOCK])
        _tables_of_the_worker()
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _neighbours_only() -> Iterator[None]:
    """Let Django draw, after each step of a migration, the tables beside the changed one anew, not all that hang together.

    That is its own way for fields that lead nowhere (`delay`), and before it runs code it draws everything. It halves the
    work of a first start. docs/decisions/0161-a-first-start-draws-neighbours.md
    """
    whole = ProjectState.reload_model

    def near(state: ProjectState, app_label: str, model_name: str, delay: bool = True) -> None:
        whole(state, app_label, model_name, delay=True)

    ProjectState.reload_model = near  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        ProjectState.reload_model = whole  # type: ignore[method-assign]


def _tables_of_the_worker() -> None:
    """Make the worker's tables in a new database as they are today, and note its migrations as done.

    One after the other they cannot run in one transaction: some use words that an earlier one added to a list of
    states, which PostgreSQL allows only after a commit.
    """
    from django.core.management import call_command
    from procrastinate.contrib.django import app as worker

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_jobs') IS NULL")
        if cursor.fetchone()[0]:
            cursor.execute(worker.schema_manager.get_schema())
            call_command("migrate", WORKER, fake=True, verbosity=0, interactive=False)


def _next_of_the_worker() -> str | None:
    """Return the next migration of the worker's tables where some were made by an older version."""
    loader = MigrationLoader(connection)
    if not any(app == WORKER for app, _ in loader.applied_migrations):
        return None
    names = sorted(name for app, name in loader.disk_migrations if app == WORKER)
    return next((name for name in names if (WORKER, name) not in loader.applied_migrations), None)


def _behind() -> bool:
    """Say whether a migration of ours is missing in the database."""
    loader = MigrationLoader(connection)
    return any(key not in loader.applied_migrations for key in loader.disk_migrations)
