"""The words of the roster."""

from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jishiyu.apps.members.models import ImportState, Membership
from jishiyu.web.components.badge import Badge, Tone

IMPORT_STATES = {
    ImportState.CHECKED.value: Badge(_("checked, to be confirmed"), Tone.WAIT),
    ImportState.CONFIRMED.value: Badge(_("taken in"), Tone.DONE),
    ImportState.DROPPED.value: Badge(_("given up"), Tone.QUIET),
}
COLUMNS = {
    "member_no": _("Member number"), "cert_type": _("Kind of certificate"), "cert_no": _("Certificate number"),
    "name": _("Name"), "org_code": _("Code of the union"), "in_service": _("In service"), "joined_on": _("Joined on"),
    "left_on": _("Left on"), "mobile": _("Mobile"), "bank_account": _("Bank account"), "birth_date": _("Birth date"),
    "sex": _("Sex"), "household": _("Household"), "": _("whole line"),
}  # fmt: skip


def membership_state(membership: Membership, today: date) -> Badge:
    """Return how a membership stands today."""
    if membership.left_on is not None and membership.left_on <= today:
        return Badge(_("left"), Tone.QUIET)
    if membership.joined_on is not None and membership.joined_on > today:
        return Badge(_("begins later"), Tone.WORK)
    return Badge(_("in service"), Tone.DONE) if membership.in_service else Badge(_("member, not in service"), Tone.WAIT)


def sharing(others: int) -> str:
    """Say how many others have the same household number: whoever mistyped it reads nobody, or a stranger's."""
    if not others:
        return str(_("Nobody else on the roster has this household number."))
    return ngettext(
        "{count} other person on the roster has this household number.",
        "{count} other people on the roster have this household number.",
        others,
    ).format(count=others)
