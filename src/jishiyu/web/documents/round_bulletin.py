"""The bulletin of a round of enterprise help: its figures in the sentences of the news, and the exact figures beneath."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jishiyu.apps.enterprises.boards import Asked, Spent, WorkingTime
from jishiyu.apps.enterprises.models import Campaign
from jishiyu.apps.visits.figures import Counted, Times, by_aim, facts, satisfaction, times, whole
from jishiyu.web.boards import build
from jishiyu.web.boards.programme import counters
from jishiyu.web.documents.bulletin import table
from jishiyu.web.figures.figure import AN_HOUR, Figure, per_cent, tenths
from jishiyu.web.figures.typography import chinese


@dataclass(frozen=True, slots=True)
class RoundBulletin:
    """What a bulletin is made of; `until` is the day up to which it counts, `day_seconds` a working day of the round."""

    campaign: Campaign
    until: date
    total: Counted
    aims: tuple[Counted, ...]
    times: Times
    figures: tuple[Figure, ...]
    day_seconds: int


def round_bulletin(asked: Asked, *, until: date) -> RoundBulletin:
    """This function will gather the figures of a round's bulletin as they stand on a day."""
    rows, work = facts(asked), WorkingTime(asked.campaign)
    took = times(rows, work)
    this, aim, *_ = counters(asked, rows)
    last = min(until, asked.campaign.ends_on - timedelta(days=1))
    figures = (this, aim, build.times_figure(took), build.stars_figure(satisfaction(rows)))
    return RoundBulletin(asked.campaign, last, whole(rows), tuple(by_aim(rows)), took, figures, work.day_seconds)


def sentences(found: RoundBulletin, language: str = "zh") -> list[str]:
    """Return the paragraphs of the bulletin."""
    return _english(found) if language == "en" else [chinese(one) for one in _chinese(found)]


def _chinese(found: RoundBulletin) -> list[str]:
    total, campaign = found.total, found.campaign
    begins = campaign.begins_on
    lead = f"{begins.year}年{begins.month}月{begins.day}日至{found.until.year}年{found.until.month}月{found.until.day}日,{campaign.zh}({campaign.area})"
    if not total.services:
        return [f"{lead}共收到企业需求{total.raised}项,尚未开展上门服务。"]
    paragraphs = [
        f"{lead}开展助企服务{total.services}次、{total.person_times}人次,其中劳模工匠{total.expert_times}人次,"
        f"服务企业{total.enterprises}家,提出问题{total.raised}项,企业确认解决{total.solved}项({_share(total)}%),"
        f"培训职工{total.trained}人次。"
    ]
    if aims := [row for row in found.aims if row.key and row.raised]:
        each = ";".join(f"“{row.zh}”提出{row.raised}项、解决{row.solved}项" for row in aims)
        paragraphs.append(f"按服务目标:{each}。")
    took = [
        f"{words}{_days(spent, found.day_seconds, 'zh')}"
        for words, spent in (("从提交到确认", found.times.confirm), ("从确认到上门勘查", found.times.visit), ("从提交到办结", found.times.close))
        if spent.count
    ]  # fmt: skip
    if took:
        paragraphs.append(f"办理时长中位数:{','.join(took)}。")
    if stars := _stars(total):
        paragraphs.append(f"企业满意度平均{stars}分(满分5分,{total.stars[1]}项评价)。{_saved_zh(total)}")
    elif saved := _saved_zh(total):
        paragraphs.append(saved)
    return paragraphs


def _english(found: RoundBulletin) -> list[str]:
    total, campaign = found.total, found.campaign
    lead = f"From {campaign.begins_on.isoformat()} to {found.until.isoformat()}, {campaign.en} ({campaign.area})"
    if not total.services:
        return [f"{lead} received {total.raised} needs; no visit took place yet."]
    paragraphs = [
        f"{lead} gave {total.services} services in {total.person_times} person-times, {total.expert_times} of them by model "
        f"workers and craftsmen, to {total.enterprises} enterprises; {total.raised} problems were raised, {total.solved} are "
        f"solved as the enterprises say ({_share(total)} %), and workers were trained {total.trained} times."
    ]
    if aims := [row for row in found.aims if row.key and row.raised]:
        paragraphs.append(
            "By aim: " + "; ".join(f"{row.en}: {row.raised} raised, {row.solved} solved" for row in aims) + "."
        )
    took = [
        f"{words} {_days(spent, found.day_seconds, 'en')}"
        for words, spent in (("to confirm", found.times.confirm), ("from there to the visit", found.times.visit), ("to close", found.times.close))
        if spent.count
    ]  # fmt: skip
    if took:
        paragraphs.append(f"In the median it took {', '.join(took)}.")
    if stars := _stars(total):
        paragraphs.append(f"Enterprises gave {stars} of 5 in the mean ({total.stars[1]} answers).{_saved_en(total)}")
    return paragraphs


def _share(total: Counted) -> str:
    share = per_cent(total.solved, total.raised)
    return "0" if share is None else str(share)


def _stars(total: Counted) -> str:
    mean = tenths(*total.stars)
    return "" if mean is None else str(mean)


def _days(spent: Spent, day_seconds: int, language: str) -> str:
    """Say how long in working hours, from two working days on in working days."""
    seconds = spent.median or 0
    if seconds < 2 * day_seconds:
        hours = tenths(seconds, AN_HOUR)
        return f"{hours}个工作小时" if language == "zh" else f"{hours} working hours"
    days = tenths(seconds, day_seconds)
    return f"{days}个工作日" if language == "zh" else f"{days} working days"


def _saved_zh(total: Counted) -> str:
    parts = []
    if total.saved_fen:
        parts.append(f"年节约用能成本{tenths(total.saved_fen, 1_000_000)}万元")
    if total.saved_kwh:
        parts.append(f"年节电{tenths(total.saved_kwh, 10_000)}万千瓦时")
    return f"据企业和服务队测算,{'、'.join(parts)}。" if parts else ""


def _saved_en(total: Counted) -> str:
    parts = []
    if total.saved_fen:
        parts.append(f"{total.saved_fen // 100:,} yuan")
    if total.saved_kwh:
        parts.append(f"{total.saved_kwh:,} kWh")
    return f" Saved a year, as estimated by enterprises and teams: {' and '.join(parts)}." if parts else ""


def document(found: RoundBulletin, *, issuer: str, made_on: date, by: str) -> dict[str, Any]:
    """Return the data of the template `bulletin`."""
    return {
        "issuer": issuer,
        "title": "助企服务工作通报",
        "subtitle": f"{found.campaign.zh} {found.campaign.begins_on.isoformat()} 至 {found.until.isoformat()}",
        "left": f"制表:{by}",
        "number": made_on.isoformat(),
        "footer": "及时雨 · 数字由系统按同一口径自动生成",
        "zh": sentences(found, "zh"),
        "en": sentences(found, "en"),
        "tables": [table(_narrow(figure), "zh") for figure in found.figures],
    }


def _narrow(figure: Figure) -> Figure:
    """Return a figure without columns for which paper has no room."""
    kept = [
        at for at, column in enumerate(figure.columns) if column.key not in ("solved_share", "saved_kwh", "saved_yuan")
    ]
    rows: Sequence[Any] = [tuple(row[at] for at in kept) for row in figure.rows]
    foot = tuple(figure.foot[at] for at in kept) if figure.foot else None
    return Figure(
        figure.key, figure.title, tuple(figure.columns[at] for at in kept), tuple(rows), foot, figure.notes[:1]
    )
