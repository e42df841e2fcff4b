"""What can be wrong with a profile, a payee's name or a result file. Names are masked, accounts too."""

from jishiyu.engine.problems import Problem


class ProfileUnknown(Problem):
    """No profile has this name."""

    en = "There is no bank profile {name}. Take one of: {known}."
    zh = "没有名为 {name} 的银行格式。可选:{known}。"


class ProfileWrong(Problem):
    """A profile file says what it cannot mean."""

    en = "Bank profile {file}: {detail} Put the file right; docs/howto/add-a-bank.md explains every word."
    zh = "银行格式文件 {file}:{detail} 请改正;各字段含义见 docs/howto/add-a-bank.md。"


class NameNotEncodable(Problem):
    """A rare character has no place in the bank's encoding."""

    en = (
        "The name {masked} (account {account}) has the character U+{code}, which {encoding} does not have. Ask the "
        "bank which way of writing this payee's name it keeps, and correct it in the roster; nothing was written."
    )
    zh = (
        "收款人 {masked}(账号 {account})的姓名含生僻字 U+{code},{encoding} 编码中没有该字。请向银行核实其户名写法并"
        "更正名册;文件未生成。"
    )


class NameNotSafe(Problem):
    """A name has a character that would break the file or be taken for a formula."""

    en = (
        "The name {masked} (account {account}) {detail}, which this bank's file cannot carry. Correct the name in "
        "the roster; nothing was written."
    )
    zh = "收款人 {masked}(账号 {account})的姓名{detail},该银行文件无法容纳。请更正名册;文件未生成。"


class ResultUnreadable(Problem):
    """A result file is not what its profile says."""

    en = "Result file {file}, line {line}: {detail} Nothing was taken. Ask the bank for a correct file."
    zh = "结果文件 {file} 第 {line} 行:{detail} 未作任何处理,请向银行索取正确的文件。"


class ResultTotalsDiffer(Problem):
    """The control sums of a result file disagree with its lines."""

    en = (
        "Result file {file} states {said_count} lines and {said_yuan} yuan, but its lines are {count} and add up to "
        "{yuan} yuan. Nothing was taken. Ask the bank for a complete file."
    )
    zh = (
        "结果文件 {file} 声明 {said_count} 笔、{said_yuan} 元,实有 {count} 笔、{yuan} 元。未作任何处理,"
        "请向银行索取完整的文件。"
    )


class ResultFileMissing(Problem):
    """The file that was named is not there or may not be read."""

    en = "{file} cannot be read ({reason}). Check its name and place."
    zh = "无法读取 {file}({reason})。请检查文件名和位置。"
