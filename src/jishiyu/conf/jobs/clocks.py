"""Clocks of enterprise help, looked at every ten minutes."""

import logging
from datetime import datetime

from jishiyu.apps.enterprises.operations import Clocked, run_clocks

logger = logging.getLogger("jishiyu.jobs")


def run(*, at: datetime) -> Clocked:
    """This function will remind of late needs and raise them; done twice at the same moment it does nothing more.

    Needs whose year has no calendar are named in the log until somebody enters it; the page of the round says so too.
    """
    done = run_clocks(at=at)
    if done.stopped:
        logger.error("no calendar for the clocks of %d needs, the first is %s", len(done.stopped), done.stopped[0])
    return done
