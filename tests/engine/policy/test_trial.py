"""A case on the page is decided like every other, and explained."""

from datetime import date
from pathlib import Path

import pytest

from jishiyu.engine.policy.load import load_policy
from jishiyu.engine.policy.problems import TrialFactUnusable
from jishiyu.engine.policy.shelf import shipped
from jishiyu.engine.policy.trial import Member, try_application, try_stay

DAY = date(2025, 3, 10)
HOSPITAL, ACCIDENT, FIRE = (shipped().on(f"changchun.{name}", DAY) for name in ("hospital", "accident", "fire"))
BORN = date(1980, 1, 1)
RULES = Path(__file__).parents[2] / "policies" / "rules"


@pytest.mark.parametrize(
    ("cash", "used", "payable", "bucket"),
    [(15_200_000, 0, 1_216_000, "assist"), (34_000_000, 0, 3_400_000, "assist"), (500_000, 0, 0, "ineligible"),
     (500_001, 0, 7_500, "auto"), (34_000_000, 3_400_000, 1_600_000, "assist"), (2_000_000, 5_000_000, 0, "capped")],
)  # fmt: skip
def test_the_golden_cases(cash: int, used: int, payable: int, bucket: str) -> None:
    tried = try_stay(
        policy=HOSPITAL, begins_on=date(2025, 3, 1), ends_on=DAY, facts={"cash_fen": cash, "medical_type": "21"},
        member=Member(birth_date=BORN, used_before_fen=used),
    )  # fmt: skip
    assert (tried.decision["payable_fen"], tried.decision["bucket"]) == (payable, bucket)
    assert "长春市总工会在职职工住院医疗补贴办法" in tried.explanation.zh


def test_somebody_too_old_and_a_stranger_get_nothing() -> None:
    facts = {"cash_fen": 2_000_000, "medical_type": "21"}
    old = try_stay(policy=HOSPITAL, begins_on=DAY, ends_on=DAY, facts=facts, member=Member(birth_date=date(1950, 1, 1)))
    assert old.decision["reasons"] == ["age_out_of_range"]
    stranger = try_stay(policy=HOSPITAL, begins_on=DAY, ends_on=DAY, facts=facts, member=Member(joined_on=None))
    assert stranger.decision["bucket"] == "unmatched"


def test_a_fire_is_an_application() -> None:
    texts = {"kind": "火灾", "event_on": "2025-03-10", "filed_on": "2025-03-20", "loss_fen": "50000.00",
             "certificate_no": "X", "certificate_on": "2025-03-12", "certificate_issuer": "某消防", "household": "H", "papers": "loss_evidence"}  # fmt: skip
    tried = try_application(policy=FIRE, texts=texts, member=Member(birth_date=BORN), as_of=date(2026, 1, 1))
    assert tried.decision["payable_fen"] == 500_000


def test_a_field_that_cannot_be_used_is_named() -> None:
    with pytest.raises(TrialFactUnusable, match="event_on"):
        try_application(
            policy=ACCIDENT, texts={"kind": "accident", "event_on": "x", "filed_on": "2025-03-20"}, member=Member(),
            as_of=date(2026, 1, 1),
        )  # fmt: skip
    with pytest.raises(TrialFactUnusable, match="dog"):
        try_stay(policy=HOSPITAL, begins_on=DAY, ends_on=DAY, facts={"dog": 1}, member=Member())


def test_a_tied_policy_is_tried_alone_as_if_nothing_else_had_been_paid() -> None:
    member = Member(birth_date=BORN, used_before_fen=1_900_000)
    facts = {"cash_fen": 3_000_000, "medical_type": "21"}
    shared = load_policy(RULES / "together-hospital.toml")
    tried = try_stay(policy=shared, begins_on=DAY, ends_on=DAY, facts=facts, member=member)
    assert (tried.decision["uncapped_fen"], tried.decision["payable_fen"]) == (300_000, 100_000)
    gift = load_policy(RULES / "visit-gives-way.toml")
    assert (
        try_stay(policy=gift, begins_on=DAY, ends_on=DAY, facts=facts, member=Member()).decision["payable_fen"]
        == 50_000
    )
