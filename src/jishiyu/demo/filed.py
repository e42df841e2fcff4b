"""Applications as members and their unions file them on the screen: papers (invented pictures), review, every state.

Nothing here is real: the pictures say so themselves. Who files what, and how far it goes, follows from the seed.
"""

import io
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PIL import Image, ImageDraw

from jishiyu.apps.accounts.models import OF_MEMBERS, Grant
from jishiyu.apps.applications import operations as ops
from jishiyu.apps.applications.models import Application, FiledAs, Kind
from jishiyu.apps.applications.queries import needed_papers, preview
from jishiyu.apps.members.models import Membership
from jishiyu.apps.orgs.queries import branch_of
from jishiyu.demo import officers
from jishiyu.demo.officers import CLERK, GRASSROOTS, REVIEWER, drawn
from jishiyu.engine.policy.shelf import Shelf

FIRST, SECOND = (ops.Actor(name=name, role="reviewer") for name in (REVIEWER, officers.SECOND))
THIRD = ops.Actor(name=CLERK, role="subsidy_officer")
# How far each application goes, in turn; the kinds take turns besides.
ENDS = (
    "draft", "submitted", "submitted", "under_review", "returned", "approved", "approved", "refused", "appealed", "upheld",
    "second_review", "withdrawn", "resubmitted", "approved_on_appeal",
)  # fmt: skip
KINDS = (Kind.ACCIDENT, Kind.FIRE, Kind.STAY, Kind.ACCIDENT, Kind.DEATH)
BONES = ("radius:closed", "tibia:closed", "hand:crack", "rib:closed", "foot:crack")
A_UNION = 150  # members, about
COMPLAINTS = ("申请提交后一直没有消息,请问何时能办结?", "退回时没有说明缺哪一份材料,请告知。")


@dataclass(frozen=True)
class Filed:
    """How many applications were filed, how many of them are approved (fen owed), and complaints."""

    filed: int = 0
    approved: int = 0
    owed_fen: int = 0
    complaints: int = 0


def file_applications(
    *, seed: int, on: date, at: datetime, count: int = 20, policies: Shelf | None = None
) -> Filed:  # fmt: skip
    """This function will file applications of invented members and take them to states of all kinds.

    Every other one the member files, the others and all deaths the grassroots officer for somebody of the own branch. The officers of
    the demo must be named (`name_officers`), the grassroots officer have an account, and members be on the roster;
    nobody who applied before is taken. Fewer than `count` are filed where there are fewer members.
    """
    approved, owed, filed, complaints = 0, 0, 0, 0
    officer, branch = _grassroots()
    plan = [(KINDS[number % len(KINDS)], ENDS[number % len(ENDS)]) for number in range(count)]
    own = [number % 2 == 0 and kind is not Kind.DEATH for number, (kind, _) in enumerate(plan)]
    theirs = list(_members(seed, on, own.count(False), unions=branch))
    city = _members(seed, on, own.count(True), without=theirs)
    branch_members = iter(theirs)
    for number, (kind, end) in enumerate(plan):
        person = next(city if own[number] else branch_members, None)
        if person is None:
            continue
        application = _draft(kind, person, number, seed, on, at, None if own[number] else officer)
        done = _take_to(end, application, on, at, policies)
        filed, approved, owed = filed + 1, approved + (done > 0), owed + done
        if number < len(COMPLAINTS):
            by = ops.Actor(name=f"{OF_MEMBERS}{person}", role="member", person_id=person)
            ops.complain(person_id=person, words=COMPLAINTS[number], by=by, on=on, at=at, application_id=application.pk)
            complaints += 1
    return Filed(filed=filed, approved=approved, owed_fen=owed, complaints=complaints)


def paper_picture(*, title: str, number: str, seed: int) -> bytes:
    """This function will draw a sheet that looks like a photographed paper and says that it is invented."""
    image = Image.new("RGB", (900, 1200), (214, 205, 190))
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 860, 1160), fill=(252, 250, 244), outline=(120, 120, 120))
    draw.text((90, 90), f"DEMO - NOT A REAL PAPER\n{title}\n{number}", fill=(30, 30, 30), font_size=34)
    for line in range(18):
        width = 300 + drawn(seed, number, title, line) * 4
        draw.rectangle((90, 300 + line * 42, 90 + width, 312 + line * 42), fill=(150, 150, 150))
    draw.ellipse((600, 900, 800, 1100), outline=(190, 30, 30), width=8)
    out = io.BytesIO()
    image.rotate(drawn(seed, number) % 7 - 3, fillcolor=(90, 80, 70)).save(out, "JPEG", quality=80)
    return out.getvalue()


def _grassroots() -> tuple[ops.Actor, list[int]]:
    """Return the officer who files for members, and the unions whose members those are."""
    role = Grant.objects.get(account__name=GRASSROOTS)
    unions = branch_of(union_ids=[role.union_id] if role.union_id else [])
    return ops.Actor(name=GRASSROOTS, role=role.role, union_id=role.union_id), unions


