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
