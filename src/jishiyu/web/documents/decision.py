"""The decision sheet (审核表): everything a reviewer needs to see about one decision."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jishiyu.apps.intake.applications import PURPOSE as APPLICATION_SEALED
from jishiyu.apps.intake.models import Bucket
from jishiyu.apps.people.operations import reveal
from jishiyu.apps.people.queries import identities
from jishiyu.apps.people.sealing import open_many
from jishiyu.apps.policies.queries import table_of, text_that_decided
from jishiyu.apps.statistics.papers import DecisionPaper, decision_paper
from jishiyu.apps.subsidies.heirs import DEATH, heirs_of, proof_of
from jishiyu.apps.subsidies.models import CaseState, EntitlementState
from jishiyu.engine.explain import Step, base_text, explain, neighbours, rests_on
from jishiyu.engine.identity import mask_name, mask_number
from jishiyu.engine.money import capitals, yuan_text
from jishiyu.engine.policy.model import Bracket, Policy
from jishiyu.engine.policy.regulation import per_cent
from jishiyu.engine.reasons import say
from jishiyu.web.components.spoken import half
from jishiyu.web.figures.build import masked

LINE_SEALED = "intake_line.sealed"
STATUS = {"published": "已公布", "assumed": "假定"}
SEX = {"1": "男", "2": "女"}
KINDS = {"stay": "住院", "accident": "意外伤害", "death": "身故", "fire": "家庭火灾", "pipe_burst": "水管爆裂",
         "critical_illness": "重大疾病"}  # fmt: skip
TITLES = {"stay": "住院医疗补贴审核表", "accident": "意外伤害补贴审核表", "death": "意外伤害补贴审核表",
          "fire": "火灾损失补贴审核表"}  # fmt: skip
UNDECIDED = "职工补贴核实表"


@dataclass(frozen=True, kw_only=True)
class Unmasking:
    """Who wants to see the name in full, why, and when: it goes into the trail."""

    by: str
    reason: str
    at: datetime


def decision_sheet(
    *, stay_id: str, policy: str | None = None, made_on: date, unmasking: Unmasking | None = None
) -> dict[str, Any]:
    """This function will return the data of the template `decision`.

    The name is masked, and what somebody suffered is left out, unless `unmasking` says who wants it and why; that is
    recorded. Raises `DecisionUnknown`.
    """
    paper = decision_paper(stay_id=stay_id, policy=policy)
    rule = _rule(paper)
    told = explain(paper.decision, rule)
    decision = paper.decision
    return {
        "issuer": rule.issuer["zh"] if rule else "市总工会",
        "title": TITLES.get(decision["kind"], "职工补贴审核表") if rule else UNDECIDED,
        "subtitle": f"{rule.title['zh']}({rule.name} {rule.version} 版)" if rule else "",
        "left": f"事项编号:{decision['stay_id']}",
        "number": f"决定编号:{paper.decision_id}    制表日期:{made_on.isoformat()}",
        "footer": f"政策文件校验值 {paper.policy_hash[:16] or '—'} · 决定日期 {paper.decided_on.isoformat()} · 及时雨",
        "person": _person(paper, unmasking),
        "heir": _heir(paper, unmasking),
        "event": _event(paper, rule) + _injuries(paper, rule, unmasking),
        "brackets": _brackets(decision, rule),
        "steps": [_step(step, decision["bracket"], rule) for step in told.steps],
        "sources": _sources(rule),
        "amount": yuan_text(decision["payable_fen"]),
        "capitals": capitals(decision["payable_fen"]),
        "outcome": _outcome(paper, rule),
        "explanation": {"zh": told.zh, "en": told.en},
        "papers": _papers(decision, rule),
    }


def _rule(paper: DecisionPaper) -> Policy | None:
    """Return the very text that decided, a version of the city's own included; None where no policy judged."""
    policy, version = paper.decision["policy"], paper.decision["version"]
    return text_that_decided(name=policy, version=version, digest=paper.policy_hash) if policy else None


