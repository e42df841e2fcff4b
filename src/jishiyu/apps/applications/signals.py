"""What a reviewer is told beside an application: plain facts that are worth a second look, each in words; no score."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jishiyu.engine.evidence import Review
from jishiyu.engine.money import yuan_text

# One row of facts per application of `{chosen}`, a query of application ids.
FACTS = """
WITH mine AS (
    SELECT * FROM applications_application WHERE id IN ({chosen})
), holder AS (
    SELECT other.account_hash, other.person_id FROM applications_application other
    WHERE other.account_hash IN (SELECT account_hash FROM mine)
    UNION
    SELECT attempt.account_hash, paid.person_id
    FROM payments_attempt attempt JOIN subsidies_entitlement paid ON paid.id = attempt.entitlement_id
    WHERE attempt.account_hash IN (SELECT account_hash FROM mine)
), shared AS (
    SELECT mine.id, count(*) FROM mine
    JOIN holder ON holder.account_hash = mine.account_hash AND holder.person_id <> mine.person_id
    GROUP BY mine.id
)
SELECT application.id, coalesce(shared.count, 0) AS account_shared,
    (SELECT count(*) FROM applications_application other
      WHERE other.household_hash = application.household_hash AND other.person_id <> application.person_id
        AND other.state NOT IN ('draft', 'withdrawn')
        AND abs(other.filed_on - application.filed_on) <= %(several_days)s) AS household_several,
    (SELECT count(*) FROM applications_application other
      WHERE other.person_id = application.person_id AND other.id <> application.id
        AND other.state NOT IN ('draft', 'withdrawn')
        AND abs(other.filed_on - application.filed_on) <= %(several_days)s) AS member_several,
    (SELECT application.event_on - min(membership.joined_on) FROM members_membership membership
      WHERE membership.person_id = application.person_id HAVING bool_and(membership.joined_on IS NOT NULL))
        AS joined_days,
    application.filed_on - application.event_on AS filed_days,
    (SELECT count(DISTINCT twin.application_id) FROM applications_paper paper
       JOIN applications_paper twin ON twin.sha256 = paper.sha256 AND twin.application_id <> paper.application_id
      WHERE paper.application_id = application.id) AS same_file,
    application.name_differs, application.expected_fen, application.returns
FROM mine application LEFT JOIN shared ON shared.id = application.id
"""


@dataclass(frozen=True, slots=True)
class Signal:
    """One fact: a code, and the sentence in both languages."""

    code: str
    zh: str
    en: str


def parameters(rules: Review) -> dict[str, Any]:
    """This function will return what FACTS asks for besides the ids."""
    return {"several_days": rules.signals.several_within_days}


def told(facts: Mapping[str, Any], rules: Review) -> tuple[Signal, ...]:
    """This function will put the facts of one application (a row of FACTS) into sentences."""
    limits, found = rules.signals, []

    def tell(code: str, chinese: str, english: str) -> None:
        found.append(Signal(code, chinese, english))

    if count := facts["account_shared"]:
        tell("account_shared", f"收款账号与另外 {count} 人相同", f"the account is that of {count} other people too")
    if count := facts["same_file"]:
        tell(
            "same_file",
            f"有材料与另外 {count} 件申请的文件相同",
            f"a file is the same as in {count} other applications",
        )
    if facts["name_differs"]:
        tell("name_differs", "材料上的姓名与名册不一致", "the name on the papers differs from the roster")
    if count := facts["household_several"]:
        tell("household_several", f"同户另有 {count} 件申请", f"{count} other applications of the household")
    if count := facts["member_several"]:
        tell("member_several", f"本人另有 {count} 件申请", f"{count} other applications of the member")
    days = facts["joined_days"]
    if days is not None and days <= limits.joined_within_days:
        after = max(days, 0)
        tell("joined_shortly_before", f"入会后第 {after} 天发生", f"it happened {after} days after joining")
    days = facts["filed_days"]
    if days is not None and days > limits.filed_after_days:
        tell("filed_late", f"事发 {days} 天后才申请", f"filed {days} days after it happened")
    over, amount = rules.two_reviewers_over_fen, facts["expected_fen"]
    if over * limits.near_limit_ppm <= amount * 1_000_000 <= over * 1_000_000:
        tell(
            "just_below_two", f"金额略低于须两人审核的 {yuan_text(over)} 元",
            f"just below {yuan_text(over)} yuan, from where on two people sign",
        )  # fmt: skip
    return tuple(found)
