"""The payment batch sheet (发放批次清单)."""

from datetime import date
from typing import Any

from django.utils.timezone import localdate

from jishiyu.apps.payments.desk import payees_of
from jishiyu.apps.payments.models import Attempt, AttemptState, BatchState
from jishiyu.apps.statistics.papers import batch_paper, payments
from jishiyu.engine.identity import mask_name
from jishiyu.engine.money import capitals, yuan_text
from jishiyu.web.components.names import called
from jishiyu.web.figures.build import masked
from jishiyu.web.figures.labels import policy_label


def batch_sheet(*, batch_id: int, issuer: str, made_on: date) -> dict[str, Any]:
    """This function will return the data of the template `batch`; names and member numbers are masked.

    Raises `BatchUnknown`.
    """
    paper = batch_paper(batch_id=batch_id)
    lines = payments(batch_id=batch_id)
    attempts = list(Attempt.objects.filter(batch_id=batch_id).order_by("line_no"))
    named = zip(attempts, payees_of(attempts=attempts), strict=True)
    names = {attempt.line_no: payee.name for attempt, payee in named}  # as it goes to the bank: an heir's, for a death
    return {
        "issuer": issuer,
        "title": "职工补贴发放批次清单",
        "subtitle": "",
        "left": f"计划付款日:{paper.pay_on.isoformat()}",
        "number": f"批次编号:{paper.batch_id}    制表日期:{made_on.isoformat()}",
        "footer": "收款人和会员号已脱敏,完整内容见银行文件 · 及时雨",
        "batch": f"{paper.batch_id}({localdate(paper.made_at).isoformat()} 编制)",
        "bank": ";".join(paper.files) or "尚未生成",
        "count": f"{paper.count:,} 笔",
        "state": str(BatchState(paper.state).label),
        "amount": yuan_text(paper.sum_fen),
        "capitals": capitals(paper.sum_fen),
        "hash": ";".join(paper.hashes) or "—",
        "maker": called(paper.made_by),
        "checker": called(paper.checked_by) if paper.checked_by else "(待复核)",
        "rows": [
            [str(line.line_no), masked(line.member_no), mask_name(names[line.line_no]), line.union_name,
             policy_label(line.policy).zh, yuan_text(line.amount_fen), str(AttemptState(line.state).label)]
            for line in lines
        ],
    }  # fmt: skip
