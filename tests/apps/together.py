"""Two or more at once: threads with connections of their own, started together."""

import threading
from collections.abc import Callable

from django.db import connection, connections

from jishiyu.engine.problems import Problem


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Run actions in threads with connections of their own, started together; give results or problems in order."""
    done: list[object] = [None] * len(actions)
    gate = threading.Barrier(len(actions))

    def run(number: int, action: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            gate.wait()
            done[number] = action()
        except Problem as problem:
            done[number] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def refusals(done: list[object]) -> list[type]:
    """Return what kind of problem each of those had who had one."""
    return [type(one) for one in done if isinstance(one, Problem)]
