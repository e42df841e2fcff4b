"""The pairing of a branch's round: people of the resource list, a proposal that was worked out, a pin."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from jishiyu.apps.enterprises.models import Need, Skill, State, Wanted
from jishiyu.apps.experts.halfdays import weekdays
from jishiyu.apps.experts.models import Expert, Part, Pin
from jishiyu.apps.experts.operations import Entry, admit_expert, confirm_skill, set_skills, set_times, start_proposal
from tests.apps.experts.situations import work


def paired(union: str, words: str, need: Need) -> dict[str, Any]:
    """Let a need be classified where it is not, have it paired, and return the ids of what the addresses name."""
    now, today = timezone.now(), timezone.localdate()
    for state in (State.FORWARDED, State.CONFIRMED, State.CLASSIFIED):
        if Need.objects.get(pk=need.pk).state != State.CLASSIFIED:
            Need.objects.filter(pk=need.pk).update(state=state)
    wanted = list(Wanted.objects.filter(need=need).select_related("skill"))
    skills = {one.skill.code: one.level for one in wanted} or {Skill.objects.order_by("id")[0].code: 3}
    if not wanted:
        for code, level in skills.items():
            Wanted.objects.create(need=need, skill=Skill.objects.get(code=code), level=level)
    for part in Part:
        code = f"{union}-{part.value}"
        entry = Entry(
            code=code, name=f"{words}{part.value}"[:100], part=part, zone=words[:40], address="13900001111", per_week=10
        )
        made = admit_expert(entry=entry, since=today, by="tests", at=now)
        last = today + timedelta(days=27)
        set_times(
            expert_id=made.pk,
            offered=list(weekdays(today, last)),
            first=today,
            last=last,
            source="office",
            by="tests",
            at=now,
        )
    expert = Expert.objects.get(code=f"{union}-expert")
    set_skills(expert_id=expert.pk, levels=skills, by="tests", at=now)
    for code in skills:
        confirm_skill(expert_id=expert.pk, code=code, on=today, by="tests", at=now)
    campaign = need.participation.campaign_id
    proposal = start_proposal(campaign_id=campaign, first_on=today + timedelta(days=1), by="tests", at=now)
    assert proposal.job is not None
    work(proposal.job)
    pin = Pin.objects.create(campaign_id=campaign, need=need, expert=expert, by="tests", at=now)
    return {"expert_id": expert.pk, "proposal_id": proposal.pk, "pin_id": pin.pk}
