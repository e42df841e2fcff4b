"""Who may sign in, and what for: accounts, their roles by branch, lock-outs, one-time codes."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from jishiyu.engine.words import Words


class Role(models.TextChoices):
    """What somebody does here."""

    SUBSIDY_OFFICER = "subsidy_officer", Words("市总补贴经办", "city subsidy officer")
    REVIEWER = "reviewer", Words("审核", "reviewer")
    FINANCE = "finance", Words("财务", "finance")
    UNION_OFFICER = "union_officer", Words("基层工会干部", "grassroots union officer")
    MEMBER = "member", Words("会员", "member")
    ENTERPRISE = "enterprise", Words("企业", "enterprise")
    ORGANISER = "organiser", Words("助企专员", "help organiser")
    STEWARD = "steward", Words("专属管家", "steward")
    EXPERT = "expert", Words("劳模工匠", "expert")
    SYSTEM_ADMIN = "system_admin", Words("系统管理员", "system administrator")
    SECURITY_ADMIN = "security_admin", Words("安全管理员", "security administrator")
    AUDIT_ADMIN = "audit_admin", Words("审计管理员", "audit administrator")


ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
# The union's own people: they need a second factor.
STAFF = (
    Role.SUBSIDY_OFFICER,
    Role.REVIEWER,
    Role.FINANCE,
    Role.UNION_OFFICER,
    Role.ORGANISER,
    Role.STEWARD,
    *ADMINISTRATORS,
)
WITH_A_UNION = (Role.UNION_OFFICER, Role.ORGANISER, Role.ENTERPRISE)
OF_MEMBERS = "member-"  # before the number of the person: the name of a member's own account
WITHOUT_A_UNION = (*ADMINISTRATORS, Role.MEMBER)


class Accounts(BaseUserManager["Account"]):
    """Accounts; Django's sign-in looks them up by their name."""


class Account(AbstractBaseUser):
    """Somebody who may sign in. `name` is what stands in every `by`; `full_name` is how people call them.

    `person` is who this is on the roster; empty and `declared_at` set says they are no member, and empty without it that
    nobody has said. A member's own account (`for_member`) has no password; they sign in with a one-time code.
    `failures` counts wrong passwords and codes since the last right one.
    """

    name = models.TextField(unique=True)
    full_name = models.TextField()
    mobile = models.TextField(blank=True, default="")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="accounts")
    declared_at = models.DateTimeField(null=True)
    for_member = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True)
    must_change_password = models.BooleanField(default=True)
    failures = models.IntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    language = models.TextField(blank=True, default="")
    created_by = models.TextField()
    created_at = models.DateTimeField()

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Accounts()

    class Meta:
        """One account per member; a name is needed."""

        # Who is called the same: of the staff only, members' own accounts may be a million.
        indexes = [models.Index(name="accounts_account_full_name", fields=["full_name"], condition=Q(for_member=False))]
        constraints = [
            models.CheckConstraint(name="accounts_account_named", condition=~Q(name="") & ~Q(full_name="")),
            models.CheckConstraint(name="accounts_account_failures", condition=Q(failures__gte=0)),
            models.CheckConstraint(
                name="accounts_account_member_is_somebody", condition=Q(for_member=False) | Q(person__isnull=False)
            ),
            models.UniqueConstraint(name="accounts_account_member", fields=["person"], condition=Q(for_member=True)),
        ]

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django has a constant here and asks it as a value
        """Say whether this account may be used."""
        return self.locked_at is None and self.closed_at is None

    @property
    def is_declared(self) -> bool:
        """Say whether it is known who this is on the roster, or that they are nobody there."""
        return self.person_id is not None or self.declared_at is not None

    @property
    def speaks(self) -> str:
        """Return `zh` or `en`: the language in which this person reads their pages, Chinese without a choice."""
        return "en" if self.language.startswith("en") else "zh"

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Grant(models.Model):
    """One role of one account, for a union and all below it or (empty) the whole city, in `[since, until)`.

    A trigger refuses two of the three administrators in one hand, and an administrator with any other role.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    union = models.ForeignKey("orgs.Union", null=True, on_delete=models.PROTECT, related_name="grants")
    since = models.DateField()
    until = models.DateField(null=True)
    granted_by = models.TextField()
    granted_at = models.DateTimeField()
    ended_by = models.TextField(blank=True, default="")

    class Meta:
        """Known roles; a union where one belongs; the same open grant once."""

        constraints = [
            models.CheckConstraint(name="accounts_grant_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(name="accounts_grant_ends_after", condition=Q(until=None) | Q(until__gte=F("since"))),
            models.CheckConstraint(
                name="accounts_grant_union_where_it_belongs",
                condition=(~Q(role__in=WITH_A_UNION) | Q(union__isnull=False))
                & (~Q(role__in=WITHOUT_A_UNION) | Q(union__isnull=True)),
            ),
            models.UniqueConstraint(
                name="accounts_grant_once", fields=["account", "role", "union"], condition=Q(until=None),
                nulls_distinct=False,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        """Return role and place."""
        return f"{self.role} of account {self.account_id}"


class FormerPassword(models.Model):
    """A password that was used before, as its hash: the last five must not come again."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="former_passwords")
    password = models.TextField()
    ended_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return whose it was."""
        return f"former password of account {self.account_id}"


class Lockout(models.Model):
    """An account was locked: when, why, from where; and who let it in again. Kept for good."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lockouts")
    at = models.DateTimeField()
    because = models.TextField()
    address = models.TextField(blank=True, default="")
    by = models.TextField(blank=True, default="")
    unlocked_at = models.DateTimeField(null=True)
    unlocked_by = models.TextField(blank=True, default="")
    unlocked_because = models.TextField(blank=True, default="")

    class Meta:
        """One lock at a time; opened by somebody for a reason."""

        constraints = [
            models.UniqueConstraint(
                name="accounts_lockout_one_open", fields=["account"], condition=Q(unlocked_at=None)
            ),
            models.CheckConstraint(
                name="accounts_lockout_unlocked_by_someone",
                condition=Q(unlocked_at=None) | (~Q(unlocked_by="") & ~Q(unlocked_because="")),
            ),
        ]

    def __str__(self) -> str:
        """Return whom it concerns."""
        return f"lock-out of account {self.account_id}"


class Refusal(models.Model):
    """A sign-in that was refused, by address: whoever tries many names from one place is slowed down."""

    address = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """Counted per address."""

        indexes = [models.Index(name="accounts_refusal_address", fields=["address", "at"])]

    def __str__(self) -> str:
        """Return the address."""
        return self.address


class OneTimeCode(models.Model):
    """A code that was sent to a member's mobile. `person` is empty where nobody fits: the asker is not told.

    `token` is in the asker's session, so that only they can use the code; `code_hash` is keyed.
    """

    token = models.TextField(unique=True)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.BinaryField()
    address = models.TextField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        """Counted per person and per address."""

        indexes = [
            models.Index(name="accounts_code_person", fields=["person", "sent_at"]),
            models.Index(name="accounts_code_address", fields=["address", "sent_at"]),
        ]

    def __str__(self) -> str:
        """Return nothing that identifies anybody."""
        return f"code {self.pk}"
