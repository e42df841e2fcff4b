"""The report of a diagnosis (用电诊断报告): what was found, first what needs a hand, then point by point; in both languages."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

import numpy as np

from jishiyu.engine.inspection.advice import advice
from jishiyu.engine.inspection.limits import Limits, shipped_limits
from jishiyu.engine.inspection.model import ATTENTION, FAILS, GRAVITY, NO_VERDICT, NORMAL, Finding, Series
from jishiyu.engine.inspection.points import Survey
from jishiyu.engine.inspection.readings import HALVES, Readings
from jishiyu.engine.inspection.reasons import sentence
from jishiyu.engine.inspection.units import plain
from jishiyu.engine.inspection.words import survey_words
from jishiyu.web.documents.inspection_words import (
    MEASURE_WORDS,
    PERIOD_WORDS,
    VERDICT_WORDS,
    WORDS,
    clause_words,
    quantity_words,
)
from jishiyu.web.figures.curve import NARROW, WIDE, Curve, svg

LANGUAGES = ("zh", "en")
_LEAST_FOR_A_CURVE = 2
# A reading that helps another one has no verdict and needs none: it stands in the table, not among what was left open.
_HELPERS = ("temperature_reference", "temperature_ambient")


@dataclass(frozen=True)
class Release:
    """Who released a report, and when; without one it is a draft."""

    by: str
    on: date


@dataclass(frozen=True)
class Signed:
    """Who signed for the enterprise on the screen of a phone, when by the clock of the city, and the picture (JPEG)."""

    name: str
    title: str
    at: datetime
    picture: bytes


def inspection_report(
    findings: Sequence[Finding],
    readings: Readings,
    survey: Survey,
    *,
    on: date,
    made_on: date,
    photos: Mapping[str, bytes] | None = None,
    release: Release | None = None,
    limits: Limits | None = None,
    team_advice: str = "",
    signatures: Sequence[Signed] = (),
) -> dict[str, Any]:
    """This function will return the data of the template `inspection`: one part in Chinese, one in English.

    `on` is the day whose editions judged; `photos` are JPEG by point, `team_advice` is what the team says besides; `signatures` stand
    where the enterprise signs, which is left empty without any. Without `release`
    every page is stamped as a draft.
    """
    made = _Report(
        findings, readings, survey, on, made_on, photos or {}, release, limits or shipped_limits(), team_advice
    )
    return {
        "title": WORDS["title"]["zh"],
        "stamp": "" if release else WORDS["draft"]["zh"],
        "photos": {point: list(content) for point, content in made.photos.items()},
        "signatures": [
            {"picture": list(one.picture), "who": f"{one.name} {one.title}".strip(), "at": f"{one.at:%Y-%m-%d %H:%M}"}
            for one in signatures
        ],
        "parts": [made.part(language) for language in LANGUAGES],
    }


@dataclass(frozen=True)
class _Report:
    """What both parts are made of."""

    findings: Sequence[Finding]
    readings: Readings
    survey: Survey
    on: date
    made_on: date
    photos: Mapping[str, bytes]
    release: Release | None
    limits: Limits
    team_advice: str = ""

    def part(self, language: str) -> dict[str, Any]:
        def word(name: str) -> str:
            return WORDS[name][language]

        counts = Counter(finding.verdict for finding in self.findings if not _helps(finding))
        return {
            "language": language,
            "words": {name: both[language] for name, both in WORDS.items()},
            "enterprise": self.survey.about.get("enterprise", word("enterprise_unknown")),
            "made": self.made_on.isoformat(),
            "stamp": "" if self.release else word("draft"),
            "released": f"{self.release.by} · {self.release.on.isoformat()}" if self.release else "",
            "facts": list(self._facts(language)),
            "counts": [
                {"word": VERDICT_WORDS[verdict][language], "tone": _tone(verdict), "count": str(counts[verdict])}
                for verdict in (FAILS, ATTENTION, NORMAL, NO_VERDICT)
            ],
            "sentence": self._sentence(counts, language),
            "team_advice": [line.strip() for line in self.team_advice.splitlines() if line.strip()],
            "urgent": [self._urgent(finding, language) for finding in _worst_first(self.findings)],
            "points": [self._point(name, list(several), language) for name, several in _by_point(self.findings)],
            "open": [
                {"point": one.point, "quantity": quantity_words(one.quantity, language), "value": _value(one),
                 "reason": sentence(one.reasons, language)}
                for one in self.findings if one.verdict == NO_VERDICT and not _helps(one)
            ],
            "standards": list(self._standards(language)),
        }  # fmt: skip

    def _facts(self, language: str) -> Iterator[list[str]]:
        about = self.survey.about
        for name in ("enterprise", "address", "capacity_kva", "visited_on", "team", "steward"):
            yield [
                WORDS[name][language],
                about.get(name, "—") + (" kVA" if name in about and name == "capacity_kva" else ""),
            ]
        used = sorted({one.instrument for one in self.findings if one.instrument})
        yield [WORDS["instruments"][language], ", ".join(used) or "—"]
        yield [WORDS["judged_on"][language], self.on.isoformat()]

    def _sentence(self, counts: Counter[str], language: str) -> str:
        points = len({one.point for one in self.findings if one.point})
        bad = len({one.point for one in self.findings if one.verdict == FAILS})
        judged = sum(counts[verdict] for verdict in (FAILS, ATTENTION, NORMAL))
        name = "sentence_fails" if counts[FAILS] else "sentence_attention" if counts[ATTENTION] else "sentence_normal"
        return WORDS[name][language].format(
            points=points,
            judged=judged,
            fails=counts[FAILS],
            bad=bad,
            attention=counts[ATTENTION],
            open=counts[NO_VERDICT],
        )

    def _urgent(self, one: Finding, language: str) -> dict[str, str]:
        return {
            "where": " ".join(part for part in (one.point, self._title(one.point)) if part),
            "what": _what(one, language),
            "value": _value(one),
            "limit": one.limit,
            "advice": advice(one, language),
            "verdict": VERDICT_WORDS[one.verdict][language],
            "tone": _tone(one.verdict),
        }

    def _title(self, point: str) -> str:
        return self.survey.points[point].title if point in self.survey.points else ""

    def _point(self, name: str, several: list[Finding], language: str) -> dict[str, Any]:
        words = survey_words()
        kinds = [one.kind for one in several if one.kind]
        levels = [one.level for one in several if one.level and one.verdict]
        kind = words.label("kind", kinds[0], language) if kinds else ""
        facts = [
            kind,
            levels[0] if levels else "",
            self.survey.points[name].remark if name in self.survey.points else "",
        ]
        worst = max((one.verdict for one in several), key=GRAVITY.__getitem__)
        return {
            "name": name,
            "title": self._title(name),
            "facts": " · ".join(fact for fact in facts if fact),
            "verdict": VERDICT_WORDS[worst][language],
            "tone": _tone(worst),
            "photo": name if name in self.photos else "",
            "rows": [self._row(one, language) for one in several if one.verdict or _helps(one)],
            "remarks": [
                {"what": _what(one, language), "tone": _tone(one.verdict), "verdict": VERDICT_WORDS[one.verdict][language],
                 "reason": sentence(one.reasons, language), "advice": advice(one, language)}
                for one in several if one.verdict in (FAILS, ATTENTION)
            ],
            "curves": list(self._curves(several, language)),
        }  # fmt: skip

    def _row(self, one: Finding, language: str) -> dict[str, str]:
        assumed = one.verdict and "assumed" in (one.status, one.clause_status)
        clause = "" if one.clause == "—" else f" {clause_words(one.clause, language)}"
        return {
            "quantity": _what(one, language, with_phase=False),
            "phase": one.phase or "—",
            "value": _value(one),
            "limit": one.limit or "—",
            "basis": f"{_cited(one.standard, one.edition)}{clause}{'*' if assumed else ''}" if one.standard else "—",
            "verdict": VERDICT_WORDS[one.verdict][language] if one.verdict else WORDS["helper"][language],
            "tone": _tone(one.verdict),
        }

    def _curves(self, several: Iterable[Finding], language: str) -> Iterator[dict[str, Any]]:
        for one in several:
            series = self._series_of(one)
            if series is None or one.summary is None or one.measure != "value":
                continue
            known = series.times.is_not_null()
            order = series.times.filter(known).arg_sort()
            times = series.times.filter(known).gather(order).to_physical().to_numpy()
            values = series.values.filter(known).gather(order).to_numpy() / HALVES
            if len(times) < _LEAST_FOR_A_CURVE:
                continue
            by_share = any(reason.code.startswith("share") for reason in one.reasons)
            mark = f"{WORDS['value95' if by_share else 'worst'][language]} {_value(one)}"
            wide = one.verdict in (FAILS, ATTENTION)
            curve = Curve(
                WIDE if wide else NARROW, times.astype(np.int64), values, one.low, one.high, one.summary.value95, mark,
                "" if one.unit == "1" else one.unit,
            )  # fmt: skip
            yield {
                "title": f"{one.point} {_what(one, language)}",
                "caption": _period(one, language, whole=wide),
                "svg": svg(curve),
                "wide": wide,
            }

    def _series_of(self, one: Finding) -> Series | None:
        for series in self.readings.series:
            if one.summary is not None and (series.key.point, series.key.quantity, series.key.phase) == (
                one.point, one.quantity, one.phase,
            ):  # fmt: skip
                return series
        return None

    def _standards(self, language: str) -> Iterator[dict[str, str]]:
        used = {(one.standard, one.edition) for one in self.findings if one.standard}
        seen = set()
        for limit in self.limits.limits:
            standard = limit.standard
            name = (standard.name, standard.edition)
            if name in used and name not in seen:
                seen.add(name)
                assumed = "assumed" in {
                    part for one in self.findings if (one.standard, one.edition) == name
                    for part in (one.status, one.clause_status)
                }  # fmt: skip
                yield {
                    "name": _cited(standard.name, standard.edition),
                    "title": standard.words[language],
                    "from": standard.starts.isoformat(),
                    "status": WORDS["assumed" if assumed else "published"][language],
                }


def _helps(one: Finding) -> bool:
    return one.quantity in _HELPERS and any(reason.code.endswith("_used") for reason in one.reasons)


def _cited(standard: str, edition: str) -> str:
    """Return a standard with its edition, once."""
    return standard if edition in standard or edition == "—" else f"{standard}-{edition}"


def _tone(verdict: str) -> str:
    return verdict or "open"


def _what(one: Finding, language: str, *, with_phase: bool = True) -> str:
    told = quantity_words(one.quantity, language)
    if one.measure in MEASURE_WORDS:
        told = MEASURE_WORDS[one.measure][language]
    if with_phase and one.phase:
        told += f"({one.phase} 相)" if language == "zh" else f" (phase {one.phase})"
    return told


def _value(one: Finding) -> str:
    shown = one.value or "—"
    return shown if one.unit in ("1", "") or not one.value else f"{shown} {one.unit}"


def _period(one: Finding, language: str, *, whole: bool) -> str:
    summary = one.summary
    if summary is None or summary.first is None or summary.last is None:
        return ""
    return PERIOD_WORDS[language][whole].format(
        first=f"{summary.first:%Y-%m-%d %H:%M}", last=f"{summary.last:%m-%d %H:%M}", count=f"{summary.count:,}",
        low=plain(summary.smallest), high=plain(summary.largest),
    )  # fmt: skip


def _worst_first(findings: Iterable[Finding]) -> list[Finding]:
    wanted = [one for one in findings if one.verdict in (FAILS, ATTENTION)]
    return sorted(wanted, key=lambda one: -GRAVITY[one.verdict])


def _by_point(findings: Sequence[Finding]) -> Iterator[tuple[str, Iterable[Finding]]]:
    judged = [one for one in findings if one.verdict or _helps(one)]
    yield from groupby(judged, key=lambda one: one.point)
