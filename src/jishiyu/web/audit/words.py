"""What was done, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, str | Promise] = {
    "accounts.create": _("created the account"),
    "accounts.close": _("closed the account"),
    "accounts.grant": _("gave a role"),
    "accounts.revoke": _("ended a role"),
    "accounts.lock": _("locked the account"),
    "accounts.unlock": _("unlocked the account"),
    "accounts.set_password": _("set the password"),
    "accounts.reset_second_factor": _("removed the second factor"),
    "accounts.sign_in": _("signed in"),
    "audit.verify": _("verified the trail"),
    "download": _("downloaded a file"),
    "export": _("exported a list"),
    "people.reveal": _("looked at personal data in full"),
}


def action_words(action: str) -> str:
    """Return the words of an action; one without words is shown by its key."""
    return str(ACTIONS.get(action, action))
