"""What one round leaves to the next: its enterprises with their stewards, and the needs that are still open."""

from datetime import datetime

from django.db.models import Max

from jishiyu.apps.enterprises.contacts import FROM_ROUND
from jishiyu.apps.enterprises.models import Campaign, Level, Need, NeedList, Participation, ServiceItem, State, Wanted
from jishiyu.apps.enterprises.moving import move_need, start_need
from jishiyu.apps.enterprises.saying import carried_from, carried_to
from jishiyu.apps.enterprises.states import CARRIED
from jishiyu.engine.calendar import Calendar


def carry_over(
    before: Campaign, made: Campaign, *, by: str, at: datetime, calendar: Calendar | None
) -> tuple[int, int]:  # fmt: skip
    """This function will take enterprises with their stewards, and open needs, into the round that follows; return how many
    enterprises it has of the round before, and how many needs went over.

    Called inside a transaction that holds `before`. Done again it takes what has come since.
    """
    known = {row.pk: row for row in Participation.objects.filter(campaign=before, frozen_at=None).order_by("id")}
    Participation.objects.bulk_create(
        (
            Participation(campaign=made, enterprise_id=row.enterprise_id, steward_id=row.steward_id, since=at)
            for row in known.values()
        ),
        ignore_conflicts=True,
    )
    fresh = {row.enterprise_id: row for row in Participation.objects.filter(campaign=made).select_related("campaign")}
    items = {item.code: item for item in ServiceItem.objects.filter(aim__campaign=made)}
    needs = Need.objects.filter(participation__in=known, state__in=CARRIED).select_related("item").order_by("id")
    lists: dict[int, NeedList] = {}
    count = 0
    for old in needs:
        whose = fresh[known[old.participation_id].enterprise_id]
        if whose.frozen_at is not None:
            continue  # the enterprise ended its part of the next round already
        if whose.pk not in lists:
            lists[whose.pk] = NeedList.objects.create(
                participation=whose,
                once=f"{whose.pk}:from {old.number}",
                source=FROM_ROUND,
                handed_in_by=by,
                handed_in_at=at,
            )
        line = 1 + (lists[whose.pk].needs.aggregate(last=Max("line"))["last"] or 0)
        new = start_need(
            lists[whose.pk], line=line, words=old.words, wished=old.wished, by=by, at=at, calendar=calendar,
            follows=old, priority=old.priority, item=items.get(old.item.code) if old.item else None,
            halfdays=old.halfdays, plan=old.plan, sentence=carried_from(round_code=before.code, number=old.number),
        )  # fmt: skip
        Wanted.objects.bulk_create(Wanted(need=new, skill_id=one.skill_id, level=one.level) for one in old.wanted.all())
        if whose.steward_id is not None:
            move_need(need_id=new.pk, to=State.FORWARDED, what="forwarded", by=by, at=at, level=Level.SERVING,
                      calendar=calendar)  # fmt: skip
        move_need(need_id=old.pk, to=State.PASSED_ON, what="passed_on", by=by, at=at,
                  sentence=carried_to(round_code=made.code, number=new.number), calendar=calendar)  # fmt: skip
        count += 1
    return len(known), count
