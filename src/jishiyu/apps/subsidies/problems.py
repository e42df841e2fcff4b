"""What can be wrong with a step of a call-list case."""

from jishiyu.engine.problems import Problem


class CaseUnknown(Problem):
    """No case of this number."""

    en = "There is no case {case}. Look at `jishiyu cases list`."
    zh = "没有编号为 {case} 的事项。请用 `jishiyu cases list` 查看。"


class CaseMoveNotAllowed(Problem):
    """The case is not where this step starts."""

    en = "Case {case} is '{state}'; from there it cannot become '{wanted}'. Possible now: {possible}."
    zh = "事项 {case} 目前为“{state}”,不能直接变为“{wanted}”。现在可以:{possible}。"


class CaseSentenceMissing(Problem):
    """A step without a sentence."""

    en = "Say in a sentence of at least two characters what was done in case {case}."
    zh = "请用一句话(至少两个字)写明事项 {case} 的办理情况。"


class CaseDateMissing(Problem):
    """A promise without a day."""

    en = "Case {case}: a promise needs the day it was promised for, not before {on}."
    zh = "事项 {case}:约定须写明日期,且不早于 {on}。"


class CaseOvertaken(Problem):
    """Somebody else took a step with the case since the page was loaded."""

    en = "Case {case}: {by} noted a step meanwhile. Look at it below, then send your form again."
    zh = "事项 {case}:{by} 刚刚登记了新的办理情况。请先核对下方内容,再重新提交。"


class CaseTwice(Problem):
    """A round that takes two steps with one case."""

    en = "Case {case} stands twice in this round; nothing was noted. Keep its last step and note the others one by one."
    zh = "事项 {case} 在本次登记中出现两次,未登记任何内容。请只保留最后一步,其余逐条登记。"


class CasePaysNothing(Problem):
    """Only a case over the automatic limit can be approved."""

    en = (
        "Case {case} has no amount to approve ({reason}). Close it with a reason, or wait for the data to be corrected."
    )
    zh = "事项 {case} 没有可批准的金额({reason})。请写明原因后关闭,或等待数据更正。"


class CaseChanged(Problem):
    """The amount is not the one that was looked at."""

    en = "Case {case} now stands at {now} yuan, not {seen} yuan. Look at it again before you approve."
    zh = "事项 {case} 的金额现为 {now} 元,不是 {seen} 元。请重新核对后再批准。"


class SecondPersonNeeded(Problem):
    """One person wants to decide alone."""

    en = "Case {case} needs two different people; {by} cannot be both. Ask somebody else to sign."
    zh = "事项 {case} 须由两人办理,{by} 不能同时担任经办和复核。请由另一人签字。"


class SignatoryUnknown(Problem):
    """The name may not sign."""

    en = "{name} is not named as somebody who may sign (on {on}). Name them with `jishiyu pay signatory` first."
    zh = "{name} 在 {on} 没有签字权限。请先用 `jishiyu pay signatory` 登记。"


class OwnCase(Problem):
    """Somebody wants to decide about their own money or that of their household."""

    en = "Case {case} concerns {name} or somebody of {name}'s household. Somebody else has to decide it."
    zh = "事项 {case} 涉及 {name} 本人或其家庭成员,须由他人办理。"


class HeirMissing(Problem):
    """A subsidy for a death, and nobody is named to receive it."""

    en = (
        "Nobody is named to receive the subsidy for the death {stay}. Name an heir with the proof of kinship on the page "
        "of its decision or by `jishiyu cases heir`, or return the application."
    )
    zh = "身故事项 {stay} 尚未登记领取人。请在核定结果页面(或用 `jishiyu cases heir`)登记继承人(或单位工会账户)及亲属关系证明,或退回申请补充,然后再办理。"


class HeirIncomplete(Problem):
    """Something is missing about who receives the subsidy."""

    en = "Name, relation, account and proof of kinship are all needed for the death {stay}. Nothing was changed."
    zh = "身故事项 {stay} 须填写领取人姓名、关系、收款账号和亲属关系证明。未作任何更改。"


class NoDeath(Problem):
    """The case is about something else than a death: the member receives it."""

    en = "Case {case} is not about a death: the member receives the subsidy. Look at `jishiyu cases list`."
    zh = "事项 {case} 不是身故事项,补贴由会员本人领取。请用 `jishiyu cases list` 查看。"


class AccountOfTheDeceased(Problem):
    """The account that was given is the deceased member's own."""

    en = "This is the account of the deceased ({stay}). Enter an account of the heir or of the unit's union."
    zh = "该账号是逝者本人的账号({stay})。请填写继承人或单位工会的账号。"
