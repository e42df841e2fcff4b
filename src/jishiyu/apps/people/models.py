"""People: identity data only as keyed hashes (to find) and sealed (to read with the key)."""

from django.db import models
from django.db.models import F, Q

from jishiyu.engine.words import Words


class Sex(models.TextChoices):
    """GB/T 2261.1, as the insurance platform uses it."""

    UNKNOWN = "0", Words("未知", "unknown")
    MALE = "1", Words("男", "male")
    FEMALE = "2", Words("女", "female")
    UNSTATED = "9", Words("未说明", "not stated")


class Person(models.Model):
    """One human being, or one row of two that were found to be the same: then `merged_into` names the one that counts.

    `person_hash` is the look-up hash of the first certificate's person_key; `sealed` is encrypted JSON with
    cert_type, cert_no, name, mobile, bank_account; `content_hash` is a keyed hash of that JSON, because two
    sealed tokens of the same text differ and "has it changed?" must be answered in SQL. `mobile_hash` and
    `account_hash` are keyed hashes of the folded mobile and account, to find somebody by.
    """

    person_hash = models.BinaryField(unique=True)
    name_hash = models.BinaryField(null=True)
    sealed = models.BinaryField()
    content_hash = models.BinaryField()
    mobile_hash = models.BinaryField(null=True)
    account_hash = models.BinaryField(null=True)
    birth_date = models.DateField(null=True)
    sex = models.TextField(choices=Sex, default=Sex.UNKNOWN)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        # Hardly anybody is merged: an index over all the others would only cost.
        indexes = [
            models.Index(name="person_merged", fields=["merged_into"], condition=Q(merged_into__isnull=False)),
            models.Index(name="person_name", fields=["name_hash"]),
            models.Index(name="person_mobile", fields=["mobile_hash"], condition=Q(mobile_hash__isnull=False)),
            models.Index(name="person_account", fields=["account_hash"], condition=Q(account_hash__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(name="person_sex_known", condition=Q(sex__in=Sex.values)),
            models.CheckConstraint(name="person_not_into_itself", condition=~Q(merged_into=F("id"))),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class Certificate(models.Model):
    """A number a person is or was known by. Passports change; every number leads to one person.

    That the person is there is checked by the trigger of migration 0006, once per statement.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates", db_constraint=False)
    person_hash = models.BinaryField(unique=True)

    def __str__(self) -> str:
        return f"certificate {self.pk} of person {self.person_id}"


class Merge(models.Model):
    """Two persons were found to be one; kept with who, when and why, also after it was undone."""

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_kept")
    merged = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    reason = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()
    undone_by = models.TextField(default="", blank=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="merge_once", fields=["merged"], condition=Q(undone_at=None)),
            models.CheckConstraint(name="merge_two_people", condition=~Q(kept=F("merged"))),
            models.CheckConstraint(
                name="merge_undone_by_someone",
                condition=Q(undone_at=None, undone_by="") | (Q(undone_at__isnull=False) & ~Q(undone_by="")),
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.merged_id} is person {self.kept_id}"


class KeyMark(models.Model):
    """What the keys in use make of a fixed text: a database never meets the key file of another one unnoticed."""

    name = models.TextField(unique=True)
    mark = models.BinaryField()

    def __str__(self) -> str:
        return self.name
