"""What can be wrong with an application, its papers, and its review."""

from collections.abc import Sequence
from dataclasses import dataclass

from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words


@dataclass(frozen=True)
class Flaw:
    """One field of a form that is not right, and why."""

    field: str
    zh: str
    en: str


class FormNotRight(Problem):
    """Fields of the form that cannot stay as they are; `flaws` lists them all."""

    en = "The form is not right yet: {what} Correct it; nothing was handed in."
    zh = "表格还有需要更正的地方:{what}。请更正;尚未提交。"

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__(
            what=Words(
                ";".join(f"{flaw.field}:{flaw.zh}" for flaw in flaws),
                " ".join(f"{flaw.field}: {flaw.en}" for flaw in flaws),
            ),
        )


class ApplicationMissing(Problem):
    """No application of this number."""

    en = "There is no application {application}. Look at the list of applications."
    zh = "没有申请 {application}。请在申请列表中查找。"


class MoveNotAllowed(Problem):
    """The application is not where this step starts."""

    en = "Application {number} is '{state}'; this step is not possible from there. Possible now: {possible}."
    zh = "申请 {number} 目前为“{state}”,不能办理这一步。现在可以:{possible}。"


class Overtaken(Problem):
    """Somebody else has changed the application since the page was loaded."""

    en = "Application {number} was changed by somebody else meanwhile. Look at it below, then save again."
    zh = "申请 {number} 刚刚被他人修改。请核对下方内容后重新保存。"


class NotYours(Problem):
    """Somebody else has taken the application."""

    en = "Application {number} was taken by {reviewer}. Ask {reviewer} to hand it back, or take another one."
    zh = "申请 {number} 已由 {reviewer} 办理。请其退回待办,或另取一件。"


class PersonNotAMember(Problem):
    """The person has no membership that could be looked at."""

    en = "Person {person} has never been on the roster. Add the membership first; the draft was not made."
    zh = "人员 {person} 不在会员名册中。请先登记会籍;尚未建立草稿。"


class CaseNotFitting(Problem):
    """The case of the call list cannot lead to this application."""

    en = "Case {case} cannot be applied for: {what}. Look at the case again."
    zh = "事项 {case} 不能据以申请:{what}。请重新查看该事项。"


class PapersMissing(Problem):
    """Required papers are not there; `papers` are their codes."""

    en = "Application {number} still needs: {what}. Add them and hand it in again."
    zh = "申请 {number} 还缺:{what}。请补齐后再提交。"

    def __init__(self, *, number: str, papers: Sequence[str], what: Words) -> None:
        self.papers = tuple(papers)
        super().__init__(number=number, what=what)


class WordsMissing(Problem):
    """A step that needs a reason has none."""

    en = "Say why: pick a sentence, or write at least two characters of your own."
    zh = "请写明理由:选择一条用语,或自己写至少两个字。"


class SentenceUnknown(Problem):
    """A sentence that the rules do not list for this step."""

    en = "There is no sentence '{code}' for this step. Pick one of the list."
    zh = "这一步没有用语“{code}”。请从列表中选择。"


class Undeclared(Problem):
    """Nobody has said who the account is on the roster, so that it cannot be told whose applications are its own."""

    en = (
        "It is not known who {name} is on the roster, so they decide about nobody. The system administrator enters their "
        "member number on the page of the account, or that they are no member."
    )
    zh = "尚未登记账号 {name} 在名册上是谁,因此不能办理他人事项。请系统管理员在该账号页面填写会员号,或声明其不是会员。"


class OwnApplication(Problem):
    """The reviewer is the member, of the household, or filed it."""

    en = "{name} cannot decide application {number}: {what}. Somebody else has to."
    zh = "{name} 不能审核申请 {number}:{what}。须由他人办理。"


class OverYourLimit(Problem):
    """The amount is more than this role may decide."""

    en = "Application {number} is about {amount} yuan; as {role} up to {limit} yuan can be decided. Hand it back."
    zh = "申请 {number} 的金额为 {amount} 元,{role} 只能审核 {limit} 元以下。请退回待办。"


class SecondReviewerNeeded(Problem):
    """The same person wants to sign twice."""

    en = "{name} has signed application {number} already. The second signature is another person's."
    zh = "{name} 已在申请 {number} 上签字。第二个签字须由另一人作出。"


class AnotherMustJudgeTheAppeal(Problem):
    """Whoever judged before must not judge the appeal."""

    en = "{name} judged application {number} before. The appeal is decided by somebody else."
    zh = "{name} 此前审核过申请 {number}。复核须由他人办理。"


class AmountChanged(Problem):
    """What would be paid is not what was looked at."""

    en = "Application {number} now comes to {now} yuan, not {seen} yuan. Look at it again before you approve."
    zh = "申请 {number} 的金额现为 {now} 元,不是 {seen} 元。请重新核对后再批准。"


class OthersChanged(Problem):
    """Approving would take money back from somebody, which was not so when it was looked at."""

    en = (
        "Meanwhile {stays} was decided: approving {number} would now take its money back. Nothing was approved. "
        "Look at the application again; what changes for others stands under the amount."
    )
    zh = "期间 {stays} 已有新的决定,此时批准 {number} 将使其金额被收回。本次未批准。请重新核对申请,对他人的影响列在金额下方。"


class NothingToApprove(Problem):
    """By the rules there is nothing to pay."""

    en = "Application {number} cannot be approved: {what}. Return it for a supplement, or refuse it."
    zh = "申请 {number} 不能批准:{what}。请退回补正,或不予补贴。"


class StayInTheData(Problem):
    """The settlement data has the same stay."""

    en = "The settlement data has this stay of application {number} already ({stays}). It is decided there; refuse the application."
    zh = "申请 {number} 的这次住院已在结算数据中({stays}),应按该数据办理;请对本申请不予补贴。"


class AppealTooLate(Problem):
    """The time for an appeal is over."""

    en = "Application {number} could be appealed until {until}. It is too late now; hand in a complaint instead."
    zh = "申请 {number} 的复核申请期限为 {until},现已逾期。如有意见,可另行提出。"


class ProposalMissing(Problem):
    """No first signature is waiting under this case."""

    en = "No first signature is waiting under case {case}. Propose the approval first."
    zh = "事项 {case} 没有等待复核的签字。请先由经办人提出。"


class ProposalWaiting(Problem):
    """A first signature is waiting already."""

    en = "{by} has proposed to approve case {case} already. It waits for a second person."
    zh = "{by} 已提出批准事项 {case},正等待第二人复核。"


class PaperMissing(Problem):
    """No such paper, or it cannot be taken away."""

    en = "There is no paper {paper} that could be used like this. Open the application again."
    zh = "没有可以这样处理的材料 {paper}。请重新打开该申请。"


class ComplaintMissing(Problem):
    """No open complaint of this number."""

    en = "There is no complaint {complaint} that waits for an answer."
    zh = "没有待答复的投诉 {complaint}。"
