"""Do queued jobs: uploaded feeds, the watched folder, notices, reminders. `jishiyu up` runs one of these beside the pages.

Examples:
  jishiyu work                   until Ctrl-C
  jishiyu work --until-done      do what is queued now, then end

Several of them may run, also on other machines with the same database and data folder.
"""

import argparse
import signal
import subprocess
import sys
import threading

PAUSE_SECONDS = 2
END_SECONDS = 10  # then it is killed; what it was doing is begun again by the next worker


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--until-done", action="store_true", help="end when nothing is queued any more")
    parser.add_argument(
        "--with-parent", action="store_true", help="end when standard input ends; start again what dies"
    )


def run(options: argparse.Namespace) -> int:
    """Work until told to stop."""
    if options.with_parent:
        keep_going()
        return 0
    from jishiyu.conf.start import ready

    ready()
    from jishiyu.conf.jobs.worker import work

    work(until_done=options.until_done)
    return 0


def keep_going() -> None:
    """Run a worker in a process of its own, start it again when it ends by itself, and end it when stdin ends."""
    ending = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: ending.set())

    def wait_for_end() -> None:
        while sys.stdin.buffer.read(1):
            pass
        ending.set()

    threading.Thread(target=wait_for_end, daemon=True).start()
    while not ending.is_set():
        child = subprocess.Popen([sys.executable, "-m", "jishiyu.cli", "work"], stdin=subprocess.DEVNULL)
        while child.poll() is None and not ending.wait(0.2):
            pass
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        ending.wait(PAUSE_SECONDS)
