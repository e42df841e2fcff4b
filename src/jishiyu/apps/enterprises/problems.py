"""What can be wrong with a round, a need list, or a step of a need."""

from jishiyu.engine.problems import Problem


class NeedUnknown(Problem):
    """No need of this number."""

    en = "There is no need {need}. Look at the list of needs."
    zh = "没有需求 {need}。请在需求列表中查找。"


class MoveNotAllowed(Problem):
    """The need is not where this step starts."""

    en = "Need {number} is '{state}'; this step is not possible from there. Possible now: {possible}."
    zh = "需求 {number} 目前为“{state}”,不能办理这一步。现在可以:{possible}。"


class SentenceMissing(Problem):
    """A step that needs a reason has none."""

    en = "Say why, in at least two characters; the enterprise reads it. Nothing was changed."
    zh = "请写明原因(至少两个字),企业会看到;未作任何改动。"


class RoundUnknown(Problem):
    """No such round."""

    en = "There is no round {round}. Look at the list of rounds."
    zh = "没有批次 {round}。请在批次列表中查找。"


class RoundCodeTaken(Problem):
    """A round of this code was opened before."""

    en = "A round {code} was opened before; a used round never changes. Give this one another code."
    zh = "批次 {code} 已建立;用过的批次不再更改。请为本批次另取代码。"


class RoundNotRunning(Problem):
    """The round has not begun, is over, or was closed."""

    en = "Round {code} takes needs from {begins} to {last} only. Ask the union which round is running."
    zh = "批次 {code} 只在 {begins} 至 {last} 期间接收需求。请向工会了解正在开展的批次。"


class RoundClosed(Problem):
    """The round was closed."""

    en = "Round {code} was closed on {on}; nothing new begins in it. Take it up in the round that follows."
    zh = "批次 {code} 已于 {on} 结束,不再开始新的工作。请在后续批次中办理。"


class RoundUnfinished(Problem):
    """A round cannot be closed while somebody waits for what they were promised."""

    en = (
        "Round {code} cannot be closed yet: {count} needs have a visit to come, a report to write or a service plan to end "
        "({numbers}). Finish them first, or end them with a reason; nothing was changed."
    )
    zh = "批次 {code} 暂不能结束:还有 {count} 条需求待勘查、待出具报告或服务计划未完成({numbers})。请先办完,或说明原因后终止;未作任何改动。"


class NetworkIncomplete(Problem):
    """A level of the network has no union."""

    en = "The network needs a union at each of the levels 1, 2 and 3; level {level} has none. Name one."
    zh = "协调网络的第 1、2、3 级都要有工会;第 {level} 级还没有。请补充。"


class RoundOfAnother(Problem):
    """The leading union does not belong to the organiser's branch."""

    en = "{union} does not belong to your branch: its own organiser opens and closes the rounds that it leads."
    zh = "{union} 不在您的管辖范围内,其牵头的批次应由其助企专员建立和结束。"


class NotASteward(Problem):
    """The account has not the role of a steward today."""

    en = "{name} is no steward today. Ask the security administrator for the role, or choose another one."
    zh = "{name} 目前没有专属管家岗位。请联系安全管理员授予岗位,或另选管家。"


class SameSteward(Problem):
    """The enterprise is with this steward already."""

    en = "{enterprise} is with {name} already. Choose another steward."
    zh = "{enterprise} 已由 {name} 服务。请选择其他管家。"


class NothingHandedIn(Problem):
    """A list without a need."""

    en = "Write at least one need, in your own words. Nothing was handed in yet."
    zh = "请至少写一条需求;尚未提交。"


class NeedTooLong(Problem):
    """Too many needs, or too many words."""

    en = "A list has at most {most} needs, each of at most {longest} characters. Hand the rest in with a second list."
    zh = "一份清单最多 {most} 条需求,每条最多 {longest} 字。其余请另交一份。"


class LinkNotValid(Problem):
    """A link that leads nowhere, was withdrawn, or is over."""

    en = "This link is not valid any more. Ask your union for a new one."
    zh = "此链接已失效。请向工会索取新的链接。"


class ItemUnknown(Problem):
    """The service item is of another round."""

    en = "There is no such service item in round {round}. Choose one of the list."
    zh = "批次 {round} 没有该服务项目。请从列表中选择。"


class SkillUnknown(Problem):
    """A skill that the round does not name, or a level out of range."""

    en = "{skill} at level {level} is no skill of the list. Choose a skill and a level from 1 to 5."
    zh = "技能“{skill}”({level} 级)不在清单中。请选择技能,并填写 1 至 5 级。"


class WindowTurnedRound(Problem):
    """The latest day lies before the earliest."""

    en = "The latest day ({latest}) lies before the earliest ({earliest}). Correct one of them."
    zh = "最晚日期({latest})早于最早日期({earliest})。请更正。"


class WindowOver(Problem):
    """The latest day is over."""

    en = "“Not after” {latest}: that day is over, and nobody could come in time. Name a later day, or leave it empty."
    zh = "“最晚日期”{latest} 已过,无法按时上门。请改为以后的日期,或不填。"


class WindowBehindRound(Problem):
    """The earliest day lies behind the end of the round."""

    en = (
        "“Not before” {earliest}: the round ends on {last}, so nobody could come. Name an earlier day, or leave it empty and "
        "say in words when it suits you."
    )
    zh = "“最早日期”{earliest} 晚于本批次结束日 {last},无法安排上门。请提前日期,或不填并在“希望时间”中说明。"


class SheetRefused(Problem):
    """An Excel need list in which nothing can be used."""

    en = "{file} holds no need that can be taken: {what}. Take the template, fill it in, and send it again."
    zh = "{file} 中没有可接收的需求:{what}。请下载模板填写后重新上传。"


class EnterpriseUnfit(Problem):
    """An enterprise cannot be entered like this."""

    en = "The enterprise cannot be entered: {what}. Correct it; nothing was stored."
    zh = "企业信息有误:{what}。请更正;尚未保存。"


class TooManyFiles(Problem):
    """More files than a need takes."""

    en = "A need takes at most {most} files. Choose fewer; nothing was handed in yet."
    zh = "每条需求最多附 {most} 个文件。请减少后再提交;尚未提交。"


class AttachmentUnknown(Problem):
    """No such file."""

    en = "There is no file {file}. Look at the page of the need."
    zh = "没有文件 {file}。请在需求页面查看。"


class PlanLineWrong(Problem):
    """A survey plan that is too long, or a line without words."""

    en = "Every line of a survey plan says in Chinese what is looked at, and a plan has at most {most} lines."
    zh = "勘查方案的每一行都要写明检查内容,最多 {most} 行。"
