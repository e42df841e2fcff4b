"""Plans as files: plan.csv, reasons.csv and score.json, and the invented tables that go in."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from jishiyu.engine.pairing.line_problems import LineProblem
from jishiyu.engine.pairing.model import Need, Person, Visit
from jishiyu.engine.pairing.proposal import Proposal
from jishiyu.engine.pairing.reasons import left_out_reasons, pairing_reasons

PLAN_COLUMNS = ("need_id", "start", "halfdays", "person_id", "role")
REASON_COLUMNS = ("need_id", "person_id", "kind", "codes", "zh", "en")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def plan_csv(proposal: Proposal) -> bytes:
    """This function will return a plan as CSV: one row per member, by start and need."""
    rows = []
    for visit in sorted(proposal.visits, key=lambda visit: (visit.start, visit.need_id)):
        need = proposal.round.need(visit.need_id)
        for who in visit.people:
            role = proposal.round.person(who).role
            rows.append((need.need_id, visit.start, need.halfdays, who, role))
    return _csv(PLAN_COLUMNS, rows)


def reasons_csv(proposal: Proposal, problems: Iterable[LineProblem]) -> bytes:
    """This function will return why: each member, each need left out, each line with a problem, what is scarce."""
    reasons = [
        *pairing_reasons(proposal.round, proposal.visits),
        *left_out_reasons(proposal.round, proposal.visits, proposal.left_out),
    ]
    rows: list[Sequence[Any]] = [
        (reason.need_id, reason.person_id, reason.kind, ";".join(reason.codes), reason.say("zh"), reason.say("en"))
        for reason in reasons
    ]
    rows += [(p.name, "", "problem", p.code, p.say("zh"), p.say("en")) for p in problems]
    for item in proposal.scarce:
        who = item.name if item.kind == "person" else ""
        rows.append(("", who, "scarce", f"scarce_{item.kind}", item.say("zh"), item.say("en")))
    return _csv(REASON_COLUMNS, [[_disarmed(cell) for cell in row] for row in rows])


def score_json(proposal: Proposal, *, seconds: float, problems: Sequence[LineProblem]) -> bytes:
    """This function will return what a plan is worth and how good any plan could be."""
    whole = {
        "served": len(proposal.visits),
        "score": proposal.score,
        "bound": proposal.bound,
        "gap": proposal.gap,
        "parts": proposal.points,
        "seconds": seconds,
        "status": proposal.status,
        "aims": {
            aim: {"value": reached.value, "bound": reached.bound, "gap": reached.gap}
            for aim, reached in proposal.aims.items()
        },
        "needs": len(proposal.round.needs),
        "left_out": len(proposal.left_out),
        "lines_left_out": sum(problem.left_out for problem in problems),
        "weights": {aim: getattr(proposal.weights, aim) for aim in proposal.aims},
        "order_kept": proposal.weights.order_kept,
        "scarce": [
            {"kind": item.kind, "name": item.name, "level": item.level, "price": item.price, "people": item.people,
             "wanted": item.wanted}
            for item in proposal.scarce
        ],
    }  # fmt: skip
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def needs_csv(needs: Iterable[Need]) -> bytes:
    """This function will return needs as the table that `read_needs` reads."""
    columns = ("need_id", "enterprise", "skills", "halfdays", "earliest", "latest", "x_km", "y_km", "priority",
               "steward", "team_min", "team_max")  # fmt: skip
    return _csv(columns, (
        (n.need_id, n.enterprise, _skills(n.skills), n.halfdays, n.earliest, n.latest, _km(n.x_m), _km(n.y_m),
         n.priority, n.steward, n.team_min, n.team_max)
        for n in needs
    ))  # fmt: skip


def people_csv(people: Iterable[Person]) -> bytes:
    """This function will return people as the table that `read_people` reads."""
    columns = ("person_id", "role", "skills", "honour", "free", "x_km", "y_km", "per_week", "zone")
    return _csv(columns, (
        (p.person_id, p.role, _skills(tuple(sorted(p.skills.items()))), p.honour,
         ";".join(f"{begin}-{end}" for begin, end in p.free), _km(p.x_m), _km(p.y_m), p.per_week, p.zone)
        for p in people
    ))  # fmt: skip


def same_plan(one: Iterable[Visit], other: Iterable[Visit]) -> bool:
    """Return whether two plans are the same."""
    return sorted(one, key=lambda visit: visit.need_id) == sorted(other, key=lambda visit: visit.need_id)


def _skills(skills: Iterable[tuple[str, int]]) -> str:
    return ";".join(f"{skill}:{level}" for skill, level in skills)


def _km(metres: int) -> str:
    sign, metres = ("-" if metres < 0 else ""), abs(metres)
    return f"{sign}{metres // 1000}.{metres % 1000:03d}"


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _disarmed(cell: Any) -> Any:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_DANGEROUS) else cell
