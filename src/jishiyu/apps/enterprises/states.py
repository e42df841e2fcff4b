"""The life of a need: one list of states and one table of moves."""

from django.db import models


class State(models.TextChoices):
    """How far a need has come."""

    HANDED_IN = "handed_in", "已提交"
    FORWARDED = "forwarded", "已转交"
    CONFIRMED = "confirmed", "已确认"
    CLASSIFIED = "classified", "已分类"
    PAIRED = "paired", "已配对"
    PLANNED = "planned", "已约勘查"
    VISITED = "visited", "已勘查"
    DIAGNOSED = "diagnosed", "已诊断"
    SERVED = "served", "已服务"
    CLOSED = "closed", "已办结"
    WITHDRAWN = "withdrawn", "企业撤回"
    NOT_HELPED = "not_helped", "无法解决"
    PASSED_ON = "passed_on", "转其他层级办理"
    UNREACHABLE = "unreachable", "联系不上"


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

    FORWARD = "forward", "转交"
    CONFIRM = "confirm", "确认"
    VISIT = "visit", "勘查"
    REPORT = "report", "出具报告"


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

    CITY = 1, "市总工会"
    INDUSTRY = 2, "产业工会联合会"
    SERVING = 3, "服务单位工会"
    ENTERPRISE = 4, "企业工会"
