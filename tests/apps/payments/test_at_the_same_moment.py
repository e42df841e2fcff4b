"""Several officers at once, and a process killed at any step: real connections, real processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jishiyu.apps.ledger.models import Entry
from jishiyu.apps.ledger.queries import trial_balance_fen
from jishiyu.apps.payments import operations as pay
from jishiyu.apps.payments.models import Attempt, Batch, BatchFile
from jishiyu.apps.payments.problems import AnotherIsPreparing, BatchNotReady, NothingToPay, NotReleasable
from jishiyu.apps.payments.queries import disagreements, free_fen
from tests.apps.payments import fund
from tests.apps.payments.fund import BANK, CHECKER, CLERK, MAKER, WHEN, Member
from tests.apps.together import at_once, refusals

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _fund() -> None:
    fund.open_fund()


def test_two_who_prepare_at_once_make_one_batch() -> None:
    fund.owe(fund.join([Member()] * 50), [100_00] * 50)
    done = at_once(*[fund.prepare] * 4)
    assert len(refusals(done)) == 3
    assert set(refusals(done)) <= {AnotherIsPreparing, NothingToPay}
    assert (Batch.objects.count(), Attempt.objects.count()) == (1, 50)
    assert disagreements() == []


def test_two_who_approve_at_once_sign_once() -> None:
    fund.owe(fund.join([Member()]), [100_00])
    batch_id = fund.prepare().batch_id
    done = at_once(lambda: fund.approve(batch_id, CHECKER), lambda: fund.approve(batch_id, CLERK))
    assert refusals(done) == [BatchNotReady]
    assert Batch.objects.get().checked_by in (CHECKER, CLERK)


def test_approving_and_cancelling_at_once_leaves_one_of_them(tmp_path: Path) -> None:
    fund.owe(fund.join([Member()]), [100_00])
    batch_id = fund.approve(fund.prepare().batch_id)
    done = at_once(
        lambda: pay.cancel_batch(batch_id=batch_id, by=CLERK, reason="重做", **WHEN),
        lambda: fund.send(batch_id, tmp_path),
    )
    assert refusals(done) == [BatchNotReady]
    assert (Batch.objects.get().state, fund.states()) in [("cancelled", ["owed"]), ("sent", ["sent"])]
    assert bool(list(tmp_path.iterdir())) == (Batch.objects.get().state == "sent")


def test_two_who_send_at_once_write_the_same_file_and_post_once(tmp_path: Path) -> None:
    fund.owe(fund.join([Member()] * 20), [100_00] * 20)
    batch_id = fund.approve(fund.prepare().batch_id)
    done = at_once(*[lambda: fund.send(batch_id, tmp_path)] * 3)
    assert sorted(one.first_time for one in done) == [False, False, True]  # type: ignore[attr-defined]
    assert len({one.files for one in done}) == 1  # type: ignore[attr-defined]
    assert Entry.objects.filter(kind="sent").count() == 20
    assert BatchFile.objects.count() == 1


def test_one_result_file_read_by_two_at_once_is_booked_once(tmp_path: Path) -> None:
    fund.owe(fund.join([Member()] * 20), [100_00] * 20)
    fund.sent_batch(tmp_path)
    answers = [fund.says(attempt, "paid") for attempt in fund.attempts()]
    done = at_once(*[lambda: fund.read(answers)] * 3)
    assert sorted(one.known_before for one in done) == [False, True, True]  # type: ignore[attr-defined]
    assert Entry.objects.filter(kind="paid").count() == 20
    assert disagreements() == []


def test_one_payment_released_by_two_at_once_is_owed_once(tmp_path: Path) -> None:
    owed = fund.owe(fund.join([Member()]), [100_00])
    fund.sent_batch(tmp_path)
    fund.read([fund.says(fund.attempts()[0], "returned")])
    release = {"entitlement_ids": [owed[0].id], "reason": "账户已恢复", "by": CLERK, **WHEN}
    done = at_once(*[lambda: pay.release(**release)] * 2)  # type: ignore[arg-type]
    assert refusals(done) == [NotReleasable]


def test_two_batches_never_spend_the_same_money() -> None:
    fund.owe(fund.join([Member()]), [60_000_00])
    fund.owe(fund.join([Member()]), [60_000_00], policy="changchun.fire")
    done = at_once(
        lambda: fund.prepare(policy="changchun.fire"),
        lambda: fund.prepare(policy=fund.HOSPITAL),
        lambda: pay.appropriate(amount_fen=-60_000_00, reference="冲回", by=CLERK, **WHEN),
    )
    assert len(refusals(done)) == 2
    assert free_fen() == 40_000_00


STEPS = ["before_write", "half_written", "before_rename", "before_mark", "before_commit"]
KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
import django
django.setup()
from jishiyu.apps.payments import sending
die = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
step = {step!r}
if step == "before_write":
    sending.write_safely = die
elif step == "half_written":
    real = os.fsync
    os.fsync = die
elif step == "before_rename":
    Path.replace = die
elif step == "before_mark":
    sending._mark_sent = die
elif step == "before_commit":
    sending.record = lambda **k: die() if k["action"] == "payments.send" else None
from tests.apps.payments import fund
fund.send({batch}, Path({folder!r}))
"""


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_of_sending_nothing_is_lost_or_doubled(step: str, tmp_path: Path, database_url: str) -> None:
    from django.conf import settings

    fund.owe(fund.join([Member()] * 5), [100_00] * 5)
    batch_id = fund.approve(fund.prepare().batch_id)
    out = tmp_path / "out"
    code = KILLED.format(
        root=str(ROOT), step=step, batch=batch_id,
        folder=str(out),
    )  # fmt: skip
    environment = {**os.environ, "JISHIYU_DATABASE_URL": database_url, "JISHIYU_KEY_FILE": str(settings.KEY_FILE)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert Batch.objects.get().state == "sending"
    whole = [path for path in out.glob("*") if not path.name.startswith(".")] if out.exists() else []
    assert [path.read_bytes() for path in whole] == [fund_file(batch_id)][: len(whole)]
    with pytest.raises(BatchNotReady):
        pay.cancel_batch(batch_id=batch_id, by=CLERK, reason="重做", **WHEN)
    sent = fund.send(batch_id, out)
    assert sent.first_time
    assert sent.paths[0].read_bytes() == fund_file(batch_id)
    assert (Batch.objects.get().state, fund.states()) == ("sent", ["sent"] * 5)
    assert Entry.objects.filter(kind="sent").count() == 5
    assert (trial_balance_fen(), disagreements()) == (0, [])
    assert Batch.objects.get().sent_by == MAKER


def fund_file(batch_id: int) -> bytes:
    """Make the file of a batch from its rows, as sending does."""
    from jishiyu.apps.payments.sending import _payments

    batch = Batch.objects.get(id=batch_id)
    return BANK.write(batch=batch_id, on=batch.pay_on, payments=_payments(batch))[0].content
