"""Batches, attempts, what the bank answered, and what keeps a payment back."""

from django.db import models
from django.db.models import F, Q

from jishiyu.apps.payments.bank import Outcome
from jishiyu.engine.words import Words

OUTCOMES = [(outcome.value, outcome.value) for outcome in Outcome]


class Signatory(models.Model):
    """Somebody who may prepare or approve payments; `name` is what stands in every `by`.

    `person` is who this is on the roster, so that nobody approves their own payment or that of their household;
    empty means: declared not to be a member.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="signatories")
    ended_on = models.DateField(null=True)
    named_by = models.TextField()
    named_at = models.DateTimeField()

    class Meta:
        """A name is needed."""

        verbose_name_plural = "signatories"
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="payments_signatory_named"),
            # Two names of one person would be two signatures of one person.
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_on=None), name="payments_signatory_one_name_per_person"
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class BatchState(models.TextChoices):
    """How far a batch has come. From `sending` on its file may be in the world, so it cannot be cancelled."""

    PREPARED = "prepared", Words("已编制", "prepared")
    APPROVED = "approved", Words("已复核", "approved")
    SENDING = "sending", Words("正在生成文件", "bank file is being made")
    SENT = "sent", Words("已送银行", "at the bank")
    ANSWERED = "answered", Words("银行已答复", "answered by the bank")
    CLOSED = "closed", Words("已关闭", "closed")
    CANCELLED = "cancelled", Words("已取消", "cancelled")


BATCH_MOVES: dict[str, tuple[str, ...]] = {
    BatchState.PREPARED: (BatchState.APPROVED, BatchState.CANCELLED),
    BatchState.APPROVED: (BatchState.SENDING, BatchState.CANCELLED),
    BatchState.SENDING: (BatchState.SENT,),
    BatchState.SENT: (BatchState.ANSWERED,),
    BatchState.ANSWERED: (BatchState.CLOSED,),
    BatchState.CLOSED: (),
    BatchState.CANCELLED: (),
}


class Batch(models.Model):
    """Payments that go to the bank together. `pay_on` stands in the file, so it is fixed when it is prepared."""

    id = models.BigAutoField(primary_key=True)
    profile = models.TextField()
    state = models.CharField(max_length=16, choices=BatchState, default=BatchState.PREPARED)
    pay_on = models.DateField()
    count = models.IntegerField()
    sum_fen = models.BigIntegerField()
    made_by = models.TextField()
    made_at = models.DateTimeField()
    checked_by = models.TextField(blank=True, default="")
    checked_at = models.DateTimeField(null=True)
    sent_by = models.TextField(blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    ended_by = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True, default="")

    class Meta:
        """Two different people; nothing goes to the bank unchecked."""

        verbose_name_plural = "batches"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="payments_batch_state_known"),
            models.CheckConstraint(condition=Q(count__gt=0, sum_fen__gt=0), name="payments_batch_pays_something"),
            models.CheckConstraint(
                condition=~Q(made_by="") & ~Q(checked_by=F("made_by")), name="payments_batch_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[BatchState.PREPARED, BatchState.CANCELLED])
                | (~Q(checked_by="") & Q(checked_at__isnull=False)),
                name="payments_batch_checked_before_sent",
            ),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return f"batch {self.pk}"


class BatchFile(models.Model):
    """A file that was written for the bank: its name, hash and control sums. The content is made again from rows."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="files")
    part = models.IntegerField()
    name = models.TextField()
    sha256 = models.TextField()
    count = models.IntegerField()
    sum_fen = models.BigIntegerField()

    class Meta:
        """Once per part."""

        constraints = [models.UniqueConstraint(fields=["batch", "part"], name="payments_batchfile_once")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class AttemptState(models.TextChoices):
    """How far one attempt at paying has come."""

    IN_BATCH = "in_batch", Words("已入批次", "in the batch")
    SENT = "sent", Words("已送银行", "at the bank")
    UNKNOWN = "unknown", Words("结果不明", "result unknown")
    PAID = "paid", Words("已付", "paid")
    FAILED = "failed", Words("失败", "failed")
    RETURNED = "returned", Words("退汇", "returned")
    CANCELLED = "cancelled", Words("已取消", "taken out")


LIVE = (AttemptState.IN_BATCH, AttemptState.SENT, AttemptState.UNKNOWN, AttemptState.PAID)
# Neither paid nor taken out: few among all that were ever paid, so an index of their own finds them.
UNSETTLED = (
    AttemptState.IN_BATCH, AttemptState.SENT, AttemptState.UNKNOWN, AttemptState.FAILED, AttemptState.RETURNED,
)  # fmt: skip
ATTEMPT_MOVES: dict[str, tuple[str, ...]] = {
    AttemptState.IN_BATCH: (AttemptState.SENT, AttemptState.CANCELLED),
    AttemptState.SENT: (AttemptState.UNKNOWN, AttemptState.PAID, AttemptState.FAILED, AttemptState.RETURNED),
    AttemptState.UNKNOWN: (AttemptState.PAID, AttemptState.FAILED, AttemptState.RETURNED),
    AttemptState.PAID: (AttemptState.RETURNED,),
    AttemptState.FAILED: (),
    AttemptState.RETURNED: (),
    AttemptState.CANCELLED: (),
}


class Attempt(models.Model):
    """One try at paying an entitlement. At most one per entitlement is live: the index makes paying twice impossible.

    `payee` is sealed JSON of name and account as they were when the batch was prepared: what was checked is what is
    sent. `account_hash` is its keyed hash. `line_no` counts through the whole batch.
    """

    id = models.BigAutoField(primary_key=True)
    entitlement = models.ForeignKey(
        "subsidies.Entitlement", on_delete=models.PROTECT, related_name="attempts", db_index=False
    )
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    attempt_no = models.IntegerField()
    line_no = models.IntegerField()
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=AttemptState, default=AttemptState.IN_BATCH)
    payee = models.BinaryField()
    account_hash = models.BinaryField()

    class Meta:
        """One live attempt per entitlement."""

        constraints = [
            models.UniqueConstraint(fields=["entitlement", "attempt_no"], name="payments_attempt_no_once"),
            models.UniqueConstraint(fields=["batch", "line_no"], name="payments_attempt_line_once"),
            models.UniqueConstraint(
                fields=["entitlement"], condition=Q(state__in=LIVE), name="payments_attempt_one_live"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payments_attempt_positive"),
            models.CheckConstraint(condition=Q(state__in=AttemptState.values), name="payments_attempt_state_known"),
        ]
        # Who else is paid to this account?
        indexes = [
            models.Index(fields=["account_hash"], name="payments_attempt_account"),
            models.Index(
                fields=["state", "batch"], condition=Q(state__in=UNSETTLED), name="payments_attempt_unsettled"
            ),
        ]

    def __str__(self) -> str:
        """Return entitlement and number."""
        return f"entitlement {self.entitlement_id} attempt {self.attempt_no}"


class DoubtKind(models.TextChoices):
    """What a checker should look at before signing."""

    SHARED_ACCOUNT = "shared_account", Words("多人共用账号", "one account for several people")
    CHANGED_ACCOUNT = "changed_account", Words("账号与上次不同", "another account than last time")
    CUT_NAME = "cut_name", Words("户名过长被截断", "name too long, cut in the file")


class Doubt(models.Model):
    """Something about one payment of a batch that is allowed and unusual; noted when the batch was prepared.

    `people` is how many persons were ever paid to this account, for a shared one. Append-only.
    """

    id = models.BigAutoField(primary_key=True)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="doubts", db_index=False)
    kind = models.CharField(max_length=24, choices=DoubtKind)
    people = models.IntegerField(default=1, db_default=1)

    class Meta:
        """Once per kind."""

        constraints = [
            models.UniqueConstraint(fields=["attempt", "kind"], name="payments_doubt_once"),
            models.CheckConstraint(condition=Q(kind__in=DoubtKind.values), name="payments_doubt_known"),
        ]

    def __str__(self) -> str:
        """Return attempt and kind."""
        return f"attempt {self.attempt_id}: {self.kind}"


