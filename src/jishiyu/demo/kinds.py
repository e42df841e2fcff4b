"""The kinds of dirt: how often, on which stays, and in which kinds of file they can occur.

How often each occurs is assumed. Harmless dirt leaves the stay what it was; spoiling dirt keeps it from being decided.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jishiyu.demo.period import FORMATS, Period
from jishiyu.demo.streams import Ints, Stream

Words = npt.NDArray[np.str_]
TEXT_FILES = ("csv_utf8", "csv_gb18030", "tsv_zip", "json_lines", "xlsx")
DELIMITED = ("csv_utf8", "csv_gb18030", "tsv_zip")


@dataclass(frozen=True)
class Kind:
    """One kind of dirt: its weight in ten thousand stays (harmless) or among the spoilt ones, and what it means."""

    name: str
    weight: int
    zh: str
    formats: tuple[str, ...] = FORMATS
    later: bool = False  # needs a later month for a second line


HARMLESS = (
    Kind("duplicate", 60, "同一行在同一文件中出现两次"),
    Kind("sent_again", 60, "同一行在以后的文件中再次报送", later=True),
    Kind("corrected", 40, "同一文件中有更新时间较新的更正行"),
    Kind("corrected_later", 40, "以后的文件中有更新时间较新的更正行", later=True),
    Kind("corrected_undated", 20, "更正行没有更新时间,以后到的为准"),
    Kind("mid_stay", 90, "一次住院分几次结算(中途结算)"),
    Kind("cross_year", 12, "跨年住院,年底分段结算"),
    Kind("hand_reimbursed", 120, "零星报销,几个月后才结算"),
    Kind("settled_again", 60, "冲销后重新结算"),
    Kind("settled_again_later", 20, "以后的月份冲销并重新结算", later=True),
    Kind("lower_case_x", 30, "证件号码末位为小写 x"),
    Kind("full_width_number", 30, "证件号码为全角数字"),
    Kind("spaced_number", 30, "证件号码中有空格"),
    Kind("fifteen_digits", 15, "15 位旧证件号码"),
    Kind("spaced_name", 30, "姓名后有全角空格"),
    Kind("sums_do_not_add_up", 40, "金额之间的恒等关系不成立(仅提示)"),
    Kind("returned_and_corrected", 15, "证件号码错误,退回后以后的文件中更正", later=True),
)
SPOILING = (
    Kind("undone", 40, "冲销:负数行指向原结算,原行标志仍为 0"),
    Kind("undone_both_flagged", 30, "冲销:正负两行都带退费标志"),
    Kind("undone_by_flag", 25, "冲销:没有负数行,以后重新报送原行,退费标志改为 1", later=True),
    Kind("void", 10, "有效标志为 0"),
    Kind("undone_late", 30, "支付以后的月份甚至次年才冲销", later=True),
    Kind("undone_before_original", 10, "冲销行先于原结算到达", later=True),
    Kind("original_never_sent", 10, "冲销行的原结算从未报送"),
    Kind("wrong_check_digit", 25, "证件号码校验码错误"),
    Kind("scientific_number", 15, "证件号码被表格软件变成科学计数"),
    Kind("impossible_date", 15, "日期不存在", TEXT_FILES),
    Kind("begins_after_ends", 8, "开始日期晚于结束日期"),
    Kind("three_decimals", 12, "金额有三位小数", TEXT_FILES),
    Kind("negative_amount", 5, "非冲销行金额为负"),
    Kind("no_hospital", 5, "缺少医疗机构编号"),
    Kind("broken_row", 12, "行内字段数不对", DELIMITED),
    Kind("wrong_name", 15, "证件号码相同而姓名不同"),
    Kind("unknown_medical_type", 15, "医疗类别不在代码表内"),
    Kind("two_people", 8, "同一就诊编号下有两个人"),
)
ALL = {kind.name: kind for kind in (*HARMLESS, *SPOILING)}
CLEAN = ""


def choose(stream: Stream, class_: str, count: int) -> Words:
    """This function will choose the dirt of every stay of a class; large stays and stories stay clean."""
    if class_ == "large":
        return np.full(count, CLEAN)
    if class_ == "spoilt":
        # The first ones take each kind in turn, so that even a small city has all of them.
        drawn = stream.choose(count, [kind.weight for kind in SPOILING])
        drawn[: len(SPOILING)] = np.arange(len(SPOILING))[:count]
        return np.asarray([kind.name for kind in SPOILING])[drawn]
    names = np.asarray([CLEAN, *[kind.name for kind in HARMLESS]])
    weights = [10_000 - sum(kind.weight for kind in HARMLESS), *[kind.weight for kind in HARMLESS]]
    drawn = stream.choose(count, weights)
    if class_ == "paid":
        drawn[: len(HARMLESS)] = np.arange(1, len(HARMLESS) + 1)[:count]
    chosen = names[drawn]
    if class_ == "stranger":
        # These need a number of a certain form, and strangers are not chosen by their numbers.
        chosen[(chosen == "lower_case_x") | (chosen == "fifteen_digits")] = CLEAN
    return chosen


def fit_months(dirt: Words, months: Ints, period: Period) -> Ints:
    """This function will move stays to months in whose files their dirt can occur."""
    months = months.copy()
    for kind in ALL.values():
        mine = dirt == kind.name
        if not mine.any():
            continue
        if kind.formats != FORMATS:
            months[mine] = period.nearest(months[mine], kind.formats)
        if kind.later:
            months[mine] = np.minimum(months[mine], max(period.count - 2, 0))
        if kind.name == "sent_again":
            months[mine] = months[mine] % max(period.count - len(FORMATS), 1)
    januaries = [month for month in range(1, period.count) if period.first_of(month).month == 1]
    over_new_year = dirt == "cross_year"
    if januaries:
        months[over_new_year] = np.asarray(januaries, dtype=np.int64)[months[over_new_year] % len(januaries)]
    return months
