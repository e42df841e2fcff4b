"""What can be wrong with a line of a table for pairing, as sentences that name the line and what to write."""

from dataclasses import dataclass

# code: Chinese, English; `left out` lines are not used, others are used as far as they can be.
SENTENCES: dict[str, tuple[str, str]] = {
    "broken_row": ("本行的字段数与表头不符,未采用", "the row has too few or too many fields, left out"),
    "unreadable_text": ("本行含有无法识别的字符,未采用", "the row holds characters that cannot be read, left out"),
    "missing": ("“{column}”为空,请补填;本行未采用", "{column} is empty; fill it in. Left out"),
    "not_a_number": ("“{column}”的“{value}”不是数字;本行未采用", "“{value}” in {column} is no number, left out"),
    "out_of_range": ("“{column}”应为 {low} 至 {high},而不是“{value}”;本行未采用", "{column} goes from {low} to {high}, not “{value}”, left out"),
    "number_twice": ("编号“{value}”在第 {other} 行已出现;本行未采用", "the number “{value}” stands in line {other} already; this line was left out"),
    "skill_unreadable": ("技能“{value}”应写成“名称:级别”,级别 1 至 5;本行未采用", "write “{value}” as name:level, 1 to 5, left out"),
    "too_many_skills": ("一项需求最多 {high} 项技能,请拆分;本行未采用", "a need has at most {high} skills; split it. Left out"),
    "window_too_short": ("最早 {low} 至最晚 {high} 之间放不下 {value} 个半天;本行未采用", "{value} half-days do not fit between {low} and {high}, left out"),
    "team_too_small": ("队伍下限 {low} 大于上限 {high};本行未采用", "team_min {low} is larger than team_max {high}, left out"),
    "role_unknown": ("角色“{value}”应为 expert(专家)、steward(管家)或 officer(工会干部);本行未采用", "“{value}” is no expert, steward or officer, left out"),
    "free_unreadable": ("空闲“{value}”应写成半天的范围,如 0-9;12-19;本行未采用", "write “{value}” as ranges like 0-9;12-19, left out"),
    "skill_unknown": ("没有任何人员具备技能“{value}”{hint_zh};这项需求无法安排", "nobody in the table has the skill “{value}”{hint}; the need cannot be served"),
    "level_too_high": ("没有人员的“{value}”达到 {low} 级(最高 {high} 级);这项需求无法安排", "nobody has “{value}” at level {low} (best: {high}), unservable"),
    "steward_unknown": ("人员表中没有管家“{value}”;按没有专属管家处理", "the steward “{value}” is not among the people; treated as none"),
}  # fmt: skip
LEFT_OUT = frozenset(SENTENCES) - {"skill_unknown", "level_too_high", "steward_unknown"}


@dataclass(frozen=True)
class LineProblem:
    """A problem of one line: where it stands, its code and the details of its sentence."""

    file: str
    line: int
    code: str
    name: str = ""
    details: tuple[tuple[str, str], ...] = ()

    @property
    def left_out(self) -> bool:
        """Return whether the line is not used at all."""
        return self.code in LEFT_OUT

    def say(self, language: str) -> str:
        """Return the sentence with file and line, in `zh` or `en`."""
        zh, en = SENTENCES[self.code]
        words = (zh if language == "zh" else en).format(**dict(self.details))
        if language == "zh":
            return f"{self.file} 第 {self.line} 行{f'({self.name})' if self.name else ''}:{words}。"
        return f"{self.file}, line {self.line}{f' ({self.name})' if self.name else ''}: {words}."


class LineWrong(Exception):
    """Raised while a line is read, and turned into a `LineProblem`."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = tuple((key, str(value)) for key, value in details.items())
