"""Reason codes of pairing → sentences in Chinese and English."""

from dataclasses import dataclass, field
from typing import Any

_DAYS_ZH, _DAYS_EN = "一二三四五", ("Mon", "Tue", "Wed", "Thu", "Fri")
HONOURS = {1: ("市级劳模工匠", "city model worker"), 2: ("省级劳模工匠", "provincial model worker"), 3: ("全国劳模工匠", "national model worker")}  # fmt: skip
ROLE_WORDS = {
    "expert": ("专家", "expert"),
    "steward": ("管家", "steward"),
    "officer": ("驻企工会干部", "union officer"),
}

# The parts of a sentence are joined; every detail is a field of the reason.
SENTENCES: dict[str, tuple[str, str]] = {
    # why this member
    "covers": ("覆盖{skill} {level} 级(本人 {has} 级)", "covers {skill} level {level} (has {has})"),
    "own_steward": ("该企业的专属管家", "the enterprise's own steward"),
    "steward": ("本次的管家", "the steward of this visit"),
    "officer": ("驻企工会干部", "the union officer"),
    "completes_team": ("补足队伍人数", "brings the team to its size"),
    "pinned": ("会上锁定", "pinned at the meeting"),
    "honour": ("{honour_zh}", "{honour_en}"),
    "free_on": ("{slot_zh}空闲", "free {slot_en}"),
    "distance": ("相距 {km} 公里", "{km} km away"),
    "visit_number": ("第 {number} 次到该企业", "visit no. {number} to this enterprise"),
    # what would serve a need that was left out
    "more_hours": ("{person} 该周多安排 {count} 个半天(现已满)", "{person} works {count} more half-day(s) that week (it is full)"),
    "person_free": ("{person} 在{slot_zh}腾出时间(现不空闲)", "{person} makes {slot_en} free (not offered now)"),
    "instead_of": ("{person} 不去 {needs}", "{person} does not go to {needs}"),
    "one_level_more": ("{person} 的{skill}由 {has} 级提高到 {level} 级", "{person} has {skill} at level {level} instead of {has}"),
    "later": ("最晚时间推后 {count} 个半天", "the latest half-day is later by {count}"),
    "earlier": ("最早时间提前 {count} 个半天", "the earliest half-day is earlier by {count}"),
    "larger_team": ("队伍上限增加 {count} 人", "the team may have {count} more"),
    "recruit_skill": ("增加一名具备{skill} {level} 级的人员", "one more person with {skill} at level {level}"),
    "recruit_role": ("增加一名{role_zh}", "one more {role_en}"),
    "fits_already": ("无需改动,{slot_zh}即可安排;请再次求解", "nothing: it fits {slot_en}; solve again"),
    "banned": ("会上已禁止", "it was forbidden at the meeting"),
    # what is open on no start of its window
    "lack_skill": ("{slot_zh}之前没有空闲的{skill} {level} 级人员(共 {able} 人具备)", "nobody has {skill} level {level} free up to {slot_en} ({able} have it)"),
    "lack_skill_near": (
        "{slot_zh}之前没有空闲的{skill} {level} 级人员(共 {able} 人具备,另有 {near} 人差一级)",
        "nobody has {skill} level {level} free up to {slot_en} ({able} have it; {near} more lack one level)",
    ),
    "lack_role": ("窗口内没有空闲的{role_zh}", "no {role_en} is free in its window"),
    "lack_together": ("所需人员在窗口内不能同时空闲", "the people it needs are never free together in its window"),
    # why not this person
    "in_the_team": ("已在队伍中", "is in the team already"),
    "not_free": ("{slot_zh}不空闲", "does not offer {slot_en}"),
    "elsewhere": ("当时在 {needs}", "is at {needs} then"),
    "week_full": ("该周已满({per_week} 个半天)", "has a full week ({per_week} half-days)"),
    "brings_nothing": ("不具备所需技能或角色", "has none of the skills and roles that are wanted"),
    "cannot_replace": ("替换任何一名成员都会缺少所需技能或角色", "could replace no member without a skill or role getting lost"),
    "worse": ("替换 {other} 后:{difference_zh}", "in place of {other}: {difference_en}"),
    "joins": ("另加:{difference_zh}", "in addition: {difference_en}"),
    "as_good": ("替换 {other} 后同样好", "would be as good in place of {other}"),
    "not_planned": ("该需求未安排", "the need was left out"),
}  # fmt: skip
_AIM_WORDS = {
    "fit": ("匹配", "fit"), "travel": ("路程公里", "kilometres"), "fairness": ("负荷均衡", "fairness of load"),
    "waiting": ("等待", "waiting"), "served": ("服务", "served"), "changes": ("变动", "changes"),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One statement: a code and its details."""

    code: str
    details: dict[str, Any] = field(default_factory=dict)

    def say(self, language: str) -> str:
        """Return the words in `zh` or `en`, without a full stop."""
        return SENTENCES[self.code][0 if language == "zh" else 1].format(**self.details)


@dataclass(frozen=True)
class Reason:
    """A sentence about a need (and a person): why paired, what would serve it, or why not this person."""

    need_id: str
    person_id: str
    kind: str
    parts: tuple[Part, ...]
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the parts."""
        return tuple(part.code for part in self.parts)

    def say(self, language: str) -> str:
        """Return the whole sentence in `zh` or `en`."""
        zh = language == "zh"
        text = (",", ", ")[not zh].join(part.say(language) for part in self.parts)
        if self.kind == "left_out" and "lack" in self.details:
            head, tail = _left_out_words(self.details, language)
            text = f"{head}{text}{tail}"
        return text + ("。" if zh else ".")


def _left_out_words(details: dict[str, Any], language: str) -> tuple[str, str]:
    """Return what stands before and after the smallest change."""
    lack = details["lack"].say(language)
    if language == "zh":
        return f"未安排:{lack};最小的改动是:", f",即可在{details['slot_zh']}开始"
    return f"Left out: {lack}; the smallest change is: ", f"; then it can start {details['slot_en']}"


def slot(at: int, language: str) -> str:
    """Return a half-day in words: ten of them are a week, Monday morning first."""
    week, day = at // 10 + 1, at % 10 // 2
    if language == "zh":
        return f"第 {week} 周周{_DAYS_ZH[day]}{'下午' if at % 2 else '上午'}"
    return f"{_DAYS_EN[day]} {'pm' if at % 2 else 'am'} of week {week}"


def slots(halfdays: tuple[int, ...] | range) -> dict[str, Any]:
    """Return half-days (`at`) and their names in both languages, as details of a part."""
    return {
        "at": tuple(halfdays),
        "slot_zh": "、".join(slot(at, "zh") for at in halfdays),
        "slot_en": ", ".join(slot(at, "en") for at in halfdays),
    }


def differences(change: dict[str, int]) -> dict[str, str]:
    """Return what gets better and worse in words, as details of a part."""
    zh, en = [], []
    for aim, by in change.items():
        if by:
            words = _AIM_WORDS[aim]
            zh.append(f"{words[0]} {by:+d}")
            en.append(f"{words[1]} {by:+d}")
    return {"difference_zh": ",".join(zh), "difference_en": ", ".join(en)}
