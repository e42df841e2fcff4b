"""Small invented situations: people with sound numbers, rosters and feeds as real files, taken in for real."""

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from jishiyu.apps.intake.applications import take_applications
from jishiyu.apps.intake.models import Feed
from jishiyu.apps.intake.operations import take_feed
from jishiyu.apps.ledger.models import Posting
from jishiyu.apps.members.importing import check_roster, confirm_roster
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.subsidies.models import Case, Decision, Entitlement, Recovery
from jishiyu.apps.subsidies.operations import Outcome, post_feed, redecide
from jishiyu.apps.subsidies.queries import broken_promises

AS_OF = date(2026, 1, 1)
AT = datetime(2026, 1, 1, 8, tzinfo=UTC)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
FEED = (
    "setl_id", "init_setl_id", "mdtrt_id", "psn_no", "psn_name", "psn_cert_type", "certno", "insutype", "psn_type",
    "med_type", "begndate", "enddate", "setl_time", "medfee_sumamt", "fund_pay_sumamt", "hosp_part_amt",
    "psn_part_amt", "acct_pay", "psn_cash_pay", "refd_setl_flag", "vali_flag", "fixmedins_code", "fixmedins_name",
    "insu_admdvs", "emp_name", "updt_time",
)  # fmt: skip
ROSTER = (
    "member_no", "cert_type", "certno", "name", "org_code", "in_service", "joined_on", "left_on", "birth_date",
    "mobile", "bank_account", "household",
)  # fmt: skip
SAMPLE = Path(__file__).parents[2] / "data" / "hospital"


def number(who: int) -> str:
    """Return a certificate number with a right check digit for an invented person born in 1980."""
    body = f"22010219800101{who:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def member(who: int, **changes: str) -> dict[str, str]:
    """Return a roster line of somebody in service since 2010."""
    line = {
        "member_no": f"M{who:04d}", "cert_type": "01", "certno": number(who), "name": f"张{who}", "org_code": "U1",
        "in_service": "1", "joined_on": "2010-01-01", "birth_date": "1980-01-01",
    }  # fmt: skip
    return line | changes


def stay(who: int, name: str, cash: str, **changes: str) -> dict[str, str]:
    """Return a feed line: somebody's stay that cost the given yuan in cash, ended on 2025-03-10."""
    line = {
        "setl_id": f"S{name}", "mdtrt_id": f"V{name}", "psn_no": f"P{who}", "psn_name": f"张{who}",
        "psn_cert_type": "01", "certno": number(who), "insutype": "310", "psn_type": "11", "med_type": "21",
        "begndate": "2025-03-01", "enddate": "2025-03-10", "setl_time": "2025-03-10 10:00:00", "medfee_sumamt": cash,
        "fund_pay_sumamt": "0.00", "hosp_part_amt": "0.00", "psn_part_amt": cash, "acct_pay": "0.00",
        "psn_cash_pay": cash, "refd_setl_flag": "0", "vali_flag": "1", "fixmedins_code": "H1",
        "fixmedins_name": "某医院", "insu_admdvs": "220199", "emp_name": "某厂",
    }  # fmt: skip
    return line | changes


def reversal(of: dict[str, str], **changes: str) -> dict[str, str]:
    """Return the line that undoes another: its own number, negative amounts."""
    amounts = ("medfee_sumamt", "psn_part_amt", "psn_cash_pay")
    return of | {
        "setl_id": f"{of['setl_id']}-undo", "init_setl_id": of["setl_id"], "refd_setl_flag": "1",
        **{name: f"-{of[name]}" for name in amounts}, **changes,
    }  # fmt: skip


