"""What the user of the generator can put right."""

from jishiyu.engine.problems import Problem


class FolderNotEmpty(Problem):
    """The demo writes into an empty folder only."""

    en = "The folder {folder} is not empty. Name a new or an empty folder with --out; nothing was written."
    zh = "文件夹 {folder} 不是空的。请用 --out 指定新的或空的文件夹;未写入任何内容。"


class CityTooSmall(Problem):
    """Too small a scale, or a single month."""

    en = "A city needs a scale of at least {least} and two months. Give a larger --scale or --months."
    zh = "城市规模至少为 {least},且至少两个月。请增大 --scale 或 --months。"


class PeriodUnclear(Problem):
    """The first month or the scale cannot be read."""

    en = "{option} cannot be read: {value}. Write a month as 2023-01, a scale as 0.125 or 1/8."
    zh = "{option} 无法识别:{value}。月份写作 2023-01,规模写作 0.125 或 1/8。"
