"""Chinese is complete, the same English is said by the same Chinese, and both are switched on every page."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import translation

from jishiyu.apps.accounts import models as accounts
from jishiyu.apps.accounts.models import Role
from jishiyu.apps.api import models as api
from jishiyu.apps.applications import states as applications
from jishiyu.apps.enterprises import states as enterprises
from jishiyu.apps.experts import models as experts
from jishiyu.apps.intake import models as intake
from jishiyu.apps.jobs import models as jobs
from jishiyu.apps.ledger import chart as ledger
from jishiyu.apps.members import models as members
from jishiyu.apps.notices import models as notices
from jishiyu.apps.orgs import models as orgs
from jishiyu.apps.payments import models as payments
from jishiyu.apps.policies import models as policies
from jishiyu.apps.subsidies import models as subsidies
from jishiyu.apps.visits import models as visits
from jishiyu.engine.words import Words
from jishiyu.web.accounts import words as accounts_words
from jishiyu.web.applications import words as applications_words
from jishiyu.web.decisions import words as decisions_words
from jishiyu.web.experts import words as experts_words
from jishiyu.web.feeds import words as feeds_words
from jishiyu.web.find import words as find_words
from jishiyu.web.ledger import words as ledger_words
from jishiyu.web.needs import words as needs_words
from jishiyu.web.notices import lists as notices_words
from jishiyu.web.pairing import words as pairing_words
from jishiyu.web.payments import words as payments_words
from jishiyu.web.policies import words as policies_words
from jishiyu.web.recoveries import words as recoveries_words
from jishiyu.web.roster import words as roster_words
from jishiyu.web.tokens import words as tokens_words
from jishiyu.web.unions import words as unions_words
from jishiyu.web.visits import words as visits_words
from scripts import messages
from tests.web.people import signed_in

HAN = re.compile(r"[㐀-鿿]")


def test_every_sentence_of_every_screen_has_its_chinese() -> None:
    assert messages.missing() == []


def test_a_sentence_with_parentheses_is_found_in_a_template() -> None:
    template = '{% translate "From 1 (first) to 5 (last). Again." %} {{ _("Rest (s)") }} {% translate "It\'s." %}'
    said = [one for one, _plural in messages._of_template(template, "x.html")]
    assert said == ["From 1 (first) to 5 (last). Again.", "Rest (s)", "It's."]


def test_the_same_english_has_the_same_chinese_everywhere() -> None:
    known: dict[tuple[str, str], set[str]] = {}
    for path in messages.WEB.glob(f"*/{messages.PLACE}/django.po"):
        for sentence, text in messages.read_po(path).items():
            known.setdefault(sentence, set()).add(text)
    assert {sentence: texts for sentence, texts in known.items() if len(texts) > 1} == {}


def test_placeholders_survive_translation() -> None:
    wrong = []
    for path in messages.WEB.glob(f"*/{messages.PLACE}/django.po"):
        for (single, _), text in messages.read_po(path).items():
            if set(re.findall(r"%\(\w+\)s|\{\w+\}", single)) != set(re.findall(r"%\(\w+\)s|\{\w+\}", text)):
                wrong.append(single)
    assert wrong == []


@pytest.mark.django_db
def test_the_language_is_chosen_on_a_page_and_kept() -> None:
    client = signed_in(Role.FINANCE)
    assert '<html lang="zh-CN">' in client.get("/todo").content.decode()
    answer = client.post(reverse("language"), {"language": "en", "back": "/todo"})
    assert answer.headers["Location"] == "/todo"
    told = client.get("/todo")
    assert '<html lang="en">' in told.content.decode()
    assert told.headers["Content-Language"] == "en"
    client.post(reverse("language"), {"language": "klingon", "large_text": "1", "back": "/todo"})
    assert '<html lang="en" class="large-text">' in client.get("/todo").content.decode()


@pytest.mark.django_db
def test_a_language_is_not_taken_from_the_browser() -> None:
    told = Client(headers={"accept-language": "en"}).get("/sign-in").content.decode()
    assert "登录" in told


def choices() -> list[type[models.Choices]]:
    """Return every set of choices of the product."""
    found, waiting = [], [models.Choices]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("jishiyu.") and one.values:
            found.append(one)
    return sorted(found, key=lambda one: f"{one.__module__}.{one.__qualname__}")


def test_every_choice_has_a_name_in_both_languages() -> None:
    wrong = []
    for one in choices():
        for choice in one:
            words = Words.of(choice)
            if not HAN.search(words.zh) or not words.en or HAN.search(words.en):
                wrong.append((one.__qualname__, choice, words.en))
    assert wrong == []
    assert len(choices()) > 40


# Where a screen has its own words for a choice: they may say more than its name ("prepared: to be checked"), never something else.
SHOWN: list[tuple[type[models.Choices], Mapping[str, Any]]] = [
    (accounts.Role, accounts_words.ROLES),
    (api.Scope, tokens_words.SCOPES),
    (api.TokenState, tokens_words.STATES),
    (applications.FiledAs, applications_words.FILED_AS),
    (applications.Kind, find_words.APPLICATION_KINDS),
    (applications.State, find_words.APPLICATIONS),
    (enterprises.Clock, needs_words.CLOCKS),
    (enterprises.State, needs_words.STATES),
    (experts.Half, visits_words.HALVES),
    (experts.Honour, experts_words.HONOURS),
    (experts.Part, experts_words.PARTS),
    (experts.Part, visits_words.PARTS),
    (experts.ProposalState, pairing_words.STATES),
    (intake.FeedState, feeds_words.FEED_STATES),
    (intake.Bucket, feeds_words.BUCKETS),
    (jobs.State, feeds_words.JOB_STATES),
    (ledger.Kind, ledger_words.KINDS),
    (ledger.Role, ledger_words.ROLES),
    (members.ImportState, roster_words.IMPORT_STATES),
    (notices.State, notices_words.STATES),
    (orgs.UnionKind, unions_words.KINDS),
    (payments.AttemptState, payments_words.ITEMS),
    (payments.BatchState, payments_words.BATCHES),
    (payments.DoubtKind, payments_words.DOUBTS),
    (payments.ObstacleReason, payments_words.OBSTACLES),
    (policies.State, policies_words.STATES),
    (subsidies.CaseReason, decisions_words.CASE_REASONS),
    (subsidies.CaseState, decisions_words.CASE_STATES),
    (subsidies.EntitlementState, decisions_words.PAYMENT_STATES),
    (subsidies.EntitlementState, payments_words.PAYMENTS),
    (subsidies.RecoveryState, recoveries_words.STATES),
    (visits.EntryKind, visits_words.KINDS),
    (visits.VisitState, visits_words.VISITS),
]


@pytest.mark.parametrize(("kind", "table"), SHOWN, ids=[f"{kind.__module__}.{kind.__name__}" for kind, _ in SHOWN])
def test_a_screen_says_of_a_choice_what_its_name_says(kind: type[models.Choices], table: Mapping[str, Any]) -> None:
    with translation.override("en"):
        shown = {choice: str(table[choice.value]) for choice in kind if choice.value in table}
    assert shown
    wrong = {choice: said for choice, said in shown.items() if Words.of(choice).en.casefold() not in said.casefold()}
    assert wrong == {}
