"""Rounds of enterprise help: their aims, service items and skills, the network of unions, enterprises and their needs.

What an enterprise asks for stands in its own words and is never changed; telephone numbers of people are sealed.
Half-days are counted from the first Monday of a round's calendar (`Campaign.monday`), ten of them a week, as pairing does.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jishiyu.apps.enterprises.states import OVER, Clock, Level, State
from jishiyu.engine.words import Words

__all__ = [
    "Aim", "Attachment", "Campaign", "Clock", "Enterprise", "Level", "Link", "LinkFor", "Need", "NeedList", "NeedMove",
    "Network", "Participation", "ServiceItem", "Skill", "State", "Wanted",
]  # fmt: skip


def usual_hours() -> list[list[str]]:
    """Return the working hours of a day where a round names no others (assumed)."""
    return [["08:30", "11:30"], ["13:00", "16:30"]]


class Campaign(models.Model):
    """A round: area, aims, dates `[begins_on, ends_on)`, clocks in working days, and the round it follows.

    `definition` is the text of the data file it was made from (policies/campaigns), so that a used round never changes.
    """

    code = models.TextField(unique=True)
    zh = models.TextField()
    en = models.TextField()
    area = models.TextField()
    begins_on = models.DateField()
    ends_on = models.DateField()
    lead = models.ForeignKey("orgs.Union", on_delete=models.PROTECT, related_name="campaigns")
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")
    forward_days = models.IntegerField(default=1)
    confirm_days = models.IntegerField(default=1)
    visit_days = models.IntegerField(default=2)
    report_days = models.IntegerField(default=3)
    escalate_days = models.IntegerField(default=1)  # from level to level, once a clock has run out
    working_hours = models.JSONField(default=usual_hours)  # spans of a working day
    team_max = models.IntegerField(default=7)
    definition = models.TextField()
    opened_by = models.TextField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="enterprises_campaign_dates", condition=Q(ends_on__gt=F("begins_on"))),
            models.CheckConstraint(
                name="enterprises_campaign_clocks",
                condition=Q(
                    forward_days__gte=1,
                    confirm_days__gte=1,
                    visit_days__gte=1,
                    report_days__gte=1,
                    escalate_days__gte=1,
                ),
            ),
        ]

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class Aim(models.Model):
    """One aim of a round, for example energy cheaper."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="aims")
    code = models.TextField()
    zh = models.TextField()
    en = models.TextField()
    place = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="enterprises_aim_once", fields=["campaign", "code"])]

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class Skill(models.Model):
    """Something an expert can do at a level from 1 to 5; shared by all rounds."""

    code = models.TextField(unique=True)
    zh = models.TextField()
    en = models.TextField()

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class ServiceItem(models.Model):
    """One service under an aim: the words enterprises use for it, the skills it needs, and the lines of a survey plan."""

    aim = models.ForeignKey(Aim, on_delete=models.PROTECT, related_name="items")
    code = models.TextField()
    zh = models.TextField()
    en = models.TextField()
    vocabulary = ArrayField(models.TextField(), default=list)
    skills = models.JSONField(default=dict)  # code of the skill → least level
    halfdays = models.IntegerField(default=1)
    checks = models.JSONField(default=list)  # lines of the survey plan: {zh, en, quantity?, kind?, unit?}
    place = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="enterprises_item_once", fields=["aim", "code"])]

    def __str__(self) -> str:
        """Return the code."""
        return self.code


