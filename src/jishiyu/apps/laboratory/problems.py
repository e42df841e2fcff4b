"""What can be wrong with keeping answers of the laboratory."""

from jishiyu.engine.problems import Problem


class TitleMissing(Problem):
    """A result without a title."""

    en = "Give it a title, so that others know what it is."
    zh = "请填写标题,以便他人知道这是什么。"


class HistoryNotMeasured(Problem):
    """The laboratory has not looked at the city's data yet."""

    en = "The history for {policy} has not been measured yet. Press “Measure the history” and wait until it is done."
    zh = "{policy} 的历史数据尚未测算。请点击“测算历史数据”,完成后再试。"
