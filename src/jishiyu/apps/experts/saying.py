"""What pairing says about numbers, said about people, days, skills and enterprises."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from jishiyu.apps.enterprises.models import Skill
from jishiyu.apps.experts.halfdays import HalfDay, halfday_of
from jishiyu.apps.experts.models import Expert, Honour
from jishiyu.engine.pairing.scarcity import Bottleneck, Supply
from jishiyu.engine.pairing.sentences import ROLE_WORDS, Part, Reason

NO_WAY = "0.0"
_DAYS_ZH, _DAYS_EN = "一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HONOUR_WORDS = {
    Honour.NONE.value: ("", ""),
    Honour.TRADE.value: ("行业劳模工匠", "model worker of the trade"),
    Honour.CITY.value: ("市级劳模工匠", "city model worker"),
    Honour.PROVINCIAL.value: ("省级劳模工匠", "provincial model worker"),
    Honour.NATIONAL.value: ("全国劳模工匠", "national model worker"),
}
# Why a need that waits is not in a round.
OUTSIDE = {
    "too_many_skills": (
        "要求 {count} 项技能,一次配对最多 {most} 项;请由管家拆分需求。",
        "It wants {count} skills; a team is found for at most {most}. Let the steward split it.",
    ),
    "window_over": (
        "企业可勘查的最晚日期 {latest} 已过或来不及;请由管家与企业另约时间。",
        "The last day the enterprise can be visited, {latest}, is over or too near. Let the steward agree on another.",
    ),
    "window_too_short": (
        "{earliest} 至 {latest} 之间在本次配对的时间内放不下 {halfdays} 个半天;请由管家与企业另约时间,或延长配对周数。",
        "{halfdays} half-days do not fit between {earliest} and {latest} within the weeks that are paired. Let the steward"
        " agree on other days, or pair more weeks.",
    ),
}


def day_words(halfday: HalfDay, language: str) -> str:
    """This function will return a half-day as people say it."""
    on = halfday.on
    if language == "zh":
        return f"{on.month}月{on.day}日(周{_DAYS_ZH[on.weekday()]}){'下午' if halfday.half == 'pm' else '上午'}"
    return f"{_DAYS_EN[on.weekday()]} {on.isoformat()} {halfday.half}"


@dataclass(frozen=True)
class Names:
    """Names of the people, skills and enterprises that a plan speaks of, and the Monday it counts from."""

    monday: date
    people: Mapping[str, str] = field(default_factory=dict)
    honours: Mapping[str, int] = field(default_factory=dict)
    skills: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def person(self, code: str) -> str:
        """Return somebody's name."""
        return self.people.get(code, code)

    def skill(self, code: str, language: str) -> str:
        """Return the words of a skill."""
        words = self.skills.get(code)
        return code if words is None else words[language != "zh"]

    def day(self, number: int, language: str) -> str:
        """Return a half-day in words."""
        return day_words(halfday_of(number, monday=self.monday), language)

    def part(self, part: Part, language: str, *, of: str = "") -> Part:
        """Return a statement (about the person `of`) with names in the place of numbers."""
        said: dict[str, Any] = dict(part.details)
        for name in ("person", "other"):
            if name in said:
                said[name] = self.person(said[name])
        if "skill" in said:
            said["skill"] = self.skill(said["skill"], language)
        if "at" in said:
            days = [self.day(at, language) for at in said["at"]]
            said["slot_zh"], said["slot_en"] = "、".join(days), ", ".join(days)
        if part.code == "honour" and (words := HONOUR_WORDS.get(self.honours.get(of, 0), ("", "")))[0]:
            said["honour_zh"], said["honour_en"] = words
        return replace(part, details=said)

    def say(self, reason: Reason, language: str) -> str:
        """Return a reason as a sentence about people and days; a way of nothing (or between unknown places) is not said."""
        said = [part for part in reason.parts if part.code != "distance" or part.details["km"] != NO_WAY]
        parts = tuple(self.part(part, language, of=reason.person_id) for part in said)
        details = dict(reason.details)
        if "at" in details:
            days = [self.day(at, language) for at in details["at"]]
            details |= {"slot_zh": "、".join(days), "slot_en": ", ".join(days)}
        if "lack" in details:
            details["lack"] = self.part(details["lack"], language)
        return replace(reason, parts=parts, details=details).say(language)

    def scarce(self, item: Bottleneck, language: str) -> str:
        """Return what is scarce as a sentence."""
        name = self.person(item.name) if item.kind == "person" else item.name
        return replace(item, name=self.skill(name, language) if item.kind == "skill" else name).say(language)

    def wish(self, item: Supply, language: str) -> str:
        """Return a skill with its level, or a role, in words."""
        if item.kind == "role":
            return ROLE_WORDS[item.name][language != "zh"]
        level = f"{item.level} 级" if language == "zh" else f"level {item.level}"
        return f"{self.skill(item.name, language)} {level}"


def names(*, monday: date, people_too: bool = True) -> Names:
    """This function will return the names of everybody (`people_too`) and every skill there is."""
    people = list(Expert.objects.order_by("id").values_list("code", "name", "honour")) if people_too else []
    return Names(
        monday, {code: name for code, name, _ in people}, {code: honour for code, _, honour in people},
        {code: (zh, en) for code, zh, en in Skill.objects.order_by("id").values_list("code", "zh", "en")},
    )  # fmt: skip
