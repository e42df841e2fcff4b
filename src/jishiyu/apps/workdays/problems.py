"""What can be wrong when a year's working days are entered."""

from jishiyu.engine.problems import Problem


class YearIsShipped(Problem):
    """A year whose notice comes with the product."""

    en = "The working days of {year} come with this version and are not entered by hand. Nothing was changed."
    zh = "{year} 年的节假日安排已随本版本提供,无需登记;未作任何改动。"


class NoticeNotKept(Problem):
    """The data folder does not let us write."""

    en = "The notice could not be written to {path}: {reason}. Nothing was changed. Let the user of the server write there."
    zh = "节假日安排未能写入 {path}:{reason}。未作任何改动。请让服务器的运行用户对该处有写入权限。"
