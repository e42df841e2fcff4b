"""A need list as it comes in Excel: read, compared with what is on record, handed in, and told line by line."""

import hashlib
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from jishiyu.apps.enterprises import operations
from jishiyu.apps.enterprises.models import Campaign, Need, Participation, ServiceItem, Skill
from jishiyu.apps.enterprises.operations import Given
from jishiyu.apps.enterprises.problems import SheetRefused
from jishiyu.apps.files.apart import read_apart
from jishiyu.apps.files.receiving import clean_name
from jishiyu.apps.files.scanning import scan
from jishiyu.engine.calendar import DAY
from jishiyu.engine.help.matching import plain
from jishiyu.engine.help.need_sheet import LineTold, NeedSheet, Round, need_template, read_need_sheet
from jishiyu.engine.words import Words
from jishiyu.web.components.download import Download
from jishiyu.web.components.export import EXCEL
from jishiyu.web.components.spoken import printed
from jishiyu.web.language import language

MOST_BYTES = 5_000_000


@dataclass(frozen=True, kw_only=True)
class SheetGiven:
    """A file that was read: what people call it, its hash, and what stands in it."""

    name: str
    sha256: str
    found: NeedSheet


def template_of(campaign: Campaign | None) -> Download:
    """Return the template with the items and skills of a round."""
    items, skills = known_words(campaign) if campaign is not None else ([], [])
    name = "needs.xlsx" if language() == "en" else "需求清单模板.xlsx"
    return Download(name, need_template(items, skills, language=language()), EXCEL)


def read_sheet(upload: "UploadedFile[Any] | None", campaign: Campaign) -> SheetGiven:
    """Read a filled-in template. Raises `SheetRefused`, `PaperRefused`, `ScannerUnreachable`, `TableTooHeavy` and the reader's own."""
    if upload is None:
        raise SheetRefused(file="—", what=Words("没有选择文件", "no file was chosen"))
    name = clean_name(upload.name or "")
    if (upload.size or 0) > MOST_BYTES:
        raise SheetRefused(file=name, what=Words("文件超过 5 兆字节", "it is larger than 5 MB"))
    content = b"".join(upload.chunks())
    scan(content, name=name)
    found = _read(content, name, campaign)
    if not found.needs:
        first = found.told[0] if found.told else None
        raise SheetRefused(
            file=name, what=Words(
                first.say("zh") if first else "没有数据行", first.say("en") if first else "it has no line",
            ),
        )  # fmt: skip
    return SheetGiven(name=name, sha256=hashlib.sha256(content).hexdigest(), found=found)


def take(
    sheet: SheetGiven, whose: Participation, there: Iterable[Need], *, once: str, source: str, by: str,
    said: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Hand in what a sheet brings beyond the needs that are `there`, and return what to say; raises what handing in raises."""
    known = {plain(need.words): need.number for need in there}
    found = sheet.found
    again = [
        LineTold(one.line, "on_record", {"number": known[plain(one.words)]})
        for one in found.needs
        if plain(one.words) in known
    ]
    lines = [
        Given(words=one.words, wished=one.wished, earliest_on=one.earliest, latest_on=one.latest)
        for one in found.needs if plain(one.words) not in known
    ]  # fmt: skip
    needs: tuple[Need, ...] = ()
    if lines:
        needs = operations.hand_in(
            participation_id=whose.pk, needs=lines, once=once, source=source, by=by, at=timezone.now(), said=said
        ).needs
    told = sorted([*found.told, *again], key=lambda one: (one.line, not one.left_out))
    return {
        "done": True, "needs": needs, "name": sheet.name, "left_out": sum(one.left_out for one in told),
        "told": [(one.line, _say(one), one.left_out) for one in told],
    }  # fmt: skip


def known_words(campaign: Campaign) -> tuple[list[Words], list[Words]]:
    """Return the items and skills of a round."""
    items = ServiceItem.objects.filter(aim__campaign=campaign).order_by("aim__place", "place")
    wanted = sorted({code for item in items for code in item.skills})
    skills = Skill.objects.filter(code__in=wanted).order_by("code")
    return [Words(item.zh, item.en) for item in items], [Words(skill.zh, skill.en) for skill in skills]


def _read(content: bytes, name: str, campaign: Campaign) -> NeedSheet:
    items, skills = known_words(campaign)
    with tempfile.TemporaryDirectory(prefix="jishiyu-needs-") as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        of = Round(items=items, skills=skills, today=timezone.localdate(), last=campaign.ends_on - DAY)
        return read_apart(name, read_need_sheet, path, name=name, of=of)


def _say(one: LineTold) -> str:
    return printed(one.say(language()))
