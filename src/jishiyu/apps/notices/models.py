"""What people are told outside the platform: one row per message, kept as a log."""

from django.db import models
from django.db.models import Q


class Kind(models.TextChoices):
    """What a notice is about; its words stand in `policies/notices/texts.toml`."""

    ONE_TIME_CODE = "one_time_code", "验证码"
    MONEY_COMING = "money_coming", "补贴在途"
    PAID = "paid", "补贴到账"
    ACCOUNT_RETURNED = "account_returned", "账户退汇"
    PAPERS_MISSING = "papers_missing", "材料待补"
    DEADLINE = "deadline", "期限提醒"
    REVIEW_RETURNED = "review_returned", "退回补正"
    APPROVED = "approved", "申请批准"
    REFUSED = "refused", "不予补贴"
    UPHELD = "upheld", "维持不予补贴"
    REVOKED = "revoked", "批准撤销"
    APPLICATION_ENDED = "application_ended", "逾期办结"
    COMPLAINT_ANSWERED = "complaint_answered", "意见已答复"
    ACCOUNT_CHANGED = "account_changed", "收款账号变更"
    MOBILE_CHANGED = "mobile_changed", "手机号变更"
    RECORD_CORRECTED = "record_corrected", "登记信息更正"
    CASE_HANDED = "case_handed", "事项转交"
    CALLS_OVERDUE = "calls_overdue", "联系超期"
    WAITING = "waiting", "待复核"
    APPOINTMENT = "appointment", "勘查约定"
    APPOINTMENT_CANCELLED = "appointment_cancelled", "勘查取消"
    ACTION_DUE = "action_due", "服务措施到期"
    TEST = "test", "测试"
    TRAIL_BROKEN = "trail_broken", "审计记录不完整"
    HELP_STEWARD = "help_steward", "新的服务企业"
    HELP_NEED = "help_need", "需求待办"
    HELP_LATE = "help_late", "需求超期提醒"
    HELP_ESCALATED = "help_escalated", "需求升级"
    HELP_ENDED = "help_ended", "需求办理结果"


class State(models.TextChoices):
    """How far a notice has come."""

    QUEUED = "queued", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发送"
    FAILED = "failed", "未送达"


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
