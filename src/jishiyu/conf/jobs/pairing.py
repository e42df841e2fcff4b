"""The job that works a proposal of pairing out, says how far it is, and ends with the best so far when asked to."""

import time

from jishiyu.apps.experts.operations import begin_solving, fail_solving, finish_solving, is_stopped
from jishiyu.apps.intake.operations import moment
from jishiyu.apps.jobs import operations
from jishiyu.apps.jobs.models import Progress
from jishiyu.conf.jobs.running import Done
from jishiyu.engine.pairing.frozen import thawed_round
from jishiyu.engine.pairing.solve import propose
from jishiyu.engine.problems import Problem

TOLD_EVERY = 0.5  # seconds between two looks at the database
STEPS = {
    "aims": ("逐项求最优", "solving aim after aim"), "prices": ("求上界", "finding the bound"),
    "plan": ("改进方案", "improving the plan"), "bound of served": ("核对服务上界", "bounding the needs served"),
    "bound of waiting": ("核对等待下界", "bounding the waiting"), "bound of fit": ("核对匹配下界", "bounding the fit"),
}  # fmt: skip


def solve_proposal(job: Progress) -> Done:
    """This function will work out the proposal of a job (`arguments`: `proposal`); done twice it does nothing more.

    The steps depend on the size and the seconds asked for alone, so that the same input and seed give the same plan; the
    clock and the stop button only end the work early, and the proposal says so.
    """
    found = begin_solving(proposal_id=int(job.arguments["proposal"]))
    if found is None:
        return Done({"proposal": job.arguments["proposal"]})
    watch = _Watch(job.pk, found.pk)
    round_ = thawed_round(found.input)
    try:
        solved = propose(
            round_.needs, round_.people, pins=round_.pins, previous=round_.previous, seconds=found.input["seconds"],
            clock=time.monotonic, seed=found.seed, progress=watch.told, should_stop=watch.stopped,
        )  # fmt: skip
    except Problem:
        fail_solving(proposal_id=found.pk)
        raise
    took = int((time.monotonic() - watch.begin) * 1000)
    ready = finish_solving(proposal_id=found.pk, solved=solved, took_ms=took, at=moment())
    score = ready.score or {}
    return Done({"proposal": ready.pk, **{name: score[name] for name in ("served", "needs", "gap", "status")}})


class _Watch:
    """Looks at the database now and then: says the step, and asks whether to stop."""

    def __init__(self, progress_id: int, proposal_id: int) -> None:
        self.progress_id, self.proposal_id = progress_id, proposal_id
        self.begin = time.monotonic()
        self._told = self._asked = 0.0
        self._stop = False

    def told(self, step: str, count: int) -> None:
        """Say which step the work is at; of a plan `count` is per cent."""
        now = time.monotonic()
        if now - self._told < TOLD_EVERY:
            return
        self._told = now
        zh, en = STEPS.get(step, (step, step))
        percent = step == "plan"
        operations.step(
            progress_id=self.progress_id, zh=zh if percent else f"{zh}({count})", en=en if percent else f"{en} ({count})",
            done=count if percent else 0, of=100 if percent else 0,
        )  # fmt: skip

    def stopped(self) -> bool:
        """Say whether somebody asked to stop."""
        now = time.monotonic()
        if not self._stop and now - self._asked >= TOLD_EVERY:
            self._asked = now
            self._stop = is_stopped(proposal_id=self.proposal_id)
        return self._stop
