"""Hand-held readings: each by itself, and those that need a second one (infrared, residual-current devices, ≥ 35 kV)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from jishiyu.engine.inspection.model import NORMAL, Finding, Reading, Reason, because
from jishiyu.engine.inspection.outcome import CHARGE, MILLIAMPERE, PER_CENT, Outcome, finding, of_reading, worst
from jishiyu.engine.inspection.quantities import why_not
from jishiyu.engine.inspection.subject import Books, Chosen, Subject, choose, subject_of, unjudged
from jishiyu.engine.inspection.units import number, plain

_ECONOMIC_LOAD = Decimal(40)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Usable:
    """A reading that is understood: its value in its own unit and in base units."""

    reading: Reading
    subject: Subject
    bound: str
    value: Decimal
    base: Decimal


def understand(reading: Reading, books: Books) -> Usable | Finding:
    """This function will understand a reading, or make the finding that says why it has no verdict."""
    key = reading.key
    if reading.fault is not None:
        return unjudged(key, reading.value, reading.fault)
    subject = subject_of(key, books)
    if isinstance(subject, Reason):
        return unjudged(key, reading.value, subject)
    if not reading.value:
        return unjudged(key, "", because("value_missing"), subject=subject)
    told = number(reading.value)
    if told is None:
        return unjudged(key, reading.value, because("not_a_number", given=reading.value), subject=subject)
    bound, value = told
    reason = why_not(subject.quantity, value, subject.unit, subject.level)
    if reason is not None:
        return unjudged(key, reading.value, reason, subject=subject)
    return Usable(reading, subject, bound, value, subject.unit.to_base(value))


def judge_readings(readings: list[Reading], books: Books) -> Iterator[Finding]:
    """This function will judge hand-held readings."""
    usable: dict[str, dict[str, list[Usable]]] = defaultdict(lambda: defaultdict(list))
    for reading in readings:
        found = understand(reading, books)
        if isinstance(found, Finding):
            yield found
        else:
            usable[found.subject.key.point][found.subject.quantity].append(found)
    for by_quantity in usable.values():
        for quantity, several in by_quantity.items():
            if quantity in ("temperature_reference", "temperature_ambient"):
                yield from _helpers(several, used=bool(by_quantity.get("temperature")))
            elif quantity == "temperature":
                for one in several:
                    yield from _temperature(one, by_quantity, books)
            else:
                for one in several:
                    yield _plain(one, books)
        yield from _deviation_sums(by_quantity.get("voltage", []), books)
        yield from _residual_current(by_quantity, books)


def _told(one: Usable) -> str:
    return one.reading.value if one.bound else plain(one.value)


def _plain(one: Usable, books: Books, *extra: Reason) -> Finding:
    """Judge one value by the limits of its quantity."""
    chosen = choose(one.subject, "value", books)
    if not chosen.limits and one.subject.quantity == "voltage":
        sums = choose(one.subject, "deviation_sum", books)
        if sums.limits:
            return _deviation_sum([one], sums)
    if chosen.missing is not None:
        return unjudged(one.reading.key, _told(one), chosen.missing, subject=one.subject)
    outcomes = [of_reading(limit, one.subject.level, one.base, one.bound, one.reading.value) for limit in chosen.limits]
    outcome = worst(outcomes)
    if one.subject.quantity == "load_ratio" and outcome.verdict == NORMAL and one.base < _ECONOMIC_LOAD:
        extra = (*extra, because("load_low"))
    return _made(one, chosen, outcome, extra)


def _made(one: Usable, chosen: Chosen, outcome: Outcome, extra: tuple[Reason, ...] = ()) -> Finding:
    return finding(
        one.subject, chosen, outcome, _told(one), extra=extra,
        measured_at=one.reading.measured_at, instrument=one.reading.instrument,
    )  # fmt: skip


def _helpers(several: list[Usable], *, used: bool) -> Iterator[Finding]:
    for one in several:
        name = one.subject.quantity.removeprefix("temperature_")
        yield unjudged(
            one.reading.key, _told(one), because(f"{name}_used" if used else f"{name}_unused"), subject=one.subject
        )


# Infrared


def _temperature(one: Usable, by_quantity: dict[str, list[Usable]], books: Books) -> Iterator[Finding]:
    """Judge a hot point by its temperature, and beside a like point where ambient and like point are known."""
    t0 = _beside(one, by_quantity.get("temperature_ambient", []), hottest=True)
    t2 = _beside(one, by_quantity.get("temperature_reference", []), hottest=False)
    stated = t2 is not None
    if t2 is None and one.subject.key.phase:
        phases = {other.subject.key.phase for other in by_quantity["temperature"]} - {one.subject.key.phase, ""}
        others = [other.base for other in by_quantity["temperature"] if other.subject.key.phase in phases]
        t2 = min(others, default=None)
    least = books.now.rise
    notes: list[Reason] = []
    if t0 is None or t2 is None:
        notes.append(because("ambient_missing" if t0 is None else "reference_missing"))
    elif least is not None and one.base - t0 < least:
        notes.append(because("rise_small", rise=plain(one.base - t0), least=plain(least)))
    elif stated or one.base >= t2:
        yield from _relative(one, t2, t0, books)
    yield _plain(one, books, *notes)


def _beside(one: Usable, others: list[Usable], *, hottest: bool) -> Decimal | None:
    """Return the temperature of the same phase, else of no phase; of several the one that makes the difference larger."""
    same = [other.base for other in others if other.subject.key.phase == one.subject.key.phase]
    found = same or [other.base for other in others if not other.subject.key.phase] or [other.base for other in others]
    return (max if hottest else min)(found, default=None)


def _relative(one: Usable, t2: Decimal, t0: Decimal, books: Books) -> Iterator[Finding]:
    chosen = choose(one.subject, "relative_difference", books)
    rise = one.base - t0
    if not chosen.limits or rise <= 0:
        return
    # δ ≥ limit exactly when (T1 - T2) × 100 ≥ limit × (T1 - T0): no division, so no rounding decides.
    outcomes = [
        of_reading(limit, None, limit.below if _reaches(one.base - t2, rise, limit.below) else Decimal(-1))
        for limit in chosen.limits
        if limit.below is not None
    ]
    delta = hundredths((one.base - t2) * 100 / rise)
    how = because("relative", t1=plain(one.base), t2=plain(t2), t0=plain(t0), delta=plain(delta))
    yield finding(
        one.subject, chosen, worst(outcomes), plain(delta), unit=PER_CENT, extra=(how,),
        measured_at=one.reading.measured_at, instrument=one.reading.instrument,
    )  # fmt: skip


def _reaches(difference: Decimal, rise: Decimal, per_cent: Decimal) -> bool:
    return difference * 100 >= per_cent * rise


def hundredths(value: Decimal) -> Decimal:
    """This function will return a number with two decimals for people; nothing is judged by it."""
    return value.quantize(_CENT, ROUND_HALF_UP)


# 35 kV and above


def _deviation_sums(voltages: list[Usable], books: Books) -> Iterator[Finding]:
    """Judge several readings of one point together: the largest deviation up and the largest down."""
    groups: dict[tuple[str, str], list[Usable]] = defaultdict(list)
    for one in voltages:
        if one.subject.level is not None and not one.bound:
            groups[one.subject.level.name, one.subject.key.phase].append(one)
    for several in groups.values():
        chosen = choose(several[0].subject, "deviation_sum", books)
        if chosen.limits and len(several) > 1:
            yield _deviation_sum(several, chosen)


def _deviation_sum(several: list[Usable], chosen: Chosen) -> Finding:
    first = min(several, key=lambda one: (one.base, one.reading.value))
    level = first.subject.level
    if level is None:
        raise ValueError("a deviation needs a level")
    deviations = [(one.base - level.nominal) * 100 / level.nominal for one in several]
    up, down = max(deviations), min(deviations)
    total = max(up, Decimal(0)) + max(-down, Decimal(0))
    limit = chosen.limits[0]
    outcome = of_reading(limit, None, total)
    extra = (because("deviations", up=plain(hundredths(up)), down=plain(hundredths(down))),)
    return finding(
        first.subject, chosen, outcome, plain(hundredths(total)), unit=PER_CENT, extra=extra,
        measured_at=max((one.reading.measured_at for one in several if one.reading.measured_at), default=None),
        instrument=first.reading.instrument,
    )  # fmt: skip


# Residual-current devices


def _residual_current(by_quantity: dict[str, list[Usable]], books: Books) -> Iterator[Finding]:
    currents, times = by_quantity.get("trip_current", []), by_quantity.get("trip_time", [])
    if not currents and not times:
        return
    subject = (currents or times)[0].subject
    if subject.point.rated_ma is not None and currents:
        yield from _rated(currents, subject.point.rated_ma, books)
    exact_currents = [one for one in currents if not one.bound]
    exact_times = [one for one in times if not one.bound]
    if exact_currents and exact_times:
        slow = max(exact_times, key=_strength)
        strong = max(exact_currents, key=_strength)
        yield from _product(strong, slow, books)


def _strength(one: Usable) -> tuple[Decimal, str, str]:
    return one.base, one.subject.key.phase, one.reading.value


def _rated(currents: list[Usable], rated_ma: Decimal, books: Books) -> Iterator[Finding]:
    first = min(currents, key=lambda one: (one.subject.key.phase, one.base, one.reading.value))
    rated = MILLIAMPERE.to_base(rated_ma)
    chosen = choose(first.subject, "rated", books)
    if chosen.limits:
        outcome = worst([of_reading(limit, None, rated) for limit in chosen.limits])
        yield finding(first.subject, chosen, outcome, plain(rated_ma), unit=MILLIAMPERE,
                      extra=(because("rated_is", rated=plain(rated_ma)),))  # fmt: skip
    for one in currents:
        chosen = choose(one.subject, "share_of_rated", books)
        if chosen.limits and not one.bound:
            share = one.base * 100 / rated
            outcome = worst([of_reading(limit, None, share) for limit in chosen.limits])
            yield finding(
                one.subject, chosen, outcome, plain(hundredths(share)), unit=PER_CENT,
                extra=(because("rated_is", rated=plain(rated_ma)),),
                measured_at=one.reading.measured_at, instrument=one.reading.instrument,
            )  # fmt: skip


def _product(current: Usable, time: Usable, books: Books) -> Iterator[Finding]:
    chosen = choose(current.subject, "product", books)
    if not chosen.limits:
        return
    product = current.base * time.base
    outcome = worst([of_reading(limit, None, product) for limit in chosen.limits])
    shown = CHARGE.from_base(product)
    how = because(
        "product_of", current=plain(MILLIAMPERE.from_base(current.base)), time=plain(time.base), product=plain(shown)
    )
    yield finding(
        current.subject, chosen, outcome, plain(shown), unit=CHARGE, extra=(how,),
        measured_at=time.reading.measured_at, instrument=current.reading.instrument,
    )  # fmt: skip
