"""Open the console on this machine: starts the embedded database and a web server on loopback, and prints the address.

Examples:
  jishiyu up                     until Ctrl-C
  jishiyu up --port 8080         another port; where it is taken, a free one is used
  jishiyu up --background        goes on after the command; `jishiyu down` closes it
"""

import argparse
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jishiyu.engine.problems import Problem

LOOPBACK = "127.0.0.1"
START_SECONDS = 120
WORKER_END_SECONDS = 14


class ConsoleDidNotStart(Problem):
    """The server in the background ended or did not answer in time."""

    en = "The console did not start. What it said stands in {log}."
    zh = "控制台未能启动,原因见 {log}。"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the sub-command."""
    parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default: 8000, else a free one)")
    parser.add_argument("--background", action="store_true", help="go on in the background")


def run(options: argparse.Namespace) -> int:
    """Serve until stopped, or start a process that does."""
    from jishiyu.conf.home import ensure_home

    folder = ensure_home()
    if options.background:
        print(f"及时雨 → {open_in_background(folder, port=options.port)}")
        return 0
    listener = _listener(options.port)
    print(f"及时雨 → {_address(listener)}", flush=True)
    pid_file = folder / "server.pid"
    pid_file.write_text(str(os.getpid()))
    try:
        with _worker_beside(folder) as held:
            serve(listener, not_for_workers=held)
    finally:
        if _pid_in(pid_file) == os.getpid():
            pid_file.unlink(missing_ok=True)
    return 0


@contextmanager
def _worker_beside(folder: Path) -> Iterator[int]:
    """Run the worker as a child process, and yield the end of its standard input that keeps it going.

    It ends with us even when we are killed: that end is ours alone, so no process forked from us may keep it, nor wait
    for a child that is not its own when it ends.
    """
    owner = os.getpid()
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "jishiyu.cli", "work", "--with-parent"]
    with (folder / "worker.log").open("ab") as log:
        child = subprocess.Popen(
            command, stdin=reading, stdout=log, stderr=log, env=_environment(folder), start_new_session=True
        )
    os.close(reading)
    try:
        yield writing
    finally:
        if os.getpid() == owner:
            os.close(writing)
            try:
                child.wait(WORKER_END_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def serve(listener: socket.socket, *, not_for_workers: int | None = None) -> None:
    """Run gunicorn on a socket that is bound already, until it is told to stop.

    `not_for_workers` is an open file that its workers, forked from us, close at once.
    Only the workers use the database: each counts itself as a user of the embedded server after it was forked.
    """
    from gunicorn.app.base import BaseApplication

    class Console(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
        def load_config(self) -> None:
            listener.set_inheritable(True)
            # As many processes as processors, up to four: pages are made in Python, one at a time in a process.
            settings = {
                "bind": f"fd://{listener.fileno()}", "workers": min(os.cpu_count() or 1, 4), "threads": 4,
                "worker_class": "gthread", "keepalive": 65, "timeout": 120, "loglevel": "warning",
                "proc_name": "jishiyu", "control_socket_disable": True,
            }  # fmt: skip
            for name, value in settings.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)
            if not_for_workers is not None:
                self.cfg.set("post_fork", lambda server, worker: os.close(not_for_workers))

        def load(self) -> Any:
            from jishiyu.conf.wsgi import application

            return application()

    arguments, sys.argv = sys.argv, sys.argv[:1]
    try:
        Console().run()
    except SystemExit as end:
        if end.code:
            raise
    finally:
        sys.argv = arguments


def stop(folder: Path, *, seconds: float = 20) -> bool:
    """Stop the console whose process number stands in the data folder; return whether one was running."""
    pid_file = folder / "server.pid"
    pid = _pid_in(pid_file)
    if pid is None or not _is_console(pid):
        pid_file.unlink(missing_ok=True)
        return False
    os.kill(pid, 15)
    end = time.monotonic() + seconds
    while _is_console(pid) and time.monotonic() < end:
        time.sleep(0.05)
    pid_file.unlink(missing_ok=True)
    return True


def open_in_background(folder: Path, *, port: int = 8000) -> str:
    """Start a console for a data folder as a process of its own, wait until it answers, and return its address.

    Raises ConsoleDidNotStart. `stop` closes it.
    """
    stop(folder)
    log = folder / "server.log"
    pid_file = folder / "server.pid"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jishiyu.cli", "up", "--port", str(port)],
            stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
            env=_environment(folder),
        )  # fmt: skip
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        words = log.read_text(encoding="utf-8", errors="replace").split()
        address = next((word for word in words if word.startswith("http://")), None)
        if address and pid_file.is_file() and _answers(address):
            return address
        time.sleep(0.1)
    if process.poll() is None:
        process.terminate()
    raise ConsoleDidNotStart(log=log)


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment for the server: without the address of an embedded database that only we keep running."""
    from jishiyu.conf.database import EmbeddedServer

    environment = {**os.environ, "JISHIYU_HOME": str(folder)}
    if environment.get("JISHIYU_DATABASE_URL") == EmbeddedServer(folder).url():
        del environment["JISHIYU_DATABASE_URL"]
    return environment


def _listener(port: int) -> socket.socket:
    """Return a listening socket on loopback: the wanted port, or a free one where it is taken."""
    for wanted in (port, 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, wanted))
        except OSError:
            listener.close()
            continue
        listener.listen(64)
        return listener
    raise OSError("no port is free on 127.0.0.1")


def _address(listener: socket.socket) -> str:
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}/"


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}static/jishiyu/icon.svg", timeout=60) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _pid_in(file: Path) -> int | None:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return None


def _is_console(pid: int) -> bool:
    """Tell whether a process is one of ours; a number can come to stand for another process."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"up" in words and any(b"jishiyu" in word for word in words)
