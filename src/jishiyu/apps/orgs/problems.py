"""What can be wrong with unions."""

from jishiyu.engine.problems import Problem


class UnionUnknown(Problem):
    """No union has this code."""

    en = "There is no union with the code {code}. Check the code, or load the unions first: jishiyu load unions FILE"
    zh = "没有编码为 {code} 的工会。请核对编码,或先导入工会:jishiyu load unions 文件"


class UnionFileRefused(Problem):
    """Lines of a file of unions are wrong; the file is small and taken whole or not at all."""

    en = "{file} was not taken, {count} lines need correcting. {first} Correct them and load the file again; nothing was changed."
    zh = "{file} 未导入,有 {count} 处需要更正。{first_zh} 请更正后重新导入;未作任何改动。"


class ParentMakesACycle(Problem):
    """A union would stand above itself."""

    en = "{code} cannot stand under {parent}: that union already stands under {code}. Choose another parent."
    zh = "{code} 不能隶属于 {parent}:后者已在 {code} 之下。请另选上级工会。"
