"""What can be put right when a proposal becomes appointments."""

from jishiyu.engine.problems import Problem


class TooLate(Problem):
    """The time of a pairing is over."""

    en = "Need {need} was to be visited {when}, which is over. Solve again; nothing was accepted."
    zh = "需求 {need} 的勘查时间 {when} 已过。请重新计算;没有采纳任何一项。"


class NoLongerFree(Problem):
    """Somebody took the time back after the plan was made."""

    en = "{name} no longer offers the time of need {need}. Put somebody else in, or solve again; nothing was accepted."
    zh = "{name} 已不再提供需求 {need} 的时间。请换人或重新计算;没有采纳任何一项。"


class TakenMeanwhile(Problem):
    """Somebody was given another visit after the plan was made."""

    en = "{name} is on the visit for {other} at the time of need {need} by now. Put somebody else in, or solve again; nothing was accepted."
    zh = "{name} 在需求 {need} 的时间已另有勘查({other})。请换人或重新计算;没有采纳任何一项。"


class VisitNotPlanned(Problem):
    """A visit cannot be cancelled any more."""

    en = "Visit {visit} is not planned (any more), so it cannot be cancelled. Look at the list of visits."
    zh = "勘查 {visit} 不在“已约定”状态,不能取消。请查看勘查列表。"
