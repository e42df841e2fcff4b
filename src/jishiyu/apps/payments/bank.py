"""What payments need of a bank, whatever its files look like; `jishiyu.banks` implements it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What a bank can say about one payment."""

    ACCEPTED = "accepted"  # taken in, nothing decided
    UNKNOWN = "unknown"  # the bank itself does not know
    PAID = "paid"
    FAILED = "failed"  # never left the fund's account
    RETURNED = "returned"  # left it and came back (退汇), perhaps days after it was called paid


@dataclass(frozen=True, slots=True)
class Payment:
    """One line of a bank file; the amount in fen."""

    reference: str
    account: str
    name: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class BankFile:
    """One file for the bank, with its control sums; `truncated` names the lines whose name did not fit."""

    name: str
    content: bytes
    sha256: str
    count: int
    sum_fen: int
    truncated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of a result file; `line` as a person counts it in an editor or a sheet (first = 1)."""

    line: int
    reference: str
    account: str
    amount_fen: int
    outcome: Outcome
    code: str
    reason: str
    answered_on: date | None


class Bank(Protocol):
    """One bank's way of writing and reading."""

    @property
    def name(self) -> str:
        """Return the name of the profile."""

    def obstacle(self, *, name: str) -> str:
        """Return why this payee's name cannot stand in a file of this bank (English; Chinese), or nothing."""

    def write(self, *, batch: int, on: date, payments: Sequence[Payment]) -> list[BankFile]:
        """Return the files of a batch; the same arguments give the same bytes."""

    def read(self, content: bytes, *, file_name: str) -> list[Answer]:
        """Return the lines of a result file whose own control sums agree; raise a Problem otherwise."""
