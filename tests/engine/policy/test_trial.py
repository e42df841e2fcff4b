"""A case on the page is decided like every other, and explained."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jishiyu.engine.decide import decide
from jishiyu.engine.policy.load import load_policy
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.problems import TiedPolicyMissing, TrialFactUnusable
from jishiyu.engine.policy.shelf import Shelf, shipped
from jishiyu.engine.policy.trial import Member, company, try_application, try_stay
from tests.engine.policy import desk

DAY = date(2025, 3, 10)
HOSPITAL, ACCIDENT, FIRE = (shipped().on(f"changchun.{name}", DAY) for name in ("hospital", "accident", "fire"))
BORN = date(1980, 1, 1)
SHELF = shipped()
RULES = Path(__file__).parents[2] / "policies" / "rules"


@pytest.mark.parametrize(
    ("cash", "used", "payable", "bucket"),
    [(15_200_000, 0, 1_216_000, "assist"), (34_000_000, 0, 3_400_000, "assist"), (500_000, 0, 0, "ineligible"),
     (500_001, 0, 7_500, "auto"), (34_000_000, 3_400_000, 1_600_000, "assist"), (2_000_000, 5_000_000, 0, "capped")],
)  # fmt: skip
def test_the_golden_cases(cash: int, used: int, payable: int, bucket: str) -> None:
    tried = try_stay(
        policy=HOSPITAL, begins_on=date(2025, 3, 1), ends_on=DAY, facts={"cash_fen": cash, "medical_type": "21"},
        member=Member(birth_date=BORN, used_before_fen=used), beside=company(HOSPITAL, SHELF),
    )  # fmt: skip
    assert (tried.decision["payable_fen"], tried.decision["bucket"]) == (payable, bucket)
    assert "长春市总工会在职职工住院医疗补贴办法" in tried.explanation.zh


def test_somebody_too_old_and_a_stranger_get_nothing() -> None:
    facts = {"cash_fen": 2_000_000, "medical_type": "21"}
    case: dict[str, Any] = {"policy": HOSPITAL, "begins_on": DAY, "ends_on": DAY, "beside": company(HOSPITAL, SHELF)}
    old = try_stay(**case, facts=facts, member=Member(birth_date=date(1950, 1, 1)))
    assert old.decision["reasons"] == ["age_out_of_range"]
    stranger = try_stay(**case, facts=facts, member=Member(joined_on=None))
    assert stranger.decision["bucket"] == "unmatched"


def test_a_fire_is_an_application() -> None:
    texts = {"kind": "火灾", "event_on": "2025-03-10", "filed_on": "2025-03-20", "loss_fen": "50000.00",
             "certificate_no": "X", "certificate_on": "2025-03-12", "certificate_issuer": "某消防", "household": "H", "papers": "loss_evidence"}  # fmt: skip
    tried = try_application(
        policy=FIRE, texts=texts, member=Member(birth_date=BORN), as_of=date(2026, 1, 1), beside=company(FIRE, SHELF)
    )
    assert tried.decision["payable_fen"] == 500_000


def test_a_field_that_cannot_be_used_is_named() -> None:
    with pytest.raises(TrialFactUnusable, match="event_on"):
        try_application(
            policy=ACCIDENT, texts={"kind": "accident", "event_on": "x", "filed_on": "2025-03-20"}, member=Member(),
            as_of=date(2026, 1, 1), beside=company(ACCIDENT, SHELF),
        )  # fmt: skip
    with pytest.raises(TrialFactUnusable, match="dog"):
        try_stay(
            policy=HOSPITAL,
            begins_on=DAY,
            ends_on=DAY,
            facts={"dog": 1},
            member=Member(),
            beside=company(HOSPITAL, SHELF),
        )


def tied(folder: Path, name: str, **parts: Any) -> Policy:
    """Write a policy into a folder of its own and read it back."""
    (folder / name).mkdir(exist_ok=True)
    return desk.policy(folder / name, name=f"check.{name}", **parts)


SHARED = 'amount = "500.00"\nper = "member"\nwindow = "calendar_year"\nwith = ["check.{}"]'
EACH = 'amount = "100.00"\nper = "member"\nwindow = "payment"'
NOT_PAID = 'test = "not_paid_by"\npolicies = ["check.{}"]'


@pytest.mark.parametrize("cash", [10_000, 40_000, 90_000])
@pytest.mark.parametrize(("before", "others"), [(0, 0), (15_000, 0), (0, 30_000), (25_000, 25_000), (0, 60_000)])
def test_a_tied_policy_is_tried_as_posting_would_decide_it(tmp_path: Path, cash: int, before: int, others: int) -> None:
    one = tied(tmp_path, "one", limits=[SHARED.format("two")])
    two = tied(tmp_path, "two", limits=[EACH, SHARED.format("one")])
    late = tied(tmp_path, "late", requirements=[NOT_PAID.format("two")])
    shelf = Shelf.of([one, two, late])
    paid = [("check.one", before)] if before else []
    paid += [("check.two", 10_000)] * (others // 10_000)  # each payment passes the limit of a single one
    history = pl.DataFrame(
        [("A", name, DAY, amount) for name, amount in paid],
        schema={"person_key": pl.String, "policy": pl.String, "anchor_date": pl.Date, "uncapped_fen": pl.Int64},
        orient="row",
    )
    posted = decide(desk.events({"cash": desk.yuan(cash), "ends_on": DAY}), desk.people(), history, shelf)
    expected = {row["policy"]: row for row in posted.to_dicts()}
    given = {"check.one": before, "check.two": others // 10_000 * 10_000, "check.late": 0}
    for policy in (one, two, late):
        beside = company(policy, shelf)
        said = {name: amount for name, amount in given.items() if name in beside.versions and name != policy.name}
        tried = try_stay(
            policy=policy, begins_on=DAY, ends_on=DAY, facts={"cash_fen": cash}, beside=beside,
            member=Member(birth_date=BORN, used_before_fen=given[policy.name], others_before_fen=said),
        )  # fmt: skip
        for row in (tried.decision, *tried.beside):
            wanted = expected[row["policy"]]
            for column in ("uncapped_fen", "used_before_fen", "payable_fen", "bucket", "reasons"):
                assert row[column] == wanted[column], (policy.name, row["policy"], column)
        assert {row["policy"] for row in tried.beside} == set(beside.versions) - {policy.name}


def test_only_those_who_have_a_say_are_in_the_company(tmp_path: Path) -> None:
    one = tied(tmp_path, "one", limits=[SHARED.format("two")])
    two = tied(tmp_path, "two", limits=[SHARED.format("one")], requirements=[NOT_PAID.format("first")])
    first, last = tied(tmp_path, "first"), tied(tmp_path, "last", requirements=[NOT_PAID.format("one")])
    shelf = Shelf.of([one, two, first, last])
    assert set(company(one, shelf).versions) == {"check.first", "check.one", "check.two"}
    assert set(company(first, shelf).versions) == {"check.first"}
    assert set(company(last, shelf).versions) == {"check.first", "check.last", "check.one", "check.two"}
    with pytest.raises(TiedPolicyMissing):
        company(one, Shelf({"check.one": (one,)}))


def test_what_another_kind_of_event_was_paid_uses_the_shared_limit_up() -> None:
    stays, accidents = (load_policy(RULES / f"together-{name}.toml") for name in ("hospital", "accident"))
    beside = company(stays, Shelf.of([stays, accidents]))
    # Three payments of 4,000 for accidents; of a stay's 3,000 the shared 20,000 have 2,000 left beside 6,000 for stays.
    member = Member(birth_date=BORN, used_before_fen=600_000, others_before_fen={"together.accident": 1_200_000})
    facts = {"cash_fen": 3_000_000, "medical_type": "21"}
    tried = try_stay(policy=stays, begins_on=DAY, ends_on=DAY, facts=facts, member=member, beside=beside)
    assert (tried.decision["uncapped_fen"], tried.decision["payable_fen"]) == (300_000, 200_000)
    assert tried.beside == ()
