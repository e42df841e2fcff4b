"""Accounts, entries and postings. Nothing here is ever changed or deleted: triggers refuse it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from jishiyu.apps.ledger.chart import COMMON_ROLES, Kind, Role


class Account(models.Model):
    """One account of the chart: a role, and the policy it is kept for (empty for the bank and the fund)."""

    id = models.BigAutoField(primary_key=True)
    role = models.CharField(max_length=16, choices=Role)
    policy = models.TextField(blank=True, default="")

    class Meta:
        """One account per role and policy."""

        constraints = [
            models.UniqueConstraint(fields=["role", "policy"], name="ledger_account_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="ledger_account_role_known"),
            models.CheckConstraint(
                condition=(Q(role__in=sorted(COMMON_ROLES)) & Q(policy=""))
                | (~Q(role__in=sorted(COMMON_ROLES)) & ~Q(policy="")),
                name="ledger_account_policy_where_due",
            ),
        ]

    def __str__(self) -> str:
        """Return role and policy."""
        return f"{self.role} {self.policy}".strip()


class Entry(models.Model):
    """One thing that happened; `key` makes sure that it is in the books once."""

    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    kind = models.CharField(max_length=16, choices=Kind)
    happened_on = models.DateField()
    note = models.TextField(blank=True, default="", db_default="")
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Kinds are those of the chart."""

        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["key"], name="ledger_entry_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ledger_entry_kind_known"),
            models.CheckConstraint(condition=~Q(key=""), name="ledger_entry_key_given"),
        ]

    def __str__(self) -> str:
        """Return the key."""
        return self.key


class Posting(models.Model):
    """One side of an entry: signed fen on one account; the postings of an entry add up to nothing.

    Entry and account are checked to exist by the triggers of migration 0002, set by set: PostgreSQL's own foreign
    keys are checked row by row, which alone takes as long as everything else together. Neither can be deleted.
    """

    pk = models.CompositePrimaryKey("entry_id", "account_id")
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="postings", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="postings", db_index=False, db_constraint=False
    )
    amount_fen = models.BigIntegerField()

    class Meta:
        """Not nothing; the entries of an account can be found."""

        constraints = [models.CheckConstraint(condition=~Q(amount_fen=0), name="ledger_posting_not_nothing")]
        indexes = [models.Index(fields=["account", "entry"], name="ledger_posting_account")]

    def __str__(self) -> str:
        """Return entry, account and amount."""
        return f"{self.entry_id} {self.account_id} {self.amount_fen}"


class Movement(models.Model):
    """What one statement did to one account on one day by one kind of entry; written by a trigger, never by code.

    The sums of the books come from here: some rows a day instead of hundreds of thousands of postings. Rows are only
    added, so that two who post at the same moment never wait for each other. `credit_fen` is negative.
    """

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="movements", db_index=False, db_constraint=False
    )
    happened_on = models.DateField()
    kind = models.CharField(max_length=16, choices=Kind)
    debit_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()
    entries = models.IntegerField()

    class Meta:
        """Debits up, credits down."""

        constraints = [
            models.CheckConstraint(condition=Q(debit_fen__gte=0, credit_fen__lte=0), name="ledger_movement_signs"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ledger_movement_kind_known"),
        ]

    def __str__(self) -> str:
        """Return account and day."""
        return f"{self.account_id} {self.happened_on} {self.kind}"


class Run(models.Model):
    """The entries touched by one statement, written by a trigger; at commit they are checked to balance.

    A deferred trigger per posting would run 200,000 times for a feed of 100,000; one per statement runs twice.
    """

    id = models.BigAutoField(primary_key=True)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    transaction = models.BigIntegerField()

    class Meta:
        """A range has two ends."""

        constraints = [
            models.CheckConstraint(
                condition=Q(first_entry__lte=models.F("last_entry")), name="ledger_run_first_before_last"
            )
        ]

    def __str__(self) -> str:
        """Return the range."""
        return f"{self.first_entry}–{self.last_entry}"
