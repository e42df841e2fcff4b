"""Feeds, their lines, what became of each line, and applications.

Lines are append-only: a trigger refuses to change or delete them. What became of a line (its bucket) changes
when later feeds arrive, so it stands in the narrow table `fate` beside it.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jishiyu.apps.intake.fields import WallClockField
from jishiyu.engine.words import Words


class FeedState(models.TextChoices):
    """How far a feed has come."""

    STORED = "stored", Words("已存入", "stored")
    POSTED = "posted", Words("已入账", "posted")
    WITHDRAWN = "withdrawn", Words("已撤回", "taken back")


FEED_MOVES: dict[str, tuple[str, ...]] = {
    FeedState.STORED: (FeedState.POSTED, FeedState.WITHDRAWN),
    FeedState.POSTED: (FeedState.WITHDRAWN,),
    FeedState.WITHDRAWN: (),
}


class Breaks(models.TextChoices):
    """What a line whose amounts do not add up becomes."""

    WARN = "warn", Words("仅提示", "warning only")
    HELD = "held", Words("待核实", "held for a person")


class Feed(models.Model):
    """One file of the insurance bureau, taken whole or not at all. Its number is year * FEED_STEP + number (years.py).

    `parts` lists the tables inside (members of a ZIP, sheets) as [name, offset]: a line's number in its table is
    `line_no` less the offset, so that `line_no` stays unique over the whole file.
    """

    id = models.BigAutoField(primary_key=True)
    sha256 = models.CharField(max_length=64)
    name = models.TextField()
    parts = models.JSONField(default=list)
    size_bytes = models.BigIntegerField()
    as_of = models.DateField()
    breaks = models.CharField(max_length=4, choices=Breaks, default=Breaks.WARN)
    state = models.CharField(max_length=16, choices=FeedState, default=FeedState.STORED)
    line_count = models.BigIntegerField()
    total_fen = models.BigIntegerField()
    cash_fen = models.BigIntegerField()
    person_count = models.BigIntegerField()
    taken_by = models.TextField()
    taken_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.TextField(blank=True, default="")
    withdrawn_because = models.TextField(blank=True, default="")

    class Meta:
        """A file counts once; taken back, it may come again."""

        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=~Q(state=FeedState.WITHDRAWN), name="intake_feed_taken_once"
            ),
            models.CheckConstraint(condition=Q(state__in=FeedState.values), name="intake_feed_state_known"),
            models.CheckConstraint(condition=Q(breaks__in=Breaks.values), name="intake_feed_breaks_known"),
            models.CheckConstraint(
                condition=~Q(state=FeedState.WITHDRAWN) | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="intake_feed_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=FeedState.POSTED) | Q(posted_at__isnull=False), name="intake_feed_posted_at_known"
            ),
        ]

    def __str__(self) -> str:
        """Return the name of the file."""
        return self.name


class Line(models.Model):
    """One line of a feed: the facts a decision needs in plain columns, identity and diagnosis sealed.

    The table is kept by year (years.py), which the number of a feed begins with.
    """

    pk = models.CompositePrimaryKey("feed_id", "line_no")
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="lines")
    line_no = models.IntegerField()
    settlement_id = models.TextField(null=True)
    undoes = models.TextField(null=True)
    visit_id = models.TextField(null=True)
    person_hash = models.BinaryField(null=True)
    name_hash = models.BinaryField(null=True)
    content_hash = models.BinaryField()
    insurance_type = models.TextField(null=True)
    person_type = models.TextField(null=True)
    medical_type = models.TextField(null=True)
    refund_flag = models.TextField(null=True)
    valid_flag = models.TextField(null=True)
    hospital_code = models.TextField(null=True)
    hospital_level = models.TextField(null=True)
    area = models.TextField(null=True)
    employer_no = models.TextField(null=True)
    employer_name = models.TextField(null=True)
    begins_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    settled_at = WallClockField(null=True)
    updated_at = WallClockField(null=True)
    total_fen = models.BigIntegerField(null=True)
    fund_fen = models.BigIntegerField(null=True)
    hospital_part_fen = models.BigIntegerField(null=True)
    personal_fen = models.BigIntegerField(null=True)
    account_fen = models.BigIntegerField(null=True)
    cash_fen = models.BigIntegerField(null=True)
    in_scope_fen = models.BigIntegerField(null=True)
    own_expense_fen = models.BigIntegerField(null=True)
    over_limit_fen = models.BigIntegerField(null=True)
    advance_fen = models.BigIntegerField(null=True)
    deductible_fen = models.BigIntegerField(null=True)
    flaws = models.BigIntegerField(default=0)
    sealed = models.BinaryField()

    class Meta:
        """The four ways a line is looked for when a later feed names it."""

        indexes = [
            models.Index(fields=["settlement_id"], name="intake_line_settlement"),
            models.Index(fields=["undoes"], condition=Q(undoes__isnull=False), name="intake_line_undoes"),
            models.Index(fields=["person_hash"], name="intake_line_person"),
            models.Index(fields=["visit_id", "hospital_code"], name="intake_line_stay"),
        ]

    def __str__(self) -> str:
        """Return feed and line number."""
        return f"{self.feed_id}:{self.line_no}"


class Link(models.Model):
    """A line that concerns somebody besides its own person: it undoes or repeats their settlement, or shares a stay.

    Found when the later of the two lines is posted, so that deciding a person again need not search all lines.
    """

    pk = models.CompositePrimaryKey("person_hash", "feed_id", "line_no")
    person_hash = models.BinaryField()
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="links")
    line_no = models.IntegerField()

    def __str__(self) -> str:
        """Return the line."""
        return f"{self.feed_id}:{self.line_no}"


class Bucket(models.TextChoices):
    """Where a line, stay or application ends (subsidies.md section 2)."""

    INVALID = "invalid", Words("无效", "invalid")
    DUPLICATE = "duplicate", Words("重复", "duplicate")
    SUPERSEDED = "superseded", Words("已更新", "superseded")
    HELD = "held", Words("待核", "held for a person")
    REVERSED = "reversed", Words("已冲销", "reversed")
    UNMATCHED = "unmatched", Words("未匹配", "not on the roster")
    INELIGIBLE = "ineligible", Words("不符合", "not entitled")
    AUTO = "auto", Words("自动发放", "paid by itself")
    ASSIST = "assist", Words("协助申请", "over the automatic limit")
    CAPPED = "capped", Words("已达上限", "limit used up")


class Fate(models.Model):
    """What became of a line: exactly one bucket, as the newest decision of its stay sees it. Kept by year, like lines."""

    pk = models.CompositePrimaryKey("feed_id", "line_no")
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="fates")
    line_no = models.IntegerField()
    stay_id = models.TextField(null=True)
    bucket = models.CharField(max_length=16, choices=Bucket)
    reasons = ArrayField(models.TextField(), default=list)

    class Meta:
        """Only known buckets."""

        constraints = [
            models.CheckConstraint(condition=Q(bucket__in=Bucket.values), name="intake_fate_bucket_known"),
        ]

    def __str__(self) -> str:
        """Return line and bucket."""
        return f"{self.feed_id}:{self.line_no} {self.bucket}"


class ApplicationState(models.TextChoices):
    """How far an application has come; whether it pays is in its decision."""

    RECEIVED = "received", Words("已收到", "handed in")
    DECIDED = "decided", Words("已作决定", "decided")
    WITHDRAWN = "withdrawn", Words("已撤回", "withdrawn")


APPLICATION_MOVES: dict[str, tuple[str, ...]] = {
    ApplicationState.RECEIVED: (ApplicationState.DECIDED, ApplicationState.WITHDRAWN),
    ApplicationState.DECIDED: (ApplicationState.WITHDRAWN,),
    ApplicationState.WITHDRAWN: (),
}


class Application(models.Model):
    """One version of an application (accident, fire, a stay without data): events that no feed brings.

    `facts` holds the event's columns without identity (fen as integers, days as ISO text); `sealed` the
    identity. A corrected application is a new version; the newest one is judged.
    """

    id = models.BigAutoField(primary_key=True)
    number = models.TextField()
    version = models.IntegerField()
    newest = models.BooleanField(default=True)
    kind = models.TextField()
    person_hash = models.BinaryField(null=True)
    name_hash = models.BinaryField(null=True)
    content_hash = models.BinaryField()
    facts = models.JSONField()
    sealed = models.BinaryField()
    state = models.CharField(max_length=16, choices=ApplicationState, default=ApplicationState.RECEIVED)
    taken_by = models.TextField()
    taken_at = models.DateTimeField()
    withdrawn_because = models.TextField(blank=True, default="")

    class Meta:
        """One newest version per number; withdrawal has a reason."""

        constraints = [
            models.UniqueConstraint(fields=["number", "version"], name="intake_application_version_once"),
            models.UniqueConstraint(fields=["number"], condition=Q(newest=True), name="intake_application_one_newest"),
            models.CheckConstraint(condition=Q(version__gte=1), name="intake_application_version_from_one"),
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="intake_application_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.WITHDRAWN) | ~Q(withdrawn_because=""),
                name="intake_application_withdrawn_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["person_hash"], condition=Q(newest=True), name="intake_application_person"),
            models.Index(F("newest"), F("state"), name="intake_application_state"),
        ]

    def __str__(self) -> str:
        """Return number and version."""
        return f"{self.number}/{self.version}"
