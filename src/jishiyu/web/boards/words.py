"""Words and colours of the boards: states and clocks. The word alone is enough; the colour only helps."""

from jishiyu.apps.enterprises.boards import Standing
from jishiyu.apps.enterprises.states import State
from jishiyu.apps.experts.models import Half, Part
from jishiyu.apps.visits.models import VisitState
from jishiyu.web.components.badge import Tone
from jishiyu.web.figures.figure import Say

STATES: dict[str, Say] = {state: Say.of(state) for state in State}
# What comes after a state, said to the enterprise.
NEXT: dict[str, Say] = {
    State.HANDED_IN: Say("市总工会将把需求转交给专属管家。", "The union will forward the need to your steward."),
    State.FORWARDED: Say("专属管家将与您联系,确认需求。", "Your steward will call you to confirm the need."),
    State.CONFIRMED: Say("专属管家将把需求归入服务事项。", "Your steward will choose the service that fits."),
    State.CLASSIFIED: Say("等待配对会为您安排劳模工匠。", "The next pairing meeting chooses the experts."),
    State.PAIRED: Say("服务队已确定,即将与您约定勘查时间。", "The team is chosen; the time of the visit will be agreed with you."),
    State.PLANNED: Say("服务队将按约定时间上门勘查。", "The team will visit you at the agreed time."),
    State.VISITED: Say("正在根据勘查结果编写诊断报告。", "The report is being written from what was measured."),
    State.DIAGNOSED: Say("正在按服务方案逐项落实。", "The actions of the service plan are being carried out."),
    State.SERVED: Say("请评价服务:问题是否解决?", "Please tell us whether the problem is solved."),
    State.CLOSED: Say("已办结,感谢您的参与。", "Closed. Thank you for taking part."),
    State.UNREACHABLE: Say("我们联系不上贵单位,请致电专属管家。", "We could not reach you. Please call your steward."),
    State.WITHDRAWN: Say("贵单位已撤回该需求。", "You withdrew this need."),
    State.NOT_HELPED: Say("本批次无法解决,原因见下。", "It cannot be solved in this round; the reason is given below."),
    State.PASSED_ON: Say("已转其他层级办理,说明见下。", "Another level deals with it; see the note below."),
}  # fmt: skip
STATE_TONES: dict[str, Tone] = {
    State.HANDED_IN: Tone.WAIT, State.FORWARDED: Tone.WAIT, State.CLOSED: Tone.DONE, State.SERVED: Tone.DONE,
    State.UNREACHABLE: Tone.STOP, State.WITHDRAWN: Tone.QUIET, State.NOT_HELPED: Tone.STOP, State.PASSED_ON: Tone.QUIET,
}  # fmt: skip
STANDINGS: dict[Standing, tuple[Say, Tone]] = {
    Standing.NONE: (Say("无时限", "no clock"), Tone.QUIET),
    Standing.RUNNING: (Say("时限内", "in time"), Tone.WORK),
    Standing.TODAY: (Say("今日到期", "due today"), Tone.WAIT),
    Standing.OVERDUE: (Say("超时", "overdue"), Tone.STOP),
    Standing.ESCALATED: (Say("超时,已升级", "overdue, escalated"), Tone.STOP),
}
PARTS: dict[str, Say] = {part: Say.of(part) for part in Part}
HALVES: dict[str, Say] = {half: Say.of(half) for half in Half}
VISITS: dict[str, Say] = {state: Say.of(state) for state in VisitState}
NOT_CLASSIFIED = Say("未分类", "not classified")
NOBODY = Say("未指定", "nobody yet")


def named(triple: tuple[str, str, str]) -> Say:
    """Return an aim or item in words; what is not classified says so."""
    return Say(triple[1], triple[2]) if triple[0] else NOT_CLASSIFIED