def _members(
    seed: int, on: date, count: int, *, unions: Collection[int] | None = None, without: Collection[int] = ()
) -> Iterator[int]:
    """Yield persons in service for half a year and more who have not applied, of these unions (None: all).

    One of each union before the second of any: a queue of a city has applications from everywhere.
    """
    known = set(Application.objects.values_list("person_id", flat=True)) | set(without)
    held = Membership.objects.all() if unions is None else Membership.objects.filter(union_id__in=unions)
    rows = held.filter(
        in_service=True, left_on=None, joined_on__lt=on - timedelta(days=200), person__merged_into=None,
        person__birth_date__gt=on - timedelta(days=365 * 58), person__birth_date__lt=on - timedelta(days=365 * 20),
    ).order_by("member_no").values_list("person_id", "union_id", "member_no")[: count * A_UNION]  # fmt: skip
    found = {person: union for person, union, number in rows if person not in known and drawn(seed, number) < 40}
    before: Counter[int] = Counter()
    turns: dict[int, int] = {}
    for person, union in found.items():
        turns[person] = before[union]
        before[union] += 1
    yield from sorted(turns, key=lambda person: turns[person])[:count]


def _draft(
    kind: Kind, person: int, number: int, seed: int, on: date, at: datetime, officer: ops.Actor | None
) -> Application:  # fmt: skip
    happened = on - timedelta(days=25 + drawn(seed, number, "day") // 2)
    day = happened.isoformat()
    story = "演示数据:经过为虚构。"
    form = {
        Kind.ACCIDENT: {
            "event_on": day, "cause": "fall", "injuries": BONES[number % len(BONES)], "treatment_over": "是",
            "story": story,
        },
        Kind.DEATH: {
            "event_on": day, "cause": "fall", "died_on": day, "heir_name": "演示亲属", "heir_relation": "配偶",
            "heir_account": f"62999900{person:011d}", "heir_phone": "见材料", "story": story,
        },
        Kind.FIRE: {
            "event_on": day, "loss": f"{10_000 + drawn(seed, number, 'loss') * 900}.00", "household": f"DEMO-{person}",
            "certificate_no": f"演示消火认字〔{happened.year}〕第{9000 + number}号",
            "certificate_on": (happened + timedelta(days=15)).isoformat(),
            "certificate_issuer": "演示消防救援大队", "story": story,
        },
        Kind.STAY: {
            "event_on": day, "begins_on": (happened - timedelta(days=9)).isoformat(), "medical_type": "25",
            "cash": f"{8_000 + drawn(seed, number, 'cash') * 700}.00", "hospital": "外地某医院(演示)", "story": story,
        },
    }[kind]  # fmt: skip
    by = officer or ops.Actor(name=f"{OF_MEMBERS}{person}", role="member", person_id=person)
    application = ops.start_application(
        kind=kind,
        person_id=person,
        by=by,
        filed_as=FiledAs.UNION if officer else FiledAs.MEMBER,
        form=form,
        on=on,
        at=at,
    )
    for need, _, title in needed_papers(kind=kind, amount_fen=10**9, on=on):
        content = paper_picture(title=title, number=application.number, seed=seed)
        ops.add_paper(
            application_id=application.pk, paper=need.paper, given_name=f"{need.paper}.jpg", chunks=[content], by=by,
            on=on, at=at,
        )  # fmt: skip
    return application


def _take_to(end: str, application: Application, on: date, at: datetime, policies: Shelf | None) -> int:
    """Walk an application to its end and return the fen it owes."""
    if end == "draft":
        return 0
    pk, filer = application.pk, ops.Actor(name=application.filed_by, role="member")
    ops.submit(application_id=pk, by=filer, on=on, at=at, policies=policies)
    if end == "submitted":
        return 0
    if end == "withdrawn":
        ops.withdraw(application_id=pk, by=filer, because="本人不再申请(演示)", on=on, at=at)
        return 0
    ops.take_application(application_id=pk, by=FIRST, on=on, at=at)
    if end in ("returned", "resubmitted"):
        ops.return_for_supplement(
            application_id=pk, by=FIRST, codes=["not_readable"], words="请重拍第一页", on=on, at=at
        )
        if end == "resubmitted":
            ops.submit(application_id=pk, by=filer, on=on, at=at, policies=policies)
    elif end == "approved":
        return _approve(pk, FIRST, SECOND, on, at, policies)
    elif end != "under_review":
        ops.refuse(application_id=pk, by=FIRST, codes=["papers_contradict"], words="", on=on, at=at)
        return _appeal(end, pk, filer, on, at, policies)
    return 0


def _appeal(end: str, pk: int, filer: ops.Actor, on: date, at: datetime, policies: Shelf | None) -> int:
    if end == "refused":
        return 0
    ops.appeal(application_id=pk, by=filer, words="材料可以互相印证,请复核(演示)", on=on, at=at)
    if end == "appealed":
        return 0
    ops.take_application(application_id=pk, by=SECOND, on=on, at=at)
    if end == "upheld":
        ops.refuse(application_id=pk, by=SECOND, codes=["papers_contradict"], words="", on=on, at=at)
    if end == "approved_on_appeal":
        return _approve(pk, SECOND, THIRD, on, at, policies)
    return 0


def _approve(
    pk: int, first: ops.Actor, second: ops.Actor, on: date, at: datetime, policies: Shelf | None
) -> int:  # fmt: skip
    """Approve what deciding says, with a second signature where one is needed; what pays nothing is refused."""
    seen = preview(application_id=pk, on=on, at=at, policies=policies)
    if not seen.can_be_approved:
        ops.refuse(application_id=pk, by=first, codes=["not_entitled"], words="", on=on, at=at)
        return 0
    done = ops.approve(application_id=pk, by=first, seen_fen=seen.amount_fen, on=on, at=at, policies=policies)
    if not done.posted:
        ops.take_application(application_id=pk, by=second, on=on, at=at)
        done = ops.approve(application_id=pk, by=second, seen_fen=seen.amount_fen, on=on, at=at, policies=policies)
    return done.owed_fen
