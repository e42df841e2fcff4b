"""Why this amount: a decision's columns → words, steps and articles, in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jishiyu.engine.money import yuan_text
from jishiyu.engine.policy.model import Bracket, Limit, Policy, Proof
from jishiyu.engine.policy.regulation import Article, articles, per_cent
from jishiyu.engine.reasons import say

_EVENT = {
    "stay": ("住院", "stay in hospital"), "accident": ("意外伤害", "accident"), "death": ("身故", "death"),
    "fire": ("家庭火灾", "household fire"), "pipe_burst": ("水管爆裂", "pipe burst"),
    "critical_illness": ("重大疾病", "critical illness"),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step of the calculation: what, its value as text, and the article that says so."""

    zh: str
    en: str
    value: str
    article: Article | None


@dataclass(frozen=True)
class Explanation:
    """The sentence a member reads, and the steps an officer checks."""

    zh: str
    en: str
    steps: tuple[Step, ...]

    def text(self, language: str) -> str:
        """Return the sentence in `zh` or `en`."""
        return self.zh if language == "zh" else self.en


def explain(decision: Mapping[str, Any], policy: Policy | None) -> Explanation:
    """This function will explain one decision (a row of `decide`) by the policy version that made it.

    `policy` is None for rows without one (unmatched, held before judging). Amounts in the row are fen; the words
    say yuan with two places.
    """
    if policy is None:
        return Explanation(_without(decision, "zh"), _without(decision, "en"), ())
    steps = tuple(_steps(decision, policy))
    return Explanation(_sentence(decision, policy, "zh"), _sentence(decision, policy, "en"), steps)


def _without(decision: Mapping[str, Any], language: str) -> str:
    reasons = _joined(decision, language, None)
    day = decision["anchor_date"]
    if language == "zh":
        return f"{day.year} 年 {day.month} 月的这笔记录尚未计算:{reasons}。" if day else f"这笔记录尚未计算:{reasons}。"
    return f"This record{f' of {day:%Y-%m}' if day else ''} has not been calculated yet: {reasons}."


def _joined(decision: Mapping[str, Any], language: str, policy: Policy | None) -> str:
    return (";" if language == "zh" else "; ").join(say(code, language, policy) for code in decision["reasons"])


def _cited(policy: Policy, keys: tuple[str, ...], language: str) -> str:
    found = [article.cite(language) for article in articles(policy) if article.key in keys]
    if language == "zh":
        return f"依据《{policy.title['zh']}》{file_named(policy, language)}{'、'.join(found)}。"
    return f"Source: {policy.title['en']}{file_named(policy, language)}, {', '.join(found)}."


def file_named(policy: Policy, language: str) -> str:
    """This function will return how a sentence names the file and version of its policy, which say nothing to a member."""
    return f"({policy.name} {policy.version} 版)" if language == "zh" else f" ({policy.name}, version {policy.version})"


def _sentence(decision: Mapping[str, Any], policy: Policy, language: str) -> str:
    head = _head(decision, policy, language)
    bucket = decision["bucket"]
    if bucket in ("ineligible", "held"):
        codes = tuple("threshold" if code == "threshold_not_reached" else code for code in decision["reasons"])
        verdict = {
            ("ineligible", "zh"): "不符合补贴条件", ("ineligible", "en"): "no subsidy",
            ("held", "zh"): "等待人工核实", ("held", "en"): "waiting for a person to check",
        }[bucket, language]  # fmt: skip
        if language == "zh":
            return f"{head},{verdict}:{_joined(decision, language, policy)}。{_cited(policy, codes, language)}"
        return f"{head}: {verdict}; {_joined(decision, language, policy)}. {_cited(policy, codes, language)}"
    parts = [head, _how(decision, policy, language)]
    join, stop = (",", "。") if language == "zh" else (", ", ". ")
    text = join.join(part for part in parts if part)
    return text + _limit_words(decision, policy, language) + stop + _tail(decision, policy, language)


