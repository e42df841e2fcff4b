"""Policies that are tied to each other, a second time: a shared limit, and one that pays nothing where another pays.

Written from the words of docs/reference/policies.md alone, with loops, dictionaries and Decimal yuan. A rule is a
dictionary: name, kinds, rate (per cent), at_most (yuan per payment, or None), shared (None, or the name of the purse), gives_way_to
(names), needs_cause (an event without a cause waits for a person). A purse is a dictionary: limit (yuan or None), greatest
(True: only what exceeds the largest so far), window (`calendar_year`, `lifetime`, `occurrence`). An event is a dictionary: event,
person, kind, on, settled_at, cash, cause, name (of the accident; None for a stay).
"""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Rule = dict[str, Any]
Event = dict[str, Any]
Answer = dict[str, Any]
ZERO = Decimal("0.00")


def decide(events: list[Event], rules: list[Rule], purses: dict[str, dict[str, Any]]) -> dict[tuple[str, str], Answer]:
    """Return what each rule says about each event it judges; rules come in an order in which they can be decided."""
    said: dict[tuple[str, str], Answer] = {}
    waiting = list(rules)
    while waiting:
        together = [
            rule
            for rule in waiting
            if rule is waiting[0] or (rule["shared"] and rule["shared"] == waiting[0]["shared"])
        ]
        waiting = [rule for rule in waiting if rule not in together]
        entitled: list[tuple[Event, Rule, Decimal]] = []
        for rule in together:
            for event in events:
                if event["kind"] in rule["kinds"]:
                    answer = first_look(event, rule, events, said)
                    said[event["event"], rule["name"]] = answer
                    if answer["bucket"] == "entitled":
                        entitled.append((event, rule, answer["uncapped"]))
        pay(entitled, number_events([event for event, _, _ in entitled]), purses, said)
    return said


def first_look(event: Event, rule: Rule, events: list[Event], said: dict[tuple[str, str], Answer]) -> Answer:
    """Say whether an event is entitled to anything, before any limit."""
    nothing = {"uncapped": ZERO, "payable": ZERO}
    reasons_against, reasons_to_wait = [], []
    if rule["needs_cause"] and event["cause"] is None:
        reasons_to_wait.append("cause_missing")
    mine = [other for other in events if other["kind"] in rule["kinds"]]
    if any(
        same_as(event, mine, events, said, other, lambda answer: answer["payable"] > 0)
        for other in rule["gives_way_to"]
    ):
        reasons_against.append("paid_by_another")
    amount = (event["cash"] * rule["rate"] / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if amount == 0:
        reasons_against.append("below_minimum")
    if any(
        same_as(event, mine, events, said, other, lambda answer: answer["bucket"] == "held")
        for other in rule["gives_way_to"]
    ):
        reasons_to_wait.append("other_policy_waits")
    if reasons_against:
        return {**nothing, "bucket": "ineligible", "why": {*reasons_against, *reasons_to_wait}}
    if reasons_to_wait:
        return {**nothing, "bucket": "held", "why": set(reasons_to_wait)}
    return {"uncapped": amount, "payable": ZERO, "bucket": "entitled", "why": set()}


def same_as(
    event: Event,
    mine: list[Event],
    events: list[Event],
    said: dict[tuple[str, str], Answer],
    policy: str,
    wanted: Callable[[Answer], bool],
) -> bool:
    """Say whether an event is the same as one of those about which another policy has said what is wanted."""
    theirs = [other for other in events if (other["event"], policy) in said and wanted(said[other["event"], policy])]
    number = number_events(mine + [other for other in theirs if other not in mine])
    return any(number[event["event"]] == number[other["event"]] for other in theirs)


def pay(
    entitled: list[tuple[Event, Rule, Decimal]],
    number: dict[str, int],
    purses: dict[str, dict[str, Any]],
    said: dict[tuple[str, str], Answer],
) -> None:
    """Pay in the order of settlement; at one moment by the name of the event, then by that of the rule."""
    so_far: dict[tuple[str, str, Any], list[Decimal]] = {}
    for event, rule, amount in sorted(
        entitled, key=lambda one: (one[0]["settled_at"], one[0]["event"], one[1]["name"])
    ):
        answer = said[event["event"], rule["name"]]
        alone = amount if rule["at_most"] is None else min(amount, rule["at_most"])
        answer["payable"] = alone
        if rule["shared"] is not None:
            purse = purses[rule["shared"]]
            key = (rule["shared"], event["person"], _window(event, purse["window"], number))
            before = so_far.setdefault(key, [])
            answer["payable"] = _out_of(purse, before, alone)
            before.append(alone)
        answer["bucket"] = "auto" if answer["payable"] > 0 else "capped"
        answer["why"] = {"limit_reached"} if answer["payable"] < amount else set()


def _out_of(purse: dict[str, Any], before: list[Decimal], amount: Decimal) -> Decimal:
    """Return what a purse still has for an amount after those before it."""
    if purse["greatest"]:
        gains, largest = [], ZERO
        for one in [*before, amount]:
            gains.append(max(one - largest, ZERO))
            largest = max(largest, one)
        *earlier, gain = gains
    else:
        *earlier, gain = [*before, amount]
    if purse["limit"] is None:
        return gain
    used = sum(earlier, ZERO)
    return min(purse["limit"], used + gain) - min(purse["limit"], used)


def _window(event: Event, window: str, number: dict[str, int]) -> Any:
    return {"calendar_year": event["on"].year, "lifetime": 0, "occurrence": number[event["event"]]}[window]


def number_events(events: list[Event]) -> dict[str, int]:
    """Give one number to what is one event: a stay alone; accidents of a person that share a name or a day, one after the other.

    Only what is paid, or asked about, ties others together: an application that was refused does not.
    """
    number = {event["event"]: place for place, event in enumerate(events)}
    again = True
    while again:
        again = False
        for one in events:
            for other in events:
                applied = one["kind"] != "stay" and other["kind"] != "stay" and one["person"] == other["person"]
                if applied and (one["name"] == other["name"] or one["on"] == other["on"]):
                    lower = min(number[one["event"]], number[other["event"]])
                    if {number[one["event"]], number[other["event"]]} != {lower}:
                        number[one["event"]] = number[other["event"]] = lower
                        again = True
    return number