def _person(paper: DecisionPaper, unmasking: Unmasking | None) -> dict[str, str]:
    name, member_no = "不在会员名册", paper.decision["member_no"] or "—"
    if paper.person_id is not None:
        if unmasking:
            shown = reveal(person_id=paper.person_id, reason=unmasking.reason, by=unmasking.by, at=unmasking.at)
            name = shown["name"] or "—"
        else:
            known = identities(person_ids=[paper.person_id])
            name = mask_name(known["name"][0] or "") or "—"
    if not unmasking and paper.decision["member_no"]:
        member_no = masked(member_no)
    return {
        "name": name,
        "member_no": member_no,
        "sex_age": " / ".join(part for part in (SEX.get(paper.sex, ""), _age(paper)) if part) or "—",
        "union": paper.union_name or "—",
        "org_code": paper.decision["org_code"] or "—",
    }


def _heir(paper: DecisionPaper, unmasking: Unmasking | None) -> dict[str, str] | None:
    """Return who receives the subsidy for a death, the account always masked; None for anything else."""
    if paper.decision["kind"] != DEATH:
        return None
    stay_id = paper.decision["stay_id"]
    found = heirs_of(stay_ids=[stay_id]).get(stay_id)
    if found is None:
        return {"name": "未登记", "relation": "—", "account": "—", "proof": "—"}
    name = found.name if unmasking else mask_name(found.name)
    account = mask_number(found.account)
    return {
        "name": name,
        "relation": found.relation,
        "account": account,
        "proof": half(proof_of(stay_id=stay_id), "zh"),
    }


def _age(paper: DecisionPaper) -> str:
    born, on = paper.birth_date, paper.decision["anchor_date"]
    if born is None or on is None:
        return ""
    return f"{on.year - born.year - ((on.month, on.day) < (born.month, born.day))} 周岁"


def _event(paper: DecisionPaper, rule: Policy | None) -> list[list[dict[str, Any]]]:
    """Return rows of labels and values; a row is six columns wide, a label takes one."""
    decision = paper.decision
    kind = KINDS.get(decision["kind"], decision["kind"])
    if not paper.settlements:
        base = base_text(decision, rule) or "—"
        return [[_field("事项", kind), _field("日期", _day(decision["anchor_date"])), _field("核定基数(元)", base)]]
    hospital = json.loads(open_many([bytes(paper.sealed_line)], purpose=LINE_SEALED)[0]) if paper.sealed_line else {}
    hospital_name = hospital.get("hospital_name") or paper.hospital_code or "—"
    return [
        [_field("事项", kind), _field("入院日期", _day(paper.begins_on)), _field("出院日期", _day(paper.ends_on))],
        [_field("医院", hospital_name, 3), _field("医疗类别", paper.medical_type or "—")],
        [_field("医疗费总额", _yuan(paper.total_fen)), _field("基金支付", _yuan(paper.fund_fen)),
         _field("个人负担", _yuan(paper.personal_fen))],
        [_field("个人账户", _yuan(paper.account_fen)), _field("个人现金支付", _yuan(paper.cash_fen)),
         _field("结算笔数", str(paper.settlements))],
        [_field("数据来源", paper.feed_name or "—", 5)],
    ]  # fmt: skip


def _injuries(paper: DecisionPaper, rule: Policy | None, unmasking: Unmasking | None) -> list[list[dict[str, Any]]]:
    """Return the row that names the injuries in the words of the table that decided; none where none is asked for."""
    if rule is None or paper.decision["kind"] != "accident" or paper.sealed_application is None:
        return []
    if unmasking is None or paper.person_id is None:
        return [[_field("伤情", "已隐去,与姓名一并查看", 5)]]
    sealed = json.loads(open_many([bytes(paper.sealed_application)], purpose=APPLICATION_SEALED)[0])
    words = {key: zh for key, zh, _ in table_of(policy=rule)}
    suffered = [words.get(key, key) for key in (sealed["injuries"] or "").split(";")]
    return [[_field("伤情", ";".join(suffered) or "—", 5)]]


