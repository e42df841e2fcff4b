"""What speaks against the time of a visit without making it impossible."""

from collections.abc import Sequence
from datetime import date

from jishiyu.apps.experts.models import Availability
from jishiyu.apps.visits.models import TeamMember, Visit
from jishiyu.apps.workdays.queries import known_calendar
from jishiyu.engine.calendar import DAY, SATURDAY
from jishiyu.engine.words import Words, listed


def doubts_about(visit: Visit, halves: Sequence[tuple[date, str]]) -> list[Words]:
    """This function will return, as sentences, what speaks against these half-days of a visit.

    That is a public holiday or a weekend that is not worked, a year whose holidays nobody has entered, the end of the
    round, and whoever of the team does not offer that time. Somebody who has said nothing about it is no doubt.
    """
    days = list(dict.fromkeys(day for day, _half in halves))
    found = [sentence for day in days if (sentence := _of_day(day)) is not None]
    last = visit.need.participation.campaign.ends_on - DAY
    if days[-1] > last:
        found.append(Words(f"本批次的最后一天是 {last}。", f"The last day of the round is {last}."))
    away = _away(visit, halves)
    if away:
        names = listed(away)
        found.append(Words(f"{names.zh} 没有提供该时间。", f"Of the team, that time is not offered by {names.en}."))
    return found


def _of_day(day: date) -> Words | None:
    calendar = known_calendar()
    if calendar.is_working(day):
        if day.year in calendar.years:
            return None
        return Words(
            f"尚未登记 {day.year} 年的节假日安排,无法判断 {day} 是否上班。",
            f"The holidays of {day.year} are not entered yet, so nobody knows whether {day} is worked.",
        )
    if day.weekday() < SATURDAY or day in calendar.off:
        return Words(f"{day} 是法定节假日放假日。", f"{day} is a public holiday.")
    return Words(f"{day} 是周末休息日。", f"{day} is on a weekend that is not worked.")


def _away(visit: Visit, halves: Sequence[tuple[date, str]]) -> list[str]:
    team = {
        member.expert_id: member.expert.name
        for member in TeamMember.objects.filter(visit=visit).select_related("expert")
    }
    said = Availability.objects.filter(expert__in=team, free=False, on__in={day for day, _half in halves}).order_by(
        "id"
    )
    hit = {one.expert_id for one in said if (one.on, one.half) in halves}
    return [name for key, name in sorted(team.items()) if key in hit]
