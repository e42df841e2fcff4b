"""Who is told what became of an application: the member, and the officer who filed it for them.

For a death it is whoever receives the subsidy that is told, never the telephone of the deceased.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db.models import Q

from jishiyu.apps.accounts.models import Account
from jishiyu.apps.applications import forms
from jishiyu.apps.applications.models import Application, Complaint, FiledAs, Kind, State
from jishiyu.apps.notices.models import Kind as About
from jishiyu.apps.notices.operations import Word, queue_notices
from jishiyu.apps.notices.texts import ADDRESS
from jishiyu.engine.money import yuan_text

# By the name of the step; what ends by itself is told where something was missed.
STEPS = {
    "returned": About.REVIEW_RETURNED, "approved": About.APPROVED, "refused": About.REFUSED, "upheld": About.UPHELD,
    "revoked": About.REVOKED,
}  # fmt: skip
SYSTEM = "system"
NEAR = timedelta(days=3)  # before a deadline, and after a draft was begun
OLD_DRAFT = timedelta(days=10)  # whoever left it that long ago is not asked any more


def tell_step(
    about: Application, *, what: str, before: str, due_on: date | None, amount_fen: int | None, step: int, by: str,
    at: datetime,
) -> None:  # fmt: skip
    """This function will queue what a step says to the member and to the officer who filed, in the caller's transaction.

    Steps that only staff need to know say nothing.
    """
    ended = what == "closed" and before == State.RETURNED
    kind = About.APPLICATION_ENDED if ended else STEPS.get(what)
    if kind is None:
        return
    fields = {
        "number": about.number, "yuan": yuan_text(amount_fen or 0),
        "day": due_on.isoformat() if due_on is not None else "",
    }  # fmt: skip
    queue_notices(words=_words(about, kind, fields, f"application step {step}"), by=by, at=at)


def tell_answer(complaint: Complaint, *, by: str, at: datetime) -> None:
    """This function will tell a member that their complaint was answered; the answer stands on their page."""
    word = Word(
        kind=About.COMPLAINT_ANSWERED, person_id=complaint.person_id, once=f"complaint {complaint.pk} answered"
    )  # fmt: skip
    queue_notices(words=[word], by=by, at=at)


def remind_of_applications(*, on: date, at: datetime) -> int:
    """This function will tell once about deadlines of the next days and drafts that were left; for a daily job.

    Returns how many notices were new.
    """
    near, words = on + NEAR, []
    ending = Application.objects.filter(
        Q(state=State.RETURNED, supplement_due_on__range=(on, near))
        | Q(state=State.REFUSED, appeal_due_on__range=(on, near))
    )
    for about in ending.select_related("person").order_by("id"):
        day = about.supplement_due_on if about.state == State.RETURNED else about.appeal_due_on
        fields = {"number": about.number, "day": str(day)}
        words += _words(about, About.DEADLINE, fields, f"application {about.pk} deadline {day}")
    left = Application.objects.filter(
        state=State.DRAFT, drafted_at__date__lte=on - NEAR, drafted_at__date__gte=on - OLD_DRAFT
    )
    for about in left.select_related("person").order_by("id"):
        words += _words(about, About.PAPERS_MISSING, {"number": about.number}, f"application {about.pk} draft")
    return queue_notices(words=words, by=SYSTEM, at=at) if words else 0


def _words(about: Application, kind: About, fields: dict[str, str], once: str) -> list[Word]:
    """Return the words to the member (or who receives for them), and to the officer who filed."""
    counts = about.person.merged_into_id or about.person_id
    word = Word(kind=kind, fields=fields, person_id=counts, once=once)
    if about.kind == Kind.DEATH:
        form = forms.opened([about])[0]
        word = replace(
            word, address=_reachable(form.get("heir_phone", "")), fields={**fields, "name": form.get("heir_name", "")},
            language="zh", voice="heir",
        )  # fmt: skip
    filer = Account.objects.filter(name=about.filed_by, for_member=False).first()
    if about.filed_as == FiledAs.MEMBER or filer is None:
        return [word]
    to_filer = Word(
        kind=kind, fields=fields, address=filer.mobile, once=f"{once} filer", language=filer.speaks,
        voice="filer",
    )  # fmt: skip
    return [word, to_filer]


def _reachable(text: str) -> str:
    digits = "".join(text.split())
    return digits if ADDRESS.fullmatch(digits) else ""
