"""The resource list from a file, and the template of one."""

import io
import tempfile
from pathlib import Path
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises.models import Skill
from jishiyu.apps.experts.operations import import_experts
from jishiyu.apps.jobs.uploads import called_plainly
from jishiyu.web.components.download import Download, given
from jishiyu.web.components.export import EXCEL
from jishiyu.web.components.forms import answer_form
from jishiyu.web.experts.forms import ListFile
from jishiyu.web.figures.typography import chinese
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.pairing.sight import union_of_the_list

HEADINGS = ("编号", "姓名", "身份", "技能", "荣誉", "荣誉称号", "工会编码", "登录账号", "手机", "每周半天", "片区", "东向公里", "北向公里")  # fmt: skip
EXAMPLE = ("GJ001", "示例甲", "劳模工匠", "", "市级", "市劳动模范", "", "", "13900000000", "4", "一片区", "3.5", "12.0")


def bring(request: HttpRequest) -> HttpResponse:
    """Take a file in, and show what came of it line by line."""

    def do(data: dict[str, Any]) -> HttpResponse:
        file, now = data["file"], timezone.now()
        with tempfile.TemporaryDirectory(prefix="jishiyu-list-") as folder:
            path = Path(folder) / "list"
            path.write_bytes(file.read())
            with whole():
                found = import_experts(
                    path=path,
                    name=called_plainly(file.name),
                    since=timezone.localdate(now),
                    union_code=union_of_the_list(request),
                    by=who(request).name,
                    at=now,
                )
        told = [(one, chinese(one.zh) if language() == "zh" else one.en) for one in found.problems]
        return render(request, "experts/imported.html", {"found": found, "told": told})

    form = ListFile(request.POST or None, request.FILES or None)
    return answer_form(request, form, template="experts/import.html", do=do)


def template(request: HttpRequest) -> HttpResponse:
    """Give the Excel template: headings, one example, and the skills there are."""
    content = io.BytesIO()
    skills = list(Skill.objects.order_by("id"))
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("资源清单")
        sheet.write_row(0, 0, HEADINGS, bold)
        sample = ";".join(f"{skill.zh}:4" for skill in skills[:2])
        sheet.write_row(1, 0, [*EXAMPLE[:3], sample, *EXAMPLE[4:]])
        sheet.set_column(0, len(HEADINGS), 14)
        listed = book.add_worksheet("技能名称")
        listed.write_row(0, 0, ("技能", "skill", "code"), bold)
        for at, skill in enumerate(skills, start=1):
            listed.write_row(at, 0, (skill.zh, skill.en, skill.code))
    return given(
        request, Download("resource-list.xlsx", content.getvalue(), EXCEL), about="template of the resource list"
    )
