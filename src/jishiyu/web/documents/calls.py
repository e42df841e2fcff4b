"""The call list of one union (联系清单)."""

from datetime import date
from typing import Any

from jishiyu.apps.orgs.queries import union_by_code
from jishiyu.apps.subsidies.models import CaseReason
from jishiyu.apps.subsidies.queries import CallListRow, call_list
from jishiyu.engine.money import yuan_text
from jishiyu.web.figures.build import masked
from jishiyu.web.figures.labels import policy_label

ASK = {
    CaseReason.OVER_LIMIT: "补贴超过自动发放限额,请协助会员备齐材料",
    CaseReason.UNMATCHED: "不在会员名册,请核实是否为本单位在职会员",
    CaseReason.HELD: "数据有疑点,请协助核实",
    CaseReason.NO_DATA: "取不到结算数据,请协助会员申请",
}


def call_sheet(*, union_code: str, issuer: str, on: date, contact: str = "") -> dict[str, Any]:
    """This function will return the data of the template `calls`: open cases of the union and of all below it.

    Names and member numbers are masked. Raises `UnionUnknown`.
    """
    union = union_by_code(code=union_code)
    rows = call_list(union_code=union_code)
    return {
        "issuer": issuer,
        "title": "职工补贴联系清单",
        "subtitle": "",
        "left": f"致:{union.name}({union.code})",
        "number": f"制表日期:{on.isoformat()}",
        "footer": "姓名和会员号已脱敏 · 及时雨",
        "request": "请联系下列职工,核实情况并协助办理;办理情况请填入末列,签字盖章后交回市总工会。",
        "rows": [_row(number, row, on) for number, row in enumerate(rows, 1)],
        "count": f"{len(rows):,}",
        "contact": contact,
    }


def _row(number: int, row: CallListRow, on: date) -> list[str]:
    waited = (on - row.due_on).days
    return [
        str(number), row.name or "—", masked(row.member_no or "") or "—",
        policy_label(row.policy).zh if row.policy else "—", ASK[CaseReason(row.reason)],
        yuan_text(row.amount_fen) if row.amount_fen else "—", f"逾期 {waited} 天" if waited > 0 else "未到期",
        row.due_on.isoformat(), "",
    ]  # fmt: skip
