"""The words for roles and lock-outs."""

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.web.components.badge import Badge, Tone

ROLES = {
    Role.SUBSIDY_OFFICER: _("City subsidy officer"),
    Role.REVIEWER: _("Reviewer"),
    Role.FINANCE: _("Finance"),
    Role.UNION_OFFICER: _("Grassroots union officer"),
    Role.MEMBER: _("Member"),
    Role.ENTERPRISE: _("Enterprise"),
    Role.ORGANISER: _("Help organiser"),
    Role.STEWARD: _("Steward"),
    Role.EXPERT: _("Expert"),
    Role.SYSTEM_ADMIN: _("System administrator"),
    Role.SECURITY_ADMIN: _("Security administrator"),
    Role.AUDIT_ADMIN: _("Audit administrator"),
}
# What allauth calls the kinds of a second factor.
FACTORS = {
    "totp": _("Authenticator on the phone"),
    "webauthn": _("Passkey"),
    "recovery_codes": _("Recovery codes"),
}


def on_the_roster(account: Account) -> Badge:
    """Return whether it is known who this is on the roster; who it is, is not shown here."""
    if account.person_id is not None:
        return Badge(_("is a member"), Tone.DONE)
    if account.is_declared:
        return Badge(_("declared to be no member"), Tone.QUIET)
    return Badge(_("not declared: decides about nobody"), Tone.WAIT)


def state(account: Account) -> Badge:
    """Return whether an account is open, locked or closed."""
    if account.closed_at is not None:
        return Badge(_("closed"), Tone.QUIET)
    if account.locked_at is not None:
        return Badge(_("locked"), Tone.STOP)
    return Badge(_("open"), Tone.DONE)
