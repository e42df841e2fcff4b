"""A database as one file, and back into another server, by PostgreSQL's own programs of the embedded server.

A dump names what the other server may not have: the owner whose default privileges it sets, and a setting that came
with version 17. Its statements are read on their way, and those two say what the other server understands.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jishiyu.conf.database import BINARIES
from jishiyu.engine.problems import Problem

DATA_BEGINS, DATA_ENDS = re.compile(rb"COPY .* FROM stdin;\n"), b"\\.\n"
OF_ANOTHER_OWNER = re.compile(rb'ALTER DEFAULT PRIVILEGES FOR ROLE ("(?:[^"]|"")+"|\S+) ')
OF_OURS = b"ALTER DEFAULT PRIVILEGES "
SINCE_17 = b"SET transaction_timeout = 0;\n"
WHERE_KNOWN = (
    b"SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout';\n"
)


class HalfRead(Exception):
    """A dump ended before its end; what was read of it must not stay."""


class ProgramFailed(Problem):
    """One of PostgreSQL's programs ended with a fault."""

    en = "{program} ended with a fault: {said}"
    zh = "{program} 出错:{said}"


def dump(*, url: str, into: Path) -> None:
    """This function will write the database into a file. Raises `ProgramFailed`.

    Extensions are left out: we use none, and those of a server are its administrator's.
    """
    options = ("--format=custom", "--no-owner", "--exclude-extension=*", f"--file={into}")
    with _running("pg_dump", *options, url=url):
        pass


def bring_back(*, url: str, dumped: Path) -> None:
    """This function will fill an empty database from a dump: with all of it or with nothing. Raises `ProgramFailed`."""
    told = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse")
    with (
        _running("pg_restore", "--no-owner", "--file=-", str(dumped), stdout=subprocess.PIPE) as reader,
        _running("psql", *told, "--single-transaction", "--file=-", url=url, stdin=subprocess.PIPE) as writer,
        suppress(BrokenPipeError),  # psql has ended, and says why
    ):
        assert reader.stdout is not None
        assert writer.stdin is not None
        for line in _understood(reader.stdout):
            writer.stdin.write(line)
        if reader.wait():
            raise HalfRead  # before psql comes to the end of what it reads, and commits


def _understood(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the statements as any server from version 15 on and any owner understands them; data as it is."""
    data = False
    for line in lines:
        if data:
            data = line != DATA_ENDS
            yield line
        else:
            data = DATA_BEGINS.fullmatch(line) is not None
            yield WHERE_KNOWN if line == SINCE_17 else OF_ANOTHER_OWNER.sub(OF_OURS, line)


@contextmanager
def _running(
    program: str, *options: str, url: str = "", stdin: int | None = None, stdout: int | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run one of PostgreSQL's programs; a password goes by its environment, where no list of processes shows it."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    secret = {"PGPASSWORD": parts.pop("password")} if "password" in parts else {}
    named = [f"--dbname={make_conninfo(**parts)}"] if url else []
    # What it says goes into a file: a pipe that nobody reads would fill up and stop it.
    with TemporaryFile() as said:
        process = subprocess.Popen(
            [str(BINARIES / program), *named, *options],
            env={**os.environ, **secret},
            stdin=stdin,
            stdout=stdout,
            stderr=said,
        )
        try:
            yield process
        except BaseException:
            if not process.poll():  # what went wrong was not this program
                process.kill()
                raise
        finally:
            process.communicate()
        if process.returncode:
            said.seek(0)
            raise ProgramFailed(program=program, said=" ".join(said.read().decode(errors="replace").splitlines()[-3:]))
