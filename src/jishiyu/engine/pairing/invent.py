"""Invents rounds of needs and people, the same for the same seed: for tests, benchmarks and the demo.

Forty skills in five aims; people with levels 1 to 5, most of them in one aim; windows, places and weekly capacity
such that about nine needs in ten can be served. Nobody in it exists.
"""

import random

from jishiyu.engine.pairing.model import EXPERT, OFFICER, STEWARD, WEEK, Need, Person, Round

AIMS: dict[str, tuple[str, ...]] = {
    "设备更可靠": ("变压器诊断", "红外测温", "局部放电检测", "继电保护整定", "电缆故障定位", "开关柜检修", "接地测试", "蓄电池维护"),
    "用能更经济": ("谐波治理", "无功补偿", "电价测算", "负荷分析", "能效评估", "变频改造", "需量管理", "空压机节能"),
    "接电更便捷": ("扩容方案", "供电方案编制", "用电报装", "配电设计", "双电源配置", "计量装置", "竣工检验", "临时用电"),
    "用能更清洁": ("光伏接入", "储能配置", "充电桩规划", "绿证交易", "碳核算", "余热利用", "电能替代", "微电网运行"),
    "职工更精技": ("高压电工培训", "低压电工培训", "安全规程", "触电急救", "带电作业", "倒闸操作", "巡检技能", "班组创新"),
}  # fmt: skip
SKILLS = tuple(skill for skills in AIMS.values() for skill in skills)
_WIDTH_M = 30_000
_STEWARDS, _OFFICERS = 19, 19  # of a hundred people


def invent(needs: int, people: int, halfdays: int, *, seed: int, busy: int = 100) -> Round:
    """This function will return a round of that size; `busy` per cent of the usual wishes per person (100: tight)."""
    dice = random.Random(f"{needs}/{people}/{halfdays}/{busy}/{seed}")
    crowd = _people(people, halfdays, dice)
    stewards = [person.person_id for person in crowd if person.role == STEWARD]
    wanted = _levels(crowd)
    # How long a visit may be so that the people of the round can do about nine tenths of all of them.
    offered = sum(sum(_capacity(person, halfdays)) for person in crowd if person.role == STEWARD)
    mean = min(2.4, max(1.0, offered * busy / 100 / max(1, needs) * 1.06))
    return Round(tuple(_needs(needs, halfdays, stewards, wanted, mean, dice)), tuple(crowd))


def _capacity(person: Person, halfdays: int) -> list[int]:
    free = [at for at in range(halfdays) if person.is_free(at, 1)]
    weekly = [sum(at // WEEK == week for at in free) for week in range((halfdays + WEEK - 1) // WEEK)]
    return [min(person.per_week, count) for count in weekly]


def _people(count: int, halfdays: int, dice: random.Random) -> list[Person]:
    stewards, officers = max(1, count * _STEWARDS // 100), max(1, count * _OFFICERS // 100)
    crowd = []
    for at in range(count):
        role = STEWARD if at < stewards else OFFICER if at < stewards + officers else EXPERT
        skills: dict[str, int] = {}
        if role == EXPERT:
            home = list(AIMS.values())[dice.randrange(len(AIMS))]
            for _ in range(dice.randint(4, 8)):
                skill = dice.choice(home) if dice.random() < 0.75 else dice.choice(SKILLS)
                skills[skill] = max(skills.get(skill, 0), dice.choices((1, 2, 3, 4, 5), (1, 3, 5, 4, 2))[0])
        crowd.append(
            Person(
                f"{role[0].upper()}{at + 1:04d}",
                role,
                skills,
                _free(halfdays, dice),
                honour=dice.choices((0, 1, 2, 3), (6, 3, 2, 1))[0] if role == EXPERT else 0,
                x_m=dice.randrange(0, _WIDTH_M, 100),
                y_m=dice.randrange(0, _WIDTH_M, 100),
                per_week=dice.randint(4, 6) if role == EXPERT else dice.randint(6, 8),
                zone=f"Z{at % 4 + 1}",
            )
        )
    return crowd


def _free(halfdays: int, dice: random.Random) -> tuple[tuple[int, int], ...]:
    """Offer most of the time, with a few holes."""
    open_ = [True] * halfdays
    for _ in range(max(1, halfdays // 6)):
        hole, length = dice.randrange(halfdays), dice.randint(1, 3)
        open_[hole : hole + length] = [False] * len(open_[hole : hole + length])
    ranges, begin = [], None
    for at, is_open in enumerate([*open_, False]):
        if is_open and begin is None:
            begin = at
        elif not is_open and begin is not None:
            ranges.append((begin, at - 1))
            begin = None
    return tuple(ranges)


def _levels(crowd: list[Person]) -> dict[str, list[int]]:
    """Return the levels that people of the round have per skill, highest first."""
    found: dict[str, list[int]] = {}
    for person in crowd:
        for skill, level in person.skills.items():
            found.setdefault(skill, []).append(level)
    return {skill: sorted(levels, reverse=True) for skill, levels in sorted(found.items())}


def _needs(
    count: int, halfdays: int, stewards: list[str], wanted: dict[str, list[int]], mean: float, dice: random.Random
) -> list[Need]:
    made: list[Need] = []
    sites: list[tuple[str, int, int, str]] = []
    for at in range(count):
        if sites and dice.random() < 0.25:
            site = dice.choice(sites)
        else:
            place = dice.randrange(0, _WIDTH_M, 100), dice.randrange(0, _WIDTH_M, 100)
            site = (f"企业{len(sites) + 1:04d}", *place, dice.choice(stewards))
            sites.append(site)
        length = min(halfdays, max(1, int(mean) + (dice.random() < mean - int(mean))))
        window = min(halfdays, length + dice.randint(halfdays // 4, halfdays * 2 // 3))
        earliest = dice.randint(0, halfdays - window)
        skills = _skills(wanted, dice)
        made.append(
            Need(
                f"N{at + 1:04d}",
                site[0],
                skills,
                length,
                earliest,
                earliest + window - 1,
                x_m=site[1],
                y_m=site[2],
                priority=dice.choices((1, 2, 3, 4, 5), (2, 3, 4, 3, 2))[0],
                steward=site[3],
                team_min=3,
                team_max=dice.choice((5, 6, 7)),
            )
        )
    return made


def _skills(wanted: dict[str, list[int]], dice: random.Random) -> tuple[tuple[str, int], ...]:
    aim = [skill for skill in dice.choice(list(AIMS.values())) if skill in wanted]
    many = dice.choices((1, 2, 3, 4), (3, 4, 3, 1))[0]
    chosen: dict[str, int] = {}
    while len(chosen) < min(many, len(wanted)):
        skill = dice.choice(aim) if aim and dice.random() < 0.85 else dice.choice(list(wanted))
        if skill in chosen and dice.random() < 0.9:
            continue
        # A level that somebody has; one need in fifty asks for more than anybody can.
        levels = wanted[skill]
        best = levels[min(len(levels) - 1, dice.randrange(0, 4))]
        chosen[skill] = 5 if dice.random() < 0.02 else dice.randint(1, best)
    return tuple(sorted(chosen.items()))
