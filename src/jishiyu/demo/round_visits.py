"""What becomes of one visit of the demo's round: entries as a phone sends them, the report, the service plan, the answer."""

import base64
import io
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.utils.timezone import localdate, make_naive
from PIL import Image, ImageDraw

from jishiyu.apps.visits.models import Report, TeamMember, Visit
from jishiyu.apps.visits.operations import (
    Result,
    add_action,
    ask_satisfaction,
    finish_visit,
    make_report,
    note_result,
    receive,
    release_report,
    say_satisfaction,
    serve_need,
)
from jishiyu.apps.visits.queries import judged_from, plan_of, standing
from jishiyu.demo import round_words as words
from jishiyu.demo.officers import drawn
from jishiyu.demo.round_people import person
from jishiyu.engine.inspection.model import ATTENTION, FAILS, NORMAL

if TYPE_CHECKING:
    from jishiyu.demo.round import Round

SPACE = UUID("5f1d3b1e-0000-4000-8000-000000000800")
GRAVEST = (FAILS, ATTENTION, NORMAL)
# Places behind the point that an instrument shows, by unit.
PLACES = {"V": 1, "kV": 2, "%": 1, "℃": 1, "ms": 0, "mA": 1, "Ω": 1, "MΩ": 1, "1": 2}
SIGNATURE = 900  # its place among the entries of a visit, after any reading
# point, kind, voltage level, quantity, phase, unit, least and most in thousandths; some of it beyond the limits
MEASURED: dict[str, tuple[tuple[str, str, str, str, str, str, int, int], ...]] = {
    "health-check": (
        ("总配电箱", "switchboard", "380V", "voltage", "", "V", 384_000, 409_000),
        ("总配电箱", "switchboard", "380V", "temperature", "A", "℃", 41_000, 58_000),
        ("总配电箱", "switchboard", "380V", "temperature", "B", "℃", 41_000, 99_000),
        ("总配电箱", "switchboard", "380V", "temperature_ambient", "", "℃", 29_000, 34_000),
        ("末端箱", "switchboard", "220V", "voltage", "", "V", 219_000, 237_000),
    ),
    "power-quality": (
        ("公共连接点", "pcc", "10kV", "voltage", "", "kV", 9_900, 10_600), ("公共连接点", "pcc", "10kV", "thd_u", "", "%", 2_100, 4_900),
        ("变压器低压侧", "switchboard", "380V", "thd_u", "", "%", 3_000, 6_200),
        ("变压器低压侧", "switchboard", "380V", "unbalance_u", "", "%", 600, 2_300),
    ),
    "transformer-check": (
        ("1 号变压器", "transformer", "380V", "load_ratio", "", "%", 55_000, 98_000),
        ("1 号变压器", "transformer", "380V", "current_unbalance", "", "%", 8_000, 28_000),
    ),
    "leakage-earthing": (
        ("末端漏保", "rcd", "220V", "trip_time", "", "ms", 28_000, 130_000), ("末端漏保", "rcd", "220V", "trip_current", "", "mA", 17_000, 31_000),
        ("厂房接地", "earthing", "", "earth_resistance", "", "Ω", 1_800, 11_500),
    ),
    "lines-cables": (("车间电缆", "line", "380V", "insulation", "A", "MΩ", 400, 160_000), ("车间电缆", "line", "380V", "insulation", "B", "MΩ", 90_000, 200_000)),
    "power-factor": (("计量点", "pcc", "10kV", "power_factor", "", "1", 820, 960),),
    "efficiency": (("空压站", "switchboard", "380V", "voltage", "", "V", 385_000, 402_000), ("空压站", "switchboard", "380V", "power_factor", "", "1", 780, 930)),
    "expansion": (("1 号变压器", "transformer", "380V", "load_ratio", "", "%", 70_000, 105_000),),
    "charging": (("1 号变压器", "transformer", "380V", "load_ratio", "", "%", 40_000, 85_000),),
    "solar-storage": (("公共连接点", "pcc", "10kV", "voltage", "", "kV", 9_900, 10_600),),
}  # fmt: skip
# The workshop of 800 kVA, by hand: several findings fail (see examples/workshop.py).
WORKSHOP = (
    ("T1", "transformer", "380V", "load_ratio", "", "%", "96.4"), ("T1", "transformer", "380V", "current_unbalance", "", "%", "27.5"),
    ("D1", "switchboard", "380V", "voltage", "", "V", "392.6"), ("D2", "switchboard", "380V", "voltage", "", "V", "408.3"),
    ("D2", "switchboard", "380V", "temperature", "A", "℃", "51.8"), ("D2", "switchboard", "380V", "temperature", "B", "℃", "96.4"),
    ("D2", "switchboard", "380V", "temperature", "C", "℃", "50.9"), ("D2", "switchboard", "380V", "temperature_ambient", "", "℃", "34.0"),
    ("R3", "rcd", "220V", "trip_current", "", "mA", "21.0"), ("R3", "rcd", "220V", "trip_time", "", "ms", "128"),
    ("E1", "earthing", "", "earth_resistance", "", "Ω", "2.6"), ("L2", "line", "220V", "insulation", "", "kΩ", "380"),
)  # fmt: skip


