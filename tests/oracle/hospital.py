"""The hospital subsidy of Changchun a second time, as a clerk would do it by hand.

Written from the rules alone (netting of settlements, §2; the subsidy itself, §3), with loops, dictionaries and Decimal
yuan, and without a look at the engine. It is the only second implementation of a rule; tests compare the two.

A line is a dictionary: settlement, undoes, hospital, visit, person, name, medical_type, begins_on, ends_on, settled_at,
updated_at, cash, total, refund_flag, valid_flag, birth_date and `trouble` ("", "invalid" or "held": what the
checks of the single line have found). A membership is a dictionary: member_no, person, name, union, in_service,
joined_on, left_on, birth_date.
"""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Line = dict[str, Any]
Membership = dict[str, Any]

COVERED = {"21", "22", "23", "24", "25", "26", "28"}
BRACKETS = [  # over this much cash, this many per cent of the whole amount
    (Decimal("5000.00"), Decimal("1.5")),
    (Decimal("10000.00"), Decimal("2")),
    (Decimal("20000.00"), Decimal("3")),
    (Decimal("50000.00"), Decimal("5")),
    (Decimal("100000.00"), Decimal("8")),
    (Decimal("200000.00"), Decimal("9")),
    (Decimal("300000.00"), Decimal("10")),
]
YEARLY_LIMIT = Decimal("50000.00")
AUTOMATIC_UP_TO = Decimal("10000.00")
ZERO = Decimal("0.00")
LONG_AGO, NEVER = date.min, date.max
BEFORE_ANY_UPDATE = datetime.combine(date.min, time.min)


