"""Do what is queued, as the worker does: in a thread, for a browser may keep an event loop in the thread of the tests."""

import threading

from django.db import connections

from jishiyu.conf.jobs.worker import work


def do_what_is_queued() -> None:
    """Do all that is queued, here and now; what goes wrong in the worker itself goes wrong here."""
    wrong: list[BaseException] = []

    def run() -> None:
        try:
            work(until_done=True)
        except BaseException as error:
            wrong.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if wrong:
        raise wrong[0]
