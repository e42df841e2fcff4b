"""A policy read like a regulation: numbered articles in Chinese and English, each with its source and status."""

from dataclasses import dataclass
from functools import cache

from jishiyu.engine.money import yuan_text
from jishiyu.engine.policy.model import Bracket, Layer, Limit, Policy, Proof

_DIGITS = "零一二三四五六七八九"
_KINDS = {
    "stay": ("住院", "hospital stay"), "accident": ("意外伤害", "accident"), "death": ("身故", "death"),
    "fire": ("火灾", "fire"), "pipe_burst": ("水管爆裂", "pipe burst"), "critical_illness": ("重大疾病", "critical illness"),
}  # fmt: skip
AMOUNT_NAMES = {
    "cash": ("个人现金支付", "personal cash"), "in_scope": ("符合政策范围金额", "amount within policy scope"),
    "total": ("医疗费总额", "whole bill"), "fund": ("基金支付", "payment of the funds"),
    "hospital_part": ("医院负担", "hospital's part"), "personal": ("个人负担", "personal part"),
    "account": ("个人账户支出", "payment from the personal account"), "own_expense": ("全自费", "own expense"),
    "over_limit": ("超限价自费", "expense over price limits"), "advance": ("先行自付", "advance payment"),
    "deductible": ("起付线", "deductible"), "loss": ("认定损失", "certified loss"), "invoice": ("发票金额", "invoice"),
    "claimed": ("无", "nothing"),
}  # fmt: skip
_ANCHORS = {
    "begins_on": ("入院之日", "day of admission"), "ends_on": ("出院之日", "day of discharge"),
    "settled_on": ("结算之日", "day of settlement"), "event_on": ("事件发生之日", "day of the event"),
    "filed_on": ("申请之日", "day of filing"),
}  # fmt: skip


@dataclass(frozen=True)
class Article:
    """One numbered article: what it is about (`key`), its text in both languages and where it comes from."""

    number: int
    key: str
    zh: str
    en: str
    proof: Proof | None

    def cite(self, language: str) -> str:
        """Return `第三条` or `article 3`."""
        return f"第{chinese(self.number)}条" if language == "zh" else f"article {self.number}"


