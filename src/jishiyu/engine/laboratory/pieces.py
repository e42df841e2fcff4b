"""A policy's formula as pieces of a line: exact, small, and made from the same policy object that `decide` compiles.

Between two edges every bracket formula is `round(constant + base × rate)`. What such a list pays, and what the columnar
formulas pay, is compared in the tests at every edge and for random amounts: to the fen.
"""

from dataclasses import dataclass

from jishiyu.engine.policy.formulas import PPM
from jishiyu.engine.policy.model import Bracket, Policy

PER_PAYMENT = 0  # the window of a limit that looks at one payment alone
WITHIN = 1  # any other window: payments of one person in one span
MOST_FEN = 1 << 62
LARGEST_BASE_FEN = 4_000_000_000_000  # times 100 % stays inside 64 bits, with room for the constant
_SPANS = ("calendar_year", "policy_year", "lifetime")


@dataclass(frozen=True)
class Piece:
    """For bases over `low` up to `high` (fen, `high` included): (constant + base × rate) / 10⁶ fen before rounding.

    `bracket` is the number of the policy's bracket, 0 for formulas without.
    """

    low: int
    high: int
    constant: int
    rate_ppm: int
    bracket: int


@dataclass(frozen=True)
class Plain:
    """A policy that pays by pieces: `least` is the smallest payment (fen), `unit` and `lift` say how it is rounded,
    `limits` are (PER_PAYMENT or WITHIN, ceiling or MOST_FEN, number of payments or MOST_FEN) in their order."""

    pieces: tuple[Piece, ...]
    unit: int
    lift: int
    least: int
    limits: tuple[tuple[int, int, int], ...]

    def amount(self, base: int) -> int:
        """Return what a base pays before limits (fen); 0 where nothing is due."""
        for piece in self.pieces:
            if piece.low < base <= piece.high:
                paid = (piece.constant + base * piece.rate_ppm + self.lift) // (PPM * self.unit) * self.unit
                return paid if paid >= self.least else 0
        return 0


def plain(policy: Policy) -> Plain | None:
    """This function will return a policy as pieces, or None when it is not of that kind: layers, tables, days, sums over a
    window, rolling windows and households are judged by `decide` itself, at its own speed."""
    spans = {(limit.window, limit.starts if limit.window == "policy_year" else None) for limit in policy.limits}
    spans = {span for span in spans if span[0] != "payment"}
    fits = (
        policy.formula.kind in ("whole_amount", "marginal", "flat")
        and not policy.accumulate
        and len(spans) <= 1
        and all(window in _SPANS for window, _ in spans)
        and all(limit.mode == "sum" and limit.per == "member" for limit in policy.limits)
    )
    if not fits:
        return None
    scale = PPM * policy.rounding_fen
    return Plain(
        pieces=_pieces(policy),
        unit=policy.rounding_fen,
        lift={"half_up": scale // 2, "up": scale - 1, "down": 0}[policy.rounding_mode],
        least=max(policy.minimum_fen, 1),
        limits=tuple(
            (
                PER_PAYMENT if limit.window == "payment" else WITHIN,
                MOST_FEN if limit.amount_fen is None else limit.amount_fen,
                MOST_FEN if limit.count is None or limit.window == "payment" else limit.count,
            )
            for limit in policy.limits
        ),
    )


def _pieces(policy: Policy) -> tuple[Piece, ...]:
    """Cut the formula at its edges, take the threshold off where it is a deductible, and leave out what does not reach it."""
    formula, threshold = policy.formula, policy.threshold
    off = threshold.fen if threshold and threshold.deductible else 0
    least = threshold.fen - (not threshold.strict) if threshold else -MOST_FEN
    if off:
        least = max(least, off - 1)  # below a deductible nothing is left: the part that counts is 0, not less
    lines = [(-MOST_FEN, 0, formula.rate_ppm, 0)] if formula.kind == "flat" else _lines(formula.brackets, formula.kind)
    found = []
    for at, (low, constant, rate, number) in enumerate(lines):
        high = lines[at + 1][0] if at + 1 < len(lines) else MOST_FEN
        low, high = max(low + off, least), high + off if high < MOST_FEN else MOST_FEN
        if low < high:
            found.append(Piece(low, high, constant - off * rate, rate, number))
    return tuple(found)


def _lines(brackets: tuple[Bracket, ...], kind: str) -> list[tuple[int, int, int, int]]:
    """Return (lower edge, excluded; constant; rate; number) of each bracket; a strict edge belongs to the bracket below."""
    lines, before = [], 0  # `before`: what the brackets below pay in full
    for number, bracket in enumerate(brackets, start=1):
        constant = before - bracket.edge_fen * bracket.rate_ppm if kind == "marginal" else 0
        lines.append((bracket.edge_fen - (not bracket.strict), constant, bracket.rate_ppm, number))
        if number < len(brackets):
            before += (brackets[number].edge_fen - bracket.edge_fen) * bracket.rate_ppm
    return lines
