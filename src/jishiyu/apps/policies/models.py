"""Versions of policies made in the city: drafts, proposals, and those two people have published."""

from django.db import models
from django.db.models import F, Q

from jishiyu.engine.words import Words


class State(models.TextChoices):
    """How far a version has come."""

    DRAFT = "draft", Words("草稿", "draft")
    PROPOSED = "proposed", Words("待发布", "waits for a second person")
    PUBLISHED = "published", Words("已发布", "published")
    DROPPED = "dropped", Words("已放弃", "given up")


MOVES: dict[str, tuple[str, ...]] = {
    State.DRAFT: (State.PROPOSED, State.DROPPED),
    State.PROPOSED: (State.PUBLISHED, State.DRAFT, State.DROPPED),
    State.PUBLISHED: (),
    State.DROPPED: (),
}


class Version(models.Model):
    """One version of a policy: its TOML text, the table that lies beside it, and who proposed and published it.

    `sha256` is the digest that decisions carry. A published version never changes (a trigger refuses it): a new rule
    is a new version, which ends the one before on its first day. Versions that hold only with each other are proposed,
    returned and published in one step: `together` is the lowest id of them.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    version = models.TextField()
    text = models.TextField()
    table_name = models.TextField(blank=True, default="")
    table_text = models.TextField(blank=True, default="")
    sha256 = models.CharField(max_length=64)
    starts = models.DateField()
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    proposed_by = models.TextField(blank=True, default="")
    proposed_at = models.DateTimeField(null=True)
    proposed_because = models.TextField(blank=True, default="")
    together = models.BigIntegerField(null=True)
    published_by = models.TextField(blank=True, default="")
    published_at = models.DateTimeField(null=True)

    class Meta:
        """Two different people; a version is published once; a draft belongs to no others."""

        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="policies_version_state_known"),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED)
                | (~Q(published_by="") & ~Q(proposed_by="") & ~Q(published_by=F("proposed_by"))
                   & Q(published_at__isnull=False)),
                name="policies_version_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DRAFT) | Q(together__isnull=True), name="policies_version_draft_alone"
            ),
            models.UniqueConstraint(
                fields=["name", "version"], condition=Q(state=State.PUBLISHED), name="policies_version_published_once"
            ),
            models.UniqueConstraint(
                fields=["name", "starts"], condition=Q(state=State.PUBLISHED), name="policies_version_one_per_day"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Return name and version."""
        return f"{self.name} {self.version}"
