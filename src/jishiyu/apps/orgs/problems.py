"""What can be wrong with unions."""

from jishiyu.engine.problems import Problem


class UnionUnknown(Problem):
    """No union has this code."""

    en = "There is no union with the code {code}. Check the code, or load the unions first: jishiyu load unions FILE"
    zh = "没有编码为 {code} 的工会。请核对编码,或先导入工会:jishiyu load unions 文件"


class UnionFileRefused(Problem):
    """Lines of a file of unions are wrong; the file is small and taken whole or not at all."""

    en = "{file} was not taken, {count} lines need correcting. {first} Correct them and load the file again; nothing was changed."
    zh = "{file} 未导入,有 {count} 处需要更正。{first} 请更正后重新导入;未作任何改动。"


class ParentMakesACycle(Problem):
    """A union would stand above itself."""

    en = "{code} cannot stand under {parent}: that union already stands under {code}. Choose another parent."
    zh = "{code} 不能隶属于 {parent}:后者已在 {code} 之下。请另选上级工会。"


class UnionIncomplete(Problem):
    """A union without code, name or kind."""

    en = "A union needs a code, a name and a kind. Fill them in."
    zh = "工会须有编码、名称和类别。请补全。"


class UnionCodeTaken(Problem):
    """The code belongs to another union."""

    en = "There is already a union with the code {code}. Choose another code."
    zh = "编码 {code} 已被其他工会使用。请另选编码。"


class UsccUnusable(Problem):
    """A unified social credit code with a wrong check character."""

    en = "{uscc} is not a unified social credit code: check its 18 characters, or leave it empty."
    zh = "{uscc} 不是有效的统一社会信用代码。请核对 18 位字符,或留空。"


class UsccTaken(Problem):
    """The unified social credit code belongs to another union."""

    en = "The unified social credit code {uscc} already belongs to union {code}. Check it."
    zh = "统一社会信用代码 {uscc} 已属于工会 {code}。请核对。"


class UnionClosedAlready(Problem):
    """Closing what is closed."""

    en = "Union {code} was already closed on {on}. Nothing was changed."
    zh = "工会 {code} 已于 {on} 撤销。未作任何改动。"


class UnionStillParent(Problem):
    """Other unions stand under it."""

    en = "{count} open unions still stand under {code}, the first is {first}. Move them first."
    zh = "{code} 之下还有 {count} 个未撤销的工会(如 {first})。请先调整其隶属关系。"


class UnionChangedMeanwhile(Problem):
    """Somebody else changed the union while the form was open."""

    en = "Somebody changed union {code} while you had the form open. Look at it again; your change was not made."
    zh = "您填写期间,工会 {code} 已被他人变更。请重新查看;您的变更未保存。"
