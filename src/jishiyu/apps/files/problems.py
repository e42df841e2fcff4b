"""What can be wrong with a file that somebody brings."""

from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words


class PaperRefused(Problem):
    """A file that is not taken; `code` says which check it failed."""

    en = "The file {name} was not taken: {what}"
    zh = "文件 {name} 未接收:{what}"

    def __init__(self, *, name: str, code: str, what: Words) -> None:
        self.code = code
        super().__init__(name=name, what=what)


class ScannerUnreachable(Problem):
    """The malware scanner is set but does not answer."""

    en = "The malware scanner does not answer ({why}). The file was not taken; tell the system administrator."
    zh = "病毒扫描程序没有响应({why})。文件未接收,请告知系统管理员。"


class TableTooHeavy(Problem):
    """A table whose reader ran out of memory or time: it holds far more than its size says, or is damaged."""

    en = (
        "{file} cannot be read: it unpacks to far more than such a list holds, as when something stands in a cell far away, "
        "or it is damaged. Copy its lines into a fresh template and send that; nothing was taken."
    )
    zh = "文件 {file} 无法读取:展开后远大于一份清单应有的内容(例如很远的单元格里有内容),或文件已损坏。请把各行复制到新下载的模板后再提交;未接收任何内容。"
