"""What can be wrong with paying."""

from jishiyu.engine.problems import Problem


class SignatoryUnknown(Problem):
    """Somebody who was not named for payments tries to prepare or approve."""

    en = (
        "{name} may not sign payments. The security administrator names who signs under Signatories "
        "(terminal: jishiyu pay signatory {name} --member NUMBER, or --no-member)."
    )
    zh = (
        "{name} 未登记为支付经办或复核人员。请安全管理员在“付款签字人”中登记"
        "(命令行:jishiyu pay signatory {name} --member 会员号,或 --no-member)。"
    )


class PayDayWrong(Problem):
    """The day of payment is over, or too far away."""

    en = "{given} cannot be the day of payment: choose a day from {first} to {last}."
    zh = "付款日不能为 {given},请选择 {first} 至 {last} 之间的日期。"


class SignsAlready(Problem):
    """One person would sign under two names."""

    en = "This member signs as {other} already; two names of one person would be two signatures of one. End {other} first."
    zh = "该会员已以 {other} 的名义签批;一人两名等于一人签两次。请先终止 {other} 的签批资格。"


class MemberUnknown(Problem):
    """The member number leads to nobody, or to several people."""

    en = "Member number {member_no} leads to {count} people on the roster. Check the number."
    zh = "会员号 {member_no} 在名册中对应 {count} 人。请核对会员号。"


class AnotherIsPreparing(Problem):
    """Two batches were to be prepared at the same moment."""

    en = (
        "Somebody else is preparing a batch at this moment. Wait for it, then look at what is owed again "
        "(terminal: jishiyu pay status)."
    )
    zh = "另一位经办人正在编制批次。请稍候,再重新查看应付清单(命令行:jishiyu pay status)。"


class NothingToPay(Problem):
    """No owed entitlement matches."""

    en = (
        "Nothing is owed that could go into a batch{policy}. Look at what waits and why (terminal: jishiyu pay status)."
    )
    zh = "没有可以编入批次的应付补贴{policy}。请查看待办及原因(命令行:jishiyu pay status)。"


class BatchUnknown(Problem):
    """No batch has this number."""

    en = "There is no batch {batch}. Look at the list of batches (terminal: jishiyu pay status)."
    zh = "没有批次 {batch}。请查看批次清单(命令行:jishiyu pay status)。"


class BatchNotReady(Problem):
    """The batch is not in the state that this step needs."""

    en = "Batch {batch} is '{state}'; this step needs it to be '{needed}'. Nothing was changed."
    zh = "批次 {batch} 当前状态为“{state}”,此操作要求状态为“{needed}”。未作任何改动。"


class CheckerIsMaker(Problem):
    """The same person prepared and approves."""

    en = "{name} prepared batch {batch} and so cannot approve it. Ask a second person."
    zh = "批次 {batch} 由 {name} 编制,不得由其本人复核。请由另一人复核。"


class CheckerIsPayee(Problem):
    """The checker, or somebody of their household, is paid by the batch."""

    en = "Batch {batch} pays {name} or their household, so somebody else must approve it. Nothing was changed."
    zh = "批次 {batch} 的收款人包含 {name} 本人或其家庭成员,须由他人复核。未作任何改动。"


class WrongBank(Problem):
    """The batch was prepared for another profile."""

    en = "Batch {batch} was prepared for the bank profile {profile}, not {given}. Use --profile {profile}."
    zh = "批次 {batch} 按银行格式 {profile} 编制,不是 {given}。请使用 --profile {profile}。"


class FileWouldDiffer(Problem):
    """The file made again is not the one that was made first."""

    en = (
        "The file {file} made now differs from the one recorded for batch {batch}. Do not hand it to the bank; the "
        "profile or the program changed in between. Nothing was written."
    )
    zh = "现在生成的文件 {file} 与批次 {batch} 已登记的文件不一致,可能是格式或程序有变。请勿交给银行。文件未写出。"


class ResultRefused(Problem):
    """A line of a result file does not fit what was sent."""

    en = "Result file {file}, line {line}, payment {reference}: {detail} The whole file was refused; ask the bank."
    zh = "结果文件 {file} 第 {line} 行,业务编号 {reference}:{detail} 整个文件未被采用,请与银行核实。"


class NotReleasable(Problem):
    """Only a returned or failed payment can be tried again."""

    en = (
        "Entitlement {entitlement} is '{state}'; only a returned or failed payment can be tried again. An unknown one "
        "waits until the bank has answered. Nothing was changed."
    )
    zh = "补贴 {entitlement} 当前为“{state}”,只有退汇或失败的才能重付;结果不明的须等银行答复。未作任何改动。"


class ReasonMissing(Problem):
    """Something was to be done that needs a reason."""

    en = "Say why: this step is kept with its reason."
    zh = "请填写理由:此操作须留存理由。"


class RecoveryNotOpen(Problem):
    """The recovery is not in a state for this step."""

    en = "Recovery {recovery} is '{state}'; this step is not possible any more. Nothing was changed."
    zh = "追回款 {recovery} 当前为“{state}”,不能再做此操作。未作任何改动。"


class RepaymentWrong(Problem):
    """More was repaid than is open, nothing, or the same slip for something else."""

    en = "{given} yuan cannot be taken for recovery {recovery}: {rest} yuan are open. Check slip {reference}."
    zh = "追回款 {recovery} 尚余 {rest} 元,不能登记退回 {given} 元。请核对凭证 {reference}。"


class WriteOffNeedsTwo(Problem):
    """A write-off is approved by its proposer, or was never proposed."""

    en = "Writing off recovery {recovery} needs a proposal by one person and the approval of another, not {name} alone."
    zh = "核销追回款 {recovery} 须由一人提出、另一人批准,不能由 {name} 一人完成。"


class PaymentOnItsWay(Problem):
    """A payment with the present account is in a batch or at the bank."""

    en = (
        "{amount} yuan ({count} payments) are on their way to the present account. Wait until the bank has answered, "
        "then change the number. Nothing was changed."
    )
    zh = "有 {count} 笔共 {amount} 元补贴正汇往现在的账户。请等银行办理完毕后再变更;账户未作改动。"


class AccountMissing(Problem):
    """No account number was given."""

    en = "Enter the number of your own bank card. Nothing was changed."
    zh = "请填写本人银行卡号。账户未作改动。"


class AccountUnchanged(Problem):
    """The new number is the one that is known."""

    en = "This is the account number we have already. Nothing had to be changed."
    zh = "这就是现在登记的账号,无需变更。"
