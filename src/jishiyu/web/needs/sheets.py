"""A need list in Excel: the template, and the list that comes back, with a reason for every line that was not taken as it is."""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jishiyu.apps.accounts.rows import whole
from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.models import Campaign, Need, Participation, ServiceItem, Skill
from jishiyu.apps.enterprises.operations import Given
from jishiyu.apps.enterprises.problems import SheetRefused
from jishiyu.apps.enterprises.states import OVER
from jishiyu.engine.calendar import DAY
from jishiyu.engine.help.matching import plain
from jishiyu.engine.help.need_sheet import LineTold, NeedSheet, Round, need_template, read_need_sheet
from jishiyu.engine.problems import Problem
from jishiyu.engine.words import Words
from jishiyu.web.components.download import Download, given
from jishiyu.web.components.export import EXCEL
from jishiyu.web.figures.typography import chinese
from jishiyu.web.gate import who
from jishiyu.web.language import language
from jishiyu.web.needs.views import own
from jishiyu.web.problem import REFUSED, told

MOST_BYTES = 5_000_000


def template(request: HttpRequest) -> HttpResponse:
    """Hand out the template with the items and skills of the running round."""
    takes = own(request)
    items, skills = known_words(takes[0].campaign) if takes else ([], [])
    file = Download("需求清单模板.xlsx", need_template(items, skills), EXCEL)
    return given(request, file, about=f"round {takes[0].campaign.code}" if takes else "round -")


def sheet(request: HttpRequest) -> HttpResponse:
    """Take a filled-in template and say what became of every line."""
    takes = own(request)
    context: dict[str, Any] = {"take": takes[0] if takes else None}
    upload = request.FILES.get("file")
    if request.method != "POST" or not takes:
        return render(request, "needs/sheet.html", context, status=REFUSED if request.method == "POST" else 200)
    try:
        if upload is None:
            raise SheetRefused(file="—", what=Words("没有选择文件", "no file was chosen"))
        context |= take(request, upload, takes[0], source="file")
        return render(request, "needs/sheet.html", context)
    except Problem as refused:
        return render(request, "needs/sheet.html", {**context, "problem": told(refused)}, status=REFUSED)


def take(request: HttpRequest, upload: "UploadedFile[Any]", whose: Participation, *, source: str) -> dict[str, Any]:
    """Hand in what a sheet holds; the same file twice counts once. Raises `SheetRefused` and what handing in raises."""
    name = upload.name or "file"
    if (upload.size or 0) > MOST_BYTES:
        raise SheetRefused(file=name, what=Words("文件超过 5 兆字节", "it is larger than 5 MB"))
    content = b"".join(upload.chunks())
    found = _read(content, name, whose.campaign)
    if not found.needs:
        first = found.told[0] if found.told else None
        raise SheetRefused(
            file=name, what=Words(
                first.say("zh") if first else "没有数据行", first.say("en") if first else "it has no line",
            ),
        )  # fmt: skip
    there = _on_record(whose)
    again = [
        LineTold(one.line, "on_record", {"number": there[plain(one.words)]})
        for one in found.needs
        if plain(one.words) in there
    ]
    lines = [
        Given(words=one.words, wished=one.wished, earliest_on=one.earliest, latest_on=one.latest)
        for one in found.needs if plain(one.words) not in there
    ]  # fmt: skip
    needs: tuple[Need, ...] = ()
    if lines:
        with whole():
            needs = operations.hand_in(
                participation_id=whose.pk, needs=lines, once=f"file {hashlib.sha256(content).hexdigest()}", source=source,
                by=who(request).name, at=timezone.now(),
            ).needs  # fmt: skip
    spoken = language()
    said = sorted([*found.told, *again], key=lambda one: one.line)
    return {
        "done": True, "needs": needs, "name": name, "left_out": sum(one.left_out for one in said),
        "told": [(one.line, chinese(one.say("zh")) if spoken == "zh" else one.say("en"), one.left_out) for one in said],
    }  # fmt: skip


def _on_record(whose: Participation) -> dict[str, str]:
    """Return the needs that are under way, by their words: a corrected sheet brings only what is new."""
    rows = Need.objects.filter(participation=whose).exclude(state__in=OVER).order_by("-id")
    return {plain(words): number for words, number in rows.values_list("words", "number")}


def known_words(campaign: Campaign) -> tuple[list[str], list[str]]:
    """Return the items and skills of a round, in Chinese."""
    items = ServiceItem.objects.filter(aim__campaign=campaign).order_by("aim__place", "place")
    wanted = sorted({code for item in items for code in item.skills})
    skills = dict(Skill.objects.filter(code__in=wanted).values_list("code", "zh"))
    return [item.zh for item in items], [skills[code] for code in wanted if code in skills]


def _read(content: bytes, name: str, campaign: Campaign) -> NeedSheet:
    items, skills = known_words(campaign)
    with tempfile.TemporaryDirectory(prefix="jishiyu-needs-") as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        of = Round(items=items, skills=skills, today=timezone.localdate(), last=campaign.ends_on - DAY)
        return read_need_sheet(path, name=name, of=of)