class ResultFile(models.Model):
    """A file of answers that was taken, once by its content."""

    id = models.BigAutoField(primary_key=True)
    sha256 = models.TextField(unique=True)
    name = models.TextField()
    profile = models.TextField()
    count = models.IntegerField()
    sum_fen = models.BigIntegerField()
    read_by = models.TextField()
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class BankAnswer(models.Model):
    """What the bank said about one attempt, line by line. Append-only."""

    id = models.BigAutoField(primary_key=True)
    result_file = models.ForeignKey(ResultFile, on_delete=models.PROTECT, related_name="answers", db_index=False)
    line = models.IntegerField()
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="answers")
    outcome = models.CharField(max_length=16, choices=OUTCOMES)
    code = models.TextField()
    reason = models.TextField(blank=True, default="")
    answered_on = models.DateField(null=True)
    moved = models.BooleanField()

    class Meta:
        """Once per line."""

        constraints = [
            models.UniqueConstraint(fields=["result_file", "line"], name="payments_bankanswer_line_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=[value for value, _ in OUTCOMES]), name="payments_bankanswer_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        """Return attempt and outcome."""
        return f"attempt {self.attempt_id}: {self.outcome}"


class ReleaseKind(models.TextChoices):
    """Why a returned or failed payment may be tried again."""

    CORRECTED = "corrected", Words("账户已更正", "account corrected")
    EXPLICIT = "explicit", Words("人工放行", "let through by a person")


class Release(models.Model):
    """A returned or failed attempt was let go for another try, once, by somebody, for a reason. Append-only."""

    id = models.BigAutoField(primary_key=True)
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="release")
    kind = models.CharField(max_length=16, choices=ReleaseKind)
    reason = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """With a reason and a name."""

        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(by=""), name="payments_release_says_why"),
            models.CheckConstraint(condition=Q(kind__in=ReleaseKind.values), name="payments_release_kind_known"),
        ]

    def __str__(self) -> str:
        """Return the attempt."""
        return f"release of attempt {self.attempt_id}"


