"""What can be wrong with a question to the laboratory."""

from jishiyu.engine.money import yuan_text
from jishiyu.engine.problems import Problem


class NoHistory(Problem):
    """A folder holds neither the result of a run nor a feed with its roster."""

    en = (
        "{folder} holds no history: neither the --out folder of `jishiyu decide` nor settlement files with a file roster.* "
        "beside them. Name such a folder with --history."
    )
    zh = (
        "{folder} 中没有历史数据:既不是 `jishiyu decide` 的 --out 文件夹,也没有结算数据文件及同处的 roster.* 名册文件。"
        "请用 --history 指定这样的文件夹。"
    )


class HistoryWithoutRoster(Problem):
    """The result folder of an earlier version, which kept no memberships."""

    en = "{folder} was written without roster.parquet. Run `jishiyu decide` again with the same files; then ask again."
    zh = "{folder} 中没有 roster.parquet。请用相同文件重新运行 `jishiyu decide`,然后再试。"


class PoliciesDiffer(Problem):
    """Two policies that judge nothing in common cannot be compared."""

    en = "{first} judges {first_kinds} and {second} judges {second_kinds}: nothing to compare. Name two policies for one kind of event."
    zh = "{first} 适用于 {first_kinds},{second} 适用于 {second_kinds},没有可比的事项。请指定两个适用于同类事项的政策。"


class NothingToJudge(Problem):
    """The history has no event of the kinds that the policies judge."""

    en = "The history in {folder} has no member's event that {policy} judges. Name another folder with --history."
    zh = "{folder} 的历史数据中没有 {policy} 适用的会员事项。请用 --history 指定其他文件夹。"


class HistoryTooShort(Problem):
    """A forecast needs a year."""

    en = "The history has {months} whole months; a forecast needs at least 12. Name a longer history."
    zh = "历史数据只有 {months} 个完整月份;预测至少需要 12 个。请指定更长的历史数据。"


class NotBrackets(Problem):
    """Best brackets were asked of a policy that has none of the kind."""

    en = "{policy} has no whole-amount brackets over a plain threshold; there is no table to look for. Name another policy."
    zh = "{policy} 不是按全额分档、且设起付线(不扣除)的办法,无法寻找最优档次。请指定其他办法。"


class BudgetTooSmall(Problem):
    """Even the lowest rate costs more."""

    en = "The budget is {budget} yuan, but the lowest rate alone costs {needed} yuan. Raise the budget, the threshold, or lower the rate."
    zh = "预算为 {budget} 元,但仅按最低比例就需要 {needed} 元。请提高预算或起付线,或降低最低比例。"

    @classmethod
    def of(cls, budget_fen: int, needed_fen: int) -> "BudgetTooSmall":
        """Return the problem with amounts in yuan."""
        return cls(budget=yuan_text(budget_fen), needed=yuan_text(needed_fen))
