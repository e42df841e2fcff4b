"""Small invented visits: an expert and a steward on the way to an enterprise, and what their phones send."""

import base64
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from PIL import Image

from jishiyu.apps.accounts.models import Account, Role
from jishiyu.apps.enterprises.models import Need, Participation, State
from jishiyu.apps.experts.models import Expert, Part
from jishiyu.apps.visits.models import Entry, Report, TeamMember, Visit
from jishiyu.apps.visits.operations import Received, finish_visit, make_report, receive, release_report
from jishiyu.apps.visits.queries import entries_of
from tests.apps.enterprises.situations import need_in, participation, somebody

AT = datetime(2026, 3, 4, 2, tzinfo=UTC)
ON = date(2026, 3, 4)  # a Wednesday
PLAN = [
    {"zh": "测量进线电压", "en": "Measure the supply voltage", "quantity": "voltage", "unit": "V"},
    {"zh": "漏电保护器动作时间", "en": "Trip time of residual-current devices", "quantity": "trip_time", "unit": "s"},
    {"zh": "配电室标识", "en": "Signs in the switch room"},
]


def expert(name: str = "zhao.gong", *, full_name: str = "甲工匠", part: Part = Part.EXPERT) -> Expert:
    """Return somebody of the resource list who signs in as `name`."""
    account = somebody(Role.EXPERT, name=name)
    made, _ = Expert.objects.get_or_create(
        code=name, defaults={"name": full_name, "part": part, "account": account, "since": date(2026, 1, 1)}
    )
    return made


def account(name: str) -> Account:
    """Return an account by its name."""
    return Account.objects.get(name=name)


def visit(
    *, of: Participation | None = None, on: date = ON, half: str = "am", team: Sequence[Expert] | None = None,
    need: Need | None = None, halfdays: int = 1,
) -> Visit:  # fmt: skip
    """Return a planned visit of an expert to an enterprise with the steward `steward-a`."""
    whose = need or need_in(State.PLANNED, of=of or participation(steward="steward-a"))
    made = Visit.objects.create(need=whose, on=on, half=half, halfdays=halfdays, plan=PLAN, made_by="tests", made_at=AT)
    for member in team if team is not None else [expert()]:
        TeamMember.objects.create(visit=made, expert=member, part=member.part)
    return made


def reading(
    point: str = "1#进线柜", quantity: str = "voltage", value: str = "398", unit: str = "V", **more: Any
) -> dict[str, Any]:
    """Return a reading as a phone sends it; `content` fields and fields of the entry may both be given."""
    entry = {name: more.pop(name) for name in ("client_id", "replaces", "slot", "by", "made_at") if name in more}
    content = {
        "point": point, "kind": "switchboard", "voltage_level": "380V", "quantity": quantity, "value": value, "unit": unit,
        "phase": "A", "instrument": "Fluke 435", "measured_at": "2026-03-04T10:00:00", **more,
    }  # fmt: skip
    return noted("reading", content, **entry)


def check(slot: str = "c1", state: str = "done", **more: Any) -> dict[str, Any]:
    """Return a line of the checklist as a phone sends it."""
    entry = {name: more.pop(name) for name in ("client_id", "replaces", "by") if name in more}
    return noted("check", {"state": state, **more}, slot=slot, **entry)


def photo(colour: str = "red", **content: Any) -> dict[str, Any]:
    """Return a photo as a phone sends it."""
    return noted("photo", content, picture=picture(colour))


def picture(colour: str = "red", kind: str = "JPEG") -> str:
    """Return a small picture as a data address."""
    written = io.BytesIO()
    Image.new("RGB", (80, 60), colour).save(written, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(written.getvalue()).decode()}"


def noted(kind: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return an entry as a phone sends it."""
    return {
        "client_id": str(uuid4()), "kind": kind, "content": content, "replaces": [], "made_at": "2026-03-04T02:00:00Z",
        **more,
    }  # fmt: skip


def send(to: Visit, *entries: dict[str, Any], by: str = "zhao.gong", at: datetime = AT) -> Received:
    """Send entries as a phone does."""
    return receive(visit_id=to.pk, entries=entries, by=by, on=ON, at=at)


def stored(of: Visit) -> list[Entry]:
    """Return everything that is stored about a visit."""
    return list(Entry.objects.filter(visit=of).order_by("id"))


def done(to: Visit | None = None, *entries: dict[str, Any]) -> Visit:
    """Return a visit that took place, with a reading unless others are given."""
    made = to or visit()
    send(made, *(entries or (reading(),)))
    return finish_visit(visit_id=made.pk, came=[one.pk for one in made.team.all()], by="steward-a", at=AT)


def released(of: Visit | None = None) -> Report:
    """Return the released report of a visit; its PDF is a short stand-in, for the database keeps bytes."""
    made = make_report(visit_id=(of or done()).pk, advice="", limits_on=ON, by="steward-a", at=AT)
    signed = [one.pk for one in entries_of(made) if one.kind == "signature"]
    return release_report(report_id=made.pk, pdf=b"%PDF-1.7 tests", signed=signed, by="steward-a", at=AT)
