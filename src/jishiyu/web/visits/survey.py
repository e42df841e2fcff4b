"""What a phone carries to the site: visits with their plans and entries, and the words of a survey."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from jishiyu.apps.visits.models import Entry, EntryKind, TeamMember, Visit
from jishiyu.apps.visits.queries import plan_of, remark
from jishiyu.engine.inspection.model import KINDS, QUANTITIES
from jishiyu.engine.inspection.quantities import NEEDS_LEVEL, QUANTITY
from jishiyu.engine.inspection.units import UNITS
from jishiyu.engine.inspection.words import survey_words
from jishiyu.web.documents.inspection_words import quantity_words
from jishiyu.web.figures.typography import chinese
from jishiyu.web.visits.words import HALVES, PARTS

PHASES = ("", "A", "B", "C", "AB", "BC", "CA", "N")
HARMONICS = (3, 5, 7, 11, 13)


def carried(visits: QuerySet[Visit], language: str) -> list[dict[str, Any]]:
    """Return visits with everything that is needed where there is no connection."""
    rows = list(visits.select_related(
        "need__participation__enterprise", "need__participation__steward", "need__item"
    ))  # fmt: skip
    keys = [one.pk for one in rows]
    teams: dict[int, list[str]] = defaultdict(list)
    for member in TeamMember.objects.filter(visit__in=keys).select_related("expert").order_by("id"):
        teams[member.visit_id].append(f"{member.expert.name} ({PARTS.get(member.part, member.part)})")
    entries: dict[int, list[Entry]] = defaultdict(list)
    standing = Entry.objects.filter(visit__in=keys, replaced_by=None).exclude(kind=EntryKind.SERIES)
    for entry in standing.order_by("made_at", "id"):
        entries[entry.visit_id].append(entry)
    return [_visit(one, teams[one.pk], entries[one.pk], language) for one in rows]


def _visit(visit: Visit, team: list[str], entries: list[Entry], language: str) -> dict[str, Any]:
    participation, item = visit.need.participation, visit.need.item
    enterprise = participation.enterprise
    at = "zh" if language == "zh" else "en"
    return {
        "id": visit.pk, "on": visit.on.isoformat(), "half": str(HALVES[visit.half]), "state": visit.state,
        "frozen": participation.frozen_at is not None, "enterprise": enterprise.name, "address": enterprise.address,
        "level": enterprise.voltage_level, "kva": enterprise.transformer_kva, "number": visit.need.number,
        "words": visit.need.words, "item": "" if item is None else getattr(item, at),
        "steward": participation.steward.full_name if participation.steward else "", "team": team,
        "plan": [{**line, "words": line[at]} for line in plan_of(visit.plan)],
        "entries": [_entry(one, language) for one in entries],
    }  # fmt: skip


def _entry(entry: Entry, language: str) -> dict[str, Any]:
    told = remark(entry.content, on=timezone.localdate(entry.received_at)) if entry.kind == EntryKind.READING else None
    return {
        "client_id": str(entry.client_id), "kind": entry.kind, "slot": entry.slot, "content": entry.content, "by": entry.by,
        "made_at": entry.made_at.isoformat(), "sha256": entry.sha256,
        "file": reverse("visits:file", args=[entry.pk]) if entry.file else "",
        "told": "" if told is None else chinese(told[0]) if language == "zh" else told[1],
    }  # fmt: skip


def vocabulary(language: str) -> dict[str, Any]:
    """Return the words of a survey: kinds of points, levels, quantities with their units and what they can be."""
    words = survey_words()
    levels = {level.name: float(level.nominal) for level in words.levels.values()}
    names = [name for name in QUANTITIES if name != "harmonic_u"] + [f"harmonic_u_{order}" for order in HARMONICS]
    return {
        "kinds": [[kind, words.label("kind", kind, language)] for kind in KINDS],
        "levels": levels,
        "phases": PHASES,
        "quantities": [_quantity(name, language) for name in names],
    }


def _quantity(name: str, language: str) -> dict[str, Any]:
    base = "harmonic_u" if name.startswith("harmonic_u") else name
    about = QUANTITY[base]
    units = [unit for unit in UNITS.values() if unit.dimension == about.dimension]
    # The usual one first: a phone offers it before the others.
    first = about.expected.split(" / ")[0]
    units.sort(key=lambda unit: unit.symbol != first)
    return {
        "name": name, "words": quantity_words(name, language), "level": base in NEEDS_LEVEL,
        "units": [[unit.symbol, float(unit.factor), float(unit.offset)] for unit in units],
        "least": float(about.least), "most": float(about.most),
    }  # fmt: skip
