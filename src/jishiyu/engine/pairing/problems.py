"""What the user can put right before a round can be paired."""

from jishiyu.engine.problems import Problem


class NothingToPair(Problem):
    """No need or no person can be used."""

    en = "{file} holds no {what} that can be used ({wrong} lines with problems). Put the lines right and start again."
    zh = "文件 {file} 中没有可用的{what}(有问题的行:{wrong})。请更正后重试。"


class PinUnknown(Problem):
    """A pin names a need or a person that is not there."""

    en = "Pin in line {line}: {what} {name} is not in the tables. Correct the number or delete the line."
    zh = "锁定表第 {line} 行:表中没有{what} {name}。请更正编号或删除该行。"


class PinUnreadable(Problem):
    """A line of the pins cannot be understood."""

    en = "Pin in line {line}: “{value}” is not understood in the column {column}. Write {wanted}."
    zh = "锁定表第 {line} 行:“{column}”栏的“{value}”无法识别。请填写{wanted}。"


class PinContradicts(Problem):
    """Two pins, or a pin and a ban, cannot both hold."""

    en = (
        "Pin in line {line}: need {need} is pinned and forbidden, or pinned to two starts (see line {other}). Keep one."
    )
    zh = "锁定表第 {line} 行:需求 {need} 既被锁定又被禁止,或被锁定在两个时间(见第 {other} 行)。请只保留一条。"


class PinNotFree(Problem):
    """A pinned person does not offer the pinned half-days."""

    en = "Pin in line {line}: {person} is not free for {halfdays} half-days from half-day {start}. Move the pin or the person's times."
    zh = "锁定表第 {line} 行:{person} 从第 {start} 个半天起没有连续 {halfdays} 个半天的空闲。请调整锁定或该人员的时间。"


class PinOutsideWindow(Problem):
    """A pinned start lies outside the window of the need."""

    en = "Pin in line {line}: need {need} takes {halfdays} half-days between {earliest} and {latest}; it cannot start at {start}."
    zh = "锁定表第 {line} 行:需求 {need} 须在第 {earliest} 至第 {latest} 个半天内用 {halfdays} 个半天,不能从第 {start} 个半天开始。"


class PinTeamTooLarge(Problem):
    """More people are pinned than a team may have."""

    en = "Pin in line {line}: {count} people are pinned to need {need}, but its team has at most {most}. Release one."
    zh = "锁定表第 {line} 行:需求 {need} 锁定了 {count} 人,而队伍最多 {most} 人。请解除一人。"


class PinTwice(Problem):
    """A pinned person would be in two places."""

    en = "Pin in line {line}: {person} is pinned to {need} and to {other} at the same time. Release one of them."
    zh = "锁定表第 {line} 行:{person} 被同时锁定在需求 {need} 和 {other}。请解除其中一个。"


class PinNoTeam(Problem):
    """A pinned need cannot be served even if it were the only one."""

    en = "Pin in line {line}: even alone, need {need} finds no team with these pins: {why}. Release or change the pin."
    zh = "锁定表第 {line} 行:即使只安排这一项,需求 {need} 在这些锁定下也组不成队伍:{why}。请解除或更改锁定。"


class PinsTogether(Problem):
    """Each pin could hold, but not all of them together."""

    en = "The pinned needs {needs} cannot all be served: they want the same people at the same time. Release one of them."
    zh = "被锁定的需求 {needs} 无法同时满足:它们在同一时间需要同一批人。请解除其中一个。"
