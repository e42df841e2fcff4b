"""Long work that a page follows, files that wait for it, and files seen in the watched folder."""

from django.db import models
from django.db.models import F, Q

from jishiyu.engine.words import Words


class Kind(models.TextChoices):
    """What a job does."""

    TAKE_FEED = "take_feed", Words("接收结算数据", "taking a feed in")
    TAKE_BACK_FEED = "take_back_feed", Words("撤回来件", "taking a feed back")
    CHECK_ROSTER = "check_roster", Words("检查会员名册", "checking a roster")
    CONFIRM_ROSTER = "confirm_roster", Words("名册入库", "taking a roster in")
    DECIDE_CHANGED = "decide_changed", Words("名册变更后重新核定", "deciding again after changes of the roster")
    SEARCH_DUPLICATES = "search_duplicates", Words("查找疑似重复人员", "looking for persons who may be one")
    EXPORT = "export", Words("准备导出文件", "preparing an export")
    REMIND = "remind", Words("每日提醒", "daily reminders")
    VERIFY_AUDIT = "verify_audit", Words("校验审计记录", "verifying the trail")
    CLEAN_UP = "clean_up", Words("清理过期数据", "clearing away what is used up")
    CLOSE_OVERDUE = "close_overdue", Words("办结到期申请", "ending overdue applications")
    PAIR = "pair", Words("计算配对方案", "working a proposal out")
    MEASURE_HISTORY = "measure_history", Words("测算政策实验室历史数据", "measuring the history for the laboratory")


class State(models.TextChoices):
    """How far a job has come."""

    QUEUED = "queued", Words("排队中", "waiting its turn")
    RUNNING = "running", Words("进行中", "running")
    DONE = "done", Words("已完成", "done")
    REFUSED = "refused", Words("未通过", "refused")
    FAILED = "failed", Words("出错", "broke off")


MOVES: dict[str, tuple[str, ...]] = {
    State.QUEUED: (State.RUNNING,),
    State.RUNNING: (State.RUNNING, State.DONE, State.REFUSED, State.FAILED),  # again after its worker was killed
    State.DONE: (),
    State.REFUSED: (),
    State.FAILED: (),
}
ENDS = (State.DONE, State.REFUSED, State.FAILED)


class Upload(models.Model):
    """A file in the data folder, sealed, between its arrival (or making) and the end of what it is for.

    `sha256` is that of the open bytes. `removed_at`: the sealed bytes are gone, who brought what stays known.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    place = models.TextField(unique=True)
    by = models.TextField()
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """A file has a name and somebody who brought it."""

        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(by="") & Q(size_bytes__gte=0), name="jobs_upload_named")
        ]

    def __str__(self) -> str:
        """Return the name of the file."""
        return self.name


class Progress(models.Model):
    """One piece of long work as a page shows it: step, how many of how many, and at the end a sentence or a result.

    `once`: of equal values only one may wait or run. `zh` and `en` are the sentence of a refusal or failure.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=24, choices=Kind)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    subject = models.TextField(blank=True, default="")
    arguments = models.JSONField(default=dict)
    upload = models.ForeignKey(Upload, null=True, on_delete=models.PROTECT, related_name="jobs")
    made = models.ForeignKey(Upload, null=True, on_delete=models.PROTECT, related_name="made_by")
    once = models.TextField(blank=True, default="")
    step_zh = models.TextField(blank=True, default="")
    step_en = models.TextField(blank=True, default="")
    done = models.BigIntegerField(default=0)
    of = models.BigIntegerField(default=0)
    zh = models.TextField(blank=True, default="")
    en = models.TextField(blank=True, default="")
    result = models.JSONField(default=dict)
    by = models.TextField()
    attempts = models.IntegerField(default=0)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """An end has a moment; what did not work says why."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="jobs_progress_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="jobs_progress_state_known"),
            models.CheckConstraint(
                condition=(Q(state__in=ENDS) & Q(ended_at__isnull=False))
                | (~Q(state__in=ENDS) & Q(ended_at__isnull=True)),
                name="jobs_progress_end_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.REFUSED, State.FAILED]) | (~Q(zh="") & ~Q(en="")),
                name="jobs_progress_says_why",
            ),
            models.CheckConstraint(
                condition=Q(done__gte=0, of__gte=0) & (Q(of=0) | Q(done__lte=F("of"))), name="jobs_progress_within"
            ),
            models.UniqueConstraint(
                fields=["once"], condition=~Q(state__in=ENDS) & ~Q(once=""), name="jobs_progress_once"
            ),
        ]
        indexes = [
            models.Index(fields=["by", "-id"], name="jobs_progress_by"),
            models.Index(fields=["kind", "-id"], name="jobs_progress_kind"),
        ]

    def __str__(self) -> str:
        """Return what is done with what."""
        return f"{self.kind} {self.subject} {self.state}"


class Seen(models.Model):
    """A file in the watched folder as it was at the last look: it is taken once it looks the same again."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)
    size_bytes = models.BigIntegerField()
    changed_ns = models.BigIntegerField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the name of the file."""
        return self.name
