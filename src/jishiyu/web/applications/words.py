"""Words about applications, as clerks say them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.applications.models import FiledAs, Kind

Words = str | Promise

FILED_AS: dict[str, Words] = {
    FiledAs.MEMBER: _("by the member"),
    FiledAs.UNION: _("by the union for the member"),
    FiledAs.CITY: _("by the city union for the member"),
}
CHOICES: dict[str, Words] = {
    Kind.ACCIDENT: _("A fracture or worse, not at work. Forensic grading or hospital records are needed."),
    Kind.DEATH: _("The member died by an accident, not at work. The heirs receive the subsidy."),
    Kind.FIRE: _("A fire at home, with the certificate of the fire brigade."),
    Kind.STAY: _("A stay in hospital that no feed brought, with the settlement statement."),
}
STEPS: dict[str, Words] = {
    "drafted": _("began the application"),
    "form_saved": _("filled in the form"),
    "submitted": _("handed it in"),
    "taken": _("took it to the desk"),
    "handed_back": _("handed it back"),
    "returned": _("returned it for a supplement"),
    "signed": _("approved it as the first of two"),
    "approved": _("approved it"),
    "refused": _("refused it"),
    "appealed": _("appealed"),
    "upheld": _("upheld the refusal; this is final"),
    "withdrawn": _("took it back"),
    "closed": _("filed it away"),
    "revocation_proposed": _("proposed to revoke the approval"),
    "revoked": _("revoked the approval"),
}
HELP: dict[str, Words] = {
    "graded_on": _("The day on which the injury was graded; empty if it was not."),
    "household": _("From the household book; needed for the limit of the household."),
    "loss": _("The loss of this household alone, as certified or appraised."),
    "cash": _("“Personal cash payment” of the settlement statement."),
    "name": _("Only when the papers show another name than the roster."),
    "story": _("Whatever the reviewer should know besides. Not needed."),
}
YES_NO = (("是", _("Yes, treatment is over")), ("否", _("No, still being treated")))
