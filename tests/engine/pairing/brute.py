"""Every plan of a tiny round, tried one by one: the judge of the solvers."""

from collections.abc import Iterator
from itertools import combinations

from jishiyu.engine.pairing.model import Need, Round, Visit, brings, has_role, missing_skills
from jishiyu.engine.pairing.points import Weights, breaches, judge


def teams(round_: Round, need: Need, start: int) -> Iterator[tuple[str, ...]]:
    """Yield every team that could go at a start if there were nothing else."""
    people = [person for person in round_.people if person.is_free(start, need.halfdays)]
    for size in range(need.team_min, need.team_max + 1):
        for team in combinations(people, size):
            roles = has_role("steward", team) and has_role("officer", team)
            if roles and all(brings(need, person) for person in team) and not missing_skills(need, team):
                yield tuple(sorted(person.person_id for person in team))


def best_score(round_: Round, weights: Weights) -> int | None:
    """Return the score of the best plan; None when no plan keeps the pins."""
    choices: list[list[Visit | None]] = [
        [None, *(Visit(need.need_id, start, team) for start in need.starts for team in teams(round_, need, start))]
        for need in round_.needs
    ]
    plain = Round(round_.needs, round_.people, (), round_.previous)
    best: list[int] = []

    def go(at: int, visits: list[Visit]) -> None:
        if at == len(choices):
            if not breaches(round_, visits):
                best.append(weights.score(judge(round_, visits)))
            return
        for choice in choices[at]:
            if choice is None:
                go(at + 1, visits)
            elif not breaches(plain, [*visits, choice]):
                go(at + 1, [*visits, choice])

    go(0, [])
    return max(best, default=None)
