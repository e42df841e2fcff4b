"""Other systems for tests: each with a token that was issued, collected, and is sent with every request."""

import itertools
import json
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.api.models import OF_THE_CITY, Scope, Token
from jishiyu.apps.api.operations import collect, issue
from tests.web.people import account

KEYS = itertools.count(1)
OF = {
    Scope.SETTLEMENTS_PUSH: Role.SUBSIDY_OFFICER,
    Scope.ROSTER_PUSH: Role.SUBSIDY_OFFICER,
    Scope.RESULTS_PUSH: Role.FINANCE,
}
OFFICERS = tuple(scope for scope in Scope if scope is not Scope.RESULTS_PUSH)
OF_A_BRANCH = tuple(scope for scope in Scope if scope not in (*OF_THE_CITY, Scope.PAYMENTS_READ))


class System:
    """Another system with its token."""

    def __init__(self, token: Token, secret: str) -> None:
        self.token, self.secret, self.client = token, secret, Client()
        self.client.raise_request_exception = True

    def get(self, path: str, **asked: Any) -> HttpResponse:
        """Ask."""
        return self.client.get(f"/api/{path}", asked, headers={"Authorization": f"Bearer {self.secret}"})

    def post(self, path: str, body: Any, *, key: str | None = None) -> HttpResponse:
        """Push; without `key` under a new one. A text is sent as it is."""
        headers = {
            "Authorization": f"Bearer {self.secret}", "Idempotency-Key": f"key-{next(KEYS):08d}" if key is None else key
        }  # fmt: skip
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        return self.client.post(f"/api/{path}", text.encode(), content_type="application/json", headers=headers)


def system(
    *scopes: Scope, role: Role = Role.SUBSIDY_OFFICER, union: str = "", of: str = "", name: str = "", rate: int = 6000
) -> System:
    """Return a system with a token that a new account with `role` (in the branch `of`) answers for."""
    answers = account(role, union=of)
    now = timezone.now()
    today = timezone.localdate(now)
    made = issue(
        name=name or f"sys-{next(KEYS)}", account_name=answers.name, scopes=scopes, union_code=union, per_minute=rate,
        until=today + timedelta(days=30), on=today, by="guard", at=now,
    )  # fmt: skip
    drawn = collect(token_id=made.pk, by=answers.name, at=now)
    return System(drawn.token, drawn.secret)
