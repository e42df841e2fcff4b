"""The resource list: who can help, with what, when; and proposals of pairing made from it.

Half-days stand as a day and `am` or `pm`; pairing counts them from the Monday of a round's first week.
"""

from django.db import models
from django.db.models import F, Q

from jishiyu.engine.words import Words


class Part(models.TextChoices):
    """What somebody is in a team."""

    EXPERT = "expert", Words("劳模工匠", "expert")
    STEWARD = "steward", Words("专属管家", "steward")
    OFFICER = "officer", Words("驻企工会干部", "union officer")


class Honour(models.IntegerChoices):
    """The highest honour of a model worker or craftsman."""

    NONE = 0, Words("无", "no honour")
    TRADE = 1, Words("行业", "of the trade")
    CITY = 2, Words("市级", "of the city")
    PROVINCIAL = 3, Words("省级", "of the province")
    NATIONAL = 4, Words("全国", "national")


class Expert(models.Model):
    """Somebody who goes on visits; `mobile` (or an e-mail address) is sealed, `per_week` are half-days in a week.

    `account` is how they sign in. `x_m` and `y_m` are metres on the plane of the enterprises.
    """

    code = models.TextField(unique=True)
    name = models.TextField()
    part = models.CharField(max_length=8, choices=Part)
    honour = models.IntegerField(choices=Honour, default=Honour.NONE)
    honour_title = models.TextField(blank=True, default="")
    union = models.ForeignKey("orgs.Union", null=True, on_delete=models.PROTECT, related_name="experts")
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.PROTECT, related_name="experts")
    mobile = models.BinaryField(null=True)
    zone = models.TextField(blank=True, default="")
    x_m = models.IntegerField(null=True)
    y_m = models.IntegerField(null=True)
    per_week = models.IntegerField(default=4)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="experts_expert_named", condition=~Q(code="") & ~Q(name="")),
            models.CheckConstraint(name="experts_expert_part", condition=Q(part__in=Part.values)),
            models.CheckConstraint(name="experts_expert_per_week", condition=Q(per_week__gte=0, per_week__lte=10)),
            models.CheckConstraint(name="experts_expert_honour", condition=Q(honour__in=Honour.values)),
            models.CheckConstraint(name="experts_expert_dates", condition=Q(until=None) | Q(until__gt=F("since"))),
            models.UniqueConstraint(
                name="experts_expert_account", fields=["account"], condition=Q(account__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        """Return code and name."""
        return f"{self.code} {self.name}"


class ExpertSkill(models.Model):
    """A skill of an expert with its level, and who confirmed it when; unconfirmed ones do not count in pairing."""

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="skills")
    skill = models.ForeignKey("enterprises.Skill", on_delete=models.PROTECT, related_name="experts")
    level = models.IntegerField()
    confirmed_by = models.TextField(blank=True, default="")
    confirmed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="experts_skill_once", fields=["expert", "skill"]),
            models.CheckConstraint(name="experts_skill_level", condition=Q(level__gte=1, level__lte=5)),
        ]

    def __str__(self) -> str:
        """Return skill and level."""
        return f"{self.skill_id}:{self.level}"


class Half(models.TextChoices):
    """Half of a day."""

    AM = "am", Words("上午", "morning")
    PM = "pm", Words("下午", "afternoon")


class Availability(models.Model):
    """A half-day an expert offers (`free`) or cannot come; `source` says who said so: themselves, the office, iCalendar.

    A half-day nobody said anything about is not offered.
    """

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="availability")
    on = models.DateField()
    half = models.CharField(max_length=2, choices=Half)
    free = models.BooleanField()
    source = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(name="experts_availability_once", fields=["expert", "on", "half"])]

    def __str__(self) -> str:
        """Return the half-day."""
        return f"{self.on} {self.half}"


class ProposalState(models.TextChoices):
    """How far a proposal is."""

    QUEUED = "queued", Words("等待计算", "waiting for its turn")
    SOLVING = "solving", Words("计算中", "being worked out")
    READY = "ready", Words("可审议", "open to decide")
    FAILED = "failed", Words("未能计算", "could not be worked out")
    ACCEPTED = "accepted", Words("已采纳", "accepted")
    REPLACED = "replaced", Words("已被新方案取代", "replaced by a newer one")


# A proposal that is solved again while it is looked at gives way; an accepted one stays what was decided.
PROPOSAL_MOVES: dict[str, tuple[str, ...]] = {
    ProposalState.QUEUED: (ProposalState.SOLVING, ProposalState.FAILED),
    ProposalState.SOLVING: (ProposalState.READY, ProposalState.FAILED),
    ProposalState.READY: (ProposalState.ACCEPTED, ProposalState.REPLACED),
    ProposalState.FAILED: (),
    ProposalState.ACCEPTED: (),
    ProposalState.REPLACED: (),
}


class Proposal(models.Model):
    """One solution of the pairing of a round: frozen input, plan, score and reasons, as the engine gave them.

    `previous` is the proposal it changes as little as possible. `stop` asks the job to end with the best so far.
    `changed` is the plan as the meeting changed it by hand, empty where it did not. `took_ms` is how long it took.
    """

    campaign = models.ForeignKey("enterprises.Campaign", on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField(max_length=8, choices=ProposalState, default=ProposalState.QUEUED)
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="next")
    monday = models.DateField()  # half-day 0 is the morning of this day
    input = models.JSONField()
    plan = models.JSONField(null=True)
    changed = models.JSONField(null=True)
    reasons = models.JSONField(null=True)
    score = models.JSONField(null=True)
    took_ms = models.IntegerField(null=True)
    seed = models.IntegerField(default=1)
    stop = models.BooleanField(default=False)
    job = models.ForeignKey("jobs.Progress", null=True, on_delete=models.PROTECT, related_name="proposals")
    asked_by = models.TextField()
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    accepted_by = models.TextField(blank=True, default="")
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="experts_proposal_state", condition=Q(state__in=ProposalState.values)),
            models.CheckConstraint(
                name="experts_proposal_has_a_plan",
                condition=~Q(state__in=["ready", "accepted", "replaced"])
                | Q(plan__isnull=False, score__isnull=False, ready_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="experts_one_at_work", fields=["campaign"], condition=Q(state__in=["queued", "solving"])
            ),
        ]
        indexes = [models.Index(fields=["campaign", "-id"], name="experts_proposal_newest")]

    def __str__(self) -> str:
        """Return state and moment."""
        return f"{self.state} {self.asked_at:%Y-%m-%d %H:%M}"


class Pin(models.Model):
    """What the meeting decided about a need before solving again: keep (a start, a person) or forbid (`ban`)."""

    campaign = models.ForeignKey("enterprises.Campaign", on_delete=models.PROTECT, related_name="pins")
    need = models.ForeignKey("enterprises.Need", on_delete=models.PROTECT, related_name="pins")
    expert = models.ForeignKey(Expert, null=True, on_delete=models.PROTECT, related_name="pins")
    on = models.DateField(null=True)
    half = models.CharField(max_length=2, choices=Half, blank=True, default="")
    ban = models.BooleanField(default=False)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="experts_pin_once", fields=["need", "expert", "on", "half", "ban"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="experts_pin_day_and_half", condition=Q(on=None, half="") | (Q(on__isnull=False) & ~Q(half=""))
            ),
        ]

    def __str__(self) -> str:
        """Return need and person."""
        return f"{self.need_id} {self.expert_id}"