def chinese(number: int) -> str:
    """This function will return a number from 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def per_cent(rate_ppm: int, language: str = "zh") -> str:
    """This function will return millionths as per cent without needless zeros: `1.5 %`."""
    whole, parts = divmod(rate_ppm, 10_000)
    text = f"{whole}.{parts:04d}".rstrip("0").rstrip(".")
    return f"{text} %"


@cache
def articles(policy: Policy) -> tuple[Article, ...]:
    """This function will return the policy as numbered articles, in the order in which it decides."""
    anchor = _ANCHORS[policy.anchor]
    kinds = [_KINDS.get(kind, (kind, kind)) for kind in policy.judges]
    parts: list[tuple[str, str, str, Proof | None]] = [
        (
            "scope",
            f"本办法适用于{'、'.join(zh for zh, _ in kinds)}。以{anchor[0]}确定适用的版本、会籍、年龄和年度。",
            f"This policy covers: {', '.join(en for _, en in kinds)}. The {anchor[1]} decides about version, membership, age and year.",
            None,
        )
    ]
    for requirement in policy.requirements:
        zh, en = requirement.words["zh"], requirement.words["en"]
        late = (
            ("未满足的,转人工核实。", " Otherwise a person has to clear it.")
            if requirement.otherwise == "held"
            else ("", "")
        )
        parts.append((requirement.code, f"条件:{zh}。{late[0]}", f"Requirement: {en}.{late[1]}", requirement.proof))
    parts.append(
        ("base", f"计算基数:{policy.base_words['zh']}。", f"Base: {policy.base_words['en']}.", policy.base_proof)
    )
    parts += _threshold(policy)
    parts.append(("formula", *_formula(policy), policy.formula.proof))
    parts += [("limit", *_limit(limit), limit.proof) for limit in policy.limits]
    ceiling = yuan_text(policy.automatic_fen)
    parts.append((
        "automatic", f"补贴不超过 {ceiling} 元的免申请发放;超过的,由工会联系用人单位协助备齐材料。",
        f"Up to {ceiling} yuan (included) is paid without application; above it the union calls the employer and helps with the papers.",
        policy.automatic_proof,
    ))  # fmt: skip
    parts += [
        (
            "evidence",
            f"材料:{paper.words['zh']}{_over(paper.over_fen)[0]}。",
            f"Paper: {paper.words['en']}{_over(paper.over_fen)[1]}.",
            paper.proof,
        )
        for paper in policy.evidence
    ]
    return tuple(Article(number, *part) for number, part in enumerate(parts, start=1))


def _over(fen: int | None) -> tuple[str, str]:
    return (
        ("", "")
        if fen is None
        else (f"(补贴超过 {yuan_text(fen)} 元时)", f" (for subsidies over {yuan_text(fen)} yuan)")
    )


def _threshold(policy: Policy) -> list[tuple[str, str, str, Proof | None]]:
    threshold = policy.threshold
    if threshold is None:
        return []
    amount = yuan_text(threshold.fen)
    zh = f"{policy.base_words['zh']}须{'超过' if threshold.strict else '达到'} {amount} 元{',并先扣除该数额' if threshold.deductible else ''}。"
    en = (
        f"The {policy.base_words['en']} must be {'over' if threshold.strict else 'at least'} {amount} yuan"
        f"{', which is subtracted first' if threshold.deductible else ''}."
    )
    return [("threshold", zh, en, threshold.proof)]


def _formula(policy: Policy) -> tuple[str, str]:
    formula = policy.formula
    match formula.kind:
        case "whole_amount" | "marginal":
            how = (
                ("全额", "one rate on the whole amount")
                if formula.kind == "whole_amount"
                else ("分段累进", "each part at its own rate")
            )
            zh = ";".join(
                f"第 {n} 档 {_edge(b)[0]} {per_cent(b.rate_ppm)}{_mark(b.proof)[0]}"
                for n, b in enumerate(formula.brackets, 1)
            )
            en = "; ".join(
                f"bracket {n} {_edge(b)[1]}: {per_cent(b.rate_ppm)}{_mark(b.proof)[1]}"
                for n, b in enumerate(formula.brackets, 1)
            )
            return f"按{how[0]}计算:{zh}。", f"Brackets, {how[1]}: {en}."
        case "flat":
            return f"按基数的 {per_cent(formula.rate_ppm)} 计算。", f"{per_cent(formula.rate_ppm)} of the base."
        case "table":
            several = (
                ("取最重的一项", "the largest counts")
                if formula.table_entries == "most_severe"
                else ("各项相加", "they add up")
            )
            return (
                f"按对照表({len(formula.table)} 行)计算,一次事件有多项的{several[0]}。",
                f"By table ({len(formula.table)} rows); of several entries in one event {several[1]}.",
            )
        case "per_day":
            cap = (
                (f",最多 {formula.max_days} 天", f", at most {formula.max_days} days") if formula.max_days else ("", "")
            )
            return (
                f"每天 {yuan_text(formula.amount_fen)} 元{cap[0]}。",
                f"{yuan_text(formula.amount_fen)} yuan per day{cap[1]}.",
            )
        case "lump_sum":
            return (
                f"一次性 {yuan_text(formula.amount_fen)} 元。",
                f"A lump sum of {yuan_text(formula.amount_fen)} yuan.",
            )
        case _:
            zh = ";".join(_layer(layer)[0] for layer in formula.layers)
            en = "; ".join(_layer(layer)[1] for layer in formula.layers)
            return f"分项计算:{zh}。", f"In layers: {en}."


def _layer(layer: Layer) -> tuple[str, str]:
    """Say one layer: its amounts, how much of them counts, for whom, and the rate."""
    plus, minus = ([AMOUNT_NAMES[field] for field in fields] for fields in (layer.amount.plus, layer.amount.minus))
    zh = " + ".join(name for name, _ in plus) + "".join(f" - {name}" for name, _ in minus)
    en = " + ".join(name for _, name in plus) + "".join(f" less {name}" for _, name in minus)
    if layer.at_most_fen is not None:
        most = yuan_text(layer.at_most_fen)
        zh, en = f"{zh}(最多计 {most} 元)", f"{en} (at most {most} yuan of it)"
    codes = ", ".join(value for values in layer.amount.when.values() for value in values)
    only = (f"(限 {codes})", f" (only {codes})") if codes else ("", "")
    rate = per_cent(layer.rate_ppm)
    mark = _mark(layer.proof)
    return f"{zh} 的 {rate}{only[0]}{mark[0]}", f"{rate} of {en}{only[1]}{mark[1]}"


def _edge(bracket: Bracket) -> tuple[str, str]:
    amount = yuan_text(bracket.edge_fen)
    return (f"超过 {amount} 元", f"over {amount}") if bracket.strict else (f"{amount} 元以上(含)", f"from {amount}")


def _mark(proof: Proof) -> tuple[str, str]:
    return ("(假定)", " (assumed)") if proof.status == "assumed" else ("", "")


def _limit(limit: Limit) -> tuple[str, str]:
    who = ("每户", "per household") if limit.per == "household" else ("每人", "per member")
    window = {
        "payment": ("每次", "payment"), "occurrence": ("同一事件", "event"), "calendar_year": ("每个日历年度", "calendar year"),
        "policy_year": (f"每个保障年度(自 {limit.starts[0]} 月 {limit.starts[1]} 日起)", f"policy year from {limit.starts[0]:02d}-{limit.starts[1]:02d}"),
        "rolling_months": (f"任意 {limit.months} 个月", f"{limit.months} months"), "lifetime": ("终身", "lifetime"),
    }[limit.window]  # fmt: skip
    most = []
    if limit.mode == "greatest":
        most.append(("按最高的一次,已付部分扣除", "only the greatest amount, less what was paid"))
    if limit.amount_fen is not None:
        most.append((f"最多 {yuan_text(limit.amount_fen)} 元", f"at most {yuan_text(limit.amount_fen)} yuan"))
    if limit.count is not None:
        most.append((f"最多 {limit.count} 次", f"at most {limit.count} payment(s)"))
    if not most:
        most.append(("累计计算,不设上限", "added up, without a ceiling"))
    shared = ("", "")
    if limit.others:
        shared = (f",与 {'、'.join(limit.others)} 合并计算", f", together with {', '.join(limit.others)}")
    return (
        f"限额:{who[0]}{window[0]}{','.join(zh for zh, _ in most)}{shared[0]}。",
        f"Limit: {who[1]} and {window[1]} {'; '.join(en for _, en in most)}{shared[1]}.",
    )


def regulation(policy: Policy, language: str = "zh") -> str:
    """This function will return the whole policy as readable text in `zh` or `en`, with sources and status."""
    zh = language == "zh"
    status = {"published": "已公开" if zh else "published", "assumed": "假定" if zh else "assumed"}
    until = policy.until.isoformat() if policy.until else ("至今" if zh else "open")
    lines = [
        policy.title[language],
        f"{policy.name} · {'版本' if zh else 'version'} {policy.version} · {policy.starts.isoformat()} – {until}",
        f"{policy.issuer[language]} · SHA-256 {policy.digest[:16]}",
        "",
    ]
    for article in articles(policy):
        text = article.zh if zh else article.en
        source = (
            f" [{policy.sources[article.proof.source]['title']};{status[article.proof.status]}]"
            if article.proof
            else ""
        )
        lines.append(f"{article.cite(language)[:1].upper()}{article.cite(language)[1:]} {text}{source}")
    lines += ["", *(f"· {note[language]}" for note in policy.notes)]
    return "\n".join(lines).rstrip() + "\n"
