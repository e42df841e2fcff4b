"""The words for unions."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from jishiyu.apps.orgs.models import UnionKind
from jishiyu.web.components.badge import Badge, Tone

KINDS = {
    UnionKind.CITY: _("City federation"),
    UnionKind.DISTRICT: _("District federation"),
    UnionKind.STREET: _("Town or street union"),
    UnionKind.INDUSTRY: _("Industry federation"),
    UnionKind.GRASSROOTS: _("Grassroots union"),
}
PARENTS = {"territorial": _("By territory"), "industry": _("By industry")}


def state(closed_on: date | None) -> Badge:
    """Return whether a union is open or closed."""
    return Badge(_("active"), Tone.DONE) if closed_on is None else Badge(_("closed down"), Tone.QUIET)
