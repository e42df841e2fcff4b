"""The life of a need: one list of states and one table of moves."""

from django.db import models

from jishiyu.engine.words import Words


class State(models.TextChoices):
    """How far a need has come."""

    HANDED_IN = "handed_in", Words("已提交", "handed in")
    FORWARDED = "forwarded", Words("已转交", "forwarded")
    CONFIRMED = "confirmed", Words("已确认", "confirmed")
    CLASSIFIED = "classified", Words("已分类", "classified")
    PAIRED = "paired", Words("已配对", "paired")
    PLANNED = "planned", Words("已约勘查", "visit planned")
    VISITED = "visited", Words("已勘查", "visited")
    DIAGNOSED = "diagnosed", Words("已诊断", "diagnosed")
    SERVED = "served", Words("已服务", "served")
    CLOSED = "closed", Words("已办结", "closed")
    WITHDRAWN = "withdrawn", Words("企业撤回", "withdrawn")
    NOT_HELPED = "not_helped", Words("无法解决", "cannot be helped")
    PASSED_ON = "passed_on", Words("转其他层级办理", "passed on")
    UNREACHABLE = "unreachable", Words("联系不上", "not reachable")


OVER = (State.CLOSED, State.WITHDRAWN, State.NOT_HELPED, State.PASSED_ON)
# Needs that a later round goes on with. What has an appointment or was visited ends in its own round.
CARRIED = (
    State.HANDED_IN, State.FORWARDED, State.CONFIRMED, State.CLASSIFIED, State.PAIRED, State.UNREACHABLE,
)  # fmt: skip
# What may still be reached in a closed round: an end, and what an enterprise that was helped says about it.
AFTER_CLOSING = (*OVER, State.SERVED, State.DIAGNOSED)
# What ends without help or without an answer says why; the enterprise reads it.
REASONED = (State.WITHDRAWN, State.NOT_HELPED, State.PASSED_ON, State.UNREACHABLE)
_OUT = (State.WITHDRAWN, State.NOT_HELPED, State.PASSED_ON, State.UNREACHABLE)
# Whoever cannot be reached may be reached later; a pairing or an appointment that falls through goes back to the meeting.
MOVES: dict[str, tuple[str, ...]] = {
    State.HANDED_IN: (State.FORWARDED, *_OUT),
    State.FORWARDED: (State.CONFIRMED, *_OUT),
    State.CONFIRMED: (State.CLASSIFIED, *_OUT),
    State.CLASSIFIED: (State.PAIRED, *_OUT),
    State.PAIRED: (State.PLANNED, State.CLASSIFIED, *_OUT),
    State.PLANNED: (State.VISITED, State.CLASSIFIED, *_OUT),
    State.VISITED: (State.DIAGNOSED, *_OUT),
    State.DIAGNOSED: (State.SERVED, *_OUT),
    State.SERVED: (State.CLOSED, State.DIAGNOSED, State.WITHDRAWN),
    State.UNREACHABLE: (State.FORWARDED, State.WITHDRAWN, State.PASSED_ON, State.NOT_HELPED),
    State.CLOSED: (),
    State.WITHDRAWN: (),
    State.NOT_HELPED: (),
    State.PASSED_ON: (),
}


class Clock(models.TextChoices):
    """What has to be done by a moment of working time."""

    FORWARD = "forward", Words("转交", "to be forwarded")
    CONFIRM = "confirm", Words("确认", "to be confirmed")
    VISIT = "visit", Words("勘查", "to be visited")
    REPORT = "report", Words("出具报告", "to be reported")


# Which clock runs in a state; the clock of the visit runs from the confirmation until the visit.
CLOCK_IN: dict[str, str] = {
    State.HANDED_IN: Clock.FORWARD,
    State.FORWARDED: Clock.CONFIRM,
    State.CONFIRMED: Clock.VISIT,
    State.CLASSIFIED: Clock.VISIT,
    State.PAIRED: Clock.VISIT,
    State.PLANNED: Clock.VISIT,
    State.VISITED: Clock.REPORT,
}


class Level(models.IntegerChoices):
    """The four levels of the network, the enterprise's own union last."""

    CITY = 1, Words("市总工会", "city union")
    INDUSTRY = 2, Words("产业工会联合会", "industry federation")
    SERVING = 3, Words("服务单位工会", "union of the serving company")
    ENTERPRISE = 4, Words("企业工会", "enterprise union")
