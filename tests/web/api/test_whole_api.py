"""Schemathesis against the whole API, with the real database: no answer but those the document promises."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.api.models import Scope
from jishiyu.web.api.document import document
from jishiyu.web.api.door import KEY
from tests.apps.payments.fund import Member, join, open_fund, owe, sent_batch
from tests.apps.subsidies.situations import enrol, load, member, stay
from tests.web.api.systems import KEYS, OFFICERS, System, system

EXAMPLES = 12


class Kept:
    """The application, keeping the connection that holds the test's transaction, as Django's own test client does."""

    def __init__(self) -> None:
        self.handler = WSGIHandler()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        """Answer a request."""
        request_started.disconnect(close_old_connections)
        request_finished.disconnect(close_old_connections)
        try:
            response = self.handler(environ, start_response)
            body = list(response)
            response.close()
        finally:
            request_started.connect(close_old_connections)
            request_finished.connect(close_old_connections)
        return body


schema = schemathesis.openapi.from_dict(document())
schema.app = Kept()


@pytest.fixture
def city(db: None, tmp_path: Path) -> dict[str, System]:
    """Give a small city, and systems that may everything."""
    enrol(tmp_path, member(1), member(2))
    load(tmp_path, "march", stay(1, "A", "6000.00"), stay(2, "B", "152000.00"), stay(9, "C", "9000.00"))
    open_fund()
    owe(join([Member()]), [100_00])
    sent_batch(tmp_path)
    return {"officer": system(*OFFICERS), "finance": system(Scope.RESULTS_PUSH, role=Role.FINANCE)}


@schema.parametrize()
@seed(20250310)
@settings(
    max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_every_answer_is_one_that_the_document_promises(case: schemathesis.Case, city: dict[str, System]) -> None:
    asking = city["finance" if case.path == "/api/payments/results" else "officer"]
    # Its client does not unpack what the server packs.
    headers = {"Authorization": f"Bearer {asking.secret}", "Accept-Encoding": "identity"}
    if re.fullmatch(r"[!-~]{8,128}", case.headers.get(KEY) or ""):
        headers[KEY] = f"key-{next(KEYS):08d}"  # a key for every matter: the generator likes one for all
    answered = case.call(headers=headers)
    refused = answered.status_code == 422 and not answered.json()["type"].endswith("body-incomplete")
    # What is well-formed may still be refused with a sentence: a profile that no bank has, a part that is missing.
    # Tokens that are none are tried in test_api.py; here every request has a good one.
    left_out = [ignored_auth, positive_data_acceptance] if refused else [ignored_auth]
    case.validate_response(answered, excluded_checks=left_out)