def bracket_and_amount(cash: Decimal) -> tuple[int, Decimal, Decimal]:
    """Return the number of the bracket (0 = none), its rate in per cent, and the subsidy before the yearly limit."""
    number, rate = 0, ZERO
    for position, (edge, per_cent) in enumerate(BRACKETS, start=1):
        if cash > edge:
            number, rate = position, per_cent
    return number, rate, (cash * rate / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def full_years(born: date, on: date) -> int:
    """Return the age in full years: a birthday counts from its own day on."""
    had_birthday = (on.month, on.day) >= (born.month, born.day)
    return on.year - born.year - (0 if had_birthday else 1)


# --- lines -----------------------------------------------------------------------------------------------------------


def sort_lines_into_buckets(lines: list[Line]) -> list[str | None]:
    """Return the bucket of every line before any policy looks; None = live."""
    buckets: list[str | None] = ["invalid" if line["trouble"] == "invalid" else None for line in lines]
    _find_repetitions(lines, buckets)
    current = [place for place, bucket in enumerate(buckets) if bucket is None]
    every_known_settlement = {line["settlement"] for line in lines}
    undone = {lines[place]["undoes"] for place in current} - {None}
    undone_by_rubbish = {line["undoes"] for line in lines if line["trouble"] == "invalid"} - {None}
    for place in current:
        line = lines[place]
        flagged = line["refund_flag"] not in (None, "0")
        negative = line["cash"] < 0 or line["total"] < 0
        if line["undoes"] is not None:
            buckets[place] = "reversed" if line["undoes"] in every_known_settlement else "held"
        elif line["settlement"] in undone:
            buckets[place] = "reversed"
        elif flagged and negative:  # an undoing that does not say of what
            buckets[place] = "held"
        elif flagged or line["valid_flag"] not in (None, "1"):
            buckets[place] = "reversed"
        elif line["settlement"] in undone_by_rubbish or line["trouble"] == "held":
            buckets[place] = "held"
    _hold_whole_stays(lines, buckets)
    return buckets


def _find_repetitions(lines: list[Line], buckets: list[str | None]) -> None:
    """Mark lines that say the same again as duplicates, and of the rest all but the newest as superseded."""
    newest: dict[str, int] = {}
    seen: list[tuple[str, Line]] = []
    for place, line in enumerate(lines):
        if buckets[place] is not None:
            continue
        name = line["settlement"]
        content = {word: value for word, value in line.items() if word != "trouble"}
        if (name, content) in seen:
            buckets[place] = "duplicate"
            continue
        seen.append((name, content))
        if name not in newest:
            newest[name] = place
            continue
        other = newest[name]
        mine, theirs = (entry["updated_at"] or BEFORE_ANY_UPDATE for entry in (line, lines[other]))
        if mine >= theirs:
            buckets[other], newest[name] = "superseded", place
        else:
            buckets[place] = "superseded"


def _hold_whole_stays(lines: list[Line], buckets: list[str | None]) -> None:
    """Hold the live lines of a stay that two people share, that has two names, or of which another part needs a person first."""
    parts: dict[tuple[str, str], list[int]] = {}
    for place, line in enumerate(lines):
        waits = buckets[place] == "held" and line["undoes"] is None
        if buckets[place] is None or waits:
            parts.setdefault((line["hospital"], line["visit"]), []).append(place)
    for places in parts.values():
        people = {lines[place]["person"] for place in places}
        names = {lines[place]["name"] for place in places if lines[place]["name"] is not None}
        if len(people) > 1 or len(names) > 1 or any(buckets[place] == "held" for place in places):
            for place in places:
                buckets[place] = "held"


# --- stays -----------------------------------------------------------------------------------------------------------


def join_into_stays(lines: list[Line], buckets: list[str | None]) -> list[dict[str, Any]]:
    """Return the stays that can be judged: live settlements with the same hospital and visit."""
    parts: dict[str, list[Line]] = {}
    for line, bucket in zip(lines, buckets, strict=True):
        if bucket is None:
            parts.setdefault(f"{line['hospital']}/{line['visit']}", []).append(line)
    stays = []
    for name, settlements in parts.items():
        last = max(settlements, key=lambda line: (line["settled_at"], line["settlement"]))
        stays.append({
            "stay": name,
            "person": last["person"],
            "name": next((line["name"] for line in settlements if line["name"] is not None), None),
            "birth_date": last["birth_date"],
            "medical_types": {line["medical_type"] for line in settlements},
            "cash": sum((line["cash"] for line in settlements), ZERO),
            "ends_on": max(line["ends_on"] for line in settlements),
            "settled_at": last["settled_at"],
            "last_settlement": last["settlement"],
        })  # fmt: skip
    return stays


# --- decisions -------------------------------------------------------------------------------------------------------


def decide(lines: list[Line], roster: list[Membership]) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the decision of every stay that could be judged or matched, by its name, and the bucket of every line."""
    buckets = sort_lines_into_buckets(lines)
    stays = join_into_stays(lines, buckets)
    decisions = {stay["stay"]: _judge(stay, roster) for stay in stays}
    _apply_yearly_limit([decision for decision in decisions.values() if decision["bucket"] == "entitled"])
    final: list[str] = []
    for line, bucket in zip(lines, buckets, strict=True):
        final.append(bucket or decisions[f"{line['hospital']}/{line['visit']}"]["bucket"])
    return decisions, final


def _judge(stay: dict[str, Any], roster: list[Membership]) -> dict[str, Any]:
    nothing = {"bracket": None, "rate": None, "uncapped": ZERO, "used_before": ZERO, "payable": ZERO, "member_no": None}
    decision = {**stay, **nothing, "year": stay["ends_on"].year, "reasons": []}
    memberships = [entry for entry in roster if entry["person"] == stay["person"]]
    if not memberships:
        return {**decision, "bucket": "unmatched", "reasons": ["not_on_the_roster"]}
    membership, in_force = _membership_on(stay["ends_on"], memberships, stay["name"])
    decision["member_no"] = membership["member_no"]
    if stay["name"] is not None and membership["name"] != stay["name"]:
        return {**decision, "bucket": "held", "reasons": ["name_differs"]}

    reasons = []
    if not (in_force and membership["in_service"]):
        reasons.append("not_in_service")
    born = stay["birth_date"] or membership["birth_date"]
    if born is not None and not 16 <= full_years(born, stay["ends_on"]) <= 60:
        reasons.append("age_out_of_range")
    if not stay["medical_types"] & COVERED:
        reasons.append("medical_type_not_covered")
    if not stay["cash"] > BRACKETS[0][0]:
        reasons.append("threshold_not_reached")
    number, rate, amount = bracket_and_amount(stay["cash"])
    decision.update(bracket=number or None, rate=rate if number else None, reasons=reasons)
    partly = bool(stay["medical_types"] & COVERED and stay["medical_types"] - COVERED)
    waits = ["birth_date_missing"] * (born is None) + ["medical_types_differ"] * partly
    if reasons or waits:
        return {**decision, "bucket": "ineligible" if reasons else "held", "reasons": reasons + waits}
    return {**decision, "bucket": "entitled", "uncapped": amount}


def _membership_on(day: date, memberships: list[Membership], name: str) -> tuple[Membership, bool]:
    """Return the membership that counts on a day and whether it is in force: from joined_on to the day before left_on."""

    def in_force(entry: Membership) -> bool:
        return (entry["joined_on"] or LONG_AGO) <= day < (entry["left_on"] or NEVER)

    choice = memberships
    for wish in (in_force, lambda entry: entry["in_service"], lambda entry: entry["name"] == name):
        choice = [entry for entry in choice if wish(entry)] or choice
    choice = sorted(choice, key=lambda entry: (entry["joined_on"] or LONG_AGO, entry["member_no"]))
    return choice[0], in_force(choice[0])


def _apply_yearly_limit(entitled: list[dict[str, Any]]) -> None:
    """Pay in the order of settlement until the limit of the person's calendar year is used up."""
    so_far: dict[tuple[str, int], Decimal] = {}
    for decision in sorted(entitled, key=lambda stay: (stay["settled_at"], stay["last_settlement"], stay["stay"])):
        purse = (decision["person"], decision["year"])
        before = so_far.get(purse, ZERO)
        after = before + decision["uncapped"]
        so_far[purse] = after
        decision["used_before"] = min(YEARLY_LIMIT, before)
        decision["payable"] = min(YEARLY_LIMIT, after) - min(YEARLY_LIMIT, before)
        reasons = []
        if decision["payable"] > AUTOMATIC_UP_TO:
            reasons.append("over_automatic_limit")
        if decision["payable"] < decision["uncapped"]:
            reasons.append("limit_reached")
        decision["reasons"] = reasons
        if decision["payable"] == 0:
            decision["bucket"] = "capped"
        else:
            decision["bucket"] = "assist" if decision["payable"] > AUTOMATIC_UP_TO else "auto"
