"""Membership: who belonged to which union, from when to when; and roster files on their way in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jishiyu.apps.orgs.models import Union
from jishiyu.apps.people.models import Person
from jishiyu.engine.words import Words


class Membership(models.Model):
    """One stretch of membership, half-open `[joined_on, left_on)`; the same person and union never overlap.

    An empty `joined_on` means "since before anybody wrote it down", an empty `left_on` "still".

    Moves (转会) close one row and open the next on the same day. `member_no` may stand on several rows.
    `household_hash` is keyed: equality is all anybody needs. That the person is there is checked by the trigger of
    migration 0010, once per statement.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships", db_constraint=False)
    union = models.ForeignKey(Union, on_delete=models.PROTECT, related_name="memberships")
    member_no = models.TextField()
    in_service = models.BooleanField(default=True)
    joined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    household_hash = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(name="membership_member_no", fields=["member_no"])]
        constraints = [
            models.CheckConstraint(
                name="membership_left_after_joined", condition=Q(left_on=None) | Q(left_on__gt=F("joined_on"))
            ),
            models.CheckConstraint(name="membership_member_no_given", condition=~Q(member_no="")),
        ]

    def __str__(self) -> str:
        return f"{self.member_no} [{self.joined_on}, {self.left_on or ''})"


class SharedNumber(models.Model):
    """A member number under which more than one person stands or stood; triggers write it, nothing takes it out.

    So that whoever decides need not search a million memberships for the few that are tied by their number.
    """

    member_no = models.TextField(primary_key=True)

    def __str__(self) -> str:
        return self.member_no


class ImportState(models.TextChoices):
    """Where a roster file stands between check, look and confirm."""

    CHECKED = "checked", Words("已检查,待确认", "checked, to be confirmed")
    CONFIRMED = "confirmed", Words("已确认入库", "taken in")
    DROPPED = "dropped", Words("已放弃", "given up")


MOVES = {
    ImportState.CHECKED: {ImportState.CONFIRMED, ImportState.DROPPED},
    ImportState.CONFIRMED: set(),
    ImportState.DROPPED: set(),
}


class RosterImport(models.Model):
    """A roster file that was checked: what it would change, and after confirmation what it did change.

    Lines are `new`, `changed`, `left` (an open membership ends), `unchanged` or `refused`. `absent` counts open
    memberships of the unions in the file that the file does not name; they stay as they are unless the officer gave
    `absent_left_on`. `plan` is a fingerprint of every single change that was shown, so that nothing else is done.
    """

    file_name = models.TextField()
    sha256 = models.TextField()
    state = models.TextField(choices=ImportState, default=ImportState.CHECKED)
    lines = models.BigIntegerField()
    new = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    left = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    absent = models.BigIntegerField(default=0)
    absent_left_on = models.DateField(null=True)
    plan = models.TextField(default="")
    new_people = models.BigIntegerField(default=0)
    changed_people = models.BigIntegerField(default=0)
    checked_by = models.TextField()
    checked_at = models.DateTimeField()
    # The unions that whoever brought the file answers for; null: all.
    union_ids = ArrayField(models.BigIntegerField(), null=True)
    confirmed_by = models.TextField(default="", blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="roster_import_state_known", condition=Q(state__in=ImportState.values)),
            models.CheckConstraint(
                name="roster_import_confirmed_by_someone",
                condition=~Q(state="confirmed") | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
            ),
            models.CheckConstraint(
                name="roster_import_lines_add_up",
                condition=Q(lines=F("new") + F("changed") + F("left") + F("unchanged") + F("refused")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"


class RosterLine(models.Model):
    """One line of a checked file, sealed, between check and confirm; deleted afterwards.

    `row` counts through the whole file; `file` and `line` say where a person finds it (a workbook has several
    sheets). Lines that the reader could not use are not here; `refused` ones are readable but do not fit.
    """

    pk = models.CompositePrimaryKey("roster_import_id", "row")
    # No constraint in the database: a million checks of the same number, and the rows live for minutes.
    roster_import = models.ForeignKey(
        RosterImport, on_delete=models.CASCADE, related_name="staged", db_index=False, db_constraint=False
    )
    row = models.BigIntegerField()
    file = models.TextField()
    line = models.BigIntegerField()
    person_hash = models.BinaryField()
    name_hash = models.BinaryField()
    sealed = models.BinaryField()
    content_hash = models.BinaryField()
    mobile_hash = models.BinaryField(null=True)
    account_hash = models.BinaryField(null=True)
    birth_date = models.DateField(null=True)
    sex = models.TextField(null=True)
    org_code = models.TextField()
    member_no = models.TextField()
    in_service = models.BooleanField()
    joined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    household_hash = models.BinaryField(null=True)
    refused = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class RosterProblem(models.Model):
    """Why a line was refused, or what somebody should look at; `value` is masked."""

    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="problems")
    file = models.TextField()
    line = models.BigIntegerField()
    column = models.TextField()
    value = models.TextField(null=True)
    code = models.TextField()
    refuses = models.BooleanField()
    other_line = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(name="roster_problem_line", fields=["roster_import", "line"])]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.code}"


class Likeness(models.Model):
    """Two persons who may be one, as the last search found them: `reasons` are codes, `score` sorts them.

    Codes are the keys of `duplicates.REASONS`.
    """

    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    reasons = ArrayField(models.TextField())
    score = models.IntegerField()
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="likeness_once", fields=["one", "other"]),
            models.CheckConstraint(name="likeness_in_order", condition=Q(one__lt=F("other"))),
        ]
        indexes = [models.Index(name="likeness_score", fields=["-score", "id"])]

    def __str__(self) -> str:
        return f"{self.one_id} ~ {self.other_id}"


class NotSame(models.Model):
    """Two persons somebody has looked at and found to be two; they are not proposed again."""

    one = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="not_same_once", fields=["one", "other"]),
            models.CheckConstraint(name="not_same_in_order", condition=Q(one__lt=F("other")) & ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"
