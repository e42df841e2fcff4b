"""Rules of applications as dated data: which papers, which deadlines, who may decide up to what, which sentences.

Read from `policies/evidence/papers-*.toml` and `review-*.toml`; amounts there are yuan as text, here fen. The file in
force on the day of filing counts for the whole life of an application.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from jishiyu.engine.calendar import Calendar, Due, Spans
from jishiyu.engine.policy.numbers import fen, is_yuan, ppm
from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words

Names = dict[str, str]
STATUSES = ("published", "assumed")


class RulesRefused(Problem):
    """A file of rules that cannot be used."""

    en = "{file} cannot be used: {what}. Nothing was decided; correct the file."
    zh = "{file} 不能使用:{what}。没有作出任何决定,请更正该文件。"


class NoRulesInForce(Problem):
    """No file of rules for this day."""

    en = "No rules for applications were in force on {day}; the first begin on {begins}."
    zh = "{day} 没有有效的申请规则,最早的一份自 {begins} 起施行。"


@dataclass(frozen=True)
class Paper:
    """A kind of paper, by name in both languages."""

    code: str
    words: Names


@dataclass(frozen=True)
class Need:
    """A paper that applications of a kind need: over an amount (fen), or for one cause only, where given."""

    kind: str
    paper: str
    over_fen: int | None
    cause: str | None
    source: str
    status: str


@dataclass(frozen=True)
class Papers:
    """The papers in force from a day on."""

    version: str
    starts: date
    papers: dict[str, Paper]
    needs: tuple[Need, ...]

    def needed(self, *, kind: str, amount_fen: int, cause: str | None = None) -> tuple[Need, ...]:
        """This function will return what an application of this kind, amount (fen) and cause needs."""
        return tuple(
            need
            for need in self.needs
            if need.kind == kind
            and (need.over_fen is None or amount_fen > need.over_fen)
            and (need.cause is None or need.cause == cause)
        )


@dataclass(frozen=True)
class Within:
    """A time limit in working days."""

    words: Names
    working_days: int
    status: str


@dataclass(frozen=True)
class Sentence:
    """A sentence a reviewer picks; `use` is return, refuse or approve."""

    code: str
    use: str
    words: Names


@dataclass(frozen=True)
class Upload:
    """What a file may be at most: bytes, pixels of a picture, its side after re-encoding, pages, papers of one case."""

    most_bytes: int
    most_pixels: int
    longest_side: int
    most_pages: int
    most_papers: int


@dataclass(frozen=True)
class Signals:
    """From where on a fact is worth telling a reviewer."""

    joined_within_days: int
    several_within_days: int
    filed_after_days: int
    near_limit_ppm: int


@dataclass(frozen=True)
class Review:
    """How applications are reviewed from a day on."""

    version: str
    starts: date
    within: dict[str, Within]
    two_reviewers_over_fen: int
    own_union_over_fen: int
    may_decide: dict[str, int]
    working_hours: Spans
    signals: Signals
    upload: Upload
    sentences: dict[str, Sentence]

    def due(self, name: str, *, after: date, calendar: Calendar) -> Due:
        """This function will return the day by which `name` (supplement, decide, appeal …) is due."""
        limit = self.within[name]
        found = calendar.after(after, limit.working_days)
        return Due(found.on, found.assumed or limit.status == "assumed")


Rules = TypeVar("Rules", Papers, Review)


def papers_from(data: Mapping[str, Any], *, file: str) -> Papers:
    """This function will read the rules about papers. Raises `RulesRefused`."""
    papers = {code: Paper(code, _words(words, file, code)) for code, words in data["paper"].items()}
    needs = []
    for at, entry in enumerate(data["needed"], 1):
        place = f"needed {at}"
        _proved(entry, data["sources"], file, place)
        if entry["paper"] not in papers:
            raise _refused(file, place, f"there is no paper {entry['paper']}", f"没有名为 {entry['paper']} 的材料")
        over = None if "over" not in entry else _fen(entry["over"], file, place)
        needs.append(Need(entry["kind"], entry["paper"], over, entry.get("cause"), entry["source"], entry["status"]))
    return Papers(data["version"], data["from"], papers, tuple(needs))


def review_from(data: Mapping[str, Any], *, file: str) -> Review:
    """This function will read the rules about reviewing. Raises `RulesRefused`."""
    tables = [*data["within"].values(), *data["may_decide"]]
    tables += [data[name] for name in ("two_reviewers", "own_union", "working_hours", "signals", "upload")]
    for entry in tables:
        _proved(entry, data["sources"], file, str(sorted(entry)))
    within = {
        name: Within(_words(entry, file, name), int(entry["working_days"]), entry["status"])
        for name, entry in data["within"].items()
    }
    sentences: dict[str, Sentence] = {}
    for entry in data["sentence"]:
        if entry["code"] in sentences or entry["use"] not in ("return", "refuse", "approve"):
            raise _refused(file, entry["code"], "a sentence twice or of unknown use", "句子重复或用途不明")
        sentences[entry["code"]] = Sentence(entry["code"], entry["use"], _words(entry, file, entry["code"]))
    told = data["signals"]
    return Review(
        version=data["version"],
        starts=data["from"],
        within=within,
        two_reviewers_over_fen=_fen(data["two_reviewers"]["over"], file, "two_reviewers"),
        own_union_over_fen=_fen(data["own_union"]["over"], file, "own_union"),
        may_decide={entry["role"]: _fen(entry["up_to"], file, "may_decide") for entry in data["may_decide"]},
        working_hours=tuple(
            (time.fromisoformat(opens), time.fromisoformat(shuts)) for opens, shuts in data["working_hours"]["spans"]
        ),
        signals=Signals(
            told["joined_within_days"], told["several_within_days"], told["filed_after_days"], ppm(told["near_limit"])
        ),
        upload=Upload(**{name: int(data["upload"][name]) for name in Upload.__dataclass_fields__}),
        sentences=sentences,
    )


def _words(entry: Mapping[str, Any], file: str, place: str) -> Names:
    if not (entry.get("zh") and entry.get("en")):
        raise _refused(file, place, "a sentence lacks zh or en", "缺少中文或英文")
    return {"zh": entry["zh"], "en": entry["en"]}


def _proved(entry: Mapping[str, Any], sources: Mapping[str, Any], file: str, place: str) -> None:
    if entry.get("source") not in sources or entry.get("status") not in STATUSES:
        raise _refused(file, place, "it lacks a known source or a status", "缺少来源或状态")


def _fen(text: str, file: str, place: str) -> int:
    if not isinstance(text, str) or not is_yuan(text):
        raise _refused(file, place, f"{text!r} is no amount in yuan", f"{text!r} 不是以元为单位的金额")
    return fen(text)


def _refused(file: str, place: str, english: str, chinese: str) -> RulesRefused:
    return RulesRefused(file=file, what=Words(f"{place}:{chinese}", f"{place}: {english}"))


def _shipped(pattern: str, read: Callable[..., Rules]) -> tuple[Rules, ...]:
    folder = Path(str(resources.files("jishiyu.policies") / "evidence"))
    found = []
    for path in sorted(folder.glob(pattern)):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        try:
            found.append(read(data, file=path.name))
        except (KeyError, ValueError, TypeError) as error:
            raise _refused(path.name, str(error), "it lacks something", "内容不完整") from error
    return tuple(sorted(found, key=lambda rules: rules.starts))


@cache
def _papers() -> tuple[Papers, ...]:
    return _shipped("papers-*.toml", papers_from)


@cache
def _reviews() -> tuple[Review, ...]:
    return _shipped("review-*.toml", review_from)


def _on(rules: tuple[Rules, ...], day: date) -> Rules:
    in_force = [one for one in rules if one.starts <= day]
    if not in_force:
        raise NoRulesInForce(day=day.isoformat(), begins=rules[0].starts.isoformat())
    return in_force[-1]


def papers_on(day: date) -> Papers:
    """This function will return the rules about papers in force on a day. Raises `NoRulesInForce`."""
    return _on(_papers(), day)


def review_on(day: date) -> Review:
    """This function will return the rules about reviewing in force on a day. Raises `NoRulesInForce`."""
    return _on(_reviews(), day)


def every_paper() -> dict[str, Paper]:
    """This function will return the papers of all rules by code, the newest of each: what was noted keeps its name."""
    return {code: paper for rules in _papers() for code, paper in rules.papers.items()}


def every_sentence() -> dict[str, Sentence]:
    """This function will return the sentences of all rules by code, the newest of each."""
    return {code: sentence for rules in _reviews() for code, sentence in rules.sentences.items()}
