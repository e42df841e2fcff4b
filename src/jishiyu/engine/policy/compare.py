"""Two versions of a policy side by side: every number, bracket, requirement and limit that is not the same."""

from collections.abc import Iterator
from dataclasses import dataclass

from jishiyu.engine.money import yuan_text
from jishiyu.engine.policy.model import Policy, Proof
from jishiyu.engine.policy.regulation import AMOUNT_NAMES, articles, per_cent


@dataclass(frozen=True)
class Fact:
    """One thing a policy says: a stable key, what it is about, its value in words, and where it comes from."""

    key: str
    zh: str
    en: str
    value_zh: str
    value_en: str
    source: str = ""
    status: str = ""


@dataclass(frozen=True)
class Difference:
    """One thing two versions do not say alike; `before` is None for what is new, `after` for what is gone."""

    key: str
    zh: str
    en: str
    before: Fact | None
    after: Fact | None

    @property
    def kind(self) -> str:
        """Return `added`, `removed` or `changed`."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def compare(older: Policy, newer: Policy) -> list[Difference]:
    """This function will list what differs between two versions, in the order in which a policy decides.

    A number that stays but gets another source or status (assumed, published) is a difference too.
    """
    before = {fact.key: fact for fact in facts(older)}
    after = {fact.key: fact for fact in facts(newer)}
    order = list(after) + [key for key in before if key not in after]
    found = []
    for key in order:
        old, new = before.get(key), after.get(key)
        if old != new and (told := new or old) is not None:
            found.append(Difference(key, told.zh, told.en, old, new))
    return found


def facts(policy: Policy) -> Iterator[Fact]:
    """This function will yield everything that a version says, one fact at a time."""
    until = policy.until.isoformat() if policy.until else ""
    yield Fact("from", "起始日", "first day", policy.starts.isoformat(), policy.starts.isoformat())
    yield Fact("until", "截止日(不含)", "until (not included)", until or "长期", until or "open")
    yield Fact("judges", "适用事项", "covers", "、".join(policy.judges), ", ".join(policy.judges))
    yield Fact("unit", "住院的计算单位", "unit of a stay", policy.unit, policy.unit)
    yield Fact("anchor", "基准日", "day that decides", policy.anchor, policy.anchor)
    yield from _base(policy)
    if policy.threshold is not None:
        amount = yuan_text(policy.threshold.fen)
        zh = f"{'超过' if policy.threshold.strict else '达到'} {amount} 元{',并先扣除' if policy.threshold.deductible else ''}"
        en = f"{'over' if policy.threshold.strict else 'from'} {amount}{', subtracted first' if policy.threshold.deductible else ''}"
        yield _said(policy, "threshold", ("起付线", "threshold"), (zh, en), policy.threshold.proof)
    for requirement in policy.requirements:
        options = "; ".join(f"{name} = {value}" for name, value in sorted(requirement.options.items()))
        words = tuple(f"{requirement.words[language]}({requirement.test}{': ' if options else ''}{options})"
                      f" → {requirement.otherwise}" for language in ("zh", "en"))  # fmt: skip
        label = (f"条件 {requirement.code}", f"requirement {requirement.code}")
        yield _said(policy, f"require.{requirement.code}", label, (words[0], words[1]), requirement.proof)
    yield from _formula(policy)
    by_limit = [article for article in articles(policy) if article.key == "limit"]
    for limit, article in zip(policy.limits, by_limit, strict=True):
        key = f"limit.{limit.per}.{limit.window}.{limit.mode}.{'.'.join(limit.others)}".rstrip(".")
        yield _said(policy, key, ("限额", "limit"), (article.zh, article.en), limit.proof)
    automatic = yuan_text(policy.automatic_fen)
    yield _said(policy, "automatic", ("免申请上限", "without application up to"), (automatic, automatic), policy.automatic_proof)  # fmt: skip
    yield Fact("minimum", "最低发放", "minimum payment", yuan_text(policy.minimum_fen), yuan_text(policy.minimum_fen))
    rounding = f"{policy.rounding_fen} fen, {policy.rounding_mode}"
    yield Fact("rounding", "取整", "rounding", rounding, rounding)
    for paper in policy.evidence:
        over = "" if paper.over_fen is None else f" (> {yuan_text(paper.over_fen)})"
        key = f"evidence.{paper.paper}.{paper.channel or ''}.{paper.over_fen or 0}"
        said = (paper.words["zh"] + over, paper.words["en"] + over)
        yield _said(policy, key, ("材料", "paper"), said, paper.proof)


def _base(policy: Policy) -> Iterator[Fact]:
    for number, amount in enumerate(policy.base, 1):
        words = []
        for language in (0, 1):
            plus = " + ".join(AMOUNT_NAMES.get(name, (name, name))[language] for name in amount.plus)
            minus = "".join(f" - {AMOUNT_NAMES.get(name, (name, name))[language]}" for name in amount.minus)
            when = "; ".join(f"{name}: {', '.join(values)}" for name, values in sorted(amount.when.items()))
            words.append(f"{plus}{minus} × {per_cent(amount.share_ppm)}{f' [{when}]' if when else ''}")
        yield _said(policy, f"base.{number}", ("计算基数", "base"), (words[0], words[1]), policy.base_proof)
    if policy.accumulate:
        yield Fact("base.accumulate", "按累计数计算", "on the sum so far", "是", "yes")


def _formula(policy: Policy) -> Iterator[Fact]:
    formula = policy.formula
    yield _said(policy, "formula.kind", ("计算方式", "formula"), (formula.kind, formula.kind), formula.proof)
    for number, bracket in enumerate(formula.brackets, 1):
        edge, rate = yuan_text(bracket.edge_fen), per_cent(bracket.rate_ppm)
        zh = f"{'超过' if bracket.strict else '从'} {edge} 元 {rate}"
        en = f"{'over' if bracket.strict else 'from'} {edge}: {rate}"
        label = (f"第 {number} 档", f"bracket {number}")
        yield _said(policy, f"bracket.{number:03d}", label, (zh, en), bracket.proof)
    for number, layer in enumerate(formula.layers, 1):
        names = " + ".join(layer.amount.plus) + "".join(f" - {name}" for name in layer.amount.minus)
        most = "" if layer.at_most_fen is None else f" ≤ {yuan_text(layer.at_most_fen)}"
        said = f"{names}{most}: {per_cent(layer.rate_ppm)} {layer.amount.when or ''}".strip()
        yield _said(policy, f"layer.{number:03d}", (f"第 {number} 项", f"layer {number}"), (said, said), layer.proof)
    plain = {"rate": per_cent(formula.rate_ppm) if formula.rate_ppm else "",
             "amount": yuan_text(formula.amount_fen) if formula.amount_fen else "",
             "max_days": str(formula.max_days or "")}  # fmt: skip
    labels = {"rate": ("比例", "rate"), "amount": ("金额", "amount"), "max_days": ("最多天数", "most days")}
    for name, value in plain.items():
        if value:
            yield _said(policy, f"formula.{name}", labels[name], (value, value), formula.proof)
    if formula.table:
        yield Fact("table.entries", "多项伤情", "several entries", formula.table_entries, formula.table_entries)
    for key, fen in sorted(formula.table.items()):
        yield Fact(f"table.{key}", f"对照表 {key}", f"table {key}", yuan_text(fen), yuan_text(fen))


def _said(policy: Policy, key: str, label: tuple[str, str], said: tuple[str, str], proof: Proof | None) -> Fact:
    source = policy.sources[proof.source]["title"] if proof else ""
    return Fact(key, *label, *said, source=source, status=proof.status if proof else "")
