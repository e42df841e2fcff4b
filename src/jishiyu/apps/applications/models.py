"""Applications, their papers, every step of their life, what reviewers said, and complaints.

What was written by or about a person is sealed; in the clear stand states, days, amounts in fen, and keyed hashes.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jishiyu.apps.applications.states import (
    DECIDED,
    OVER,
    WAITING,
    ComplaintState,
    FiledAs,
    Kind,
    Ruling,
    State,
)

__all__ = [
    "Application", "CaseProposal", "Complaint", "ComplaintState", "FiledAs", "Kind", "Move", "Paper", "Ruling",
    "State", "Verdict",
]  # fmt: skip


class Application(models.Model):
    """What somebody applies for on paper, from the draft to the end.

    `number` names the event for the deciding engine. `turn` counts submissions and appeals: what reviewers said in an
    earlier turn does not count in this one. `expected_fen` is what deciding would pay, as looked at when it was handed
    in; `base_fen` the amount stated (loss, own payment). `form` is sealed JSON of texts, `form_hash` says whether it
    changed. `account_hash` and `household_hash` are keyed: equality is all anybody needs.
    """

    id = models.BigAutoField(primary_key=True)
    number = models.TextField(unique=True)
    kind = models.CharField(max_length=16, choices=Kind)
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    turn = models.IntegerField(default=0)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="applications")
    union = models.ForeignKey("orgs.Union", null=True, on_delete=models.PROTECT, related_name="applications")
    case = models.ForeignKey("subsidies.Case", null=True, on_delete=models.PROTECT, related_name="applications")
    filed_by = models.TextField()
    filed_as = models.CharField(max_length=16, choices=FiledAs)
    filed_by_person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="filed")
    event_on = models.DateField(null=True)
    base_fen = models.BigIntegerField(null=True)
    expected_fen = models.BigIntegerField(default=0)
    form = models.BinaryField()
    form_hash = models.BinaryField()
    account_hash = models.BinaryField(null=True)
    household_hash = models.BinaryField(null=True)
    name_differs = models.BooleanField(default=False)
    reviewer = models.TextField(blank=True, default="")
    taken_at = models.DateTimeField(null=True)
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    filed_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_fen = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    supplement_due_on = models.DateField(null=True)
    decide_due_on = models.DateField(null=True)
    appeal_due_on = models.DateField(null=True)
    due_assumed = models.BooleanField(default=False)
    returns = models.IntegerField(default=0)

    class Meta:
        """Known states, and what must be known in each of them."""

        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="applications_state_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="applications_kind_known"),
            models.CheckConstraint(condition=Q(filed_as__in=FiledAs.values), name="applications_filed_as_known"),
            models.CheckConstraint(condition=~Q(filed_by=""), name="applications_filed_by_someone"),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.WITHDRAWN])
                | Q(submitted_at__isnull=False, filed_on__isnull=False, event_on__isnull=False),
                name="applications_handed_in",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.UNDER_REVIEW, State.SECOND_REVIEW])
                | (~Q(reviewer="") & Q(taken_at__isnull=False)),
                name="applications_reviewed_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | Q(decided_at__isnull=False), name="applications_decided_at_known"
            ),
            models.CheckConstraint(
                condition=Q(state=State.RETURNED, supplement_due_on__isnull=False) | ~Q(state=State.RETURNED),
                name="applications_returned_until",
            ),
            models.CheckConstraint(
                condition=Q(expected_fen__gte=0) & (Q(base_fen__isnull=True) | Q(base_fen__gte=0)),
                name="applications_amounts_not_negative",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=~Q(state__in=OVER), name="applications_one_live_per_case"
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="applications_person"),
            models.Index(fields=["state", "decide_due_on"], name="applications_state_due"),
            models.Index(fields=["union", "state"], name="applications_union_state"),
            models.Index(fields=["reviewer"], condition=Q(state__in=WAITING), name="applications_reviewer"),
            models.Index(fields=["account_hash"], condition=Q(account_hash__isnull=False), name="applications_account"),
            models.Index(
                fields=["household_hash"], condition=Q(household_hash__isnull=False), name="applications_household"
            ),
        ]

    def __str__(self) -> str:
        """Return number and state."""
        return f"{self.number} {self.state}"


class Move(models.Model):
    """One step in the life of an application: who, when, from where to where, and what they said. Append-only.

    A step that changes no state (a first signature, a change of reviewer) has the same state twice. `codes` are
    sentences of the rules; `words`, what was said besides, is sealed.
    """

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="moves")
    turn = models.IntegerField()
    from_state = models.CharField(max_length=16, choices=State, blank=True)
    to_state = models.CharField(max_length=16, choices=State)
    by = models.TextField()
    at = models.DateTimeField()
    what = models.TextField()
    codes = ArrayField(models.TextField(), default=list)
    words = models.BinaryField(null=True)
    due_on = models.DateField(null=True)
    amount_fen = models.BigIntegerField(null=True)

    class Meta:
        """Every step has somebody who took it."""

        constraints = [
            models.CheckConstraint(condition=~Q(by="") & ~Q(what=""), name="applications_move_by_someone"),
        ]
        indexes = [models.Index(fields=["at"], name="applications_move_at")]

    def __str__(self) -> str:
        """Return the step."""
        return f"{self.from_state} → {self.to_state}"


class Verdict(models.Model):
    """What one reviewer said about an application in one turn. Append-only.

    The database refuses one by whoever filed it or is the member, and on an appeal by whoever judged before.
    """

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="verdicts")
    turn = models.IntegerField()
    by = models.TextField()
    by_person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="verdicts")
    role = models.TextField()
    ruling = models.CharField(max_length=16, choices=Ruling)
    seen_fen = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        """Once per reviewer and turn; who approves has seen an amount."""

        constraints = [
            models.UniqueConstraint(fields=["application", "turn", "by"], name="applications_verdict_once"),
            models.UniqueConstraint(
                fields=["application", "turn", "by_person"],
                condition=Q(by_person__isnull=False),
                name="applications_verdict_once_per_person",
            ),
            models.CheckConstraint(condition=Q(ruling__in=Ruling.values), name="applications_ruling_known"),
            models.CheckConstraint(
                condition=~Q(ruling=Ruling.APPROVE) | Q(seen_fen__isnull=False),
                name="applications_verdict_saw_the_amount",
            ),
        ]

    def __str__(self) -> str:
        """Return who said what."""
        return f"{self.by} {self.ruling}"


class Paper(models.Model):
    """A file of an application. The file itself is sealed under a random name in the data folder.

    `sha256` is that of the file as it was brought, `kept_sha256` of what is kept (a picture is encoded anew).
    Until it is handed in it can be taken away; afterwards the database refuses.
    """

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="papers")
    paper = models.TextField()
    given_name = models.TextField(blank=True, default="")
    media_type = models.TextField()
    size_bytes = models.BigIntegerField()
    pages = models.IntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    kept_sha256 = models.CharField(max_length=64)
    file = models.TextField(unique=True)
    scan = models.TextField()
    added_by = models.TextField()
    added_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True)

    class Meta:
        """The same file counts once per application and kind of paper."""

        constraints = [
            models.UniqueConstraint(fields=["application", "paper", "sha256"], name="applications_paper_once"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="applications_paper_not_empty"),
            models.CheckConstraint(condition=Q(file__regex=r"^[0-9a-f]{32}$"), name="applications_paper_file_random"),
        ]
        indexes = [models.Index(fields=["sha256"], name="applications_paper_sha256")]

    def __str__(self) -> str:
        """Return kind and type."""
        return f"{self.paper} ({self.media_type})"


class CaseProposal(models.Model):
    """The first of two signatures under a case over the automatic limit, waiting for another person's."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey("subsidies.Case", on_delete=models.PROTECT, related_name="proposals")
    by = models.TextField()
    seen_fen = models.BigIntegerField()
    sentence = models.TextField()
    at = models.DateTimeField()
    second = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    approved = models.BooleanField(default=False)

    class Meta:
        """One waiting proposal per case; the second person is another one."""

        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="applications_proposal_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(approved=False) | (Q(ended_at__isnull=False) & ~Q(second="") & ~Q(second=F("by"))),
                name="applications_proposal_two_people",
            ),
        ]

    def __str__(self) -> str:
        """Return the case."""
        return f"case {self.case_id} by {self.by}"


class Complaint(models.Model):
    """What a member complains about, in sealed words, and the answer."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="complaints")
    application = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="complaints")
    state = models.CharField(max_length=16, choices=ComplaintState, default=ComplaintState.OPEN)
    words = models.BinaryField()
    filed_by = models.TextField()
    filed_at = models.DateTimeField()
    due_on = models.DateField()
    answer = models.BinaryField(null=True)
    answered_by = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """Answered by somebody, with words, at a moment; not by whoever filed it."""

        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ComplaintState.values), name="applications_complaint_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ComplaintState.OPEN, answer__isnull=True, answered_at__isnull=True, answered_by="")
                | (
                    Q(state=ComplaintState.ANSWERED, answer__isnull=False, answered_at__isnull=False)
                    & ~Q(answered_by="")
                    & ~Q(answered_by=F("filed_by"))
                ),
                name="applications_complaint_answered_by_another",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="applications_complaint_due")]

    def __str__(self) -> str:
        """Return number and state."""
        return f"complaint {self.pk} {self.state}"
