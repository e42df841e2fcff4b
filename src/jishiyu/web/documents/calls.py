"""The call list of one union (联系清单)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction

from jishiyu.apps.audit.operations import record
from jishiyu.apps.orgs.queries import union_by_code
from jishiyu.apps.people.problems import ReasonMissing
from jishiyu.apps.subsidies.models import CaseReason
from jishiyu.apps.subsidies.queries import CallListRow, call_list
from jishiyu.engine.money import yuan_text
from jishiyu.web.components.names import called
from jishiyu.web.documents.decision import Unmasking
from jishiyu.web.figures.build import masked
from jishiyu.web.figures.labels import policy_label

ASK = {
    CaseReason.OVER_LIMIT: "补贴超过自动发放限额,请协助会员备齐材料",
    CaseReason.UNMATCHED: "不在会员名册,请核实是否为本单位在职会员",
    CaseReason.HELD: "数据有疑点,请协助核实",
    CaseReason.NO_DATA: "取不到结算数据,请协助会员申请",
}


def call_sheet(
    *, union_code: str = "", employer: str | None = None, issuer: str, on: date, contact: str = "",
    unmasking: Unmasking | None = None,
) -> dict[str, Any]:  # fmt: skip
    """This function will return the data of the template `calls`: open cases of the union and of all below it.

    With `employer` those of an employer that has no union here. Names and numbers are masked unless `unmasking` says
    who wants them and why; that is recorded. Raises `UnionUnknown`, `ReasonMissing`.
    """
    if employer is None:
        union = union_by_code(code=union_code)
        rows, to, about = call_list(union_code=union_code, in_full=unmasking is not None), union.name, union.code
    else:
        rows, to, about = call_list(employer=employer, in_full=unmasking is not None), employer or "单位不明", ""
    if unmasking is not None:
        _record(unmasking, rows, record_of=f"union {about}" if about else f"employer {to}")
    return {
        "issuer": issuer,
        "title": "职工补贴联系清单",
        "subtitle": "",
        "left": f"致:{to}({about})" if about else f"致:{to}",
        "number": f"制表日期:{on.isoformat()}",
        "footer": f"含完整个人信息,仅供办理使用 · {called(unmasking.by)} 调取 · 及时雨"
        if unmasking
        else "姓名和号码已脱敏 · 及时雨",
        "request": "请联系下列职工,核实情况并协助办理;办理情况请填入末列,签字盖章后交回市总工会。",
        "rows": [_row(number, row, on, in_full=unmasking is not None) for number, row in enumerate(rows, 1)],
        "count": f"{len(rows):,}",
        "contact": contact,
    }


def _record(unmasking: Unmasking, rows: Sequence[CallListRow], *, record_of: str) -> None:
    """Write down who took the names of whom, and why."""
    if not unmasking.reason.strip():
        raise ReasonMissing
    details = {"reason": unmasking.reason.strip(), "cases": [row.case_id for row in rows][:1000], "count": len(rows)}
    with transaction.atomic():
        record(by=unmasking.by, action="calls.sheet_in_full", record=record_of, details=details, at=unmasking.at)


def _row(number: int, row: CallListRow, on: date, *, in_full: bool) -> list[str]:
    waited = (on - row.due_on).days
    member_no = (row.member_no or "") if in_full else masked(row.member_no or "")
    return [
        str(number), row.name or "—", member_no or row.number or "—",
        policy_label(row.policy).zh if row.policy else "—", ASK[CaseReason(row.reason)],
        yuan_text(row.amount_fen) if row.amount_fen else "—", f"逾期 {waited} 天" if waited > 0 else "未到期",
        row.due_on.isoformat(), "",
    ]  # fmt: skip
