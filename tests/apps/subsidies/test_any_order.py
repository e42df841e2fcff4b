"""Dirt of every kind, cut into feeds at random: the same as in one feed, and deciding all again changes nothing."""

import random
from pathlib import Path

import pytest
from django.db import transaction

from jishiyu.apps.intake.models import Fate, Line
from jishiyu.apps.subsidies.models import Decision, Entitlement
from jishiyu.apps.subsidies.operations import redecide
from tests.apps.subsidies.situations import AS_OF, check_books, enrol, load, member, reversal, stay

pytestmark = pytest.mark.django_db


def dirt(seed: int) -> list[dict[str, str]]:
    """Return some sixty lines about six people, the last of them a stranger."""
    chance = random.Random(seed)
    lines: list[dict[str, str]] = []
    for at in range(60):
        who = chance.randint(1, 6)
        cash = f"{chance.choice([3000, 6000, 12000, 60000, 250000])}.00"
        settled = f"2025-{chance.randint(3, 5):02d}-{chance.randint(11, 28)} 10:00:{at:02d}"
        fresh = stay(who, f"{at}", cash, setl_time=settled, updt_time=settled)
        earlier = chance.choice(lines) if lines else fresh
        match chance.randint(0, 9):
            case 0:
                line = dict(earlier)  # the same line again
            case 1:
                line = earlier | {
                    "updt_time": "2025-06-01 10:00:00",
                    "psn_cash_pay": cash,
                    "psn_part_amt": cash,
                    "medfee_sumamt": cash,
                }
            case 2 | 3 if not earlier.get("init_setl_id") and not earlier["psn_cash_pay"].startswith("-"):
                line = reversal(earlier)
            case 4:
                line = fresh | {"mdtrt_id": earlier["mdtrt_id"]}  # another part of a stay, perhaps another's
            case 5:
                line = fresh | {"init_setl_id": f"S{chance.randint(0, 59)}", "refd_setl_flag": "1"}
            case 6:
                line = fresh | {"med_type": "99"}
            case 7:
                line = fresh | {"certno": "220102198001010010"}
            case _:
                line = fresh
        lines.append({"init_setl_id": ""} | line)
    return lines


def outcome() -> tuple[object, ...]:
    """Return decisions and money by stay, and the bucket of each line by its content."""
    decisions = Decision.objects.filter(newest=True).exclude(bucket="reversed")
    money: dict[str, int] = {}
    for stay_id, amount, taken in Entitlement.objects.values_list("stay_id", "amount_fen", "set_off_fen"):
        money[stay_id] = money.get(stay_id, 0) + amount - taken
    hashes = {
        (feed, line): bytes(content)
        for feed, line, content in Line.objects.values_list("feed_id", "line_no", "content_hash")
    }
    fates = sorted(
        (hashes[feed, line], bucket, reasons)
        for feed, line, bucket, reasons in Fate.objects.values_list("feed_id", "line_no", "bucket", "reasons")
    )
    return (
        sorted(decisions.values_list("stay_id", "policy", "bucket", "payable_fen", "used_before_fen", "member_no")),
        {stay_id: fen for stay_id, fen in money.items() if fen},
        fates,
    )


@pytest.mark.parametrize("seed", range(8))
def test_however_the_lines_are_cut_the_end_is_the_same(tmp_path: Path, seed: int) -> None:
    enrol(tmp_path, *[member(who) for who in range(1, 6)])
    lines = [{"init_setl_id": ""} | line for line in dirt(seed)]
    with transaction.atomic():
        load(tmp_path, "whole", *lines)
        whole = outcome()
        transaction.set_rollback(True)
    edges = sorted(random.Random(seed).sample(range(1, len(lines)), 7))
    for number, (start, end) in enumerate(zip([0, *edges], [*edges, len(lines)], strict=True)):
        load(tmp_path, f"part{number}", *lines[start:end])
        check_books()
    assert outcome() == whole
    before = list(
        Fate.objects.order_by("feed_id", "line_no").values_list("feed_id", "line_no", "stay_id", "bucket", "reasons")
    )
    again = redecide(by="li.na", on=AS_OF, since=AS_OF.replace(year=2000))
    assert (again.decisions, again.entitlements, again.recoveries) == (0, 0, 0)
    assert (
        list(
            Fate.objects.order_by("feed_id", "line_no").values_list(
                "feed_id", "line_no", "stay_id", "bucket", "reasons"
            )
        )
        == before
    )
