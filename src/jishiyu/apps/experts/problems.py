"""What can be put right about the resource list and at the meeting."""

from jishiyu.engine.problems import Problem


class ExpertUnknown(Problem):
    """No expert has this number."""

    en = "There is no {code} on the resource list. Look the number up in the list."
    zh = "资源清单中没有编号 {code}。请在清单中核对编号。"


class ExpertTwice(Problem):
    """The number is taken."""

    en = "The number {code} belongs to {name} already. Take another number, or change that entry."
    zh = "编号 {code} 已是 {name} 的编号。请换一个编号,或修改原有记录。"


class AccountTaken(Problem):
    """The account stands for somebody else on the list."""

    en = "The account {account} is {name} ({code}) on the resource list already. Everybody signs in by an account of their own."
    zh = "账号 {account} 已对应资源清单中的 {name}({code})。每人须使用本人的账号登录。"


class AccountNotFound(Problem):
    """No account has this name."""

    en = "There is no account {account}. Ask the system administrator to create it, or leave the field empty."
    zh = "没有账号 {account}。请由系统管理员先建立账号,或将该栏留空。"


class AddressUnusable(Problem):
    """Neither a mobile number nor an e-mail address."""

    en = "“{value}” is neither a mobile number nor an e-mail address. Nothing was stored."
    zh = "“{value}”既不是手机号,也不是电子邮箱。没有保存任何内容。"


class EndsBeforeItBegins(Problem):
    """An expert's last day lies before the first."""

    en = "{code} is on the list since {since}; the last day cannot be before that. Choose a later day."
    zh = "{code} 自 {since} 起列入清单,最后一天不能更早。请选择更晚的日期。"


class OnVisits(Problem):
    """Somebody who leaves is on visits that are planned."""

    en = "{name} is on {count} planned visits from {first} on. Cancel them or put somebody else in first."
    zh = "{name} 自 {first} 起还有 {count} 次已约定的勘查。请先取消或换人。"


class SkillUnknown(Problem):
    """No skill has this code or name."""

    en = "There is no skill “{value}”{hint}. Take one of the skills of the round."
    zh = "没有技能“{value}”{hint}。请使用本批次的技能名称。"


class LevelWrong(Problem):
    """A level is not from 1 to 5."""

    en = "Levels go from 1 to 5, not “{value}” ({skill})."
    zh = "技能级别为 1 至 5,而不是“{value}”({skill})。"


class SkillNotHis(Problem):
    """The skill to confirm is not among the person's."""

    en = "{name} has no entry for {skill}. Enter the skill with its level first."
    zh = "{name} 没有登记{skill}。请先登记该技能及级别。"


class OwnSkill(Problem):
    """Nobody confirms what they can themselves."""

    en = "Nobody confirms their own skills. Ask another organiser to confirm {skill}."
    zh = "本人不能确认自己的技能。请由其他助企专员确认{skill}。"


class CalendarUnreadable(Problem):
    """A file is no iCalendar."""

    en = "{file} is no calendar that can be read (iCalendar, .ics): {why}. Export it from your calendar again; nothing was changed."
    zh = "{file} 不是可读取的日历文件(iCalendar,.ics):{why}。请从日历软件重新导出;没有作任何改动。"


class NothingImported(Problem):
    """A file for the resource list has no usable line."""

    en = "{file} holds no line that can be used ({wrong} lines with problems). Put them right and bring the file again."
    zh = "文件 {file} 中没有可用的行(有问题的行:{wrong})。请更正后重新导入。"


class CampaignUnknown(Problem):
    """No round has this number."""

    en = "There is no round {campaign}. Look at the list of rounds."
    zh = "没有批次 {campaign}。请查看批次列表。"


class NobodyToPair(Problem):
    """A round has no need or no person to pair."""

    en = "There is nothing to pair: {needs} needs are classified and can be visited in the time asked for, {people} people are on the list. {next}"
    zh = "无可配对:所选时间内可勘查的已分类需求 {needs} 项,资源清单在册 {people} 人。{next}"


class UnderWay(Problem):
    """A proposal is being worked on."""

    en = "A proposal of this round is being worked out. Wait for it, or stop it first."
    zh = "本批次正在计算一个方案。请等待其完成,或先停止。"


class ProposalUnknown(Problem):
    """No proposal has this number."""

    en = "There is no proposal {proposal}. Open the meeting page again."
    zh = "没有方案 {proposal}。请重新打开配对会页面。"


class ProposalNotOpen(Problem):
    """A proposal cannot be changed or accepted any more."""

    en = "Proposal {proposal} is '{state}'. Only the newest proposal that is ready can be worked with; open the meeting page again."
    zh = "方案 {proposal} 的状态是“{state}”。只能处理最新的可审议方案;请重新打开配对会页面。"


class NeedNotInProposal(Problem):
    """A need is not in a proposal, or has no team in it."""

    en = "Proposal {proposal} has no team for need {need}. Solve again, or pin it first."
    zh = "方案 {proposal} 没有为需求 {need} 安排队伍。请重新计算,或先锁定该需求。"


class NeedMovedOn(Problem):
    """A need is no longer waiting for the meeting."""

    en = "Need {need} is “{state}” by now and is not paired again. Open the meeting page again; nothing was changed."
    zh = "需求 {need} 现在的状态是“{state}”,不再配对。请重新打开配对会页面;没有作任何改动。"


class PinRefused(Problem):
    """A pin or ban breaks a hard rule."""

    en = "Need {need}: {why} Nothing was pinned."
    zh = "需求 {need}:{why}没有锁定。"


class TeamRefused(Problem):
    """A change by hand breaks a hard rule."""

    en = "Need {need} cannot have this team: {why}. Nothing was changed."
    zh = "需求 {need} 不能这样组队:{why}。没有作任何改动。"


class NothingToStop(Problem):
    """There is no work to stop."""

    en = "Nothing is being worked out: the proposal has ended already."
    zh = "没有正在进行的计算:方案已经结束。"
