"""A round is opened from its data file; a second one starts where the first ended."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from jishiyu.apps.audit.operations import record
from jishiyu.apps.enterprises.clocks import known_calendar
from jishiyu.apps.enterprises.models import (
    Aim,
    Campaign,
    Level,
    Need,
    NeedList,
    Network,
    Participation,
    ServiceItem,
    Skill,
    State,
    Wanted,
)
from jishiyu.apps.enterprises.moving import move_need, start_need
from jishiyu.apps.enterprises.problems import NetworkIncomplete, RoundCodeTaken, RoundUnknown
from jishiyu.apps.orgs.queries import union_by_code
from jishiyu.engine.calendar import Calendar
from jishiyu.engine.help.campaign import Campaign as Definition
from jishiyu.engine.help.campaign import months_after, read_campaign

# Needs that a later round goes on with. What has an appointment or was visited ends in its own round.
CARRIED = (
    State.HANDED_IN, State.FORWARDED, State.CONFIRMED, State.CLASSIFIED, State.PAIRED, State.UNREACHABLE,
)  # fmt: skip


def open_campaign(
    *, definition: str, network: Mapping[str, int], by: str, at: datetime, code: str = "", begins_on: date | None = None,
    months: int | None = None, follows: str = "", calendar: Calendar | None = None,
) -> Campaign:  # fmt: skip
    """This function will open a round from the text of its file, with the unions of its network (code → level 1 to 3).

    The union of level 1 leads it. `code` and `begins_on` may differ from the file's, so that one file serves several rounds. With
    `follows` (code of a round) it takes over what that round left: enterprises with their stewards, and open needs, each
    as a need of its own that names the one it follows; the network, where none is given. Experts and their records belong to
    no round and stay.
    Raises `CampaignRefused`, `RoundCodeTaken`, `RoundUnknown`, `NetworkIncomplete`, `UnionUnknown`, `YearWithoutNotice`.
    """
    said = read_campaign(definition)
    begins = begins_on or said.begins_on
    ends = months_after(begins, months) if months else _ends(said, begins)
    (calendar or known_calendar()).must_know(begins.year)
    with transaction.atomic():
        before = _followed(follows)
        unions = dict(network) or _network_of(before)
        _check_network(unions)
        if Campaign.objects.filter(code=code or said.code).exists():
            raise RoundCodeTaken(code=code or said.code)
        lead = union_by_code(code=next(union for union, level in unions.items() if level == Level.CITY))
        try:
            with transaction.atomic():
                made = Campaign.objects.create(
                    code=code or said.code, zh=said.words.zh, en=said.words.en, area=said.area, begins_on=begins,
                    ends_on=ends, lead=lead, follows=before, team_max=said.team_max, definition=said.text, opened_by=by,
                    opened_at=at, working_hours=[list(span) for span in said.working_hours],
                    **{f"{name}_days": days for name, days in said.clocks.items()},
                )  # fmt: skip
        except IntegrityError as error:
            raise RoundCodeTaken(code=code or said.code) from error
        Network.objects.bulk_create(
            Network(campaign=made, level=level, union=union_by_code(code=union)) for union, level in unions.items()
        )
        _write_aims(made, said)
        carried = _carry_over(before, made, by=by, at=at, calendar=calendar) if before is not None else (0, 0)
        details = {
            "begins_on": begins, "ends_on": ends, "network": unions, "follows": follows, "enterprises": carried[0],
            "needs": carried[1], "items": len(said.items),
        }  # fmt: skip
        record(by=by, action="campaign.opened", record=f"campaign {made.code}", details=details, at=at)
    return made


def _ends(said: Definition, begins: date) -> date:
    months = (said.ends_on.year - said.begins_on.year) * 12 + said.ends_on.month - said.begins_on.month
    return months_after(begins, months)


def _followed(code: str) -> Campaign | None:
    if not code:
        return None
    before = Campaign.objects.select_for_update(of=("self",)).filter(code=code).first()
    if before is None:
        raise RoundUnknown(round=code)
    return before


def _network_of(before: Campaign | None) -> dict[str, int]:
    if before is None:
        return {}
    return dict(before.network.order_by("level", "id").values_list("union__code", "level"))


def _check_network(unions: Mapping[str, int]) -> None:
    for level in (Level.CITY, Level.INDUSTRY, Level.SERVING):
        if level not in unions.values():
            raise NetworkIncomplete(level=level.value)


def _write_aims(made: Campaign, said: Definition) -> None:
    for code, words in said.skills.items():  # skills are shared by all rounds: the first that names one gives its words
        Skill.objects.get_or_create(code=code, defaults={"zh": words.zh, "en": words.en})
    for place, aim in enumerate(said.aims, start=1):
        row = Aim.objects.create(campaign=made, code=aim.code, zh=aim.words.zh, en=aim.words.en, place=place)
        ServiceItem.objects.bulk_create(
            ServiceItem(
                aim=row, code=item.code, zh=item.words.zh, en=item.words.en, vocabulary=list(item.vocabulary),
                skills=dict(item.skills), halfdays=item.halfdays, checks=[check.plain() for check in item.checks],
                place=number,
            )
            for number, item in enumerate(aim.items, start=1)
        )  # fmt: skip


def _carry_over(
    before: Campaign, made: Campaign, *, by: str, at: datetime, calendar: Calendar | None
) -> tuple[int, int]:  # fmt: skip
    """Take enterprises with their stewards and open needs into the new round; return how many of each."""
    known = {row.pk: row for row in Participation.objects.filter(campaign=before, frozen_at=None).order_by("id")}
    Participation.objects.bulk_create(
        Participation(campaign=made, enterprise_id=row.enterprise_id, steward_id=row.steward_id, since=at)
        for row in known.values()
    )
    fresh = {row.enterprise_id: row for row in Participation.objects.filter(campaign=made).select_related("campaign")}
    items = {item.code: item for item in ServiceItem.objects.filter(aim__campaign=made)}
    needs = Need.objects.filter(participation__in=known, state__in=CARRIED).select_related("item").order_by("id")
    lists: dict[int, NeedList] = {}
    count = 0
    for old in needs:
        whose = fresh[known[old.participation_id].enterprise_id]
        if whose.pk not in lists:
            lists[whose.pk] = NeedList.objects.create(
                participation=whose,
                once=f"{whose.pk}:from {before.code}",
                source="round",
                handed_in_by=by,
                handed_in_at=at,
            )
        line = 1 + (lists[whose.pk].needs.aggregate(last=Max("line"))["last"] or 0)
        new = start_need(
            lists[whose.pk], line=line, words=old.words, wished=old.wished, by=by, at=at, calendar=calendar,
            follows=old, priority=old.priority, item=items.get(old.item.code) if old.item else None,
            halfdays=old.halfdays, plan=old.plan, sentence=f"由批次 {before.code} 的 {old.number} 转入",
        )  # fmt: skip
        Wanted.objects.bulk_create(Wanted(need=new, skill_id=one.skill_id, level=one.level) for one in old.wanted.all())
        if whose.steward_id is not None:
            move_need(need_id=new.pk, to=State.FORWARDED, what="forwarded", by=by, at=at, level=Level.SERVING,
                      calendar=calendar)  # fmt: skip
        move_need(need_id=old.pk, to=State.PASSED_ON, what="passed_on", by=by, at=at,
                  sentence=f"转入批次 {made.code} 继续办理,新编号 {new.number}", calendar=calendar)  # fmt: skip
        count += 1
    return len(known), count
