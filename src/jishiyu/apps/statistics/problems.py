"""What can be wrong with a question for figures."""

from jishiyu.engine.problems import Problem


class UnionUnknown(Problem):
    """Figures were asked for a union that does not exist."""

    en = "There is no union with the code {code}. Give the code as it stands in the list of unions."
    zh = "没有编码为 {code} 的工会。请按工会名录中的编码填写。"


class PolicyUnknown(Problem):
    """Figures were asked for a policy that is not in force and under which nothing was ever decided."""

    en = "There is no policy {policy}, and nothing was ever decided under it. Known are: {known}."
    zh = "没有名为 {policy} 的补贴办法,也从未按其作过决定。现有的补贴办法:{known}。"


class PeriodEmpty(Problem):
    """The period ends before it begins."""

    en = "The period from {since} until {until} holds no day; the last day is given as the day after it."
    zh = "自 {since} 起、至 {until} 前的期间内没有一天;截止日请填最后一天的次日。"


class NotPerUnion(Problem):
    """Lines of feeds cannot be told apart by union or policy."""

    en = (
        "Lines of feeds are counted for the whole city: invalid or unmatched lines belong to no union and no policy. "
        "Ask again without --union and --policy."
    )
    zh = "来件行数只能按全市统计:无效或未匹配的行不属于任何工会或补贴办法。请去掉 --union 和 --policy 再试。"


class DecisionUnknown(Problem):
    """A document was asked for a stay that was never decided."""

    en = "There is no decision about {stay_id}. Stays are named hospital/visit, applications by their number."
    zh = "没有关于 {stay_id} 的决定。住院请写“医院编码/就诊ID”,申请请写申请编号。"


class BatchUnknown(Problem):
    """A document was asked for a batch that does not exist."""

    en = "There is no payment batch {batch_id}."
    zh = "没有编号为 {batch_id} 的发放批次。"