def write(path: Path, columns: Iterable[str], lines: Iterable[dict[str, str]]) -> Path:
    """Write a real CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(columns), restval="")
        writer.writeheader()
        writer.writerows(lines)
    return path


def enrol(folder: Path, *lines: dict[str, str]) -> None:
    """Take a roster in, unions included; later calls change it."""
    for code in {line["org_code"] for line in lines}:
        Union.objects.get_or_create(code=code, defaults={"name": f"{code}工会", "kind": "grassroots"})
    path = write(folder / "roster.csv", ROSTER, lines)
    found = check_roster(path=path, as_of=AS_OF, by="li.na", at=AT)
    assert found.refused == 0
    confirm_roster(import_id=found.pk, by="li.na", at=AT)


def load(folder: Path, name: str, *lines: dict[str, str], as_of: date = AS_OF) -> tuple[Feed, Outcome]:
    """Write a feed, take it and post it."""
    path = write(folder / f"{name}.csv", FEED, lines)
    feed = take_feed(path=path, by="li.na", as_of=as_of)
    return feed, post_feed(feed=feed, by="li.na")


def filed_death(folder: Path, who: int, *, on: date, name: str = "A1") -> None:
    """Let somebody have died by an accident, filed on paper by a file of applications, and decide it."""
    _filed(folder, who, on=on, name=name, kind="death", papers="not_work_injury;hospital_records;death_certificate")


def filed_accident(folder: Path, who: int, injuries: str, *, on: date, name: str = "E1") -> None:
    """Let somebody have had an accident, filed on paper by a file of applications, and decide it."""
    papers = "not_work_injury;hospital_records;identity"
    _filed(folder, who, on=on, name=name, kind="accident", injuries=injuries, treatment_over="是", papers=papers)


def _filed(folder: Path, who: int, *, on: date, name: str, **said: str) -> None:
    file = folder / f"{name}.csv"
    row = {
        "application_id": name, "cert_type": "01", "cert_no": number(who), "name": f"张{who}", "event_on": "2026-02-01",
        "filed_on": "2026-02-20", "cause": "fall", **said,
    }  # fmt: skip
    file.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
    redecide(by="li.na", on=on, people=take_applications(path=file, by="li.na", as_of=on), because="tests")


def sample_roster(folder: Path) -> None:
    """Take in the roster of the sample data."""
    with (SAMPLE / "roster.csv").open(encoding="utf-8", newline="") as file:
        enrol(folder, *csv.DictReader(file))


def newest(visit: str) -> Decision:
    """Return what is decided about a stay now; the closing decision only when there is no other."""
    rows = Decision.objects.filter(stay_id__endswith=f"/{visit}", newest=True).order_by("policy")
    return next((row for row in rows if row.bucket != "reversed"), rows[0])


def owed() -> list[tuple[str, int, int, str]]:
    """Return stay, amount, amount set off, and state of every entitlement."""
    rows = Entitlement.objects.order_by("id").values_list("stay_id", "amount_fen", "set_off_fen", "state")
    return list(rows)


def recovered() -> list[tuple[str, int, int, str]]:
    """Return stay, amount, amount set off, and state of every recovery."""
    rows = Recovery.objects.order_by("id").values_list("stay_id", "amount_fen", "set_off_fen", "state")
    return list(rows)


def cases(**conditions: Any) -> list[tuple[str, str, str]]:
    """Return stay, reason and state of cases."""
    rows = Case.objects.filter(**conditions).order_by("stay_id", "id").values_list("stay_id", "reason", "state")
    return list(rows)


def bring_to(state: str, stay_id: str) -> None:
    """Let what is owed for a stay go, move by move, as far as a state on the way to the bank and back."""
    for step in ("in_batch", "sent", state):
        Entitlement.objects.filter(stay_id=stay_id).exclude(state="set_off").update(state=step)
        if step == state:
            break


def check_books() -> None:
    """Assert what holds at every commit: posted is what is owed, the ledger says the same, nothing is set off twice."""
    assert broken_promises() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(amount_fen), 0), coalesce(sum(set_off_fen), 0) FROM subsidies_entitlement")
        entitled, set_off = cursor.fetchone()
        cursor.execute("SELECT coalesce(sum(amount_fen), 0), coalesce(sum(set_off_fen), 0) FROM subsidies_recovery")
        recovered_fen, covered = cursor.fetchone()
    assert set_off == covered

    def balance(role: str) -> int:
        return sum(Posting.objects.filter(account__role=role).values_list("amount_fen", flat=True))

    assert balance("expense") == entitled - recovered_fen
    assert balance("recoverable") == recovered_fen - covered
    assert sum(Posting.objects.values_list("amount_fen", flat=True)) == 0


def later(days: int) -> date:
    """Return a day after AS_OF."""
    return AS_OF + timedelta(days=days)