def _head(decision: Mapping[str, Any], policy: Policy, language: str) -> str:
    day = decision["anchor_date"]
    event = _EVENT.get(decision.get("kind") or policy.judges[0], (policy.judges[0],) * 2)[0 if language == "zh" else 1]
    base = base_text(decision, policy)
    # Whoever reads about a death is not the one who died.
    whose = ("该会员", "The member's") if decision.get("kind") == "death" else ("您", "Your")
    if language == "zh":
        return f"{whose[0]} {day.year} 年 {day.month} 月{event}" + (
            f",{policy.base_words['zh']} {base} 元" if base else ""
        )
    return f"{whose[1]} {event} of {day:%B %Y}" + (f", {policy.base_words['en']} {base} yuan" if base else "")


def base_text(decision: Mapping[str, Any], policy: Policy | None) -> str | None:
    """This function will return the amount (yuan) that a decision counts from; None where it counts from none.

    An injury is looked up in a table, days are counted, a lump sum is what it is: none of them has an amount before.
    """
    if decision["base_fen"] is None or (policy and policy.formula.kind in ("table", "lump_sum", "per_day")):
        return None
    return yuan_text(decision["base_fen"])


def _how(decision: Mapping[str, Any], policy: Policy, language: str) -> str:
    amount, rate = yuan_text(decision["uncapped_fen"]), per_cent(decision["rate_ppm"] or 0)
    zh = language == "zh"
    match policy.formula.kind:
        case "whole_amount":
            n = decision["bracket"]
            return f"适用第 {n} 档 {rate},补贴 {amount} 元" if zh else f"bracket {n} at {rate}, subsidy {amount} yuan"
        case "marginal":
            n = decision["bracket"]
            return (
                f"分段累进至第 {n} 档,补贴 {amount} 元"
                if zh
                else f"part by part up to bracket {n}, subsidy {amount} yuan"
            )
        case "flat":
            return f"按 {rate} 计算,补贴 {amount} 元" if zh else f"at {rate}, subsidy {amount} yuan"
        case "table":
            return f"按伤情对照表,补贴 {amount} 元" if zh else f"by the injury table, subsidy {amount} yuan"
        case _:
            return f"补贴 {amount} 元" if zh else f"subsidy {amount} yuan"


def _limit_words(decision: Mapping[str, Any], policy: Policy, language: str) -> str:
    """Say how much of the limit was used before, and what this left."""
    zh = language == "zh"
    words = ""
    limit = policy.window
    if limit and limit.amount_fen is not None:
        used, most = yuan_text(decision["used_before_fen"]), yuan_text(limit.amount_fen)
        span = {"calendar_year": ("本年度", "this year"), "policy_year": ("本保障年度", "this policy year"),
                "rolling_months": (f"前 {limit.months} 个月", f"in {limit.months} months"), "lifetime": ("历年", "so far")}[limit.window]  # fmt: skip
        if limit.others:
            span = (f"{span[0]}与其他补贴合计", f"{span[1]} with other subsidies")
        words = f";{span[0]}已用 {used} 元,上限 {most} 元" if zh else f"; {span[1]} {used} yuan used of {most}"
    if decision["payable_fen"] != decision["uncapped_fen"]:
        paid = yuan_text(decision["payable_fen"])
        words += f",实际补贴 {paid} 元" if zh else f", payable {paid} yuan"
        words += _which_limit(decision, policy, language)
    return words


def _which_limit(decision: Mapping[str, Any], policy: Policy, language: str) -> str:
    """Name the limits that can have taken something off, where the sum over a span of time does not say it."""
    span = policy.window if policy.window is not None and policy.window.amount_fen is not None else None
    if span and decision["used_before_fen"] + decision["payable_fen"] >= (span.amount_fen or 0):
        return ""
    told = [article for article in articles(policy) if article.key == "limit"]
    can = [
        (article.zh if language == "zh" else article.en).rstrip("。.")
        for limit, article in zip(policy.limits, told, strict=True)
        if limit is not span and _can_cut(limit, decision)
    ]
    if not can:
        return ""
    return f"({';'.join(can)})" if language == "zh" else f" ({'; '.join(one[0].lower() + one[1:] for one in can)})"


def _can_cut(limit: Limit, decision: Mapping[str, Any]) -> bool:
    """Say whether a limit can have made this amount of that: a number of payments leaves nothing, a payment's ceiling itself."""
    if limit.window == "payment":
        return bool(decision["payable_fen"] > 0 and decision["uncapped_fen"] > (limit.amount_fen or 0))
    return limit.amount_fen is not None or limit.mode == "greatest" or decision["payable_fen"] == 0