def _field(label: str, value: str, span: int = 1) -> dict[str, Any]:
    return {"label": label, "value": value, "span": span}


def _brackets(decision: dict[str, Any], rule: Policy | None) -> list[dict[str, Any]]:
    """Return the bracket that applies between its neighbours, and how far away they are."""
    if rule is None or not rule.formula.brackets or not decision["bracket"]:
        return []
    below, here, above = neighbours(decision, rule)
    every = rule.formula.brackets
    rows = []
    for place, bracket in (("below", below), ("here", here), ("above", above)):
        if bracket is None:
            continue
        at = every.index(bracket)
        end = every[at + 1] if at + 1 < len(every) else None
        rows.append(
            {
                "applies": bracket is here,
                "place": f"{'✓ ' if bracket is here else ''}第 {at + 1} 档",
                "range": _range(bracket, end),
                "rate": per_cent(bracket.rate_ppm),
                "status": STATUS.get(bracket.proof.status, bracket.proof.status),
                "distance": _distance(place, bracket, decision, every),
            }
        )
    return rows


def _distance(place: str, bracket: Bracket, decision: dict[str, Any], every: Sequence[Bracket]) -> str:
    """Say how far the base is from a bracket."""
    base = decision["base_fen"]
    if place == "here":
        return "本次适用"
    if place == "above":
        return f"再多 {yuan_text(bracket.edge_fen + int(bracket.strict) - base)} 元"
    end = every[every.index(bracket) + 1]
    return f"再少 {yuan_text(base - end.edge_fen + int(not end.strict))} 元"


def _range(bracket: Bracket, end: Bracket | None) -> str:
    first = f"{'超过' if bracket.strict else '满'} {yuan_text(bracket.edge_fen)}"
    return first if end is None else f"{first},{'至' if end.strict else '不满'} {yuan_text(end.edge_fen)}"


def _step(step: Step, bracket: int | None, rule: Policy | None) -> dict[str, str]:
    proof = rests_on(step, bracket, rule) if rule else None
    source = (
        f"来源 {list(rule.sources).index(proof.source) + 1}" if rule and proof and proof.source in rule.sources else ""
    )
    return {
        "words": step.zh.removeprefix("条件:").rstrip("。"),
        "value": step.value,
        "article": step.article.cite("zh") if step.article else "—",
        "source": source or "—",
        "status": STATUS.get(proof.status, proof.status) if proof else "—",
    }


def _sources(rule: Policy | None) -> str:
    """Number the sources of a policy: the steps name them by these numbers."""
    titles = [str(source["title"]) for source in rule.sources.values()] if rule else []
    return ";".join(f"[{number}] {title}" for number, title in enumerate(titles, 1))


def _outcome(paper: DecisionPaper, rule: Policy | None) -> str:
    parts = [str(Bucket(paper.decision["bucket"]).label)]
    if paper.state:
        parts.append(f"付款:{EntitlementState(paper.state).label}")
    if paper.case_state:
        parts.append(f"联系事项:{CaseState(paper.case_state).label}")
    # How an amount over the limit is paid stands in the explanation below: the sheet has to stay one page.
    told = [code for code in paper.decision["reasons"] if code != "over_automatic_limit"]
    reasons = ";".join(say(code, "zh", rule) for code in told)
    return " · ".join(parts) + (f"。{reasons}。" if reasons else "")


def _papers(decision: dict[str, Any], rule: Policy | None) -> list[str]:
    if rule is None or decision["bucket"] not in ("assist", "held"):
        return []
    payable = decision["payable_fen"]
    return [paper.words["zh"] for paper in rule.evidence if paper.over_fen is None or payable > paper.over_fen]


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"


def _yuan(fen: int | None) -> str:
    return f"{yuan_text(fen)} 元" if fen is not None else "—"
