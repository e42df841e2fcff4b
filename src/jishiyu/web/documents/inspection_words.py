"""Words of the report of a diagnosis, in Chinese and English."""

from jishiyu.engine.inspection.model import ATTENTION, FAILS, NO_VERDICT, NORMAL
from jishiyu.engine.inspection.words import survey_words

VERDICT_WORDS = {
    FAILS: {"zh": "不合格", "en": "fails"},
    ATTENTION: {"zh": "需注意", "en": "attention"},
    NORMAL: {"zh": "正常", "en": "normal"},
    NO_VERDICT: {"zh": "未判定", "en": "no verdict"},
}
WORDS: dict[str, dict[str, str]] = {
    "title": {"zh": "用电诊断报告", "en": "Power inspection report"},
    "draft": {"zh": "草稿", "en": "DRAFT"},
    "draft_note": {
        "zh": "本报告为草稿,由专属管家核对并发布后生效。",
        "en": "This report is a draft; it counts when the steward has checked and released it.",
    },
    "released": {"zh": "发布", "en": "released"},
    "made": {"zh": "编制日期", "en": "made on"},
    "page": {"zh": "第 {n} 页,共 {all} 页", "en": "page {n} of {all}"},
    "enterprise": {"zh": "企业", "en": "enterprise"},
    "enterprise_unknown": {"zh": "(企业名称未填)", "en": "(enterprise not given)"},
    "address": {"zh": "地址", "en": "address"},
    "capacity_kva": {"zh": "变压器容量", "en": "transformer capacity"},
    "visited_on": {"zh": "勘查日期", "en": "visited on"},
    "team": {"zh": "服务队", "en": "team"},
    "steward": {"zh": "专属管家", "en": "steward"},
    "instruments": {"zh": "仪器", "en": "instruments"},
    "judged_on": {"zh": "标准版本按", "en": "editions in force on"},
    "about": {"zh": "基本情况", "en": "The visit"},
    "summary": {"zh": "结论", "en": "Summary"},
    "urgent": {"zh": "需要处理的问题", "en": "What needs a hand"},
    "team_advice": {"zh": "服务队建议", "en": "Advice of the team"},
    "details": {"zh": "逐点结果", "en": "Point by point"},
    "open": {"zh": "未作判定的读数", "en": "Readings without a verdict"},
    "standards": {"zh": "依据与说明", "en": "Standards and notes"},
    "where": {"zh": "测点", "en": "point"},
    "quantity": {"zh": "检测项目", "en": "quantity"},
    "phase": {"zh": "相别", "en": "phase"},
    "value": {"zh": "实测值", "en": "value"},
    "limit": {"zh": "限值", "en": "limit"},
    "basis": {"zh": "依据", "en": "standard, clause"},
    "verdict": {"zh": "结论", "en": "verdict"},
    "advice": {"zh": "建议", "en": "advice"},
    "reason": {"zh": "原因", "en": "reason"},
    "helper": {"zh": "参考", "en": "reference"},
    "colon": {"zh": "\uff1a", "en": ": "},
    "photo": {"zh": "现场照片", "en": "photo"},
    "value95": {"zh": "95 % 值", "en": "95 % value"},
    "worst": {"zh": "最不利值", "en": "worst value"},
    "standard": {"zh": "标准", "en": "standard"},
    "name": {"zh": "名称", "en": "title"},
    "in_force": {"zh": "施行", "en": "in force from"},
    "status": {"zh": "状态", "en": "status"},
    "published": {"zh": "已公布", "en": "published"},
    "assumed": {"zh": "限值或条款号部分为假定*", "en": "limit or clause partly assumed*"},
    "signatures": {"zh": "签字", "en": "Signatures"},
    "sign_team": {"zh": "服务队", "en": "for the team"},
    "sign_steward": {"zh": "专属管家", "en": "the steward"},
    "sign_enterprise": {"zh": "企业代表", "en": "for the enterprise"},
    "signed_on_site": {"zh": "现场在手机上签字", "en": "signed on the phone during the visit"},
    "sign": {"zh": "签字:", "en": "signature:"},
    "sign_day": {"zh": "年   月   日", "en": "date:"},
    "sentence_fails": {
        "zh": "本次检测 {points} 个测点,作出 {judged} 项判定:{bad} 个测点有 {fails} 项不合格,另有 {attention} 项需注意,{open} 项读数未能判定。"
        "不合格项请先处理,处理后复测。",
        "en": "{points} points were inspected and {judged} judgements made: {fails} fail at {bad} point(s), {attention} need attention, "
        "{open} without a verdict. Deal with what fails first, then measure again.",
    },
    "sentence_attention": {
        "zh": "本次检测 {points} 个测点,作出 {judged} 项判定:没有不合格项,{attention} 项需注意,{open} 项读数未能判定。",
        "en": "{points} points were inspected and {judged} judgements made: nothing fails, {attention} need attention, "
        "{open} without a verdict.",
    },
    "sentence_normal": {
        "zh": "本次检测 {points} 个测点,作出 {judged} 项判定,全部正常;{open} 项读数未能判定。",
        "en": "{points} points were inspected and {judged} judgements made, all normal; {open} without a verdict.",
    },
    "note_95": {
        "zh": "电压、频率、谐波、不平衡度的限值针对一天以上测量值的 95 %:按大小排列,舍去最不利的 5 %,其余全部符合即为合格。一次手持读数超限只作“需注意”。",
        "en": "Limits of voltage, frequency, harmonics and unbalance are for 95 % of the values of a day or more: in order of size the "
        "worst 5 % are left off, and all others have to keep the limit. One hand-held reading beyond is attention only.",
    },
    "note_curves": {
        "zh": "曲线图中红色虚线为限值,绿色底为允许范围,黑色点线为 95 % 值或最不利值,底边的红色短线标出超限的时刻。",
        "en": "In the curves red dashes are the limits, green is what is allowed, black dots the 95 % value or the worst value; red marks at the "
        "lower edge show when a value was beyond.",
    },
    "note_assumed": {
        "zh": "* 限值或条款号取自公开资料的转述或专家经验,尚未与标准原文核对,请以标准原文为准。",
        "en": "* Limit or clause as public sources or experts quote it, not yet compared with the text of the standard, which decides.",
    },
}  # fmt: skip
MEASURE_WORDS = {
    "relative_difference": {"zh": "相对温差 δ", "en": "relative difference δ"},
    "rated": {"zh": "额定动作电流", "en": "rated trip current"},
    "share_of_rated": {"zh": "动作电流占额定值", "en": "trip current of rated"},
    "product": {"zh": "动作电流 × 动作时间", "en": "trip current × time"},
    "deviation_sum": {"zh": "正负偏差之和", "en": "sum of deviations"},
}
# The short form for half a page, then the long one.
PERIOD_WORDS = {
    "zh": ("{first} 起,最小 {low},最大 {high}", "{first} 至 {last},{count} 个值,最小 {low},最大 {high}"),
    "en": ("from {first}, {low} to {high}", "{first} to {last}, {count} values, from {low} to {high}"),
}
_ENGLISH = {
    "voltage": "voltage", "frequency": "frequency", "thd_u": "total harmonic distortion", "unbalance_u": "voltage unbalance",
    "power_factor": "power factor", "temperature": "temperature", "temperature_reference": "like point, temperature",
    "temperature_ambient": "ambient temperature", "trip_time": "trip time", "trip_current": "trip current",
    "earth_resistance": "earth resistance", "insulation": "insulation", "load_ratio": "load ratio",
    "current_unbalance": "current unbalance",
}  # fmt: skip


def quantity_words(quantity: str, language: str) -> str:
    """This function will say a quantity in a language; what is not known is said as it was written."""
    known = survey_words().quantity(quantity)
    if known is None:
        return quantity or "—"
    name, order = known
    if order is not None:
        return f"{order} 次谐波电压" if language == "zh" else f"harmonic voltage {order}"
    return survey_words().label("quantity", name, "zh") if language == "zh" else _ENGLISH[name]


def clause_words(clause: str, language: str) -> str:
    """This function will say a clause in a language; numbers are the same in both."""
    return clause if language == "zh" else clause.replace("附录", "annex").replace("表", "table")
