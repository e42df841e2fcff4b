"""What a reading is of: its point, level, quantity and unit, or why that cannot be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from jishiyu.engine.inspection.limits import Limits, fits
from jishiyu.engine.inspection.model import KINDS, NO_VERDICT, Finding, Key, Level, Limit, Point, Reason, because
from jishiyu.engine.inspection.quantities import NEEDS_LEVEL, QUANTITY
from jishiyu.engine.inspection.units import UNITS, Unit, unit_named
from jishiyu.engine.inspection.words import survey_words


@dataclass(frozen=True)
class Subject:
    """A key that is understood. `notes` are reasons that go with every finding."""

    key: Key
    point: Point
    kind: str
    level: Level | None
    quantity: str
    order: int | None
    unit: Unit
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """Limits for one measure of a subject, with what had to be assumed to choose them; or why there are none."""

    limits: tuple[Limit, ...]
    notes: tuple[Reason, ...] = ()
    missing: Reason | None = None


@dataclass(frozen=True)
class Books:
    """The limits in force on a day, beside all limits of all editions."""

    on: date
    now: Limits
    ever: Limits
    points: Mapping[str, Point] = field(default_factory=dict)


def subject_of(key: Key, books: Books) -> Subject | Reason:
    """This function will understand a key, or say why it cannot."""
    words = survey_words()
    point = books.points.get(key.point, Point(key.point))
    known = words.quantity(key.quantity)
    if not key.point:
        return because("point_missing")
    if not key.quantity:
        return because("quantity_missing")
    if known is None:
        return because("quantity_not_known", given=key.quantity)
    kind, notes = _kind(key, point)
    level = _level(key, point)
    if isinstance(level, Reason):
        return level
    unit = _unit(key, known[0])
    if isinstance(unit, Reason):
        return unit
    return Subject(key, point, kind, level, known[0], known[1], unit, notes)


def _kind(key: Key, point: Point) -> tuple[str, tuple[Reason, ...]]:
    kind = survey_words().word("kind", key.kind) if key.kind else ""
    if kind is None or (kind and kind not in KINDS):
        return point.kind, (because("kind_not_known", given=key.kind),)
    if kind and point.kind and kind != point.kind:
        return kind, (because("kind_differs", given=key.kind, listed=point.kind),)
    return kind or point.kind, ()


def _level(key: Key, point: Point) -> Level | Reason | None:
    words = survey_words()
    listed = words.level(point.level) if point.level else None
    if not key.level:
        return listed
    level = words.level(key.level)
    quantity = words.quantity(key.quantity)
    if level is None:
        if quantity and quantity[0] not in NEEDS_LEVEL:
            return listed
        return because("level_not_known", given=key.level)
    if listed is not None and listed != level:
        return because("level_differs", given=level.name, listed=listed.name)
    return level


def _unit(key: Key, quantity: str) -> Unit | Reason:
    about = QUANTITY[quantity]
    if not key.unit:
        return UNITS[about.bare] if about.bare else because("unit_missing", expected=about.expected)
    unit = unit_named(key.unit)
    if unit is None:
        return because("unit_not_known", given=key.unit, expected=about.expected)
    if unit.dimension != about.dimension:
        return because("unit_wrong", given=unit.symbol, expected=about.expected)
    return unit


def choose(subject: Subject, measure: str, books: Books) -> Chosen:
    """This function will choose the limits of a measure; what a list of points does not say is taken by default."""
    candidates = books.now.of(subject.quantity, measure, order=subject.order)
    if not candidates:
        if books.ever.of(subject.quantity, measure, order=subject.order):
            return Chosen((), missing=because("no_limit_on_day", on=books.on.isoformat()))
        return Chosen((), missing=_no_level(subject))
    words = survey_words()
    attributes = dict(subject.point.attributes)
    notes = []
    for name in sorted({name for limit in candidates for name in limit.where} - attributes.keys()):
        default = words.taken(name, subject.level)
        attributes[name] = default.value
        if not default.silent:
            said = {f"as_{language}": words.label(name, default.value, language) for language in ("zh", "en")}
            what = _ATTRIBUTE[name]
            notes.append(because("taken_as", what=what[0], what_en=what[1], **said))
    limits = tuple(limit for limit in candidates if fits(limit, subject.level, attributes))
    return Chosen(limits, tuple(notes), None if limits else _no_level(subject))


_ATTRIBUTE = {
    "place": ("安装场所", "place"), "multiple": ("试验倍数", "multiple of the test"), "element": ("测温部位", "element"),
    "earthing": ("接地类型", "kind of earth"), "supply": ("回路类型", "kind of circuit"),
    "system": ("系统规模", "size of the system"), "customer": ("用户类别", "kind of customer"),
}  # fmt: skip


def _no_level(subject: Subject) -> Reason:
    if subject.level is None:
        return because("level_unknown")
    return because("no_limit_at_level", level=subject.level.name)


def unjudged(key: Key, value: str, *reasons: Reason, subject: Subject | None = None) -> Finding:
    """This function will make a finding without a verdict, so that nothing is lost."""
    return Finding(
        point=key.point, kind=subject.kind if subject else key.kind,
        level=subject.level.name if subject and subject.level else key.level,
        quantity=key.quantity, phase=key.phase, measure="value", value=value, unit=key.unit, limit="", standard="",
        edition="", clause="", verdict=NO_VERDICT, reasons=reasons,
    )  # fmt: skip
