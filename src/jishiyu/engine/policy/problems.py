"""What can be wrong with policies."""

from dataclasses import dataclass

from jishiyu.engine.problems import Problem


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
        super().__init__(file=file, faults=self._list("en", faults))

    def say(self, language: str = "en") -> str:
        """Return the sentence with all faults in `zh` or `en`."""
        template = self.zh if language == "zh" else self.en
        return template.format(file=self.details["file"], faults=self._list(language, self.faults))

    @staticmethod
    def _list(language: str, faults: list[PolicyFault]) -> str:
        if language == "zh":
            return "".join(f"\n  第 {fault.line} 行 {fault.where}:{fault.zh}" for fault in faults)
        return "".join(f"\n  line {fault.line} {fault.where}: {fault.en}" for fault in faults)


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
