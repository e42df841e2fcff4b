"""What can be wrong with a round, a need list, or a step of a need."""

from jishiyu.engine.problems import Problem


class NeedUnknown(Problem):
    """No need of this number."""

    en = "There is no need {need}. Look at the list of needs."
    zh = "没有需求 {need}。请在需求列表中查找。"


class MoveNotAllowed(Problem):
    """The need is not where this step starts."""

    en = "Need {number} is '{state}'; this step is not possible from there. Possible now: {possible}."
    zh = "需求 {number} 目前为“{state}”,不能办理这一步。现在可以:{possible}。"


class SentenceMissing(Problem):
    """A step that needs a reason has none."""

    en = "Say why, in at least two characters; the enterprise reads it. Nothing was changed."
    zh = "请写明原因(至少两个字),企业会看到;未作任何改动。"
