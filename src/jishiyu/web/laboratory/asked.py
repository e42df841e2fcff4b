"""The question of a page: today's policy, and the variant that its sliders and brackets say."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from jishiyu.apps.policies.queries import in_force, text_of
from jishiyu.apps.policies.shelves import read
from jishiyu.engine.policy.editing import Number, edited, numbers_of, rebracketed
from jishiyu.engine.policy.model import Policy
from jishiyu.web.figures.typography import chinese
from jishiyu.web.language import language
from jishiyu.web.policies.forms import RATE, YUAN, typed

SOURCE = "政策实验室测算"
VERSION = "what-if"
SCALES = ("whole_amount", "marginal")
MOST_BRACKETS = 12
UNREAD = "formula.bracket."  # numbers of brackets have an editor of their own
HIGHEST_RATE = Decimal(30)


@dataclass(frozen=True)
class Slider:
    """One number with its slider: value as text, the range of the slider, and whether it is another than today's."""

    key: str
    label: str
    kind: str
    value: str
    shown: str
    low: str
    high: str
    step: str
    changed: bool
    wrong: bool


class Asked:
    """A question about a policy, read from the query of an address."""

    def __init__(self, name: str, query: QueryDict) -> None:
        versions = in_force().versions.get(name)
        if not versions:
            raise Http404
        self.name, self.query = name, query
        self.first: Policy = versions[-1]
        self.known = text_of(policy=self.first)
        self.text = self.known.text
        self.data = tomllib.loads(self.text)
        self.numbers = [one for one in numbers_of(self.text) if not one.key.startswith(UNREAD)]

    @cached_property
    def sliders(self) -> list[Slider]:
        """Return every number of the policy besides those of brackets, with its slider."""
        return [self._slider(number) for number in self.numbers]

    @property
    def has_brackets(self) -> bool:
        """Say whether there are brackets to edit."""
        return self.data["formula"]["kind"] in SCALES

    @property
    def scale(self) -> str:
        """Return how brackets pay: on the whole amount or part by part."""
        wanted = self.query.get("scale", "")
        return wanted if wanted in SCALES else str(self.data["formula"]["kind"])

    @cached_property
    def brackets(self) -> list[tuple[str, str]]:
        """Return edge and rate of each bracket as they were typed, from the lowest edge; today's when none were."""
        if "edge" not in self.query:
            return [
                (str(one.get("over", one.get("from"))), str(one["rate"]))
                for one in self.data["formula"].get("bracket", [])
            ]
        pairs = zip(self.query.getlist("edge"), self.query.getlist("rate"), strict=False)
        given = [(_yuan(edge), _rate(rate)) for edge, rate in pairs if edge.strip() and rate.strip()]
        return sorted(
            given[:MOST_BRACKETS], key=lambda pair: Decimal(pair[0]) if YUAN.fullmatch(pair[0]) else Decimal(0)
        )

    @property
    def fault(self) -> str:
        """Return what is wrong with what was typed, or nothing."""
        if any(slider.wrong for slider in self.sliders):
            return _("One of the numbers cannot be read: amounts in yuan with at most two decimals, rates in per cent.")
        bad = [pair for pair in self.brackets if not (YUAN.fullmatch(pair[0]) and RATE.fullmatch(pair[1]))]
        if bad or (self.has_brackets and not self.brackets):
            return _("Write each bracket as an amount in yuan and a rate in per cent, for example 5000.00 and 1.5 %.")
        return ""

    def variant_text(self, *, version: str = VERSION, starts: date | None = None, source: str = SOURCE) -> str:
        """Return the text of the variant; where the first bracket began at the threshold, it goes with it."""
        values = {slider.key: slider.value for slider in self.sliders}
        changes = {one.path: typed(one, values[one.key]) for one in self.numbers}
        made = edited(self.text, version=version, starts=starts or self.first.starts, numbers=changes, source=source)
        if not self.has_brackets:
            return made
        return rebracketed(made, kind=self.scale, brackets=self._from_threshold(values), source=source)

    @cached_property
    def second_text(self) -> str:
        """Return the text of the variant as it is asked about."""
        return self.variant_text()

    @cached_property
    def second(self) -> Policy:
        """Return the variant; raises the problems of reading a policy."""
        table = {"table_name": self.known.table_name, "table_text": self.known.table_text}
        return read(text=self.second_text, file=f"{self.name}-{VERSION}.toml", **table)

    def _from_threshold(self, values: dict[str, str]) -> list[tuple[str, str]]:
        old = self.data["formula"]["bracket"][0].get("over")
        threshold = self.data.get("threshold", {}).get("over")
        wanted = values.get("threshold.over")
        pairs = list(self.brackets)
        if wanted is None or old != threshold or not pairs:
            return pairs
        reached = [pair for pair in pairs if Decimal(pair[0]) > Decimal(wanted)]
        below = [pair for pair in pairs if Decimal(pair[0]) <= Decimal(wanted)]
        first = below[-1] if below else reached.pop(0)
        return [(str(typed(self._threshold(), wanted)), first[1]), *reached]

    def _threshold(self) -> Number:
        return next(one for one in self.numbers if one.key == "threshold.over")

    def _slider(self, number: Number) -> Slider:
        given = self.query.get(number.key, "").strip().replace(",", "")
        value = given or str(number.value)
        value = _rate(value) if number.kind == "rate" else value
        pattern = {"yuan": YUAN, "rate": RATE}.get(number.kind)
        wrong = not (pattern.fullmatch(value) if pattern else value.isdigit() and len(value) < 6)
        known = Decimal(str(number.value).rstrip("% "))
        low, high, step = _range(number, known)
        now = known if wrong else Decimal(value.rstrip("% "))
        return Slider(
            key=number.key, label=chinese(number.zh) if language() == "zh" else number.en, kind=number.kind, value=value,
            shown=f"{now.normalize():f}", low=f"{min(low, now):f}", high=f"{max(high, now):f}", step=step,
            changed=wrong or now != known, wrong=wrong,
        )  # fmt: skip


def _range(number: Number, known: Decimal) -> tuple[Decimal, Decimal, str]:
    """Return the ends and the step of a slider around today's number."""
    if number.kind == "rate":
        return Decimal(0), max(HIGHEST_RATE, known), "0.5"
    if number.kind == "count":
        return max(Decimal(0), known - 20), known + 20, "1"
    step = Decimal(10) ** max(known.adjusted() - 1, 0)
    return Decimal(0), max(known * 3, Decimal(1000)).quantize(Decimal(1)), f"{step:f}"


def _rate(text: str) -> str:
    return f"{text.strip().rstrip('% ')} %" if text.strip() else ""


def _yuan(text: str) -> str:
    """Return an amount as policies write it; what is none stays as it was typed."""
    plain = text.replace(",", "").strip()
    if not YUAN.fullmatch(plain):
        return plain
    whole, _point, part = plain.partition(".")
    return f"{int(whole)}.{part.ljust(2, '0')}"


def fields_of(query: QueryDict, names: dict[str, str]) -> dict[str, Any]:
    """Return further fields of a question with their defaults, as text."""
    return {name: query.get(name, default).strip() or default for name, default in names.items()}