def _tail(decision: Mapping[str, Any], policy: Policy, language: str) -> str:
    keys: tuple[str, ...] = ("threshold", "formula", "limit")
    text = _cited(policy, keys, language)
    if decision["bucket"] == "assist":
        more = say("over_automatic_limit", language)
        text += f"{more}。" if language == "zh" else f" {more[0].upper()}{more[1:]}."
    assumed = [article for article in articles(policy) if article.key in ("base", *keys) and _assumed(article, policy)]
    if assumed:
        text += (
            "(部分数字为假定,待工会确认。)"
            if language == "zh"
            else " (Some of these numbers are assumed, to be confirmed by the union.)"
        )
    return text


def _assumed(article: Article, policy: Policy) -> bool:
    proofs = [
        *(bracket.proof for bracket in policy.formula.brackets),
        *(layer.proof for layer in policy.formula.layers),
    ]
    if article.key == "formula" and any(proof.status == "assumed" for proof in proofs):
        return True
    return bool(article.proof and article.proof.status == "assumed")


def _steps(decision: Mapping[str, Any], policy: Policy) -> list[Step]:
    """List base, requirements, bracket, limit and result in the order of the calculation."""
    by_key = {article.key: article for article in articles(policy)}
    steps = [
        Step(article.zh, article.en, _mark(article, decision, policy), article)
        for article in articles(policy)
        if article.key in {requirement.code for requirement in policy.requirements}
    ]
    if decision["base_fen"] is not None:
        steps.append(
            Step(policy.base_words["zh"], policy.base_words["en"], base_text(decision, policy) or "—", by_key["base"])
        )
    if "threshold" in by_key:
        met = "✗" if "threshold_not_reached" in decision["reasons"] else "✓"
        steps.append(Step(by_key["threshold"].zh, by_key["threshold"].en, met, by_key["threshold"]))
    if decision["bucket"] in ("auto", "assist", "capped"):
        rate = f" × {per_cent(decision['rate_ppm'])}" if decision["rate_ppm"] else ""
        steps += [
            Step(f"按规则计算{rate}", f"by the formula{rate}", yuan_text(decision["uncapped_fen"]), by_key["formula"]),
            _limit_step(decision, policy, by_key.get("limit")),
            Step("实际补贴", "payable", yuan_text(decision["payable_fen"]), by_key["automatic"]),
        ]
    return steps


def _limit_step(decision: Mapping[str, Any], policy: Policy, article: Article | None) -> Step:
    if article is None or (policy.window is not None and policy.window.amount_fen is not None):
        return Step("限额内已用", "used of the limit before", yuan_text(decision["used_before_fen"]), article)
    less = decision["payable_fen"] - decision["uncapped_fen"]
    return Step("因限额扣减", "taken off by the limits", yuan_text(less), article)


def _mark(article: Article, decision: Mapping[str, Any], policy: Policy) -> str:
    """Return ✓ or ✗ for a requirement; ? where its fact is not known."""
    ages = {requirement.code for requirement in policy.requirements if requirement.test == "age"}
    if article.key in ages and "birth_date_missing" in decision["reasons"]:
        return "?"
    return "✗" if article.key in decision["reasons"] else "✓"


def rests_on(step: Step, bracket: int | None, policy: Policy) -> Proof | None:
    """This function will return what a step rests on: its article; a calculation by brackets on the one that applied."""
    if step.article is None:
        return None
    if step.article.key == "formula" and bracket and bracket <= len(policy.formula.brackets):
        return policy.formula.brackets[bracket - 1].proof
    return step.article.proof


def neighbours(decision: Mapping[str, Any], policy: Policy) -> tuple[Bracket | None, Bracket | None, Bracket | None]:
    """This function will return the bracket below, the one that applies, and the one above (None = there is none)."""
    brackets: tuple[Bracket | None, ...] = (None, *policy.formula.brackets, None)
    at = decision["bracket"] or 0
    if not policy.formula.brackets:
        return None, None, None
    return (brackets[at - 1] if at else None), (brackets[at] if at else None), brackets[at + 1]
