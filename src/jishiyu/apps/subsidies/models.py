"""Decisions, entitlements, recoveries and call-list cases.

For every (stay, policy) this holds at every commit: the sum of its entitlements minus the sum of its
recoveries is what the newest decision owes (an `assist` decision owes nothing more until its case is approved).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jishiyu.apps.intake.fields import WallClockField
from jishiyu.apps.intake.models import Bucket, Feed
from jishiyu.engine.words import Words


class Stripe(models.Model):
    """A lock that stands for the people whose look-up hash falls on it.

    Whoever decides locks the stripes of all people concerned, in ascending order, so two processes never decide
    the same member-year at once. A fixed number of rows, because a lock per person would overflow the server's
    lock table on a feed of 100,000 people.
    """

    id = models.SmallIntegerField(primary_key=True)

    def __str__(self) -> str:
        """Return the number of the stripe."""
        return str(self.id)


class Stale(models.Model):
    """Somebody with a decision whose roster data has changed since: to be decided again. Triggers write it."""

    person_hash = models.BinaryField(primary_key=True)

    def __str__(self) -> str:
        """Return nothing that identifies anybody."""
        return "stale"


CLOSED = bytes(16)
DECISION_STEP = 10**10  # the number of a decision is year * step + number


class Decision(models.Model):
    """What was decided about one stay (or application) under one policy, as judged at that moment.

    Append-only: only `newest` may change, once, to false. Codes are kept as they were judged, not as keys.
    `policy` is empty where no policy could judge (unmatched people). `content_hash` covers all that was decided, so
    that equal decisions are told without reading them; it is `CLOSED` where a stay has gone. The table is kept by
    year (intake/years.py), which the number begins with.
    """

    id = models.BigAutoField(primary_key=True)
    stay_id = models.TextField()
    policy = models.TextField(blank=True, default="")
    seq = models.IntegerField()
    newest = models.BooleanField(default=True)
    kind = models.TextField()
    version = models.TextField(blank=True, default="")
    policy_hash = models.TextField(blank=True, default="")
    facts_hash = models.TextField()
    content_hash = models.BinaryField(default=b"")
    person_hash = models.BinaryField(null=True)
    member_no = models.TextField(null=True)
    org_code = models.TextField(null=True)
    anchor_date = models.DateField(null=True)
    year = models.IntegerField(null=True)
    base_fen = models.BigIntegerField(null=True)
    bracket = models.IntegerField(null=True)
    rate_ppm = models.BigIntegerField(null=True)
    uncapped_fen = models.BigIntegerField(default=0)
    used_before_fen = models.BigIntegerField(default=0)
    payable_fen = models.BigIntegerField(default=0)
    bucket = models.CharField(max_length=16, choices=Bucket)
    reasons = ArrayField(models.TextField(), default=list)
    settled_at = WallClockField(null=True)
    feed = models.ForeignKey(
        Feed, null=True, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="decisions"
    )
    decided_at = models.DateTimeField()

    class Meta:
        """One newest decision per stay and policy, versions count up: unique within a year, and a trigger across years."""

        constraints = [
            models.CheckConstraint(condition=Q(bucket__in=Bucket.values), name="subsidies_decision_bucket_known"),
            models.CheckConstraint(condition=Q(payable_fen__gte=0), name="subsidies_decision_payable_not_negative"),
            models.CheckConstraint(
                condition=Q(payable_fen=0) | Q(bucket__in=[Bucket.AUTO, Bucket.ASSIST]),
                name="subsidies_decision_only_entitled_pay",
            ),
            models.CheckConstraint(
                condition=Q(payable_fen__lte=F("uncapped_fen")), name="subsidies_decision_within_uncapped"
            ),
        ]
        indexes = [
            # What "has anything changed?" needs of a person's whole history, in one place.
            models.Index(
                fields=["person_hash"],
                include=["id", "seq", "stay_id", "policy", "content_hash"],
                condition=Q(newest=True),
                name="subsidies_decision_newest",
            ),
        ]

    def __str__(self) -> str:
        """Return stay, policy and number."""
        return f"{self.stay_id} {self.policy} #{self.seq}"


class EntitlementState(models.TextChoices):
    """How far an entitlement has come (subsidies.md section 6); payments move it."""

    OWED = "owed", Words("应付", "owed")
    IN_BATCH = "in_batch", Words("已入批次", "in a batch")
    SENT = "sent", Words("已送银行", "at the bank")
    PAID = "paid", Words("已付", "paid")
    RETURNED = "returned", Words("退汇", "returned")
    FAILED = "failed", Words("失败", "failed")
    UNKNOWN = "unknown", Words("结果不明", "result unknown")
    SET_OFF = "set_off", Words("已抵扣", "set off")


ENTITLEMENT_MOVES: dict[str, tuple[str, ...]] = {
    EntitlementState.OWED: (EntitlementState.IN_BATCH, EntitlementState.SET_OFF),
    EntitlementState.IN_BATCH: (EntitlementState.SENT, EntitlementState.OWED),
    EntitlementState.SENT: (
        EntitlementState.PAID,
        EntitlementState.RETURNED,
        EntitlementState.FAILED,
        EntitlementState.UNKNOWN,
    ),
    EntitlementState.UNKNOWN: (EntitlementState.PAID, EntitlementState.RETURNED, EntitlementState.FAILED),
    EntitlementState.PAID: (EntitlementState.RETURNED,),
    EntitlementState.RETURNED: (EntitlementState.OWED, EntitlementState.SET_OFF),
    EntitlementState.FAILED: (EntitlementState.OWED, EntitlementState.SET_OFF),
    EntitlementState.SET_OFF: (),
}


class Entitlement(models.Model):
    """Money owed once to one member: the positive difference that one decision (or its approval) posted.

    To be paid is `amount_fen - set_off_fen`; nothing is left to pay when the state is `set_off`.
    """

    # Who and what for is asked by a guard, once for all of a statement: docs/decisions/0136-entitlements-asked-once.md
    id = models.BigAutoField(primary_key=True)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="entitlement", db_constraint=False)
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="entitlements", db_constraint=False
    )
    union = models.ForeignKey("orgs.Union", on_delete=models.PROTECT, related_name="entitlements")
    stay_id = models.TextField()
    policy = models.TextField()
    year = models.IntegerField()
    amount_fen = models.BigIntegerField()
    set_off_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=16, choices=EntitlementState, default=EntitlementState.OWED)
    created_at = models.DateTimeField()

    class Meta:
        """More than nothing, set off at most whole."""

        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="subsidies_entitlement_positive"),
            models.CheckConstraint(
                condition=Q(set_off_fen__gte=0, set_off_fen__lte=F("amount_fen")),
                name="subsidies_entitlement_set_off_within",
            ),
            models.CheckConstraint(
                condition=Q(state=EntitlementState.SET_OFF, set_off_fen=F("amount_fen"))
                | (~Q(state=EntitlementState.SET_OFF) & Q(set_off_fen__lt=F("amount_fen"))),
                name="subsidies_entitlement_set_off_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=EntitlementState.values), name="subsidies_entitlement_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["stay_id", "policy"], name="subsidies_entitlement_stay"),
            models.Index(
                fields=["state"],
                condition=~Q(state__in=[EntitlementState.PAID, EntitlementState.SET_OFF]),
                name="subsidies_entitlement_unpaid",
            ),
        ]

    def __str__(self) -> str:
        """Return stay, policy and state."""
        return f"{self.stay_id} {self.policy} {self.state}"


class RecoveryState(models.TextChoices):
    """How far a recovery has come."""

    OPEN = "open", Words("待处理", "open")
    SET_OFF = "set_off", Words("已抵扣", "set off")
    ASKED_BACK = "asked_back", Words("已发追回通知", "asked back from the member")
    REPAID = "repaid", Words("已退回", "repaid")
    WRITTEN_OFF = "written_off", Words("已核销", "written off")


RECOVERY_MOVES: dict[str, tuple[str, ...]] = {
    RecoveryState.OPEN: (
        RecoveryState.SET_OFF,
        RecoveryState.ASKED_BACK,
        RecoveryState.REPAID,
        RecoveryState.WRITTEN_OFF,
    ),
    RecoveryState.ASKED_BACK: (RecoveryState.SET_OFF, RecoveryState.REPAID, RecoveryState.WRITTEN_OFF),
    RecoveryState.SET_OFF: (),
    RecoveryState.REPAID: (),
    RecoveryState.WRITTEN_OFF: (),
}


class Recovery(models.Model):
    """Money that was owed and is not any more: the negative difference that one decision posted.

    An unpaid entitlement of the same stay takes it up at once (state `set_off`); else it is open until it is set
    off against the next entitlement, repaid, or written off by two people.
    """

    id = models.BigAutoField(primary_key=True)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="recovery")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="recoveries")
    union = models.ForeignKey("orgs.Union", on_delete=models.PROTECT, related_name="recoveries")
    stay_id = models.TextField()
    policy = models.TextField()
    year = models.IntegerField()
    amount_fen = models.BigIntegerField()
    set_off_fen = models.BigIntegerField(default=0)
    repaid_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=16, choices=RecoveryState, default=RecoveryState.OPEN)
    created_at = models.DateTimeField()

    class Meta:
        """More than nothing, taken back at most whole."""

        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="subsidies_recovery_positive"),
            models.CheckConstraint(
                condition=Q(set_off_fen__gte=0, repaid_fen__gte=0)
                & Q(amount_fen__gte=F("set_off_fen") + F("repaid_fen")),
                name="subsidies_recovery_within",
            ),
            models.CheckConstraint(
                condition=~Q(state=RecoveryState.SET_OFF) | Q(amount_fen=F("set_off_fen") + F("repaid_fen")),
                name="subsidies_recovery_set_off_whole",
            ),
            models.CheckConstraint(condition=Q(state__in=RecoveryState.values), name="subsidies_recovery_state_known"),
        ]
        indexes = [
            models.Index(fields=["stay_id", "policy"], name="subsidies_recovery_stay"),
        ]

    def __str__(self) -> str:
        """Return stay, policy and state."""
        return f"{self.stay_id} {self.policy} {self.state}"


class SetOff(models.Model):
    """Part of a recovery that was taken off an entitlement before it was paid. Append-only."""

    id = models.BigAutoField(primary_key=True)
    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="set_offs")
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="set_offs")
    amount_fen = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        """More than nothing, once per pair."""

        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="subsidies_setoff_positive"),
            models.UniqueConstraint(fields=["recovery", "entitlement"], name="subsidies_setoff_once"),
        ]

    def __str__(self) -> str:
        """Return the pair."""
        return f"{self.recovery_id} → {self.entitlement_id}"


class CaseReason(models.TextChoices):
    """Why the employer's union is called."""

    OVER_LIMIT = "over_limit", Words("超过自动发放限额", "over the automatic limit")
    UNMATCHED = "unmatched", Words("不在会员名册", "not on the roster")
    HELD = "held", Words("数据待核实", "data to be checked")
    NO_DATA = "no_data", Words("取不到结算数据", "no settlement data")


