"""Tokens of other systems, the answers they got, and settlements that are pushed in parts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jishiyu.engine.words import Words


class Scope(models.TextChoices):
    """What a token may be good for."""

    SETTLEMENTS_PUSH = "settlements.push", Words("推送结算数据", "push settlements")
    FEEDS_READ = "feeds.read", Words("查询来件与每行去向", "ask for feeds and where each line ended")
    ROSTER_PUSH = "roster.push", Words("推送名册变更", "push roster changes")
    RESULTS_PUSH = "results.push", Words("推送付款结果", "push payment results")
    DECISIONS_READ = "decisions.read", Words("查询核定结果(脱敏)", "ask for decisions, masked")
    DECISIONS_FULL = (
        "decisions.full",
        Words("查询核定结果中的姓名和证件号码(须说明理由)", "ask for name and number of a decision, with a reason"),
    )
    PAYMENTS_READ = "payments.read", Words("查询付款", "ask for payments")
    FIGURES_READ = "figures.read", Words("查询统计", "ask for figures")


# What whoever answers for a token must be allowed to do themselves: a token is never wider than they are.
ACTIONS: dict[str, str] = {
    Scope.SETTLEMENTS_PUSH: "feeds.take",
    Scope.FEEDS_READ: "feeds.see",
    Scope.ROSTER_PUSH: "roster.import",
    Scope.RESULTS_PUSH: "payments.answer",
    Scope.DECISIONS_READ: "decisions.see",
    Scope.DECISIONS_FULL: "people.reveal",
    Scope.PAYMENTS_READ: "payments.see",
    Scope.FIGURES_READ: "statistics.see",
}
# These concern the whole city and are not given for one branch.
OF_THE_CITY = (Scope.SETTLEMENTS_PUSH, Scope.FEEDS_READ, Scope.RESULTS_PUSH)


class TokenState(models.TextChoices):
    """How far a token has come."""

    ISSUED = "issued", Words("待领取", "waits to be collected")
    COLLECTED = "collected", Words("使用中", "in use")
    ENDED = "ended", Words("已收回", "ended")


TOKEN_MOVES: dict[str, tuple[str, ...]] = {
    TokenState.ISSUED: (TokenState.COLLECTED, TokenState.ENDED),
    TokenState.COLLECTED: (TokenState.ENDED,),
    TokenState.ENDED: (),
}


class Token(models.Model):
    """Another system's way in: issued by the security administrator, collected by the account that answers for it.

    So neither of the two has it alone: who issues never sees it, who collects cannot widen it. Kept is the SHA-256 of
    256 random bits. Good while `since <= day < until`. `level` is what is left of the rate, in 1/60000 of a request.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="tokens")
    union = models.ForeignKey("orgs.Union", null=True, on_delete=models.PROTECT, related_name="tokens")
    scopes = ArrayField(models.TextField(choices=Scope))
    per_minute = models.IntegerField()
    state = models.CharField(max_length=16, choices=TokenState, default=TokenState.ISSUED)
    digest = models.CharField(max_length=64, blank=True, default="")
    until = models.DateField()
    issued_by = models.TextField()
    issued_at = models.DateTimeField()
    collected_at = models.DateTimeField(null=True)
    ended_by = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(blank=True, default="")
    level = models.BigIntegerField(default=0)
    level_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_address = models.TextField(blank=True, default="")

    class Meta:
        """Known scopes, a positive rate; a digest where it was collected; an end has a reason."""

        constraints = [
            models.CheckConstraint(condition=Q(state__in=TokenState.values), name="api_token_state_known"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values) & Q(scopes__len__gt=0), name="api_token_scopes_known"
            ),
            models.CheckConstraint(condition=Q(per_minute__gte=1, per_minute__lte=6000), name="api_token_rate"),
            models.CheckConstraint(
                condition=(Q(digest="") & Q(collected_at=None)) | (~Q(digest="") & Q(collected_at__isnull=False)),
                name="api_token_digest_when_collected",
            ),
            models.CheckConstraint(
                condition=~Q(state=TokenState.COLLECTED) | ~Q(digest=""), name="api_token_collected_has_digest"
            ),
            models.CheckConstraint(
                condition=~Q(state=TokenState.ENDED) | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="api_token_ended_with_reason",
            ),
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="api_token_digest_once"),
        ]

    @property
    def by(self) -> str:
        """Return what stands in every `by`; no account can have this name."""
        return f"api:{self.name}"

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Answer(models.Model):
    """What a token was answered under an Idempotency-Key; written in the transaction of what was done."""

    id = models.BigAutoField(primary_key=True)
    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="answers")
    key = models.CharField(max_length=128)
    fingerprint = models.CharField(max_length=64)
    status = models.IntegerField(null=True)
    body = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        """A key counts once."""

        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_answer_once")]
        indexes = [models.Index(fields=["at"], name="api_answer_at")]

    def __str__(self) -> str:
        """Return the key."""
        return self.key


class PushState(models.TextChoices):
    """How far a push in parts has come."""

    OPEN = "open", Words("接收中", "being received")
    ENDED = "ended", Words("已收齐", "complete")
    GIVEN_UP = "given_up", Words("已放弃", "given up")


PUSH_MOVES: dict[str, tuple[str, ...]] = {
    PushState.OPEN: (PushState.ENDED, PushState.GIVEN_UP),
    PushState.ENDED: (),
    PushState.GIVEN_UP: (),
}


class Push(models.Model):
    """Settlements that come in several requests; at its end they become one file, taken in like any other."""

    id = models.BigAutoField(primary_key=True)
    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="pushes")
    name = models.TextField()
    state = models.CharField(max_length=16, choices=PushState, default=PushState.OPEN)
    job = models.ForeignKey("jobs.Progress", null=True, on_delete=models.PROTECT, related_name="pushes")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A push that has ended was handed to a job."""

        constraints = [
            models.CheckConstraint(condition=Q(state__in=PushState.values), name="api_push_state_known"),
            models.CheckConstraint(
                condition=~Q(state=PushState.ENDED) | (Q(job__isnull=False) & Q(ended_at__isnull=False)),
                name="api_push_ended_has_a_job",
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class PushPart(models.Model):
    """One part of a push, sealed in the data folder."""

    id = models.BigAutoField(primary_key=True)
    push = models.ForeignKey(Push, on_delete=models.PROTECT, related_name="parts")
    number = models.IntegerField()
    lines = models.IntegerField()
    upload = models.ForeignKey("jobs.Upload", on_delete=models.PROTECT, related_name="push_parts")

    class Meta:
        """Numbered from one, each once."""

        constraints = [
            models.UniqueConstraint(fields=["push", "number"], name="api_pushpart_once"),
            models.CheckConstraint(condition=Q(number__gte=1) & Q(lines__gte=1), name="api_pushpart_counts"),
        ]

    def __str__(self) -> str:
        """Return push and number."""
        return f"{self.push_id}/{self.number}"
