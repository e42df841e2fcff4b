"""Reason codes → sentences a member understands, in Chinese and English."""

from jishiyu.engine.policy.model import Policy
from jishiyu.engine.settlement.flaws import FLAWS

REASONS: dict[str, tuple[str, str]] = {
    "threshold_not_reached": ("个人现金支付没有达到门槛", "the personal cash payment does not reach the threshold"),
    "below_minimum": ("金额低于最低支付额", "the amount is below the smallest payment"),
    "not_in_table": ("伤情不在对照表中,需要人工核实", "the injury is not in the table; a person has to look"),
    "base_missing": ("缺少计算所需的金额", "the amount needed for the calculation is missing"),
    "birth_date_missing": ("证件号码和名册中都没有出生日期,无法确定年龄,请补充", "neither certificate nor roster holds the birth date; the age is unknown, add it"),
    "medical_types_differ": ("各次结算的医疗类别不同,不全在范围内,需要核实", "parts of this stay have medical types that are not covered; a person has to look"),
    "other_policy_waits": ("同一事件的另一项补贴尚待核实,之后才能确定本项", "another subsidy for the same event waits for a person; this one follows from it"),
    "no_policy": ("没有适用于这类事件的政策", "no policy judges events of this kind"),
    "anchor_missing": ("缺少确定版本和会籍的日期,需要人工核实", "the day that decides about version and membership is missing; a person has to look"),
    "no_version_in_force": ("当日没有有效的政策版本", "no version of the policy was in force on that day"),
    # Read before and after the case has ended, on paper too: it says how such an amount is paid, not what comes next.
    "over_automatic_limit": ("超过免申请额度,经工会协助备齐材料、两人审核后发放", "over the automatic limit: paid once papers are in and two have signed"),
    "limit_reached": ("限额内只剩这么多", "the limit leaves only this much"),
    "not_on_the_roster": ("名册中没有此人", "this person is not on the roster"),
    "name_differs": ("证件号码相同但姓名与名册不一致,需要人工核实", "same number but another name than on the roster; a person has to look"),
    "household_differs": ("申请的户号与名册不一致,需要人工核实", "another household in the application than on the roster; a person has to look"),
    "original_unknown": ("冲销的原结算找不到,需要人工核实", "the settlement that this line undoes is unknown; a person has to look"),
    "undoing_line": ("这是冲销记录本身", "this line is the undoing itself"),
    "undone_by_another_line": ("已被另一条记录冲销", "undone by another line"),
    "flagged_as_refunded": ("标记为已退费", "flagged as refunded"),
    "flagged_as_void": ("标记为无效", "flagged as void"),
    "undone_by_an_unusable_line": ("有一条无法使用的记录声称冲销了它,需要人工核实", "a line that cannot be used claims to undo it; a person has to look"),
    "two_people_in_one_stay": ("同一次住院出现两个人,需要人工核实", "two people under one stay; a person has to look"),
    "two_names_in_one_stay": ("同一次住院的各次结算姓名不同,需要人工核实", "the settlements of one stay bear different names; a person has to look"),
    "another_part_is_held": ("同一次住院的另一条结算待核实", "another settlement of the same stay is held"),
    "applied_for_already": ("这次住院已有申请,需人工核对,以免重复发放", "applied for already; a person has to compare, so that it is not paid twice"),
    "flawed_line": ("结算记录有疑点,需要人工核实", "the settlement line is doubtful; a person has to look"),
}  # fmt: skip

# Of two flaws with one reason (a break that is a warning or holds) the first speaks for both.
_FLAWS = {flaw.reason: flaw for flaw in reversed(FLAWS)}


def say(code: str, language: str, policy: Policy | None = None) -> str:
    """This function will return the sentence of a reason code; codes of a policy's requirements speak by the policy."""
    for requirement in policy.requirements if policy else ():
        if requirement.code == code:
            missing = requirement.otherwise == "held"
            if language == "zh":
                return f"{'待补充' if missing else '不符合条件'}:{requirement.words['zh']}"
            return f"{'still needed' if missing else 'not met'}: {requirement.words['en']}"
    if code in REASONS:
        return REASONS[code][0 if language == "zh" else 1]
    if flaw := _FLAWS.get(code):
        return flaw.zh.rstrip("。") if language == "zh" else flaw.en.rstrip(".")
    return code
