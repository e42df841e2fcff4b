"""What can be wrong with a question to the laboratory."""

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
