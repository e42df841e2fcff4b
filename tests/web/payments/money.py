"""People who pay, signed in, and a fund for them."""

import re
import time
from datetime import date
from typing import Any

from django.test import Client
from django.utils import timezone

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.payments import operations as pay
from jishiyu.banks import open_bank
from tests.apps.payments import fund
from tests.web.people import account, signed_in

FINANCE, REVIEWER = "u-finance", "u-reviewer"
BANK = open_bank("generic-csv")


def today() -> date:
    """Give the day the console takes for today."""
    return timezone.localdate()


def open_fund(amount_fen: int = 100_000_00) -> None:
    """Name finance and reviewer as signatories, none of them a member, and give the fund money."""
    for name in (FINANCE, REVIEWER, "second"):
        pay.name_signatory(name=name, member_no=None, by="tests", at=timezone.now())
    pay.appropriate(amount_fen=amount_fen, reference="市总财〔2025〕1号", by="tests", on=today(), at=timezone.now())


def prepare(by: str = FINANCE, **options: Any) -> int:
    """Prepare a batch of everything owed."""
    done = pay.prepare_batch(by=by, on=today(), at=timezone.now(), bank=BANK, **options)
    assert done.batch_id is not None
    return done.batch_id


def approved(by: str = FINANCE) -> int:
    """Prepare and approve."""
    batch_id = prepare(by)
    pay.approve_batch(batch_id=batch_id, by=REVIEWER, on=today(), at=timezone.now())
    return batch_id


def sent() -> int:
    """Prepare, approve and hand over."""
    batch_id = approved()
    pay.hand_over_batch(batch_id=batch_id, by=FINANCE, on=today(), at=timezone.now(), bank=BANK)
    return batch_id


def answered(*outcomes: str, accounts: tuple[str, ...] = ()) -> int:
    """Send a batch and let the bank answer each of its payments."""
    batch_id = sent()
    tries = [one for one in fund.attempts() if one.batch_id == batch_id]
    said = [
        fund.says(one, outcome, account=accounts[at] if accounts else None)
        for at, (one, outcome) in enumerate(zip(tries, outcomes, strict=True))
    ]
    pay.read_result(
        content=fund.result_bytes(said), file_name="result.csv", by=FINANCE, on=today(), at=timezone.now(), bank=BANK
    )
    return batch_id


def fresh(client: Client) -> Client:
    """Let the second factor of this session have been shown a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
    session.save()
    return client


def finance() -> Client:
    """Give a client of somebody who prepares."""
    return signed_in(Role.FINANCE)


def reviewer() -> Client:
    """Give a client of a second person."""
    return signed_in(Role.REVIEWER)


def of_branch(role: Role, union: str) -> Client:
    """Give a client whose role reaches one branch only."""
    account(role, union=union, name=f"u-{role.value}-{union}")
    return signed_in(role, union=union)


def words(response: Any) -> str:
    """Give what a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
