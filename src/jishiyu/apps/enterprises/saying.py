"""What the system itself says about a step of a need, in both languages: nobody knows who will read it.

People write in their own language; what they wrote is kept and shown as it is.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from jishiyu.apps.enterprises.models import Campaign, Level, ServiceItem, Skill
from jishiyu.engine.help.campaign import Campaign as Definition
from jishiyu.engine.help.campaign import read_campaign
from jishiyu.engine.words import Words


def level_words(campaign: Campaign | None, level: int) -> Words:
    """This function will return what a level is called in a round; by the general words where it says none of its own, and
    for several rounds together (None)."""
    if campaign is not None and campaign.definition:
        return definition_of(campaign.definition).levels[level - 1]
    return Words.of(Level(level))


def round_names(rounds: Sequence[Campaign]) -> list[Words]:
    """This function will return what rounds are called beside each other: with the code where several have one name, as the
    next round often has the name of the one before."""
    often = Counter(one.zh for one in rounds)
    return [
        Words(f"{one.zh}({one.code})", f"{one.en} ({one.code})") if often[one.zh] > 1 else Words(one.zh, one.en)
        for one in rounds
    ]


def raised_to(campaign: Campaign, level: int) -> Words:
    """This function will say to which level a need was raised whose clock ran out."""
    to = level_words(campaign, level)
    return Words(f"超期未办,升级到{to.zh}", f"not done in time, raised to the {to.en}")


def carried_from(*, round_code: str, number: str) -> Words:
    """This function will say where a need comes from that a later round goes on with."""
    return Words(f"由批次 {round_code} 的 {number} 转入", f"taken over from {number} of round {round_code}")


def carried_to(*, round_code: str, number: str) -> Words:
    """This function will say where a need went that a later round goes on with."""
    return Words(f"转入批次 {round_code} 继续办理,新编号 {number}", f"goes on in round {round_code} as {number}")


def left_open() -> Words:
    """This function will say what becomes of a need that was still open when its round was closed."""
    return Words("本批次已结束,由后续批次继续办理", "the round was closed; the next one goes on with it")


def classified_as(item: ServiceItem, skills: Sequence[tuple[Skill, int]]) -> Words:
    """This function will say which service a need asks for, with its skills and their least levels."""
    return Words(
        f"{item.zh}:{'、'.join(f'{skill.zh} {level} 级' for skill, level in skills)}",
        f"{item.en}: {', '.join(f'{skill.en} level {level}' for skill, level in skills)}",
    )


@lru_cache(maxsize=32)
def definition_of(text: str) -> Definition:
    """This function will read a round's file once: a used round never changes."""
    return read_campaign(text)
