"""The form of a case to try: it asks for what the policy reads, and for nothing else."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jishiyu.apps.policies.queries import Text
from jishiyu.engine.applications import FIELDS
from jishiyu.engine.policy.judge import columns_needed
from jishiyu.engine.policy.model import Policy
from jishiyu.engine.policy.shelf import Shelf
from jishiyu.engine.policy.trial import STAY
from jishiyu.engine.settlement.medical_types import types_of
from jishiyu.web.components.forms import Day, Form, dress
from jishiyu.web.language import language
from jishiyu.web.policies.forms import Yuan
from jishiyu.web.policies.lists import entries
from jishiyu.web.policies.words import KINDS, fact_words, titled

DAYS = ("begins_on", "ends_on", "event_on", "filed_on", "graded_on", "certificate_on")
PREFIX, BEFORE = "fact_", "before_"
A_DAY = timedelta(days=1)
SERVICE = [("in_service", _("member in service")), ("kept", _("member, not in service")), ("none", _("no member"))]


def _inside(policy: Policy, day: date) -> date:
    """Return a day, or the nearest one on which the version holds."""
    if policy.until is not None and day >= policy.until:
        return policy.until - A_DAY
    return max(day, policy.starts)


class Case(Form):
    """A case under one version, `beside` the policies that have a say in it: what they read is asked for too."""

    def __init__(self, *args: Any, policy: Policy, text: Text, today: date, beside: Shelf, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy, self.text = policy, text
        today = _inside(policy, today)
        stay = policy.judges[0] == "stay"
        judging = {name: versions for name, versions in beside if set(versions[0].judges) & set(policy.judges)}
        needed = set(columns_needed(Shelf(judging)))
        names = ["begins_on", "ends_on"] if stay else ["kind", "event_on", "filed_on"]
        names += [name for name in (STAY if stay else FIELDS) if name in needed and name not in names]
        for name in names:
            self.fields[PREFIX + name] = self._field(name, today)
        for name in ("begins_on", "ends_on", "kind", "event_on", "filed_on"):
            if PREFIX + name in self.fields:
                self.fields[PREFIX + name].required = True
        self.fields["service"] = forms.ChoiceField(label=_("Member on that day"), choices=SERVICE)
        self.fields["joined_on"] = forms.DateField(
            label=_("Member since"), widget=Day(), initial=date(today.year - 5, 1, 1)
        )
        self.fields["birth_date"] = forms.DateField(
            label=_("Birth date"), widget=Day(), required=False, initial=date(today.year - 40, 1, 1)
        )
        self.fields["used_before"] = Yuan(
            label=_("Paid before within the limit (yuan)"), required=False, initial="0.00", max_length=20
        )
        for name in beside.versions:
            if name != policy.name:
                title = titled(beside.versions[name][-1].title)
                words = _("Paid before by %(policy)s (yuan)") % {"policy": title}
                self.fields[BEFORE + name] = Yuan(label=words, required=False, initial="0.00", max_length=20)
        dress(self)

    def clean(self) -> dict[str, Any]:
        """Refuse a stay that ends before it begins."""
        data = super().clean() or {}
        begins, ends = data.get("fact_begins_on"), data.get("fact_ends_on")
        if self.policy.judges[0] == "stay" and begins and ends and ends < begins:
            self.add_error("fact_ends_on", _("The stay ends before it begins."))
        name = f"fact_{'ends_on' if self.policy.anchor == 'settled_on' else self.policy.anchor}"
        anchor = data.get(name)
        if anchor and anchor != _inside(self.policy, anchor):
            words = _("This version holds from %(first)s to %(last)s: choose a day in that time.")
            last = (self.policy.until - A_DAY).isoformat() if self.policy.until else "…"
            self.add_error(name, words % {"first": self.policy.starts.isoformat(), "last": last})
        return data

    def _field(self, name: str, today: date) -> forms.Field:
        label = fact_words(name)
        if name in DAYS:
            return forms.DateField(label=label, widget=Day(), required=False, initial=today)
        if name.endswith("_fen"):
            return Yuan(label=label, max_length=20, required=False)
        if name == "kind":
            return forms.ChoiceField(
                label=label, choices=[(kind, KINDS.get(kind, kind)) for kind in self.policy.judges]
            )
        if name == "medical_type":
            known = types_of(None)
            types = [(key, f"{key} {words}") for key, words in (known.words(language()) if known else {}).items()]
            return forms.ChoiceField(label=label, initial="21", choices=types)
        if name in ("injuries", "illness") and self.policy.formula.table_field == name:
            zh = language() == "zh"
            rows = [(entry.key, entry.zh if zh else entry.en) for entry in entries(self.text)]
            return forms.MultipleChoiceField(
                label=label, choices=rows, required=False, widget=forms.SelectMultiple(attrs={"size": 8}),
                help_text=_("Hold Ctrl to choose several."),
            )  # fmt: skip
        return self._choices(name, label) or forms.CharField(label=label, max_length=80, required=False)

    def _choices(self, name: str, label: str) -> forms.Field | None:
        if name == "papers":
            return forms.MultipleChoiceField(
                label=label, choices=self._papers(), required=False, widget=forms.CheckboxSelectMultiple
            )
        if name == "cause":
            causes = [("", "—"), ("traffic", _("traffic accident")), ("other", _("another cause"))]
            return forms.ChoiceField(label=label, required=False, choices=causes)
        if name == "treatment_over":
            return forms.ChoiceField(label=label, required=False, choices=[("1", _("yes")), ("0", _("no"))])
        return None

    def _papers(self) -> list[tuple[str, str]]:
        """Return every paper that the policy names, in the words of its evidence or of the requirement."""
        said = {paper.paper: paper.words[language()] for paper in self.policy.evidence}
        for requirement in self.policy.requirements:
            for paper in requirement.options.get("papers", []):
                said.setdefault(paper, requirement.words[language()])
        return list(said.items())
