"""The trail: one row per operation, each holding the hash of the one before."""

from django.db import models


class Trail(models.Model):
    """Who did what to which record, and when. Append-only by trigger; `seq` has no gaps; `hash` covers `previous`.

    `details` is JSON text without secrets, kept as text because the hash covers its exact bytes. `seq`, `previous` and
    `hash` are null until the commit, which ties the row to the one before.
    """

    seq = models.BigIntegerField(unique=True, null=True)
    at = models.DateTimeField()
    by = models.TextField()
    action = models.TextField()
    record = models.TextField()
    details = models.TextField()
    previous = models.BinaryField(null=True)
    hash = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(name="trail_record", fields=["record"])]

    def __str__(self) -> str:
        return f"{self.seq or '-'} {self.action} {self.record}"
