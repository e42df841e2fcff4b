"""Rounds and plans as JSON and back: what a proposal was made from stays what it was."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from jishiyu.engine.pairing.model import Need, Person, Pin, Round, Visit
from jishiyu.engine.pairing.points import AIMS
from jishiyu.engine.pairing.proposal import Proposal
from jishiyu.engine.pairing.sentences import Part, Reason

Frozen = dict[str, Any]


def frozen_round(round_: Round) -> Frozen:
    """This function will return a round as JSON-ready data."""
    return {
        "needs": [_without(asdict(need), "line") for need in round_.needs],
        "people": [_without(asdict(person), "line") for person in round_.people],
        "pins": [_without(asdict(pin), "line") for pin in round_.pins],
        "previous": None if round_.previous is None else frozen_plan(round_.previous),
    }


def thawed_round(frozen: Mapping[str, Any]) -> Round:
    """This function will return the round that `frozen_round` was given."""
    previous = frozen.get("previous")
    return Round(
        tuple(
            Need(**{**need, "skills": tuple((skill, level) for skill, level in need["skills"])})
            for need in frozen["needs"]
        ),
        tuple(
            Person(**{**person, "free": tuple((begin, end) for begin, end in person["free"])})
            for person in frozen["people"]
        ),
        tuple(Pin(**pin) for pin in frozen["pins"]),
        None if previous is None else thawed_plan(previous),
    )


def frozen_plan(visits: Iterable[Visit]) -> list[Frozen]:
    """This function will return a plan as JSON-ready data, by need."""
    return [asdict(visit) for visit in sorted(visits, key=lambda visit: visit.need_id)]


def thawed_plan(frozen: Iterable[Mapping[str, Any]]) -> tuple[Visit, ...]:
    """This function will return the plan that `frozen_plan` was given."""
    return tuple(Visit(one["need_id"], one["start"], tuple(one["people"])) for one in frozen)


def frozen_reasons(reasons: Iterable[Reason]) -> list[Frozen]:
    """This function will return reasons as JSON-ready data: codes and details, no sentences."""
    return [
        {
            "need": reason.need_id, "person": reason.person_id, "kind": reason.kind,
            "parts": [[part.code, part.details] for part in reason.parts],
            "details": {
                key: [value.code, value.details] if isinstance(value, Part) else value
                for key, value in reason.details.items()
            },
        }
        for reason in reasons
    ]  # fmt: skip


def thawed_reasons(frozen: Iterable[Mapping[str, Any]]) -> list[Reason]:
    """This function will return the reasons that `frozen_reasons` was given."""
    found = []
    for one in frozen:
        details = dict(one["details"])
        if "lack" in details:
            details["lack"] = Part(*details["lack"])
        parts = tuple(Part(code, said) for code, said in one["parts"])
        found.append(Reason(one["need"], one["person"], one["kind"], parts, details))
    return found


def frozen_score(proposal: Proposal) -> Frozen:
    """This function will return what a plan is worth, how good any plan could be, and what is scarce."""
    return {
        "score": proposal.score, "bound": proposal.bound, "gap": proposal.gap, "status": proposal.status,
        "served": len(proposal.visits), "needs": len(proposal.round.needs), "order_kept": proposal.weights.order_kept,
        "weights": {aim: getattr(proposal.weights, aim) for aim in AIMS}, "points": proposal.points,
        "aims": {aim: asdict(reached) for aim, reached in proposal.aims.items()},
        "scarce": [asdict(item) for item in proposal.scarce],
    }  # fmt: skip


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    del values[name]
    return values
