"""Visits on site: appointment, survey plan, entries from the phone, findings, the report, and the service plan."""

from django.db import models
from django.db.models import Q

from jishiyu.engine.words import Words


class VisitState(models.TextChoices):
    """How far a visit is."""

    PLANNED = "planned", Words("已约定", "planned")
    DONE = "done", Words("已勘查", "done")
    CANCELLED = "cancelled", Words("已取消", "cancelled")


VISIT_MOVES: dict[str, tuple[str, ...]] = {
    VisitState.PLANNED: (VisitState.DONE, VisitState.CANCELLED),
    VisitState.DONE: (),
    VisitState.CANCELLED: (),
}


class Visit(models.Model):
    """One appointment of a team for one need: `halfdays` half-days in a row from `on`, `half`.

    `plan` are the lines of the survey plan, made from the service item and changed by the steward.
    """

    need = models.ForeignKey("enterprises.Need", on_delete=models.PROTECT, related_name="visits")
    proposal = models.ForeignKey("experts.Proposal", null=True, on_delete=models.PROTECT, related_name="visits")
    state = models.CharField(max_length=9, choices=VisitState, default=VisitState.PLANNED)
    on = models.DateField()
    half = models.CharField(max_length=2)
    halfdays = models.IntegerField(default=1)
    plan = models.JSONField(default=list)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    cancelled_why = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(name="visits_visit_state", condition=Q(state__in=VisitState.values)),
            models.CheckConstraint(name="visits_visit_half", condition=Q(half__in=("am", "pm"))),
            models.CheckConstraint(
                name="visits_visit_done", condition=~Q(state=VisitState.DONE) | Q(done_at__isnull=False)
            ),
            models.UniqueConstraint(name="visits_one_planned", fields=["need"], condition=Q(state="planned")),
        ]

    def __str__(self) -> str:
        """Return the day."""
        return f"{self.on} {self.half}"


class TeamMember(models.Model):
    """Somebody on a visit, as what."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="team")
    expert = models.ForeignKey("experts.Expert", on_delete=models.PROTECT, related_name="visits")
    part = models.CharField(max_length=8)
    came = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="visits_member_once", fields=["visit", "expert"])]

    def __str__(self) -> str:
        """Return who."""
        return f"{self.expert_id} {self.part}"


class EntryKind(models.TextChoices):
    """What was noted on the phone."""

    CHECK = "check", Words("检查项", "check")
    READING = "reading", Words("读数", "reading")
    SERIES = "series", Words("连续记录", "series")
    PHOTO = "photo", Words("照片", "photo")
    NOTE = "note", Words("说明", "note")
    SIGNATURE = "signature", Words("企业签字", "signature")


class Entry(models.Model):
    """One thing noted on a visit. `client_id` is given by the phone: the same entry sent twice is stored once.

    `slot` names what it is about: the key of a line of the plan, or the first entry of a reading, photo or note. An
    entry replaces those it names, and nothing is overwritten: two entries of a slot that nothing replaces are a
    conflict. `made_at` is the phone's clock, `received_at` ours; `file` is the name of a sealed file.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="entries")
    client_id = models.UUIDField(unique=True)
    replaces = models.ManyToManyField("self", symmetrical=False, related_name="replaced_by")
    kind = models.CharField(max_length=9, choices=EntryKind)
    slot = models.TextField()
    content = models.JSONField(default=dict)
    file = models.TextField(blank=True, default="")
    media_type = models.TextField(blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    by = models.TextField()
    made_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="visits_entry_kind", condition=Q(kind__in=EntryKind.values)),
            models.CheckConstraint(name="visits_entry_slot", condition=~Q(slot="")),
            models.CheckConstraint(
                name="visits_entry_file", condition=Q(file="", sha256="") | ~Q(file="") & ~Q(sha256="")
            ),
        ]
        indexes = [models.Index(fields=["visit", "kind"], name="visits_entry_visit")]

    def __str__(self) -> str:
        """Return kind and moment."""
        return f"{self.kind} {self.made_at:%Y-%m-%d %H:%M}"


class Report(models.Model):
    """The report of a visit, numbered from 1: findings as the engine gave them, advice, and who released it.

    `entries` are the ids of what it was made from, `limits_on` the day whose editions judged. A draft is stamped as one
    and made again as often as wanted. A released report is never changed: its PDF is kept sealed (`file`) with its
    hash, and the next one gets the next number.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="reports")
    number = models.IntegerField()
    findings = models.JSONField(default=list)
    entries = models.JSONField(default=list)
    limits_on = models.DateField()
    advice = models.TextField(blank=True, default="")
    made_by = models.TextField()
    made_at = models.DateTimeField()
    released_by = models.TextField(blank=True, default="")
    released_at = models.DateTimeField(null=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="")
    file = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="visits_report_number", fields=["visit", "number"]),
            models.UniqueConstraint(name="visits_one_draft", fields=["visit"], condition=Q(released_at=None)),
            models.CheckConstraint(
                name="visits_report_released",
                condition=Q(released_at=None, released_by="", file="", pdf_sha256="")
                | Q(released_at__isnull=False) & ~Q(released_by="") & ~Q(file="") & ~Q(pdf_sha256=""),
            ),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return f"report {self.number} of visit {self.visit_id}"


class Action(models.Model):
    """One action of the service plan: owner, date, result; money in fen and energy in kWh a year where known."""

    need = models.ForeignKey("enterprises.Need", on_delete=models.PROTECT, related_name="actions")
    what = models.TextField()
    owner = models.TextField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    result = models.TextField(blank=True, default="")
    saved_fen = models.BigIntegerField(null=True)
    saved_kwh = models.BigIntegerField(null=True)
    trained = models.IntegerField(default=0)  # person-times
    reminded_at = models.DateTimeField(null=True)
    made_by = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="visits_action_what", condition=~Q(what="") & ~Q(owner="")),
            models.CheckConstraint(name="visits_action_trained", condition=Q(trained__gte=0)),
        ]

    def __str__(self) -> str:
        """Return what is to be done."""
        return self.what


class Satisfaction(models.Model):
    """What the enterprise says about one need: solved or not, 1 to 5, and words. Said once; said again is a new row."""

    need = models.ForeignKey("enterprises.Need", on_delete=models.PROTECT, related_name="satisfaction")
    solved = models.BooleanField()
    stars = models.IntegerField()
    words = models.TextField(blank=True, default="")
    said_by = models.TextField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="visits_satisfaction_stars", condition=Q(stars__gte=1, stars__lte=5))
        ]

    def __str__(self) -> str:
        """Return the stars."""
        return f"{self.stars}"


class CalendarLink(models.Model):
    """The personal secret address of a calendar feed. Only the hash of its secret is kept; one is open at a time."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="calendar_links")
    secret_hash = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="visits_one_feed", fields=["account"], condition=Q(withdrawn_at=None))
        ]

    def __str__(self) -> str:
        """Return whose it is."""
        return f"calendar of account {self.account_id}"
