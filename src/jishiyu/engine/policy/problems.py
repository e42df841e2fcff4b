"""What can be wrong with policies."""

from dataclasses import dataclass

from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words


@dataclass(frozen=True)
class PolicyFault:
    """One fault of a policy file: its line, the path of the word, what is wrong in English and Chinese."""

    line: int
    where: str
    en: str
    zh: str


class PolicyRefused(Problem):
    """A policy file with faults; nothing runs with it."""

    en = "Policy {file} is refused, nothing was decided. {faults}"
    zh = "政策文件 {file} 不予采用,没有作出任何决定。{faults}"

    def __init__(self, file: str, faults: list[PolicyFault]) -> None:
        self.faults = faults
        super().__init__(file=file, faults=Words(self._list("zh", faults), self._list("en", faults)))

    @staticmethod
    def _list(language: str, faults: list[PolicyFault]) -> str:
        if language == "zh":
            return "".join(f"\n  第 {fault.line} 行{_at(fault)}:{fault.zh}" for fault in faults)
        return "".join(f"\n  line {fault.line}{_at(fault)}: {fault.en}" for fault in faults)


def _at(fault: PolicyFault) -> str:
    return f" {fault.where}" if fault.where else ""


class TableRefused(PolicyRefused):
    """A table with rows that cannot be used; nothing was written."""

    en = "Table {file} is refused, nothing was written. {faults}"
    zh = "对照表 {file} 不予采用,没有写入任何内容。{faults}"


class VersionsOverlap(Problem):
    """Two versions of one policy hold on the same day."""

    en = "Versions {first} and {second} of policy {name} both hold on {day}. Give the older one an `until`."
    zh = "政策 {name} 的版本 {first} 与 {second} 在 {day} 同时有效。请给较早的版本写上 until。"


class VersionsDiffer(Problem):
    """Two versions of one policy do not agree on what they judge or on the day that decides."""

    en = "Versions {first} and {second} of policy {name} differ in `{word}`. Give the newer one a name of its own."
    zh = "政策 {name} 的版本 {first} 与 {second} 的 {word} 不同。请给较新的一个另起政策名。"


class TiedPolicyMissing(Problem):
    """A policy shares a limit with another one, or gives way to it, and that one is not there."""

    en = "Policy {name} {version} is tied to {other}, which is not given. Name its file too; nothing was decided."
    zh = "政策 {name} {version} 与 {other} 相关联,但没有给出 {other}。请一并指定其文件;没有作出任何决定。"


class LimitsDisagree(Problem):
    """Policies that share a limit do not state the same one."""

    en = (
        "Policy {name} {version} shares its last limit with {other}, but version {theirs} of {other} does not state the same limit "
        "(numbers, window, `with`) and the same `order`. Write it in both in the same words."
    )
    zh = (
        "政策 {name} {version} 的最后一项限额与 {other} 共用,但 {other} 的版本 {theirs} 没有写明相同的限额(数额、窗口、with)和相同的 order。"
        "请在两份文件中写成一样。"
    )


class EventsNotShared(Problem):
    """Two policies are tied by one event, but never judge the same one."""

    en = (
        "Policy {name} {version} asks what {other} says about the same event, but no event can be both: a stay is tied to policies "
        "that judge stays, an accident, death or fire to those that judge what is applied for."
    )
    zh = "政策 {name} {version} 要求与 {other} 对照同一事件,但两者不会有同一事件:住院只能与适用于住院的政策对照,意外、身故、火灾等只能与须申请的政策对照。"


class PoliciesInACircle(Problem):
    """Policies give way to each other."""

    en = "Policies give way to each other, so that none can be decided first: {names}. Take one `not_paid_by` out."
    zh = "政策相互让位,无法确定先后:{names}。请去掉其中一条 not_paid_by。"


class UnitsDiffer(Problem):
    """Two policies of one run judge whole stays and single settlements."""

    en = (
        "Policy {first} and policy {second} differ in `unit`: one judges whole stays, the other each settlement. A line belongs to one "
        "of them; decide them in two runs."
    )
    zh = "政策 {first} 与 {second} 的 unit 不同:一个按整次住院、一个按每笔结算。一条记录只能归入其一,请分两次运行。"


class PolicyUnknown(Problem):
    """No policy of that name is shipped or given."""

    en = "There is no policy named {name}. Known are: {known}."
    zh = "没有名为 {name} 的政策。现有:{known}。"


class NotInForce(Problem):
    """No version of the policy holds on that day."""

    en = "Policy {name} has no version in force on {day}. Its versions begin on: {begins}."
    zh = "政策 {name} 在 {day} 没有有效版本。各版本起始日:{begins}。"


class FieldMissing(Problem):
    """A policy needs a field that the events do not carry."""

    en = "Policy {name} {version} needs the field {field}, which the input does not have. Add the column to the file."
    zh = "政策 {name} {version} 需要字段 {field},但输入中没有。请在文件中补上这一列。"


class TrialFactUnusable(Problem):
    """A field of a trial case that cannot be used."""

    en = (
        "The field {fact} of this case cannot be used as it is filled in. Correct it and try again; nothing was stored."
    )
    zh = "试算的 {fact} 一项无法使用。请更正后重试;未存入任何数据。"


class NumberNotEditable(Problem):
    """A text is laid out so that one of its numbers cannot be changed by a form."""

    en = "The number {where} cannot be changed in the form. Change it in the text."
    zh = "数字 {where} 无法在表单中修改。请在文本中修改。"


class SourceNotNamed(Problem):
    """Numbers were changed without saying where the new ones come from."""

    en = "Numbers were changed: name the decision or regulation that they come from."
    zh = "数字有改动:请写明新数字出自哪份决定或办法。"