class Network(models.Model):
    """One union of the four levels of a round. Level 4 is the enterprise's own union and stands with the enterprise."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="network")
    level = models.IntegerField(choices=Level)
    union = models.ForeignKey("orgs.Union", on_delete=models.PROTECT, related_name="networks")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="enterprises_network_once", fields=["campaign", "union"]),
            models.CheckConstraint(name="enterprises_network_level", condition=Q(level__in=(1, 2, 3))),
        ]

    def __str__(self) -> str:
        """Return level and union."""
        return f"{self.level} {self.union_id}"


class Enterprise(models.Model):
    """An enterprise; `x_m` and `y_m` are metres on a plane, `contact` is sealed JSON (name, mobile)."""

    code = models.TextField(unique=True)
    name = models.TextField()
    uscc = models.TextField(blank=True, default="")
    union = models.ForeignKey("orgs.Union", null=True, on_delete=models.PROTECT, related_name="enterprises")
    trade = models.TextField(blank=True, default="")
    address = models.TextField(blank=True, default="")
    x_m = models.IntegerField(null=True)
    y_m = models.IntegerField(null=True)
    workers = models.IntegerField(null=True)
    peak_load_kw = models.IntegerField(null=True)
    transformer_kva = models.IntegerField(null=True)
    voltage_level = models.TextField(blank=True, default="")
    contact = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="enterprises_enterprise_named", condition=~Q(code="") & ~Q(name="")),
            models.UniqueConstraint(name="enterprises_uscc_once", fields=["uscc"], condition=~Q(uscc="")),
        ]

    def __str__(self) -> str:
        """Return code and name."""
        return f"{self.code} {self.name}"


class Participation(models.Model):
    """An enterprise in a round: its one steward, and the moment its file was frozen.

    `steward` is an account with the role of a steward; hand-overs are in the trail.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="participations")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="participations")
    steward = models.ForeignKey("accounts.Account", null=True, on_delete=models.PROTECT, related_name="enterprises")
    since = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)
    archive_sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="enterprises_participation_once", fields=["campaign", "enterprise"]),
        ]

    def __str__(self) -> str:
        """Return round and enterprise."""
        return f"{self.campaign_id} {self.enterprise_id}"


class LinkFor(models.TextChoices):
    """What a personal link opens."""

    HAND_IN = "hand_in", Words("提交需求", "handing in needs")
    PROGRESS = "progress", Words("查看进展", "looking at the progress")
    SATISFACTION = "satisfaction", Words("评价服务", "saying how the service was")


class Link(models.Model):
    """A personal link that needs no account and can be withdrawn. Only the hash of its secret is kept.

    A link for handing in may stand for a whole round (the QR code of the campaign): then it names no participation.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="links")
    participation = models.ForeignKey(Participation, null=True, on_delete=models.PROTECT, related_name="links")
    opens = models.CharField(max_length=16, choices=LinkFor)
    secret_hash = models.BinaryField(unique=True)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="enterprises_link_known", condition=Q(opens__in=LinkFor.values)),
            models.CheckConstraint(
                name="enterprises_link_of_somebody",
                condition=Q(opens=LinkFor.HAND_IN) | Q(participation__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return what it opens."""
        return self.opens


