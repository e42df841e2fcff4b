"""Reason codes of a diagnosis → sentences, in Chinese and English."""

from collections.abc import Sequence

from jishiyu.engine.inspection.model import Finding, Reason

# Codes without details first; the braces are the details of the reason.
REASONS: dict[str, tuple[str, str]] = {
    "within": ("符合限值", "within the limit"),
    "beyond": ("超出限值", "beyond the limit"),
    "one_reading": (
        "限值针对一段时间内的测量值,一次手持读数不能据此判不合格,请用电能质量分析仪连续测量一天以上",
        "the limit is set for values over a period; one hand-held reading cannot fail it, measure a day or more with an analyser",
    ),
    "month": ("限值针对一个月的平均值,请与电费单核对", "the limit is set for the average of a month; compare with the bill"),
    "lasting_unknown": (
        "持续 {hours} h 才作此判定,一次读数不能说明持续多久",
        "this needs {hours} h without a break; one reading does not tell how long it lasts",
    ),
    "lasted": ("最长连续 {longest},达到 {hours} h", "longest stretch {longest}, {hours} h and more"),
    "did_not_last": ("最长连续 {longest},未达到 {hours} h", "longest stretch {longest}, less than {hours} h"),
    "grade_general": ("属一般缺陷,列入检修计划", "general defect: plan the repair"),
    "grade_severe": ("属严重缺陷,尽快处理并加强监测", "severe defect: repair soon, watch it until then"),
    "grade_critical": ("属危急缺陷,立即停电或转移负荷处理", "critical defect: take it out of service or move its load at once"),
    "coupling_only": ("限值针对公共连接点,此处参照使用", "the limit is set for the point of common coupling; used here by comparison"),
    "taken_as": ("测点清单未说明{what},按{as_zh}判定", "the list of points does not say the {what_en}; taken as {as_en}"),
    "level_unknown": ("没有电压等级,不作判定;请补充,例如 380V", "no voltage level, so no verdict; add it, such as 380V"),
    "level_not_known": (
        "不认识电压等级“{given}”,不作判定;请写成 220V、380V、10kV 等",
        "voltage level {given} is not known, so no verdict; write 220V, 380V, 10kV …",
    ),
    "level_differs": (
        "读数写的电压等级是 {given},测点清单写的是 {listed},请核对",
        "the reading says voltage level {given}, the list of points says {listed}; compare them",
    ),
    "kind_not_known": ("不认识测点类型“{given}”", "kind of point {given} is not known"),
    "kind_differs": (
        "读数写的测点类型是 {given},测点清单写的是 {listed},请核对",
        "the reading says kind {given}, the list of points says {listed}; compare them",
    ),
    "no_limit_at_level": ("本版标准对 {level} 没有此项限值,不作判定", "no edition in force has a limit for this at {level}, so no verdict"),
    "no_limit_on_day": ("{on} 没有适用于此项的标准,不作判定", "no standard for this was in force on {on}, so no verdict"),
    "quantity_missing": ("没有检测项目,不作判定;请补充", "the quantity is missing, so no verdict; add it"),
    "quantity_not_known": (
        "不认识检测项目“{given}”,不作判定;请写成 voltage、电压、5次谐波电压 等",
        "quantity {given} is not known, so no verdict; write voltage, harmonic_u_5 …",
    ),
    "point_missing": ("没有测点,不作判定;请补充", "the point is missing, so no verdict; add it"),
    "value_missing": ("没有实测值,不作判定;请补充", "the value is missing, so no verdict; add it"),
    "not_a_number": ("“{given}”不是数字;数值和单位请分开填写", "{given} is no number; write the number and its unit apart"),
    "unit_missing": ("没有单位,不作判定;应为 {expected}", "the unit is missing, so no verdict; write {expected}"),
    "unit_not_known": ("不认识单位“{given}”,不作判定;应为 {expected}", "unit {given} is not known, so no verdict; write {expected}"),
    "unit_wrong": ("单位 {given} 不能用于此项,不作判定;应为 {expected}", "{given} is no unit for this, so no verdict; write {expected}"),
    "impossible": ("{value} 不可能是此项的读数,不作判定;请核对数值", "{value} cannot be a reading of this, so no verdict; check the number"),
    "voltage_unit_suspect": (
        "{value} 与电压等级 {level} 相差过大,像是单位写错(应为 {likely}?),不作判定;请核对",
        "{value} is far from {level}: the unit looks wrong ({likely}?), so no verdict; check it",
    ),
    "phase_voltage": (
        "{value} 像是 {level} 系统的相电压,不作判定;相电压请把电压等级写成 220V",
        "{value} looks like the phase voltage of a {level} system, so no verdict; give 220V as its level",
    ),
    "far_from_nominal": (
        "{value} 与电压等级 {level} 相差过大,不是供电电压偏差(停电、断线或填写有误),不作判定;请核对",
        "{value} is too far from {level}: an outage, a broken wire or a slip, no deviation of supply; no verdict, check it",
    ),
    "bound_open": (
        "读数“{given}”超出仪器量程,不能与限值比较",
        "reading {given} is beyond the range of the instrument and cannot be compared with the limit",
    ),
    "series_not_known": ("“{given}”不是 0 或 1(是否连续记录)", "{given} is neither 0 nor 1 (series)"),
    "time_not_known": ("“{given}”不是日期和时间", "{given} is no date and time"),
    "broken_row": ("第 {line} 行的字段数与表头不符或无法解析", "line {line} has too few or too many fields, or cannot be parsed"),
    "unreadable_text": ("第 {line} 行含有无法识别的字符", "line {line} holds characters that cannot be read"),
    "reference_used": ("作为参考,用于计算相对温差", "used as the reference of the relative difference"),
    "ambient_used": ("作为环境温度,用于计算相对温差", "used as the ambient temperature of the relative difference"),
    "reference_unused": ("没有与之比较的热点温度,不作判定", "no hot point to compare it with, so no verdict"),
    "ambient_unused": ("没有与之比较的热点温度,不作判定", "no hot point to compare it with, so no verdict"),
    "relative": (
        "δ = ({t1} - {t2}) / ({t1} - {t0}) = {delta} %",
        "δ = ({t1} - {t2}) / ({t1} - {t0}) = {delta} %",
    ),
    "rise_small": ("温升 {rise} K 小于 {least} K,不用相对温差判断", "rise {rise} K is less than {least} K: the relative difference is not used"),
    "reference_missing": ("没有正常相温度,不能计算相对温差", "no temperature of a like point: no relative difference"),
    "ambient_missing": ("没有环境温度,不能计算相对温差", "no ambient temperature: no relative difference"),
    "rated_is": ("额定动作电流 {rated} mA", "rated {rated} mA"),
    "product_of": ("{current} mA × {time} s = {product} mA·s", "{current} mA × {time} s = {product} mA·s"),
    "load_low": ("低于经济负载率(约 40 %–75 %,假定)", "below the economic load (about 40–75 %, assumed)"),
    "deviations": ("最大偏差 {up} %,最小偏差 {down} %", "largest deviation {up} %, smallest {down} %"),
    "series": (
        "{count} 个值,{from_} 至 {until},间隔 {interval};超限 {beyond} 个({share} %)",
        "{count} values, {from_} to {until}, every {interval}; {beyond} beyond the limit ({share} %)",
    ),
    "series_of": ("连续记录,{count} 个值", "a series of {count} values"),
    "series_without_times": (
        "{count} 个值,没有测量时间;超限 {beyond} 个({share} %)",
        "{count} values without times; {beyond} beyond the limit ({share} %)",
    ),
    "share_within": ("超限不超过 5 %,95 % 值符合限值", "at most 5 % beyond: the 95 % value is within the limit"),
    "share_beyond": ("超限多于 5 %,95 % 值超出限值", "more than 5 % beyond: the 95 % value is beyond the limit"),
    "series_sum": (
        "{count} 个值,{from_} 至 {until},间隔 {interval};舍去最外侧 {dropped} 个后,正偏差 {up} %,负偏差 {down} %",
        "{count} values, {from_} to {until}, every {interval}; without the {dropped} outermost ones {up} % up and {down} % down",
    ),
    "whole_day_beyond": (
        "不足一天,但超限的值已多于全天应有 {day} 个值的 5 %",
        "less than a day, yet more values are beyond than 5 % of the {day} values of a day",
    ),
    "too_short": (
        "不足一天({count} 个值,全天应有 {day} 个),不能据此判不合格",
        "less than a day ({count} of {day} values): it cannot fail",
    ),
    "too_few": (
        "有缺数({count} 个值,全天应有 {day} 个),缺的值按合格计",
        "values are missing ({count} of {day} values of a day); what is missing counts as within the limit",
    ),
    "length_unknown": ("没有测量时间,不知道是否满一天,不能据此判不合格", "no times, so nobody knows whether it is a day: it cannot fail"),
    "gaps": ("缺 {missing} 个值", "{missing} values are missing"),
    "bad_day": ("其中 {day} 一天超限 {share} %,请留意", "on {day} alone {share} % were beyond, keep an eye on it"),
    "spike": ("最大值 {largest} 超出限值", "the largest value {largest} is beyond the limit"),
    "worst_value": ("{count} 个值中最不利的一个", "the worst of {count} values"),
    "left_out": (
        "{count} 个值(如 {given})不可能是此项的读数,未计入",
        "{count} values (such as {given}) cannot be readings of this and were left out",
    ),
    "rows_unreadable": (
        "{count} 行没有可用的数值(如“{given}”),未计入",
        "{count} rows hold no usable number (such as {given}) and were left out",
    ),
    "same_time_twice": ("{count} 行与另一行完全相同,只计一次", "{count} rows are the same as another and count once"),
    "no_value_left": ("没有可用的值,不作判定", "no usable value is left, so no verdict"),
}  # fmt: skip
PHASE = ("{phase} 相", "phase {phase}")


def say(reason: Reason, language: str) -> str:
    """This function will return the sentence of a reason in `zh` or `en`, without a stop."""
    return REASONS[reason.code][0 if language == "zh" else 1].format(**dict(reason.details))


def sentence(reasons: Sequence[Reason], language: str) -> str:
    """This function will return several reasons as one sentence."""
    if not reasons:
        return ""
    told = (";" if language == "zh" else "; ").join(say(reason, language) for reason in reasons)
    return f"{told}。" if language == "zh" else f"{told[0].upper()}{told[1:]}."


def why(finding: Finding, language: str) -> str:
    """This function will return the reason of a finding as a sentence; the phase stands in front where there is one."""
    told = sentence(finding.reasons, language)
    if not finding.phase:
        return told
    head = PHASE[0 if language == "zh" else 1].format(phase=finding.phase)
    return f"{head}:{told}" if language == "zh" else f"{head[0].upper()}{head[1:]}: {told[0].lower()}{told[1:]}"
