"""What people are told outside the platform: one row per message, kept as a log."""

from django.db import models
from django.db.models import Q

from jishiyu.engine.words import Words


class Kind(models.TextChoices):
    """What a notice is about; its words stand in `policies/notices/texts.toml`."""

    ONE_TIME_CODE = "one_time_code", Words("验证码", "one-time code")
    MONEY_COMING = "money_coming", Words("补贴在途", "subsidy sent to the bank")
    PAID = "paid", Words("补贴到账", "subsidy paid")
    ACCOUNT_RETURNED = "account_returned", Words("账户退汇", "account returned by the bank")
    PAPERS_MISSING = "papers_missing", Words("材料待补", "papers missing from an application")
    DEADLINE = "deadline", Words("期限提醒", "deadline of an application")
    REVIEW_RETURNED = "review_returned", Words("退回补正", "application returned to the member")
    APPROVED = "approved", Words("申请批准", "application approved")
    REFUSED = "refused", Words("不予补贴", "application refused")
    UPHELD = "upheld", Words("维持不予补贴", "refusal upheld on appeal")
    REVOKED = "revoked", Words("批准撤销", "approval taken back")
    APPLICATION_ENDED = "application_ended", Words("逾期办结", "application ended")
    COMPLAINT_ANSWERED = "complaint_answered", Words("意见已答复", "complaint answered")
    ACCOUNT_CHANGED = "account_changed", Words("收款账号变更", "account number changed")
    MOBILE_CHANGED = "mobile_changed", Words("手机号变更", "mobile number changed")
    RECORD_CORRECTED = "record_corrected", Words("登记信息更正", "name or number corrected")
    CASE_HANDED = "case_handed", Words("事项转交", "case handed on")
    CALLS_OVERDUE = "calls_overdue", Words("联系超期", "overdue calls")
    WAITING = "waiting", Words("待复核", "items waiting for review")
    APPOINTMENT = "appointment", Words("勘查约定", "visit arranged")
    APPOINTMENT_CANCELLED = "appointment_cancelled", Words("勘查取消", "visit cancelled")
    ACTION_DUE = "action_due", Words("服务措施到期", "action of a service plan due")
    TEST = "test", Words("测试", "test message")
    TRAIL_BROKEN = "trail_broken", Words("审计记录不完整", "audit trail not whole")
    HELP_STEWARD = "help_steward", Words("新的服务企业", "new enterprise of a steward")
    HELP_NEED = "help_need", Words("需求待办", "need that waits")
    HELP_LATE = "help_late", Words("需求超期提醒", "overdue need")
    HELP_ESCALATED = "help_escalated", Words("需求升级", "need raised to the next level")
    HELP_ENDED = "help_ended", Words("需求办理结果", "need that has ended")


class State(models.TextChoices):
    """How far a notice has come."""

    QUEUED = "queued", Words("待发送", "waits to be sent")
    SENDING = "sending", Words("发送中", "being sent")
    SENT = "sent", Words("已发送", "taken by the channel")
    FAILED = "failed", Words("未送达", "not delivered")


MOVES: dict[str, tuple[str, ...]] = {
    State.QUEUED: (State.SENDING, State.FAILED),
    State.SENDING: (State.SENT, State.QUEUED, State.FAILED),
    State.SENT: (),
    State.FAILED: (),
}


class Notice(models.Model):
    """One message to one person or one group of staff.

    `sealed` holds address and text (and a calendar entry where there is one); `preview` is the text with names, codes, amounts and numbers masked, and
    `address` the masked address. `once` keeps the same event from being told twice. After `expires_at` it is not sent.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=24, choices=Kind)
    language = models.CharField(max_length=2, default="zh")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="notices")
    address = models.TextField(blank=True, default="")
    preview = models.TextField()
    sealed = models.BinaryField()
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    attempts = models.IntegerField(default=0)
    problem = models.TextField(blank=True, default="")
    once = models.TextField(null=True, unique=True)
    by = models.TextField()
    queued_at = models.DateTimeField()
    next_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """What was not delivered says why."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notices_notice_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="notices_notice_state_known"),
            models.CheckConstraint(condition=Q(language__in=["zh", "en"]), name="notices_notice_language_known"),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(problem=""), name="notices_notice_says_why"),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "failed"], ended_at__isnull=False)
                | (~Q(state__in=["sent", "failed"]) & Q(ended_at__isnull=True)),
                name="notices_notice_end_has_a_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=["queued", "sending"]), name="notices_notice_waiting"
            ),
            models.Index(fields=["person", "-id"], name="notices_notice_person"),
            models.Index(fields=["ended_at"], condition=Q(state="failed"), name="notices_notice_failed"),
        ]

    def __str__(self) -> str:
        """Return kind and state."""
        return f"{self.kind} {self.state}"
