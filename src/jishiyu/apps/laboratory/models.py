"""Answers of the policy laboratory that somebody kept: sums only, with the two policies they are about."""

from django.db import models
from django.db.models import Q


class Kept(models.Model):
    """One comparison as it was shown: `figures` are its tables, `measures` what lists compare, both JSON and in fen.

    `history_at` is when the history was measured that it rests on. Nobody is in it by name, and no group of fewer than ten.
    """

    id = models.BigAutoField(primary_key=True)
    title = models.TextField()
    policy = models.TextField()
    first_text = models.TextField()
    second_text = models.TextField()
    first_sha256 = models.CharField(max_length=64)
    second_sha256 = models.CharField(max_length=64)
    figures = models.JSONField()
    measures = models.JSONField()
    history_at = models.DateTimeField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """What is kept has a title and somebody who kept it."""

        constraints = [models.CheckConstraint(condition=~Q(title="") & ~Q(by=""), name="laboratory_kept_named")]
        indexes = [models.Index(fields=["policy", "-id"], name="laboratory_kept_policy")]

    def __str__(self) -> str:
        """Return the title."""
        return self.title
