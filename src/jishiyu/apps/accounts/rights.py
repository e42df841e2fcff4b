"""Who may do what: ONE table, from action to roles. What is not here is refused.

Every page and every API route names its action; `docs/reference/rights.md` is written from this table, and a test
walks every address with every role.
"""

from dataclasses import dataclass

from jishiyu.apps.accounts.models import Role

PUBLIC = "public"  # nobody needs to be signed in
SIGNED_IN = "signed-in"  # everybody who is signed in, about themselves
TOKEN = "token"  # noqa: S105  # a name, no secret: other systems, by the scopes of their token (web/api/door.py); no account gets in

OFFICER, REVIEWER, FINANCE = Role.SUBSIDY_OFFICER, Role.REVIEWER, Role.FINANCE
CITY = (OFFICER, REVIEWER, FINANCE)
UNION = Role.UNION_OFFICER
WORKING = (*CITY, UNION)
SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
MEMBER, ENTERPRISE, STEWARD, EXPERT = Role.MEMBER, Role.ENTERPRISE, Role.STEWARD, Role.EXPERT
ORGANISER = Role.ORGANISER


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: its key, its words, and the roles that may."""

    key: str
    zh: str
    en: str
    roles: tuple[Role, ...]


ACTIONS = {
    action.key: action
    for action in (
        Action(
            "todo.see", "待办", "To do", (*WORKING, ORGANISER, STEWARD, EXPERT, ENTERPRISE, SYSTEM, SECURITY, AUDIT)
        ),
        # The three administrators
        Action("accounts.see", "查看账号与岗位", "See accounts and roles", (SYSTEM, SECURITY)),
        Action(
            "accounts.create",
            "建立、注销账号,登记其在名册上是谁,重设初始密码",
            "Create and close accounts, say who they are on the roster",
            (SYSTEM,),
        ),
        Action("accounts.grant", "授予、终止岗位", "Give and end roles", (SECURITY,)),
        Action("accounts.unlock", "锁定、解锁,重置第二因素", "Lock, unlock, reset second factors", (SECURITY,)),
        Action("settings.see", "系统设置与运行状况", "Settings and health", (SYSTEM,)),
        Action("settings.change", "变更系统设置", "Change settings", (SYSTEM,)),
        Action("notices.see", "查看通知发送记录", "See the notice log", (SYSTEM, OFFICER)),
        Action("notices.read", "查看通知全文(须说明理由)", "Read a notice in full, with a reason", (OFFICER,)),
        Action("tokens.manage", "发放、收回接口令牌", "Issue and end API tokens", (SECURITY,)),
        Action("tokens.collect", "领取本人负责的接口令牌", "Collect API tokens one answers for", WORKING),
        Action("audit.see", "查看审计记录", "See the trail", (AUDIT,)),
        Action("audit.verify", "校验审计记录", "Verify the trail", (AUDIT,)),
        Action("audit.verdict", "查看审计记录是否完整", "See whether the trail is whole", (AUDIT, SECURITY)),
        # Feeds
        Action("feeds.see", "查看数据接收", "See feeds", CITY),
        Action("feeds.take", "接收数据", "Take a feed in", (OFFICER,)),
        Action("feeds.withdraw", "撤回来件", "Take a feed back", (OFFICER,)),
        # People
        Action("people.find", "查找会员、事项、付款", "Find people, cases, payments", WORKING),
        Action("people.see", "查看会员", "See a member", WORKING),
        Action("people.reveal", "查看完整个人信息(须说明理由)", "Reveal masked data, with a reason", WORKING),
        Action(
            "people.correct",
            "更正手机号、账号、姓名、证件号码(须说明理由)",
            "Correct mobile, account, name, number, with a reason",
            (OFFICER, UNION),
        ),
        Action("people.merge", "合并重复人员", "Merge duplicates", (OFFICER,)),
        Action("decisions.see", "查看核定结果", "See decisions", WORKING),
        Action("heirs.name", "登记身故补贴领取人", "Name who receives the subsidy for a death", (OFFICER, UNION)),
        # Call lists, applications, review
        Action("calls.see", "查看联系清单", "See call lists", WORKING),
        Action("calls.work", "记录联系、约定日期、转交", "Log calls, promise dates, hand on", (OFFICER, UNION)),
        Action("calls.close", "关闭联系事项", "Close a case of a call list", (OFFICER,)),
        Action("applications.see", "查看申请", "See applications", (OFFICER, REVIEWER, UNION)),
        Action(
            "applications.file", "代为申请、补正、撤回", "File, supplement, withdraw for a member", (OFFICER, UNION)
        ),
        Action("reviews.see", "查看审核队列", "See the review queue", (OFFICER, REVIEWER)),
        Action("reviews.decide", "审核(按金额限额)", "Review, up to a limit by role", (OFFICER, REVIEWER)),
        Action(
            "reviews.second",
            "复核申诉,批准超限额事项(两人)",
            "Judge appeals, approve large cases (two people)",
            (REVIEWER,),
        ),
        Action("reviews.compare", "审核情况对比", "Compare reviewers", (OFFICER,)),
        Action("complaints.answer", "答复会员投诉", "Answer complaints", (OFFICER,)),
        # Money
        Action("payments.see", "查看发放", "See payments", CITY),
        Action("payments.prepare", "编制批次", "Prepare a batch", (FINANCE,)),
        Action(
            "payments.approve",
            "复核批次(再次验证第二因素)",
            "Approve a batch, second factor again",
            (FINANCE, REVIEWER),
        ),
        Action("payments.send", "下载银行文件", "Download the bank file", (FINANCE,)),
        Action("payments.answer", "导入银行结果,处理退汇", "Take bank answers, work returned items", (FINANCE,)),
        Action("recoveries.see", "查看追回", "See recoveries", CITY),
        Action("payments.sign", "登记付款签字人", "Name who signs payments", (SECURITY,)),
        Action("recoveries.work", "办理追回", "Work recoveries", (FINANCE,)),
        Action(
            "recoveries.approve",
            "复核核销(再次验证第二因素)",
            "Approve a write-off, second factor again",
            (FINANCE, REVIEWER),
        ),
        Action("ledger.see", "查看账簿", "See the books", CITY),
        Action("ledger.appropriate", "登记拨款", "Enter an appropriation", (FINANCE,)),
        # Roster, unions, policies
        Action("roster.see", "查看名册", "See the roster", WORKING),
        Action("roster.change", "变更会籍、转会", "Change memberships", (OFFICER, UNION)),
        Action("roster.import", "导入名册", "Import a roster", (OFFICER, UNION)),
        Action("unions.see", "查看工会", "See unions", WORKING),
        Action("unions.change", "维护工会", "Change unions", (OFFICER,)),
        Action("policies.see", "查看政策", "Read policies", WORKING),
        Action("policies.test", "政策试算", "Test a case", WORKING),
        Action("policies.publish", "发布政策(两人)", "Publish a policy, two people", (OFFICER, REVIEWER)),
        Action("laboratory.use", "政策实验室", "Policy laboratory", CITY),
        # Figures
        Action("statistics.see", "查看统计", "See statistics", WORKING),
        Action("statistics.wall", "大屏", "Full-screen view", CITY),
        Action("statistics.bulletin", "通报", "Bulletin", CITY),
        # A member's own
        Action("mine.see", "查看本人事项", "See my own", (MEMBER,)),
        Action("mine.apply", "本人申请、补正、撤回、申诉", "Apply, supplement, withdraw, appeal", (MEMBER,)),
        Action("mine.change", "变更本人收款账号", "Change my account number", (MEMBER,)),
        Action("mine.complain", "本人投诉", "Complain", (MEMBER,)),
        # Enterprise help
        Action("needs.own", "本企业需求与进展", "Own needs and progress", (ENTERPRISE,)),
        Action("needs.see", "查看需求、看板、档案", "See needs, boards, archives", (ORGANISER, STEWARD)),
        Action("needs.forward", "转交、退回、升级需求", "Forward, pass on, escalate needs", (ORGANISER,)),
        Action("service.work", "管家工作台", "A steward's work", (STEWARD,)),
        Action("campaigns.see", "查看专项服务批次", "See rounds of help", (ORGANISER, STEWARD)),
        Action("campaigns.change", "维护批次、网络、管家分工", "Change rounds, network, stewards", (ORGANISER,)),
        Action("experts.see", "查看资源清单", "See the resource list", (ORGANISER, STEWARD)),
        Action("experts.change", "维护资源清单", "Change the resource list", (ORGANISER,)),
        Action("pairing.see", "查看配对方案", "See proposals of pairing", (ORGANISER, STEWARD)),
        Action("pairing.work", "主持配对会", "Lead the pairing meeting", (ORGANISER,)),
        Action("visits.own", "本人服务任务、空闲时间", "Own visits and availability", (EXPERT, STEWARD)),
        Action("visits.see", "查看勘查安排与报告", "See visits and reports", (ORGANISER, STEWARD)),
        Action(
            "visits.look", "查看一次勘查及现场记录", "See one visit with what was noted", (ORGANISER, STEWARD, EXPERT)
        ),
        Action(
            "visits.change",
            "勘查改期、取消,编制勘查方案",
            "Move and cancel visits, change survey plans",
            (ORGANISER, STEWARD),
        ),
        Action("reports.release", "签发诊断报告", "Release a report", (STEWARD,)),
        Action("help.figures", "查看专项服务统计与通报", "Figures and bulletin of a round", (ORGANISER, STEWARD)),
    )
}


def may(action: str, role: str) -> bool:
    """Say whether a role may do this; an action that is not in the table is refused to everybody."""
    known = ACTIONS.get(action)
    return known is not None and role in known.roles
