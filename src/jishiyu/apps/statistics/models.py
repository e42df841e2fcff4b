"""What figures are read from: changes worked out once, and answers given before. Everything here can be made again."""

from django.db import models
from django.db.models import Q


class Change(models.Model):
    """One amount that began (sign 1) or ceased (sign -1) to stand for a stay under a policy; amounts in fen.

    `day` is that of the books, `anchor_date` that of the event. `begins`: nothing stood before. `person` is the one
    that counts after merges, null for nobody. Written by the database function `statistics_freshen()` alone.
    """

    basis = models.TextField()  # decided, owed, paid
    day = models.DateField(null=True)
    sign = models.SmallIntegerField()
    fen = models.BigIntegerField()
    begins = models.BooleanField()
    union_id = models.BigIntegerField(null=True)
    decision_id = models.BigIntegerField()
    policy = models.TextField()
    bracket = models.IntegerField(null=True)
    rate_ppm = models.BigIntegerField(null=True)
    anchor_date = models.DateField(null=True)
    kind = models.TextField()
    bucket = models.TextField()
    stay_id = models.TextField()
    member_no = models.TextField(null=True)
    feed_id = models.BigIntegerField(null=True)
    birth_date = models.DateField(null=True)
    sex = models.TextField(null=True)
    person = models.BigIntegerField(null=True)
    hospital_level = models.TextField(null=True)  # as the feed wrote it; null for what is no stay

    class Meta:
        indexes = [
            models.Index(name="change_basis_day", fields=["basis", "day"]),
            models.Index(name="change_stay", fields=["stay_id"]),
            models.Index(name="change_ceased", fields=["basis", "decision_id"], condition=Q(sign__lt=0)),
            models.Index(
                name="change_unknown", fields=["stay_id"], condition=Q(person__isnull=True) | Q(union_id__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.basis} {self.day} {self.sign * self.fen}"


class Touch(models.Model):
    """What a committed statement may have changed; while one stands here, the changes of its stays are to be worked out.

    `what` are the rows `first` to `last` (both included) of the `decisions`, the ledger's `entries`, `persons` or `feeds`.
    Without numbers: `nobody`, somebody or a union has appeared that may be meant where nobody was known; `lines`, what became
    of lines; `answers`, only what questions join; `everything`.
    """

    id = models.BigAutoField(primary_key=True)
    what = models.TextField(db_default="everything")
    first = models.BigIntegerField(null=True)
    last = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.what} {self.first}–{self.last}"


class Edition(models.Model):
    """How often the changes, and what became of lines, were found to be old; one row, none before the first time."""

    id = models.SmallIntegerField(primary_key=True)
    changes = models.BigIntegerField()
    lines = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="edition_one")]

    def __str__(self) -> str:
        return f"changes {self.changes}, lines {self.lines}"


class Answer(models.Model):
    """The rows of a question that was asked since what it rests on last changed, as JSON text.

    `of_lines`: the question is about lines of feeds, so that no payment makes it new. `edition` is that of the changes (of
    the lines) before it was worked out: an answer that comes late, after somebody has worked them out anew, is none.
    """

    question_hash = models.BinaryField(primary_key=True, max_length=32)
    rows = models.TextField()
    of_lines = models.BooleanField(default=False)
    edition = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{len(self.rows)} characters"
