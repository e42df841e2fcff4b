"""A policy as frozen values: what a checked TOML file says, with money in fen and rates in millionths."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

Words = dict[str, str]  # {"zh": …, "en": …}


@dataclass(frozen=True)
class Proof:
    """Where a number comes from: a key of `sources`, its status, and the article that states it."""

    source: str
    status: str  # published | assumed
    article: str | None = None


@dataclass(frozen=True)
class Requirement:
    code: str
    test: str
    otherwise: str  # ineligible | held
    words: Words
    options: dict[str, Any]
    when: dict[str, list[str]]
    proof: Proof


@dataclass(frozen=True)
class Amount:
    """The base: the event's amount columns that are added and subtracted, for events that meet `when`."""

    plus: tuple[str, ...]
    minus: tuple[str, ...]
    share_ppm: int
    when: dict[str, list[str]]


@dataclass(frozen=True)
class Threshold:
    fen: int
    strict: bool  # True: over (超过), False: from (以上)
    deductible: bool
    proof: Proof


@dataclass(frozen=True)
class Bracket:
    edge_fen: int
    strict: bool
    rate_ppm: int
    proof: Proof


@dataclass(frozen=True)
class Layer:
    amount: Amount
    rate_ppm: int
    at_most_fen: int | None
    proof: Proof


@dataclass(frozen=True)
class Formula:
    kind: str  # whole_amount | marginal | flat | layered | table | per_day | lump_sum
    brackets: tuple[Bracket, ...] = ()
    layers: tuple[Layer, ...] = ()
    rate_ppm: int = 0
    amount_fen: int = 0
    max_days: int | None = None
    table: dict[str, int] = field(default_factory=dict)
    table_field: str = ""
    table_entries: str = "most_severe"  # most_severe | sum
    proof: Proof | None = None


@dataclass(frozen=True)
class Limit:
    amount_fen: int | None
    count: int | None
    per: str  # member | household
    window: str  # payment | occurrence | calendar_year | policy_year | rolling_months | lifetime
    starts: tuple[int, int]  # month, day of a policy year
    months: int
    mode: str  # sum | greatest
    others: tuple[str, ...]  # policies whose amounts use it up too
    proof: Proof


@dataclass(frozen=True)
class Evidence:
    paper: str
    words: Words
    over_fen: int | None
    channel: str | None
    proof: Proof


@dataclass(frozen=True, eq=False)  # a policy is one object, so that what is compiled from it can be kept
class Policy:
    name: str
    version: str
    digest: str
    title: Words
    issuer: Words
    starts: date
    until: date | None
    judges: tuple[str, ...]
    unit: str  # stay | settlement: what one stay is
    anchor: str
    order: tuple[str, ...]
    sources: dict[str, dict[str, Any]]
    base: tuple[Amount, ...]
    base_words: Words
    base_proof: Proof
    accumulate: bool
    requirements: tuple[Requirement, ...]
    threshold: Threshold | None
    formula: Formula
    rounding_fen: int  # 1 = fen, 10 = jiao, 100 = yuan
    rounding_mode: str  # half_up | down | up
    minimum_fen: int
    limits: tuple[Limit, ...]
    automatic_fen: int
    automatic_proof: Proof
    evidence: tuple[Evidence, ...]
    notes: tuple[Words, ...]
    file: str

    def in_force_on(self, day: date) -> bool:
        """Tell whether this version decides what is anchored on a day."""
        return self.starts <= day and (self.until is None or day < self.until)

    @property
    def own_limits(self) -> tuple[Limit, ...]:
        """Return the limits that other policies have no part in."""
        return tuple(limit for limit in self.limits if not limit.others)

    @property
    def shared_limit(self) -> Limit | None:
        """Return the limit that amounts of other policies use up too; it is the last one."""
        return next((limit for limit in self.limits if limit.others), None)

    @property
    def given_way_to(self) -> frozenset[str]:
        """Return the policies that pay before this one: what they pay for an event, this one does not pay."""
        tests = (requirement for requirement in self.requirements if requirement.test == "not_paid_by")
        return frozenset(name for requirement in tests for name in requirement.options["policies"])

    @property
    def window(self) -> Limit | None:
        """Return the first limit that runs over a span of time: it names the decision's `year`."""
        spans = ("calendar_year", "policy_year", "rolling_months", "lifetime")
        return next((limit for limit in self.limits if limit.window in spans), None)
