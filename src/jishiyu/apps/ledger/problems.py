"""What can be wrong with the books' input."""

from jishiyu.engine.problems import Problem


class EntryDiffers(Problem):
    """The same thing was to be posted twice with different amounts, kinds or policies."""

    en = (
        "The ledger already holds {key}, but as {known}; now it would be {given}. Nothing was posted. "
        "Look at both in `jishiyu ledger export` before you go on."
    )
    zh = "账簿中已有 {key},内容为 {known};本次为 {given},两者不一致。未记任何账。请先用 `jishiyu ledger export` 核对。"


class KeyTwice(Problem):
    """One call names the same thing twice."""

    en = "{key} stands twice in what is to be posted. Nothing was posted; take one of them out."
    zh = "待记账内容中 {key} 出现两次。未记任何账,请去掉其中一条。"


class AmountNotPositive(Problem):
    """An entry's amount is nothing or less."""

    en = "{key} has an amount of {amount_fen} fen; an entry needs more than nothing. Nothing was posted."
    zh = "{key} 的金额为 {amount_fen} 分;记账金额必须大于零。未记任何账。"


class ReferenceMissing(Problem):
    """An appropriation without the number of its document."""

    en = "An appropriation needs the number of its document, so that it cannot be entered twice. Give --reference."
    zh = "拨款须注明文件号,以免重复登记。请给出 --reference。"


class FundTooSmall(Problem):
    """More was to be taken out than the fund holds free of batches under way."""

    en = "The fund has {free} yuan free, but {wanted} yuan are needed. Appropriate more, or take a smaller amount."
    zh = "基金可用余额为 {free} 元,需要 {wanted} 元。请先拨款,或减少金额。"
