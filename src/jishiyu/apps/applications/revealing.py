"""Reading what somebody wrote in full: with a reason, on the record."""

from datetime import datetime

from django.db import transaction

from jishiyu.apps.applications import forms
from jishiyu.apps.applications.acting import Actor
from jishiyu.apps.applications.models import Application
from jishiyu.apps.applications.problems import ApplicationMissing
from jishiyu.apps.audit.operations import record
from jishiyu.apps.people.problems import ReasonMissing


def read_in_full(*, application_id: int, by: Actor, reason: str, at: datetime) -> forms.Form:
    """This function will return the form of an application unmasked, and write down who read it and why.

    Raises `ApplicationMissing`, `ReasonMissing`.
    """
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        about = Application.objects.filter(pk=application_id).first()
        if about is None:
            raise ApplicationMissing(application=application_id)
        details = {"reason": reason.strip()}
        record(
            by=by.name, action="application.read_in_full", record=f"application {about.number}", details=details, at=at
        )
        return forms.opened([about])[0]