class ObstacleReason(models.TextChoices):
    """What keeps an owed payment back."""

    NO_ACCOUNT = "no_account", Words("没有银行账号", "no account")
    BAD_ACCOUNT = "bad_account", Words("银行账号有误", "account number is wrong")
    NO_NAME = "no_name", Words("没有姓名", "no name")
    NAME_NOT_WRITABLE = "name_not_writable", Words("姓名无法写入银行文件", "the bank file cannot carry the name")
    NO_HEIR = "no_heir", Words("未登记身故补贴领取人", "nobody is named to receive it")


class Obstacle(models.Model):
    """An owed entitlement that could not go into a batch; cleared when it could. The call list is made from these."""

    id = models.BigAutoField(primary_key=True)
    entitlement = models.ForeignKey("subsidies.Entitlement", on_delete=models.PROTECT, related_name="obstacles")
    reason = models.CharField(max_length=24, choices=ObstacleReason)
    detail = models.TextField(blank=True, default="")
    seen_on = models.DateField()
    cleared_on = models.DateField(null=True)

    class Meta:
        """One open obstacle per entitlement."""

        constraints = [
            models.UniqueConstraint(
                fields=["entitlement"], condition=Q(cleared_on=None), name="payments_obstacle_one_open"
            ),
            models.CheckConstraint(condition=Q(reason__in=ObstacleReason.values), name="payments_obstacle_known"),
        ]

    def __str__(self) -> str:
        """Return entitlement and reason."""
        return f"entitlement {self.entitlement_id}: {self.reason}"


class Repayment(models.Model):
    """Money a member paid back, under the number of its bank slip. Append-only."""

    id = models.BigAutoField(primary_key=True)
    recovery = models.ForeignKey("subsidies.Recovery", on_delete=models.PROTECT, related_name="repayments")
    amount_fen = models.BigIntegerField()
    reference = models.TextField(unique=True)
    received_on = models.DateField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """More than nothing."""

        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payments_repayment_positive")]

    def __str__(self) -> str:
        """Return the reference."""
        return self.reference


class WriteOff(models.Model):
    """A recovery that is given up: proposed by one person with a reason, approved by another."""

    id = models.BigAutoField(primary_key=True)
    recovery = models.OneToOneField("subsidies.Recovery", on_delete=models.PROTECT, related_name="write_off")
    reason = models.TextField()
    proposed_by = models.TextField()
    proposed_at = models.DateTimeField()
    amount_fen = models.BigIntegerField(null=True)
    approved_by = models.TextField(blank=True, default="")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        """Two different people, and a reason."""

        constraints = [
            models.CheckConstraint(
                condition=~Q(proposed_by="") & ~Q(approved_by=F("proposed_by")), name="payments_writeoff_two_people"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="payments_writeoff_says_why"),
            models.CheckConstraint(
                condition=Q(approved_by="", approved_at=None, amount_fen=None)
                | (~Q(approved_by="") & Q(approved_at__isnull=False, amount_fen__gt=0)),
                name="payments_writeoff_approved_whole",
            ),
        ]

    def __str__(self) -> str:
        """Return the recovery."""
        return f"write-off of recovery {self.recovery_id}"
