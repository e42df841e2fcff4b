"""What can be wrong with a feed or an application that is handed in."""

from jishiyu.engine.problems import Problem


class FeedTakenBefore(Problem):
    """The same bytes were taken before."""

    en = (
        "{file} was taken before, on {on} by {by} (as {name}, feed {feed}). Nothing was stored. "
        "If the bureau meant to send something new, ask for the new file."
    )
    zh = "{file} 此前已接收过({on},{by},原文件名 {name},批次 {feed})。本次未存入任何数据。如医保部门要发的是新数据,请索取新文件。"


class FeedIsEmpty(Problem):
    """A feed without a single line."""

    en = "{file} holds no line. Nothing was stored. Ask the insurance bureau whether the right file was sent."
    zh = "{file} 中没有任何数据行。未存入任何数据。请与医保部门核对文件是否发错。"


class FeedUnknown(Problem):
    """No feed of this number."""

    en = "There is no feed {feed}. Look at `jishiyu load feed --list`."
    zh = "没有编号为 {feed} 的批次。请用 `jishiyu load feed --list` 查看。"


class FeedWithdrawn(Problem):
    """The feed was taken back and cannot be used as it is."""

    en = "Feed {feed} ({name}) was taken back on {on} by {by}: {because}. Load the file again if it is to count."
    zh = "批次 {feed}({name})已于 {on} 由 {by} 撤回,原因:{because}。如需计入,请重新导入该文件。"


class FeedPaidFrom(Problem):
    """Something of the feed is on its way to the bank or paid."""

    en = (
        "Feed {feed} ({name}) cannot be taken back: {count} of its entitlements are in a batch, sent or paid "
        "(first of all: {stay}). Ask the bureau for a file that reverses the wrong settlements instead."
    )
    zh = (
        "批次 {feed}({name})不能撤回:其中 {count} 笔补贴已进入付款批次、已送银行或已付(其中最早的:{stay})。"
        "请医保部门另发冲销文件处理。"
    )


class ReasonMissing(Problem):
    """Something is to be taken back or closed without a reason."""

    en = "Say why {what} is taken back or closed: give a reason of at least two characters."
    zh = "请说明撤回或关闭{what}的原因(至少两个字)。"


class ApplicationsRefused(Problem):
    """A file of applications has faults; it is taken whole or not at all."""

    en = (
        "{file} holds {count} applications with faults; the first is line {line}, column {column}: {what} "
        "Nothing was stored. Correct the file and load it again."
    )
    zh = "{file} 中有 {count} 份申请有误,首处在第 {line} 行 {column} 列:{what}。未存入任何数据。请更正后重新导入。"


class ApplicationUnknown(Problem):
    """No application of this number that could be withdrawn."""

    en = "There is no application {number} that could be withdrawn. Look at its number in the file it came with."
    zh = "没有可撤回的申请 {number}。请核对原文件中的申请编号。"