class CaseState(models.TextChoices):
    """How far a case has come."""

    OPEN = "open", Words("待联系", "to be called")
    CALLED = "called", Words("已联系", "called")
    PROMISED = "promised", Words("已约定", "promised")
    PAPERS_IN = "papers_in", Words("材料已收", "papers are in")
    APPROVED = "approved", Words("已批准", "approved")
    CLOSED = "closed", Words("已关闭", "closed with a reason")


CASE_MOVES: dict[str, tuple[str, ...]] = {
    CaseState.OPEN: (CaseState.CALLED, CaseState.PROMISED, CaseState.PAPERS_IN, CaseState.CLOSED),
    CaseState.CALLED: (CaseState.CALLED, CaseState.PROMISED, CaseState.PAPERS_IN, CaseState.CLOSED),
    CaseState.PROMISED: (CaseState.CALLED, CaseState.PROMISED, CaseState.PAPERS_IN, CaseState.CLOSED),
    CaseState.PAPERS_IN: (CaseState.CALLED, CaseState.PROMISED, CaseState.APPROVED, CaseState.CLOSED),
    CaseState.APPROVED: (),
    CaseState.CLOSED: (),
}
CASE_ENDS = (CaseState.APPROVED, CaseState.CLOSED)


class Case(models.Model):
    """One thing to ask an employer's union about, followed until it is approved or closed with a reason.

    `feed_id` and `line_no` name a line that holds the sealed name of a person who is not on the roster. The union
    is null when no union is known; then `employer_name` groups the list.
    """

    id = models.BigAutoField(primary_key=True)
    reason = models.CharField(max_length=16, choices=CaseReason)
    state = models.CharField(max_length=16, choices=CaseState, default=CaseState.OPEN)
    stay_id = models.TextField()
    policy = models.TextField(blank=True, default="")
    person_hash = models.BinaryField(null=True)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="cases")
    union = models.ForeignKey("orgs.Union", null=True, on_delete=models.PROTECT, related_name="cases")
    employer_no = models.TextField(blank=True, default="")
    employer_name = models.TextField(blank=True, default="")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="cases")
    amount_fen = models.BigIntegerField(default=0)
    feed = models.ForeignKey(Feed, null=True, on_delete=models.PROTECT, related_name="cases")
    line_no = models.IntegerField(null=True)
    officer = models.TextField(blank=True, default="")
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)
    closed_because = models.TextField(blank=True, default="")

    class Meta:
        """One open case per stay, policy and reason; none leaves without a reason."""

        constraints = [
            models.UniqueConstraint(
                fields=["stay_id", "policy", "reason"],
                condition=~Q(state__in=CASE_ENDS),
                name="subsidies_case_one_open",
            ),
            models.CheckConstraint(condition=Q(reason__in=CaseReason.values), name="subsidies_case_reason_known"),
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="subsidies_case_state_known"),
            models.CheckConstraint(
                condition=(~Q(state__in=CASE_ENDS) & Q(closed_at__isnull=True, closed_because=""))
                | (Q(state__in=CASE_ENDS, closed_at__isnull=False) & ~Q(closed_because="")),
                name="subsidies_case_ends_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.APPROVED) | Q(decision__isnull=False),
                name="subsidies_case_approves_a_decision",
            ),
        ]
        indexes = [
            models.Index(fields=["union", "due_on"], condition=~Q(state__in=CASE_ENDS), name="subsidies_case_open"),
            # Ended ones too: the pages of a member and of a decision tell every case there was.
            models.Index(fields=["person_hash"], name="subsidies_case_of_person"),
            models.Index(fields=["stay_id"], name="subsidies_case_of_stay"),
        ]

    def __str__(self) -> str:
        """Return reason, stay and state."""
        return f"{self.reason} {self.stay_id} {self.state}"


