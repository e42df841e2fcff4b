"""The call lists of a month: the union is called, promises, sends the papers; two people approve, or it is closed.

How people answer is drawn from the stay, so that the same city always goes the same way. Nearly all large cases are
approved, a few stay open or are given up.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from jishiyu.apps.intake.operations import moment
from jishiyu.apps.subsidies.heirs import DEATH, HeirFacts, name_heir
from jishiyu.apps.subsidies.models import CASE_ENDS, Case, CaseReason, CaseState
from jishiyu.apps.subsidies.operations import Step, approve_case, log_round
from jishiyu.demo.officers import CALLER, REVIEWER, SECOND, drawn

SOON = timedelta(days=10)
SETTLED = {  # of a hundred: how many in the first month, and how many by the second
    CaseReason.OVER_LIMIT: (75, 98), CaseReason.UNMATCHED: (70, 96), CaseReason.HELD: (80, 97),
}  # fmt: skip
CALLED = {
    CaseReason.OVER_LIMIT: "已电话联系单位工会,请职工备齐住院结算单、身份证和会员卡复印件",
    CaseReason.UNMATCHED: "已电话联系用人单位,请核对该职工是否为本会会员",
    CaseReason.HELD: "已电话联系单位工会,请与职工核对数据",
}
PROMISED = {
    CaseReason.OVER_LIMIT: "单位工会答复:材料正在收集,约定日期前报送",
    CaseReason.UNMATCHED: "单位答复:正在核对会籍,约定日期前回复",
    CaseReason.HELD: "单位工会答复:需向医院查询,约定日期前回复",
}
CLOSED = {
    CaseReason.OVER_LIMIT: "职工本人书面放弃",
    CaseReason.UNMATCHED: "单位确认该职工不是工会会员",
    CaseReason.HELD: "确认为来件数据差错,已请医保部门更正后重新报送",
}
PAPERS = "材料已收齐:住院结算单、身份证和会员卡复印件"
GIVEN_UP = 0  # the answer of a member who gives a large subsidy up


@dataclass(frozen=True)
class CasesWorked:
    """What a month's work on the call lists did; money in fen."""

    called: int = 0
    approved: int = 0
    closed: int = 0
    approved_fen: int = 0


def work_cases(*, seed: int, on: date) -> CasesWorked:
    """This function will take every open case as far as it goes this month."""
    waiting = list(Case.objects.exclude(state__in=CASE_ENDS).order_by("id"))
    new = [case for case in waiting if case.state == CaseState.OPEN]
    calls = [Step(case_id=case.pk, to=CaseState.CALLED, sentence=CALLED[CaseReason(case.reason)]) for case in new]
    log_round(steps=calls, by=CALLER, on=on)
    answers: list[Step] = []
    ready: list[Case] = []
    for case in waiting:
        reason, first = CaseReason(case.reason), case.state == CaseState.OPEN
        answer = drawn(seed, case.stay_id, reason)
        if answer >= SETTLED[reason][0 if first else 1]:
            if first:
                promise = Step(case_id=case.pk, to=CaseState.PROMISED, sentence=PROMISED[reason], due_on=on + SOON)
                answers.append(promise)
        elif reason is CaseReason.OVER_LIMIT and answer != GIVEN_UP:
            answers.append(Step(case_id=case.pk, to=CaseState.PAPERS_IN, sentence=PAPERS))
            ready.append(case)
        else:
            answers.append(Step(case_id=case.pk, to=CaseState.CLOSED, sentence=CLOSED[reason]))
    log_round(steps=answers, by=CALLER, on=on)
    for case in ready:
        if case.decision is not None and case.decision.kind == DEATH:
            _name_heir(case)
    approved_fen = sum(
        approve_case(
            case_id=case.pk, by=REVIEWER, second=SECOND, sentence="材料齐全,金额与结算单一致", on=on,
            seen_fen=case.amount_fen,
        ).owed_fen
        for case in ready
    )  # fmt: skip
    closed = sum(step.to == CaseState.CLOSED for step in answers)
    return CasesWorked(called=len(new), approved=len(ready), closed=closed, approved_fen=approved_fen)


def _name_heir(case: Case) -> None:
    """Name an invented relative, with an account of their own, to receive the subsidy for a death."""
    assert case.person_id is not None
    facts = HeirFacts(name="演示亲属", relation="配偶", account=f"62999900{case.person_id:011d}")
    name_heir(
        stay_id=case.stay_id, person_id=case.person_id, facts=facts, proof="户口簿复印件(演示)",
        reason="单位工会报送(演示)", by=CALLER, at=moment(),
    )  # fmt: skip
