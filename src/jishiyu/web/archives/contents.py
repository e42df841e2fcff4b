"""The first page of an archive: what is in it, in both languages, with its hashes; opened by any browser."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.template.loader import render_to_string
from django.utils.timezone import localtime

from jishiyu.apps.enterprises.models import Participation

# What stands in an archive by folder or file, in the order of the page.
PARTS: tuple[tuple[str, str, str], ...] = (
    ("enterprise.csv", "企业基本情况", "the enterprise"),
    ("needs.csv", "需求清单", "needs"),
    ("needs/", "需求附件", "files of the needs"),
    ("moves.csv", "办理经过", "every step of the needs"),
    ("visits.csv", "现场勘查", "visits"),
    ("entries.csv", "现场记录(含已更正)", "what was noted on site, also what was corrected"),
    ("readings/", "实测数据", "readings"),
    ("series/", "连续记录", "series of analysers"),
    ("photos/", "现场照片", "photos"),
    ("signatures/", "企业签字", "signatures"),
    ("reports/", "诊断报告", "reports"),
    ("actions.csv", "服务措施", "service plan"),
    ("satisfaction.csv", "企业评价", "what the enterprise said"),
)


def contents_page(participation: Participation, files: Mapping[str, bytes], frozen_at: datetime | None) -> bytes:
    """This function will return the page; the same files give the same bytes."""
    parts = []
    for start, zh, en in PARTS:
        names = [name for name in files if name == start or (start.endswith("/") and name.startswith(start))]
        rows = [(name, len(files[name]), hashlib.sha256(files[name]).hexdigest()) for name in names]
        if rows:
            parts.append({"zh": zh, "en": en, "rows": rows})
    context = {
        "participation": participation, "enterprise": participation.enterprise, "campaign": participation.campaign,
        "parts": parts, "count": len(files),
        "closed": localtime(frozen_at).strftime("%Y-%m-%d %H:%M:%S") if frozen_at else "",
    }  # fmt: skip
    return render_to_string("archives/contents.html", context).encode()