class CaseMove(models.Model):
    """One step of a case: from where to where, who, when, and the sentence they wrote. Append-only."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=16, choices=CaseState, blank=True)
    to_state = models.CharField(max_length=16, choices=CaseState)
    by = models.TextField()
    second = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    due_on = models.DateField(null=True)
    sentence = models.TextField()

    class Meta:
        """An approval carries two different names; every step carries a sentence."""

        constraints = [
            models.CheckConstraint(
                condition=~Q(to_state=CaseState.APPROVED) | (~Q(second="") & ~Q(second=F("by"))),
                name="subsidies_casemove_two_people",
            ),
            models.CheckConstraint(condition=~Q(sentence="") & ~Q(by=""), name="subsidies_casemove_says_why"),
        ]

    def __str__(self) -> str:
        """Return the step."""
        return f"{self.from_state} → {self.to_state}"


class Heir(models.Model):
    """Who receives the subsidy for a death, in the place of the deceased (`person`). Append-only; the newest counts.

    `sealed` is JSON with name, relation, account and phone; `account_hash` is keyed. `proof` names the paper that shows
    the kinship. A trigger lets nothing but `sealed` change, and that only for a new key.
    """

    id = models.BigAutoField(primary_key=True)
    stay_id = models.TextField()
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="heirs")
    sealed = models.BinaryField()
    account_hash = models.BinaryField()
    proof = models.TextField()
    reason = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """With a proof, a reason and a name."""

        constraints = [
            models.CheckConstraint(condition=~Q(proof="") & ~Q(reason="") & ~Q(by=""), name="subsidies_heir_says_why"),
        ]
        indexes = [models.Index(fields=["stay_id", "-id"], name="subsidies_heir_newest")]

    def __str__(self) -> str:
        """Return the event."""
        return f"heir of {self.stay_id}"
