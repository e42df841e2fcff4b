"""Small invented situations of applications: members, officers, pictures and PDFs, made for real."""

import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from pypdf import PdfWriter

from jishiyu.apps.applications.models import Application, FiledAs, Kind
from jishiyu.apps.applications.operations import (
    Actor,
    Preview,
    add_paper,
    start_application,
    submit,
    take_application,
)
from jishiyu.apps.payments.operations import name_signatory
from jishiyu.apps.people.models import Person
from jishiyu.apps.subsidies.models import Entitlement
from tests.apps.subsidies.situations import enrol, member

ON = date(2026, 3, 2)  # a Monday
AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
CHEN = Actor(name="chen.jing", role="reviewer")
WANG = Actor(name="wang.fang", role="reviewer")
ZHAO = Actor(name="zhao.min", role="reviewer")
OFFICER = Actor(name="u1.officer", role="union_officer")
WHEN: dict[str, Any] = {"on": ON, "at": AT}
ACCIDENT = {
    "event_on": "2026-02-01", "injuries": "skull:crack", "cause": "fall", "treatment_over": "是",
    "story": "在家中楼梯摔倒",
}  # fmt: skip
FIRE = {
    "event_on": "2026-02-01", "loss": "50000.00", "certificate_no": "消火认字〔2026〕第0021号",
    "certificate_on": "2026-02-20", "certificate_issuer": "某消防救援大队", "household": "H9",
}  # fmt: skip
STAY = {
    "event_on": "2026-02-10", "begins_on": "2026-02-01", "cash": "20000.00", "medical_type": "21",
    "hospital": "外地某医院",
}  # fmt: skip
DEATH = {
    "event_on": "2026-02-01", "died_on": "2026-02-02", "cause": "fall", "heir_name": "王某", "heir_relation": "配偶",
    "heir_phone": "见材料", "heir_account": "6222020000000009901",
}  # fmt: skip
FORMS = {Kind.ACCIDENT: ACCIDENT, Kind.FIRE: FIRE, Kind.STAY: STAY, Kind.DEATH: DEATH}
PAPERS = {
    Kind.ACCIDENT: ("not_work_injury", "hospital_records"),
    Kind.FIRE: ("fire_certificate", "loss_evidence"),
    Kind.STAY: ("medical_settlement",),
    Kind.DEATH: ("not_work_injury", "hospital_records", "death_certificate", "kinship"),
}


def city(folder: Path) -> None:
    """Enrol four members (3 and 4 of one household), and name who may sign."""
    enrol(
        folder, member(1), member(2, org_code="U2"), member(3, household="H7"),
        member(4, household="H7", org_code="U2"),
    )  # fmt: skip
    for who in (CHEN, WANG, ZHAO):
        name_signatory(name=who.name, member_no=None, by="admin", at=AT)


def person(who: int) -> Person:
    """Return a member of `city`."""
    return Person.objects.filter(memberships__member_no=f"M{who:04d}").distinct().get()


def draft(kind: Kind = Kind.ACCIDENT, *, who: int = 1, by: Actor = OFFICER, **changes: str) -> Application:
    """Begin an application with a complete form; an empty text leaves a field out."""
    form = {name: text for name, text in {**FORMS[kind], **changes}.items() if text}
    return start_application(
        kind=kind, person_id=person(who).pk, by=by, filed_as=FiledAs.UNION, form=form, on=ON, at=AT
    )


def with_papers(application: Application, *papers: str) -> Application:
    """Bring the papers its kind needs, each a picture of its own, and further ones."""
    for paper in (*PAPERS[Kind(application.kind)], *papers):
        bring(application, paper, picture(f"{application.number} {paper}"))
    return application


def bring(application: Application, paper: str, content: bytes, name: str = "照片.jpg") -> None:
    """Bring one file as it comes from a browser: in pieces."""
    pieces = [content[at : at + 65536] for at in range(0, len(content), 65536)]
    add_paper(application_id=application.pk, paper=paper, given_name=name, chunks=pieces, by=OFFICER, on=ON, at=AT)


def handed_in(kind: Kind = Kind.ACCIDENT, *papers: str, who: int = 1, **changes: str) -> Application:
    """Return an application that was handed in with all its papers."""
    application = with_papers(draft(kind, who=who, **changes), *papers)
    hand_in(application)
    return application


def hand_in(application: Application) -> Preview:
    """Hand an application in."""
    return submit(application_id=application.pk, by=OFFICER, on=ON, at=AT)


def on_the_desk(
    kind: Kind = Kind.ACCIDENT, *papers: str, who: int = 1, by: Actor = CHEN, **changes: str
) -> Application:
    """Return an application that a reviewer has taken."""
    application = handed_in(kind, *papers, who=who, **changes)
    take_application(application_id=application.pk, by=by, on=ON, at=AT)
    return application


def now(application: Application) -> Application:
    """Return the row as it is now."""
    return Application.objects.get(pk=application.pk)


def picture(words: str = "", *, kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """Return a real picture whose pixels depend on the words."""
    image = Image.new("RGB", size, "white")
    for at, sign in enumerate(words.encode()):
        block = (at * 8 % size[0], at * 8 // size[0] * 8 % size[1])
        image.paste((sign * 37 % 256, sign * 91 % 256, at * 53 % 256), (*block, block[0] + 8, block[1] + 8))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def pdf(pages: int = 1) -> bytes:
    """Return a real, plain PDF."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=200, height=200)
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    """Return what a writer wrote."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def owed_fen() -> int:
    """Return everything that is owed by entitlements, less what was set off."""
    return sum(row.amount_fen - row.set_off_fen for row in Entitlement.objects.order_by("id"))
