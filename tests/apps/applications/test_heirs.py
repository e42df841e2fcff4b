"""The subsidy for a death goes to who was named with a proof of kinship, never to the account of the deceased."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from jishiyu.apps.applications.models import Application, Kind
from jishiyu.apps.applications.operations import approve, take_application
from jishiyu.apps.applications.problems import FormNotRight
from jishiyu.apps.applications.telling import STEPS
from jishiyu.apps.audit.models import Trail
from jishiyu.apps.notices.models import Kind as Told
from jishiyu.apps.notices.models import Notice
from jishiyu.apps.notices.operations import reveal_notice
from jishiyu.apps.notices.texts import texts
from jishiyu.apps.payments import operations as pay
from jishiyu.apps.payments.bank import Outcome
from jishiyu.apps.payments.models import Attempt, Obstacle
from jishiyu.apps.payments.payees import open_payees
from jishiyu.apps.people.desk import set_contact
from jishiyu.apps.people.problems import AccountUnusable
from jishiyu.apps.subsidies.heirs import HeirFacts, heirs_of, name_heir
from jishiyu.apps.subsidies.models import Entitlement, Heir
from jishiyu.apps.subsidies.problems import AccountOfTheDeceased, HeirIncomplete, HeirMissing
from jishiyu.conf.jobs.reminders import tell_about_money
from jishiyu.web.documents.batch import batch_sheet
from jishiyu.web.documents.decision import decision_sheet
from tests.apps.applications.situations import (
    AT,
    CHEN,
    ON,
    WANG,
    WHEN,
    city,
    draft,
    hand_in,
    on_the_desk,
    person,
    with_papers,
)
from tests.apps.payments import fund
from tests.once import made_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_folder")]
OWN, HEIRS, BETTER = "6222020000000000001", "6222020000000009901", "6222020000000009902"
FULL = 2_000_000


@made_once
def _city(folder: Path) -> None:
    city(folder)
    set_contact(person_id=person(1).pk, mobile="13800138000", bank_account=OWN, reason="登记", by="tests", at=AT)


def approved(**changes: str) -> Application:
    application = on_the_desk(Kind.DEATH, **changes)
    assert approve(application_id=application.pk, by=CHEN, seen_fen=FULL, **WHEN).posted is False
    take_application(application_id=application.pk, by=WANG, **WHEN)
    assert approve(application_id=application.pk, by=WANG, seen_fen=FULL, **WHEN).owed_fen == FULL
    return application


def sent(folder: Path) -> Attempt:
    fund.open_fund()
    fund.sent_batch(folder)
    return Attempt.objects.order_by("-id")[0]


def paid_to(attempt: Attempt) -> tuple[str, str]:
    (payee,) = open_payees([bytes(attempt.payee)])
    return payee.name, payee.account


def test_an_approved_death_is_paid_to_the_heir_of_its_application(tmp_path: Path) -> None:
    application = approved()
    attempt = sent(tmp_path)
    assert paid_to(attempt) == ("王某", HEIRS)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*.csv"))
    assert HEIRS.encode() in written
    assert OWN.encode() not in written
    (row,) = batch_sheet(batch_id=attempt.batch_id, issuer="市总工会", made_on=ON)["rows"]
    assert row[2] == "王*"  # who signs the batch signs for who is paid
    assert heirs_of(stay_ids=[application.number])[application.number].relation == "配偶"


def test_whoever_receives_reads_words_of_their_own() -> None:
    approved()
    (notice,) = Notice.objects.filter(kind="approved", person=person(1))
    said = reveal_notice(notice_id=notice.pk, reason="查看", by="tests", at=AT)
    assert said.startswith("【及时雨】王某\uff1a由您领取的补贴")
    assert "您的申请" not in said
    assert notice.address != "138****8000"  # the telephone of the deceased


def test_every_word_about_applications_and_money_has_one_for_who_receives() -> None:
    money = (Told.MONEY_COMING, Told.PAID, Told.ACCOUNT_RETURNED)
    about = {*STEPS.values(), *money, Told.DEADLINE, Told.PAPERS_MISSING, Told.APPLICATION_ENDED}
    assert [kind for kind in about if "heir" not in texts()[kind].voices] == []


def test_a_form_without_a_usable_account_is_not_handed_in() -> None:
    for account in ("", "见材料"):
        with pytest.raises(FormNotRight) as found:
            hand_in(with_papers(draft(Kind.DEATH, heir_account=account)))
        assert [flaw.field for flaw in found.value.flaws] == ["heir_account"]


def test_nobody_signs_for_a_death_without_proof_of_kinship() -> None:
    application = on_the_desk(Kind.DEATH)
    behind_the_guard("UPDATE applications_paper SET paper = 'identity' WHERE paper = 'kinship'")
    with pytest.raises(HeirMissing, match="Nobody is named"):
        approve(application_id=application.pk, by=CHEN, seen_fen=FULL, **WHEN)


def test_what_is_owed_for_a_death_without_anybody_named_stays_out_of_the_batch(tmp_path: Path) -> None:
    application = approved()
    behind_the_guard("DELETE FROM subsidies_heir")
    fund.open_fund()
    prepared = pay.prepare_batch(by=fund.MAKER, bank=fund.BANK, **fund.WHEN)
    assert (prepared.batch_id, [row.reason for row in prepared.unpayable]) == (None, ["no_heir"])
    assert Obstacle.objects.get().reason == "no_heir"
    named(application, BETTER)
    assert paid_to(sent(tmp_path)) == ("王某", BETTER)


def test_a_returned_payment_goes_out_again_to_the_corrected_account(tmp_path: Path) -> None:
    application = approved()
    first = sent(tmp_path)
    fund.read([fund.says(first, Outcome.FAILED, account=HEIRS)])
    set_contact(person_id=person(1).pk, bank_account="6222020000000000777", reason="与此无关", by="tests", at=AT)
    assert pay.release_corrected(by=fund.MAKER, **fund.WHEN) == 0  # the account of the deceased is nobody's
    named(application, BETTER)
    assert pay.release_corrected(by=fund.MAKER, **fund.WHEN) == 1
    fund.sent_batch(tmp_path)
    assert paid_to(Attempt.objects.order_by("-id")[0]) == ("王某", BETTER)


def test_the_heir_is_told_about_the_money_and_the_deceased_is_not(tmp_path: Path) -> None:
    approved(heir_phone="13700137000")
    fund.read([fund.says(sent(tmp_path), Outcome.PAID, account=HEIRS)])
    tell_about_money(at=fund.NOW + timedelta(hours=1))
    told = Notice.objects.filter(kind__in=["approved", "paid"])
    assert {row.address for row in told if row.person_id} == {"137****7000"}


def test_the_sheet_names_the_heir_with_the_account_masked() -> None:
    application = approved()
    sheet = decision_sheet(stay_id=application.number, made_on=ON)
    assert sheet["heir"] == {
        "name": "王*", "relation": "配偶", "account": "622************9901",
        "proof": f"申请 {application.number} 的亲属关系证明",
    }  # fmt: skip


def test_an_account_of_the_deceased_is_refused_and_so_is_half_a_name() -> None:
    application = approved()
    with pytest.raises(AccountOfTheDeceased):
        named(application, OWN)
    with pytest.raises(AccountUnusable):
        named(application, "见材料")
    with pytest.raises(HeirIncomplete):
        named(application, BETTER, name="")
    assert Heir.objects.count() == 1


def test_who_was_named_before_stays_and_the_trail_holds_no_account() -> None:
    application = approved()
    named(application, BETTER)
    assert Heir.objects.count() == 2
    trail = [row.details for row in Trail.objects.filter(action="heir.named").order_by("pk")]
    assert '"account"' in trail[-1]
    assert BETTER not in str(trail)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Heir.objects.update(proof="另一份")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Heir.objects.all().delete()
    assert Entitlement.objects.count() == 1


def named(application: Application, account: str, name: str = "王某") -> Heir:
    return name_heir(
        stay_id=application.number, person_id=application.person_id, by="li.na", at=AT, proof="户口簿", reason="来电更正",
        facts=HeirFacts(name=name, relation="配偶", account=account),
    )  # fmt: skip


def behind_the_guard(statement: str) -> None:
    """Make what could only stand there from before heirs were known."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")
