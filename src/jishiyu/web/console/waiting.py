"""The page of call lists: whom the unions are asked to contact, and since when."""

from datetime import date
from urllib.parse import quote, urlencode

from jishiyu.apps.subsidies.models import CaseReason, CaseState
from jishiyu.apps.subsidies.queries import CallListRow, EmployerCases, call_list, cases_per_employer
from jishiyu.web.console.page import PAGE_ROWS, Card, Page, Table, said, table
from jishiyu.web.console.place import Place
from jishiyu.web.figures.build import masked
from jishiyu.web.figures.figure import Column, Figure, Say, Unit
from jishiyu.web.figures.labels import policy_label

REASONS = {
    CaseReason.OVER_LIMIT: Say("超过自动限额", "over the limit"),
    CaseReason.UNMATCHED: Say("不在名册", "not on the roster"),
    CaseReason.HELD: Say("数据待核", "data to check"),
    CaseReason.NO_DATA: Say("取不到数据", "no data"),
}
OVERDUE = Column("overdue", Say("逾期天数", "days overdue"), Unit.COUNT)


def calls(place: Place, language: str) -> Page:
    """Return the large cases one by one, and the rest per union or employer."""
    waiting = cases_per_employer()
    page = Page("calls", said(Say("联系清单", "Call lists"), language))
    page.lead = said(
        Say(f"逾期天数按 {place.as_of} 计;姓名和编号已脱敏。",
            f"Days overdue as of {place.as_of}; names and numbers are masked."), language,
    )  # fmt: skip
    by_reason = {reason: sum(row.cases for row in waiting if row.reason == reason) for reason in REASONS}
    page.cards = [Card(words(language), f"{by_reason[reason]:,}") for reason, words in REASONS.items()]
    large = call_list(reason=CaseReason.OVER_LIMIT.value, limit=PAGE_ROWS)
    known = [row for row in waiting if row.union_code]
    unknown = [row for row in waiting if not row.union_code]
    page.tables = [
        _large(large, place.as_of, language),
        _employers("unions", Say("各单位工会", "By union"), known, place.as_of, language),
        _employers(
            "employers", Say("尚无对应工会的单位", "Employers without a known union"), unknown, place.as_of, language
        ),
    ]
    return page


def _large(found: list[CallListRow], on: date, language: str) -> Table:
    columns = (
        Column("name", Say("姓名", "name"), Unit.TEXT),
        Column("member", Say("会员号", "member"), Unit.TEXT),
        Column("union", Say("单位工会", "union"), Unit.TEXT),
        Column("policy", Say("补贴", "subsidy"), Unit.TEXT),
        Column("yuan", Say("金额(元)", "yuan"), Unit.FEN),
        Column("state", Say("进展", "state"), Unit.TEXT),
        Column("due", Say("时限", "due"), Unit.DAY),
        OVERDUE,
        Column("sheet", Say("审核表", "sheet"), Unit.TEXT),
    )
    rows = tuple(
        (row.name or "—", masked(row.member_no or "") or "—", row.employer, policy_label(row.policy), row.amount_fen,
         Say(str(CaseState(row.state).label), row.state), row.due_on, max(0, (on - row.due_on).days), "PDF")
        for row in found
    )  # fmt: skip
    links = {
        (line, len(columns) - 1): "/console/documents/decision.pdf?"
        + urlencode({"stay": row.stay_id, "policy": row.policy})
        for line, row in enumerate(found)
    }
    return table(
        Figure("large", Say("超过自动限额、待办", "Over the automatic limit, open"), columns, rows), language, links
    )


def _employers(key: str, title: Say, waiting: list[EmployerCases], on: date, language: str) -> Table:
    grouped: dict[tuple[str, str], list[EmployerCases]] = {}
    for row in waiting:
        grouped.setdefault((row.union_code or "", row.employer), []).append(row)
    order = sorted(grouped.items(), key=lambda item: (-sum(row.cases for row in item[1]), item[0]))
    columns = (
        Column("employer", Say("单位", "employer"), Unit.TEXT),
        Column("cases", Say("件数", "cases"), Unit.COUNT),
        *(Column(reason.value, words, Unit.COUNT) for reason, words in REASONS.items()),
        Column("yuan", Say("待批金额(元)", "waiting: yuan"), Unit.FEN),
        Column("due", Say("最早时限", "first due"), Unit.DAY),
        OVERDUE,
        Column("list", Say("清单", "list"), Unit.TEXT),
    )
    rows, links = [], {}
    for line, ((code, name), found) in enumerate(order[:PAGE_ROWS]):
        due = min(row.first_due_on for row in found)
        counts = (sum(row.cases for row in found if row.reason == reason) for reason in REASONS)
        rows.append(
            (name or Say("单位不明", "employer unknown"), sum(row.cases for row in found), *counts,
             sum(row.amount_fen for row in found), due, max(0, (on - due).days), "PDF" if code else "—")
        )  # fmt: skip
        if code:
            links[line, len(columns) - 1] = f"/console/documents/calls/{quote(code, safe='')}.pdf"
    note = Say(
        f"件数最多的 {len(rows)} 家,共 {len(order)} 家。",
        f"The {len(rows)} with most cases, of {len(order)}.",
    )
    return table(Figure(key, title, columns, tuple(rows), None, (note,)), language, links)