class Service:
    """One visit and what follows it."""

    def __init__(self, round_: "Round", visit: Visit) -> None:
        self.round, self.visit, self.need = round_, visit, visit.need
        steward = visit.need.participation.steward
        self.steward = steward.name if steward is not None else ""
        self.code = visit.need.item.code if visit.need.item is not None else ""
        self.fate = round_.draw("service", visit.need.number)
        self.workshop = visit.need.participation_id == round_.crowd.workshop.pk

    def visit_now(self, at: datetime) -> None:
        """This function will note what was measured, and finish the visit."""
        receive(visit_id=self.visit.pk, entries=list(self._entries(at)), by=self.steward, on=localdate(at), at=at)
        members = list(TeamMember.objects.filter(visit=self.visit).order_by("pk").values_list("pk", flat=True))
        came = members[:-1] if len(members) > 4 and self.fate % 10 == 0 else members
        finish_visit(visit_id=self.visit.pk, came=came, by=self.steward, at=at)
        if self.fate < 4:  # the report is not written: its clock runs out
            return
        self._next(at, 120 + self.round.draw("report", self.need.number) * 7, self._report)

    def _report(self, at: datetime) -> None:
        noted = list(standing(visit_id=self.visit.pk))
        found = {one.verdict for one in judged_from(visit=self.visit, entries=noted, limits_on=self.visit.on).findings}
        advice = words.ADVICE[next((one for one in GRAVEST if one in found), "")]
        report = make_report(visit_id=self.visit.pk, advice=advice, limits_on=self.visit.on, by=self.steward, at=at)
        if self.fate < 7:  # a draft that waits
            return
        report = Report.objects.select_related(
            "visit__need__participation__enterprise", "visit__need__participation__steward", "visit__need__item"
        ).get(pk=report.pk)
        pdf, signed = self.round.paper(report, at)
        release_report(report_id=report.pk, pdf=pdf, signed=signed, by=self.steward, at=at)
        self._next(at, 60, self._plan)

    def _plan(self, at: datetime) -> None:
        what, _, *_ = words.ACTIONS[self.code]
        owner = self.visit.need.participation.enterprise.name
        due = localdate(at) + timedelta(days=5 + self.round.draw("due", self.need.number) % 14)
        action = add_action(need_id=self.need.pk, what=what, owner=owner, due_on=due, by=self.steward, at=at)
        if self.fate < 14:  # nothing came of it yet
            return
        self._next(at, 300 + self.round.draw("act", self.need.number) * 25, lambda when: self._act(action.pk, when))

    def _act(self, action_id: int, at: datetime) -> None:
        _, result, fen, kwh, trained = words.ACTIONS[self.code]
        number = self.need.number
        came = Result(
            done_on=localdate(at), result=result, saved_fen=self._between(fen, "fen", number) // 10_000 * 10_000 or None,
            saved_kwh=self._between(kwh, "kwh", number) or None, trained=self._between(trained, "trained", number),
        )  # fmt: skip
        note_result(action_id=action_id, came=came, by=self.steward, at=at)
        serve_need(need_id=self.need.pk, by=self.steward, at=at)
        if self.fate < 22:  # the enterprise has not answered yet
            return
        self._next(at, 60 + self.round.draw("say", number) * 12, self._say)

    def _say(self, at: datetime) -> None:
        secret = ask_satisfaction(participation_id=self.need.participation_id, by=self.steward, at=at)
        solved = self.fate >= 26
        stars = (5 if self.fate > 48 else 4) if solved else 2
        said = words.THANKS if solved else words.NOT_YET
        say_satisfaction(secret=secret, need_id=self.need.pk, solved=solved, stars=stars, words=said[self.fate % len(said)],
                         said_by="", at=at)  # fmt: skip

    def _entries(self, at: datetime) -> Iterator[Mapping[str, Any]]:
        """Yield what a phone would send: the lines of the plan, the enterprise's signature, then readings."""
        for place in range(1, len(plan_of(self.visit.plan)) + 1):
            yield self._entry("check", place, {"state": "done", "words": "现场已核对"}, at)
        signed = {"name": person(self.round.seed, "signs", self.need.participation_id), "title": "设备科"}
        yield {**self._entry("signature", SIGNATURE, signed, at), "picture": self._scrawl()}
        if self.fate % 2 and not self.workshop:  # advice and training need no readings
            return
        for place, (point, kind, level, quantity, phase, unit, value) in enumerate(self._readings(), 1):
            content = {
                "point": point, "kind": kind, "voltage_level": level, "quantity": quantity, "phase": phase, "value": value,
                "unit": unit, "instrument": "DEMO-17B", "measured_at": make_naive(at).strftime("%Y-%m-%d %H:%M:%S"),
            }  # fmt: skip
            yield self._entry("reading", place, {name: text for name, text in content.items() if text}, at)

    def _readings(self) -> Iterator[tuple[str, str, str, str, str, str, str]]:
        if self.workshop and self.code == "transformer-check":
            yield from WORKSHOP
            return
        for point, kind, level, quantity, phase, unit, least, most in MEASURED.get(self.code, ()):
            value = self._between((least, most), point, quantity, phase, self.need.number)
            yield (
                point,
                kind,
                level,
                quantity,
                phase,
                unit,
                _shown(value, unit),
            )

    def _scrawl(self) -> str:
        """Return a signature that nobody wrote, as a phone sends it."""
        paper = Image.new("RGB", (660, 240), "white")
        pen = ImageDraw.Draw(paper)
        for stroke in range(3):
            ups = [
                30 + self.round.draw("scrawl", self.need.participation_id, stroke, step) * 180 // 100
                for step in range(8)
            ]
            way = [(60 + stroke * 190 + step * 24, up) for step, up in enumerate(ups)]
            pen.line(way, fill="#1f2329", width=5, joint="curve")
        written = io.BytesIO()
        paper.save(written, "PNG")
        return base64.b64encode(written.getvalue()).decode()

    def _entry(self, kind: str, place: int, content: Mapping[str, str], at: datetime) -> dict[str, Any]:
        name = uuid5(SPACE, f"{self.round.seed} {self.need.number} {self.visit.pk} {kind} {place}")
        return {
            "client_id": str(name), "kind": kind, "slot": f"c{place}" if kind == "check" else str(name), "content": content,
            "made_at": at.isoformat(), "by": self.steward,
        }  # fmt: skip

    def _between(self, span: tuple[int, int], *told: object) -> int:
        least, most = span
        steps = drawn(self.round.seed, "value", *told) * 100 + drawn(self.round.seed, "digit", *told)
        return least + (most - least) * steps // 9_999

    def _next(self, at: datetime, minutes: int, step: Any) -> None:
        self.round.push(self.round.after(at, minutes), step)


def _shown(thousandths: int, unit: str) -> str:
    """Return a value as an instrument shows it: cut off behind the places of its unit."""
    return str(Decimal(thousandths).scaleb(-3).quantize(Decimal(1).scaleb(-PLACES[unit]), ROUND_DOWN))
