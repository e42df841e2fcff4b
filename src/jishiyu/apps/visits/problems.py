"""What can be wrong with visits, what was noted on them, reports, actions and archives."""

from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words

# What can be wrong with an entry of a phone, by the part of it.
NOT_RIGHT = {
    "picture": Words("照片或签字图片无法读取", "the picture cannot be read"),
    "kind": Words("不认识的记录种类", "its kind is not known"),
    "state": Words("检查结果不是“正常、有问题、无法检查”之一", "its result is none of a checklist's"),
    "made_at": Words("没有填写时间", "it does not say when it was made"),
    "client_id": Words("没有编号,或编号属于另一次勘查", "it has no number of its own"),
    "replaces": Words("所更正的记录不清楚", "it does not say what it replaces"),
    "slot": Words("不知道属于哪一行", "it does not say which line it is about"),
    "content": Words("内容不是可以保存的文字", "what it says is no text that can be kept"),
}


class VisitUnknown(Problem):
    """No visit of this number."""

    en = "There is no visit {visit}. Look at the calendar."
    zh = "没有勘查 {visit}。请在勘查日程中查找。"


class VisitNotPlanned(Problem):
    """Only what is planned can be moved, cancelled or finished."""

    en = "Visit {visit} is '{state}'; only a planned visit can be moved, cancelled or finished."
    zh = "勘查 {visit} 目前为“{state}”。只有已约定的勘查可以改期、取消或完成。"


class VisitNotDone(Problem):
    """A report needs a visit that took place."""

    en = "Visit {visit} is '{state}'. Finish the visit first; then the report can be made."
    zh = "勘查 {visit} 目前为“{state}”。请先完成勘查,再出具报告。"


class SentenceMissing(Problem):
    """A change needs its reason."""

    en = "Say in a sentence why; it stands in the history of the visit. Nothing was changed."
    zh = "请用一句话说明原因,原因会记入办理经过。尚未作任何改动。"


class SameTime(Problem):
    """Moved to where it is."""

    en = "The visit is at that time already. Choose another half-day."
    zh = "勘查已约在该时间。请另选半天。"


class DayOver(Problem):
    """A visit cannot be moved into the past."""

    en = "{on} is over. Choose a half-day from today on."
    zh = "{on} 已过。请选择今天及以后的半天。"


class TeamElsewhere(Problem):
    """Somebody of the team is on another visit."""

    en = "{name} is on visit {other} at that time ({on}). Choose another half-day, or move that visit first."
    zh = "{name} 在该时间({on})另有勘查 {other}。请另选半天,或先将那次勘查改期。"


class TimeDoubtful(Problem):
    """A time at which a visit is possible, but perhaps not meant."""

    en = "{what} Choose another half-day, or tick that the visit is to be at this time all the same. Nothing was changed."
    zh = "{what}请另选半天,或勾选“仍按此时间”。尚未作任何改动。"


class PlanNotRight(Problem):
    """A survey plan that cannot stay so."""

    en = "Line {line} of the plan has no words. Write what is to be checked, or take the line out."
    zh = "勘查方案第 {line} 行没有内容。请写明检查什么,或删去该行。"


class EntryNotRight(Problem):
    """An entry that is no entry; the phone keeps it."""

    en = "This entry cannot be taken in: {what}. It stays on the phone; tell the steward."
    zh = "无法接收这条记录:{what}。它仍保留在手机上,请告知管家。"

    def __init__(self, *, what: str) -> None:
        self.code = what
        super().__init__(what=NOT_RIGHT.get(what, NOT_RIGHT["content"]))


class EntryOfAnother(Problem):
    """An entry sent by another account than made it."""

    en = "This entry was made by {made_by}; they have to sign in to send it. It stays on the phone."
    zh = "这条记录由 {made_by} 填写,须由其登录后上传。记录仍保留在手机上。"


class FileFrozen(Problem):
    """The enterprise's file is closed."""

    en = "The file of {enterprise} was closed on {on}; nothing is added to it any more. What you have stays with you."
    zh = "{enterprise} 的档案已于 {on} 归档,不再增加内容。您手中的记录仍予保留。"


class SeriesRefused(Problem):
    """A file of an analyser without a usable series."""

    en = "{file} holds no series of readings. Export one row per interval, with point, quantity, value, unit, time, and 1 under 'series'."
    zh = "{file} 中没有连续记录。请导出每个间隔一行,含测点、检测项目、实测值、单位、测量时间,且“连续记录”一列填 1。"