class NeedList(models.Model):
    """What one enterprise hands in at once. `once` is a key of the form or the file: the same list counts once."""

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="lists")
    once = models.TextField(unique=True)
    source = models.TextField()  # web, link, file, steward
    contact = models.BinaryField(null=True)  # sealed JSON: who handed it in, and how to call them
    handed_in_by = models.TextField()
    handed_in_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the moment."""
        return f"{self.handed_in_at:%Y-%m-%d}"


class Need(models.Model):
    """One line of a need list, in the enterprise's own words, and how far it has come.

    `level` is the level of the network that holds it; `due_at` is when the clock of its state runs out, `reminded_at`
    when the steward was reminded of it and `escalated_at` when the next level was. `priority` is 1 to 5, 5 first.
    `earliest_on` and `latest_on` are days (both included) on which the enterprise can be visited.
    """

    number = models.TextField(unique=True)
    need_list = models.ForeignKey(NeedList, on_delete=models.PROTECT, related_name="needs")
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="needs")
    line = models.IntegerField()
    words = models.TextField()
    wished = models.TextField(blank=True, default="")  # preferred times, in their words
    state = models.CharField(max_length=16, choices=State, default=State.HANDED_IN)
    state_at = models.DateTimeField()
    level = models.IntegerField(choices=Level, default=Level.ENTERPRISE)
    priority = models.IntegerField(default=3)
    item = models.ForeignKey(ServiceItem, null=True, on_delete=models.PROTECT, related_name="needs")
    halfdays = models.IntegerField(default=1)
    plan = models.JSONField(default=list)  # lines of the survey plan, as `ServiceItem.checks`, changed by the steward
    earliest_on = models.DateField(null=True)
    latest_on = models.DateField(null=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="follow_ups")
    confirmed_at = models.DateTimeField(null=True)
    visited_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    solved = models.BooleanField(null=True)  # says the enterprise; empty until it has said so
    due_at = models.DateTimeField(null=True)
    due_assumed = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    escalated_to = models.IntegerField(choices=Level, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="enterprises_need_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="enterprises_need_has_words", condition=~Q(words="")),
            models.CheckConstraint(name="enterprises_need_priority", condition=Q(priority__gte=1, priority__lte=5)),
            models.CheckConstraint(name="enterprises_need_halfdays", condition=Q(halfdays__gte=1, halfdays__lte=20)),
            models.CheckConstraint(
                name="enterprises_need_ended", condition=~Q(state__in=OVER) | Q(ended_at__isnull=False)
            ),
            models.CheckConstraint(
                name="enterprises_need_dates",
                condition=Q(earliest_on=None) | Q(latest_on=None) | Q(latest_on__gte=F("earliest_on")),
            ),
            models.UniqueConstraint(name="enterprises_need_line_once", fields=["need_list", "line"]),
        ]
        indexes = [
            models.Index(fields=["participation", "state"], name="enterprises_need_state"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="enterprises_need_due"),
        ]

    def __str__(self) -> str:
        """Return number and state."""
        return f"{self.number} {self.state}"


class Wanted(models.Model):
    """A skill a need wants, at the least level. Taken from the service item, changed by the steward."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="wanted")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="wanted")
    level = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="enterprises_wanted_once", fields=["need", "skill"]),
            models.CheckConstraint(name="enterprises_wanted_level", condition=Q(level__gte=1, level__lte=5)),
        ]

    def __str__(self) -> str:
        """Return skill and level."""
        return f"{self.skill_id}:{self.level}"


class NeedMove(models.Model):
    """One step of a need: who, when, from, to, at which level, and a sentence. Append-only.

    What people write stands in `sentence`, in their language; what the system says stands there in Chinese and in
    `sentence_en` in English.
    """

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=16, choices=State, blank=True)
    to_state = models.CharField(max_length=16, choices=State)
    level = models.IntegerField(choices=Level)
    what = models.TextField()  # forward, confirm, classify, remind, escalate, …
    by = models.TextField()
    at = models.DateTimeField()
    sentence = models.TextField(blank=True, default="")
    sentence_en = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="enterprises_move_by_someone", condition=~Q(by="") & ~Q(what="")),
        ]
        indexes = [models.Index(fields=["at"], name="enterprises_move_at")]

    def __str__(self) -> str:
        """Return the step."""
        return f"{self.from_state} → {self.to_state}"

    def say(self, language: str) -> str:
        """Return the sentence in `zh` or `en`; what somebody wrote, as they wrote it."""
        return self.sentence_en if language == "en" and self.sentence_en else self.sentence


class Attachment(models.Model):
    """A photo or document of a need; the file is sealed under a random name, as papers of applications are."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="attachments")
    given_name = models.TextField(blank=True, default="")
    media_type = models.TextField()
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.TextField(unique=True)
    added_by = models.TextField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="enterprises_attachment_once", fields=["need", "sha256"])]

    def __str__(self) -> str:
        """Return name and type."""
        return f"{self.given_name} ({self.media_type})"
