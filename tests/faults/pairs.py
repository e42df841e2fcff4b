"""Two steps that can meet: the situation, and the two commands."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.faults.situations import AS_OF
from tests.faults.world import LI_NA, World

PREPARE = ["pay", "prepare", *LI_NA]
CANCEL = ["pay", "cancel", "1", "--reason", "错选了银行", *LI_NA]


class Pair(NamedTuple):
    """`first` and `second` in one situation. What they achieve is in `order`: that of one after the other, or free
    (what a batch takes up depends on the moment; that nothing is wrong is checked all the same)."""

    situation: str
    first: list[str]
    second: list[str]
    order: bool = True


def two_feeds(world: World, folder: Path) -> Pair:
    return Pair("returned", world.load("second"), world.load("third"))


def one_feed_twice(world: World, folder: Path) -> Pair:
    return Pair("returned", world.load("second"), world.load("second"))


def taking_back_and_a_feed(world: World, folder: Path) -> Pair:
    back = ["load", "feed", "--take-back", "1", "--because", "医保部门发错文件", "--as-of", AS_OF, *LI_NA]
    return Pair("fed", back, world.load("third"))


def a_feed_and_a_call(world: World, folder: Path) -> Pair:
    return Pair("fed", world.load("third"), world.way("papers")[1])


def a_reversal_and_a_batch(world: World, folder: Path) -> Pair:
    return Pair("fed", world.load("second"), PREPARE, order=False)


def a_batch_and_a_reversal(world: World, folder: Path) -> Pair:
    return Pair("fed", PREPARE, world.load("second"), order=False)


def a_reversal_and_cancelling(world: World, folder: Path) -> Pair:
    return Pair("approved", world.load("second"), CANCEL, order=False)


def two_batches(world: World, folder: Path) -> Pair:
    return Pair("corrected", PREPARE, PREPARE)


def two_checkers(world: World, folder: Path) -> Pair:
    approve = ["pay", "approve", "1", "--by"]
    return Pair("prepared", [*approve, "wang.fang"], [*approve, "zhao.min"])


def sending_twice(world: World, folder: Path) -> Pair:
    words = ["pay", "send", "1", "--out", str(folder), *LI_NA]
    return Pair("approved", words, words)


def sending_and_cancelling(world: World, folder: Path) -> Pair:
    return Pair("approved", ["pay", "send", "1", "--out", str(folder), *LI_NA], CANCEL)


def one_result_twice(world: World, folder: Path) -> Pair:
    return Pair("sent", world.result(1), world.result(1))


def cancelling_and_a_result(world: World, folder: Path) -> Pair:
    return Pair("approved", CANCEL, world.result(1))


def a_retry_and_a_reversal(world: World, folder: Path) -> Pair:
    query = "SELECT id FROM subsidies_entitlement WHERE stay_id = 'H1/V13'"
    retry = ["pay", "retry", world.number("answered", query), "--reason", "账户已恢复", *LI_NA]
    return Pair("answered", retry, world.load("second"), order=False)


def two_approvals(world: World, folder: Path) -> Pair:
    words = ["cases", "approve", world.case(), "--by"]
    return Pair("signed", [*words, "wang.fang"], [*words, "zhao.min"])


def an_approval_and_a_reversal(world: World, folder: Path) -> Pair:
    words = ["cases", "approve", world.case(), "--by", "wang.fang"]
    return Pair("signed", words, world.load("third"))


def merging_people_and_a_feed(world: World, folder: Path) -> Pair:
    return Pair("fed", ["merge", world.person(20), world.person(21)], world.load("third"))


def a_report_without_data_and_a_feed(world: World, folder: Path) -> Pair:
    return Pair("fed", ["no-data", world.person(20)], world.load("third"))


PAIRS: list[Callable[[World, Path], Pair]] = [
    two_feeds, one_feed_twice, taking_back_and_a_feed, a_feed_and_a_call, a_reversal_and_a_batch,
    a_batch_and_a_reversal, a_reversal_and_cancelling, two_batches, two_checkers, sending_twice,
    sending_and_cancelling, one_result_twice, cancelling_and_a_result, a_retry_and_a_reversal, two_approvals,
    an_approval_and_a_reversal, merging_people_and_a_feed, a_report_without_data_and_a_feed,
]  # fmt: skip