class SeriesTooLarge(Problem):
    """A file that is too large for the page."""

    en = "{file} is larger than {most} MB. Split it by quantity, or judge it on the server: jishiyu diagnose."
    zh = "{file} 超过 {most} 兆字节。请按检测项目拆分,或在服务器上用 jishiyu diagnose 判定。"


class ConflictsOpen(Problem):
    """Two phones disagree and nobody has decided."""

    en = "{count} line(s) have two different values: {lines}. Choose one of each first; nothing was lost."
    zh = "有 {count} 行存在两个不同的值:{lines}。请先逐行选定,两个值均已保留。"


class ReportUnknown(Problem):
    """No report of this number."""

    en = "There is no report {report}. Look at the visit."
    zh = "没有报告 {report}。请在勘查页面查看。"


class ReportReleased(Problem):
    """A released report is not changed."""

    en = "Report {number} was released on {on} and is not changed. Make a new one; it gets the next number."
    zh = "报告 {number} 已于 {on} 签发,不再更改。请另行编制,编号顺延。"


class ReportOvertaken(Problem):
    """Entries came in after the draft was made."""

    en = "Since this draft was made, entries came in or were changed. Make the draft again, read it, and release that."
    zh = "草稿编制后又有记录补充或更正。请重新编制草稿,核对后再签发。"


class SignedMeanwhile(Problem):
    """A signature came in while the paper was being made."""

    en = "Somebody signed while the report was being released. Release it again, so that the signature stands in it."
    zh = "签发过程中又有签字。请再次签发,以便报告包含该签字。"


class ActionUnknown(Problem):
    """No action of this number."""

    en = "There is no action {action}. Look at the service plan."
    zh = "没有措施 {action}。请在服务计划中查找。"


class ActionNotPossible(Problem):
    """The need is not where its service plan is worked on."""

    en = "Need {number} is '{state}'. A service plan is made after the report and until the enterprise has answered."
    zh = "需求 {number} 目前为“{state}”。服务计划在出具诊断报告之后、企业评价之前编制。"


class ActionsOpen(Problem):
    """Not everything of the plan is done."""

    en = "{count} action(s) of need {number} are not done yet. Enter what came of them first."
    zh = "需求 {number} 还有 {count} 项措施未完成。请先填写结果。"


class NoActions(Problem):
    """A need without a service plan."""

    en = "Need {number} has no action yet. Write down what was done, by whom and until when, before asking the enterprise."
    zh = "需求 {number} 还没有服务措施。请先写明做了什么、由谁、何时完成,再请企业评价。"


class AmountNotRight(Problem):
    """Money or energy saved that is no amount."""

    en = "{given} is no amount. Write yuan with at most two decimals, for example 12,000.00."
    zh = "“{given}”不是金额。请填写元,最多两位小数,例如 12,000.00。"


class LinkClosed(Problem):
    """A personal link that opens nothing."""

    en = "This link is not valid any more. Ask your steward for a new one."
    zh = "该链接已失效。请向您的专属管家索取新链接。"


class NotAskedFor(Problem):
    """The enterprise is not asked about this need (now)."""

    en = "Nobody waits for an answer about need {number} any more. Thank you; what you said before is kept."
    zh = "需求 {number} 目前不需要评价。谢谢!您此前的评价已保留。"


class NeedsStillOpen(Problem):
    """A file is closed when all its needs have ended."""

    en = "{count} need(s) of {enterprise} are still open: {numbers}. Close, pass on or end them first."
    zh = "{enterprise} 还有 {count} 项需求未办结:{numbers}。请先办结、转交或终止。"


class ArchiveUnreadable(Problem):
    """A file that is no archive of ours."""

    en = "{file} is no archive of Jishiyu, or is broken. Make it again: jishiyu archive make."
    zh = "{file} 不是及时雨的档案包,或已损坏。请重新生成:jishiyu archive make。"


class ParticipationUnknown(Problem):
    """No such enterprise in the round."""

    en = "There is no enterprise {enterprise} in round {campaign}. Look at the list of enterprises."
    zh = "批次 {campaign} 中没有企业 {enterprise}。请在企业列表中查找。"
