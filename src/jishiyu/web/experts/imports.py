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
from jishiyu.engine.words import Words
from jishiyu.web.components.download import Download, given
from jishiyu.web.components.export import EXCEL
from jishiyu.web.components.forms import answer_form
from jishiyu.web.experts.forms import ListFile
from jishiyu.web.figures.typography import chinese
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.pairing.sight import union_of_the_list

COLUMNS = (
    (Words("编号", "Code"), Words("GJ001", "GJ001")),
    (Words("姓名", "Name"), Words("示例甲", "Example A")),
    (Words("身份", "Part"), Words("劳模工匠", "expert")),
    (Words("技能", "Skills"), Words("", "")),
    (Words("荣誉", "Honour"), Words("市级", "city")),
    (Words("荣誉称号", "Honour title"), Words("市劳动模范", "Model worker of the city")),
    (Words("工会编码", "Union"), Words("", "")),
    (Words("登录账号", "Account"), Words("", "")),
    (Words("手机", "Mobile"), Words("13900000000", "13900000000")),
    (Words("每周半天", "Half-days per week"), Words("4", "4")),
    (Words("片区", "Zone"), Words("一片区", "Zone 1")),
    (Words("东向公里", "x km"), Words("3.5", "3.5")),
    (Words("北向公里", "y km"), Words("12.0", "12.0")),
)
SKILLS = 3  # the column of skills; its example names two there are
SHEETS = (Words("资源清单", "Resource list"), Words("技能名称", "Names of skills"))


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
    """Give the Excel template in the language of the screen: headings, one example, and the skills there are."""
    content, spoken = io.BytesIO(), language()
    skills = list(Skill.objects.order_by("id"))
    sample = [example.say(spoken) for _, example in COLUMNS]
    sample[SKILLS] = ";".join(f"{Words(skill.zh, skill.en).say(spoken)}:4" for skill in skills[:2])
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        sheet, listed = (book.add_worksheet(name.say(spoken)) for name in SHEETS)
        sheet.write_row(0, 0, [heading.say(spoken) for heading, _ in COLUMNS], bold)
        sheet.write_row(1, 0, sample)
        sheet.set_column(0, len(COLUMNS), 18)
        listed.write_row(0, 0, ("技能", "skill", "code"), bold)
        for at, skill in enumerate(skills, start=1):
            listed.write_row(at, 0, (skill.zh, skill.en, skill.code))
    return given(
        request, Download("resource-list.xlsx", content.getvalue(), EXCEL), about="template of the resource list"
    )
