"""A data folder and a database of the demo's own, beside those of the user, emptied for every run.

What is emptied must carry the demo's mark; anything else is refused, so no mistake of a name can cost a city its data.
"""

import os
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from jishiyu.conf.database import NAME, EmbeddedServer
from jishiyu.conf.home import home
from jishiyu.engine.problems import Problem

FOLDER = "demo"
DATABASE = "jishiyu_demo"  # its name on a server that the user named; in the demo's own server it has the usual one
MARK = "及时雨演示数据,可随时清空 / Jishiyu demo, emptied by every run"
MARK_FILE = "demo.txt"


class NotTheDemos(Problem):
    """Something that the demo would empty was not made by it."""

    en = "{what} was not made by the demo, so it is left alone. Move it away, or set JISHIYU_HOME to another folder."
    zh = "{what} 不是演示程序建立的,未作任何改动。请将其移开,或用 JISHIYU_HOME 指定另一个文件夹。"


class NoDatabaseForDemo(Problem):
    """The named server does not let us make a database."""

    en = (
        "The demo needs a database {name} of its own on the server of JISHIYU_DATABASE_URL: {reason}. Let this user "
        "create databases, or unset the variable to use the embedded server."
    )
    zh = "演示需要在 JISHIYU_DATABASE_URL 所指服务器上建立自己的数据库 {name}:{reason}。请授予建库权限,或取消该变量以使用内置服务器。"


def demo_home() -> Path:
    """Return the demo's data folder: `demo` inside the user's."""
    return home() / FOLDER


def claim() -> Path:
    """Return the demo's folder, marked as the demo's; raises NotTheDemos where something else lies in it."""
    folder = demo_home()
    mark = folder / MARK_FILE
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise NotTheDemos(what=folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark.write_text(f"{MARK}\n", encoding="utf-8")
    return folder


def move_in(folder: Path) -> None:
    """Make the demo's folder this process's data folder, and its database this process's database, new and empty.

    Before Django loads. Raises NotTheDemos and NoDatabaseForDemo; nobody may be using the old database any more.
    """
    os.environ["JISHIYU_HOME"] = str(folder)
    given = os.environ.get("JISHIYU_DATABASE_URL")
    if given:
        os.environ["JISHIYU_DATABASE_URL"] = make_conninfo(given, dbname=DATABASE)
        new_database(given, DATABASE)
    else:
        server = EmbeddedServer(folder)
        server.start()
        new_database(server.url("postgres"), NAME, ours=True)


def new_database(admin: str, name: str, *, ours: bool = False) -> None:
    """Drop and create a database; one that carries no mark is only dropped on the demo's own server."""
    try:
        with psycopg.connect(admin, autocommit=True) as connection:
            found = connection.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
            ).fetchone()
            if found and found[0] != MARK and not ours:
                raise NotTheDemos(what=name)
            identifier = sql.Identifier(name)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(identifier, sql.Literal(MARK)))
    except psycopg.Error as error:
        raise NoDatabaseForDemo(name=name, reason=str(error).strip()) from error
