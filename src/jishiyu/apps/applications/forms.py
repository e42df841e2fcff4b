"""The form of an application: its fields by kind, checked by the same rules that read a file of applications."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from jishiyu.apps.applications.models import Application, Kind
from jishiyu.apps.applications.problems import Flaw, FormNotRight
from jishiyu.apps.people.queries import identities
from jishiyu.apps.people.sealing import lookup_hash, open_many, seal_many
from jishiyu.engine.applications import CAUSES, Applications, applications

PURPOSE = "applications_application.form"
MISSING = ("必填项为空", "This field is required.")
TOO_LONG = ("内容过长", "This text is too long.")
NO_ACCOUNT = ("不是 8 至 32 位数字的账号", "This is no account number of 8 to 32 digits.")
NOT_PLAIN = ("含有不可用的字符", "This text holds characters that cannot be used.")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` is day, yuan, text, words (long), yes_no, injuries or medical_type; `column` the engine's."""

    name: str
    kind: str
    zh: str
    en: str
    required: bool = False
    column: str = ""
    longest: int = 200


NAME = Field("name", "text", "材料上的姓名", "name as on the papers", column="name")
STORY = Field("story", "words", "经过说明", "what happened, in own words", longest=2000)
CAUSE = Field("cause", "text", "事故原因", "cause of the accident", required=True, column="cause")


def _day(zh: str, en: str) -> Field:
    return Field("event_on", "day", zh, en, required=True, column="event_on")


FIELDS: dict[str, tuple[Field, ...]] = {
    Kind.ACCIDENT: (
        _day("事发日期", "day of the accident"), CAUSE,
        Field("injuries", "injuries", "伤情", "injuries", required=True, column="injuries"),
        Field("treatment_over", "yes_no", "治疗已结束", "treatment is over", required=True, column="treatment_over"),
        Field("graded_on", "day", "评定日期", "day of the grading", column="graded_on"),
        NAME, STORY,
    ),
    Kind.DEATH: (
        _day("事发日期", "day of the accident"), CAUSE,
        Field("died_on", "day", "身故日期", "day of death", required=True),
        Field("heir_name", "text", "领取人姓名", "name of who receives the subsidy", required=True),
        Field("heir_relation", "text", "与逝者关系", "relation to the deceased", required=True),
        Field("heir_account", "text", "领取人收款账号", "account of who receives it", required=True, longest=40),
        Field("heir_phone", "text", "领取人电话", "telephone of who receives it", required=True),
        NAME, STORY,
    ),
    Kind.FIRE: (
        _day("起火日期", "day of the fire"),
        Field("loss", "yuan", "本户认定损失(元)", "the household's certified loss (yuan)", required=True,
              column="loss_fen"),
        Field("certificate_no", "text", "火灾事故认定书编号", "number of the fire certificate", required=True,
              column="certificate_no"),
        Field("certificate_on", "day", "认定书日期", "date of the certificate", required=True, column="certificate_on"),
        Field("certificate_issuer", "text", "出具认定书的消防机构", "fire brigade that issued it", required=True,
              column="certificate_issuer"),
        Field("household", "text", "户号", "household number", column="household"),
        NAME, STORY,
    ),
    Kind.STAY: (
        _day("出院日期", "day of discharge"),
        Field("begins_on", "day", "入院日期", "day of admission", required=True, column="begins_on"),
        Field("cash", "yuan", "个人现金支付(元)", "own cash payment (yuan)", required=True, column="cash_fen"),
        Field("medical_type", "medical_type", "医疗类别", "kind of treatment", required=True, column="medical_type"),
        Field("hospital", "text", "医院名称", "hospital", required=True),
        Field("hospital_level", "text", "医院级别", "level of the hospital", column="hospital_level"),
        NAME, STORY,
    ),
}  # fmt: skip
AMOUNT = {Kind.FIRE: "loss_fen", Kind.STAY: "cash_fen"}
Form = dict[str, str]


def cleaned(kind: str, given: Mapping[str, str]) -> Form:
    """This function will return the fields of a kind as plain, trimmed texts, empty ones left out.

    Raises `FormNotRight` for texts that are too long or hold control characters, `KeyError` for a field that the
    kind does not have (a mistake of the caller's).
    """
    fields = {field.name: field for field in FIELDS[kind]}
    form: Form = {}
    flaws: list[Flaw] = []
    for name, text in given.items():
        field = fields[name]
        said = text.strip()
        if len(said) > field.longest:
            flaws.append(Flaw(name, *TOO_LONG))
        elif any(unicodedata.category(sign) in ("Cc", "Cs", "Cn") and sign not in "\r\n\t" for sign in said):
            flaws.append(Flaw(name, *NOT_PLAIN))
        elif said:
            form[name] = said
    if flaws:
        raise FormNotRight(flaws)
    return form


def sealed(form: Form) -> tuple[bytes, bytes]:
    """This function will return a form sealed, and its keyed hash."""
    text = json.dumps(form, ensure_ascii=False, sort_keys=True)
    return seal_many([text.encode()], purpose=PURPOSE)[0], lookup_hash(text, purpose="application_form")


def opened(applications_: Sequence[Application]) -> list[Form]:
    """This function will open the forms of applications."""
    texts = open_many([bytes(application.form) for application in applications_], purpose=PURPOSE)
    return [json.loads(text) for text in texts]


def read(
    *, kind: str, form: Form, person_id: int, number: str, filed_on: date, papers: Sequence[str], case_data: bool
) -> Applications:
    """This function will read a form as the engine reads a row of a file: one event, or its problems.

    The member's number comes from the roster, the name from the form where it gives one. `case_data` says that the
    amount comes from settlement data: then only the day counts.
    """
    who = identities(person_ids=[person_id]).row(0, named=True)
    row: dict[str, Any] = {
        "file": "", "line": 1, "application_id": number, "kind": str(kind), "cert_type": who["cert_type"],
        "cert_no": who["cert_no"], "name": form.get("name") or who["name"], "filed_on": filed_on.isoformat(),
        "papers": ";".join(papers),
    }  # fmt: skip
    wanted = [field for field in FIELDS[kind] if field.column and field.name != "name"]
    row |= {field.column: form.get(field.name) for field in wanted if not case_data or field.name == "event_on"}
    return applications(pl.DataFrame([row], schema=dict.fromkeys(row, pl.String) | {"line": pl.Int64}), as_of=filed_on)


def flaws_of(*, kind: str, form: Form, found: Applications, complete: bool, case_data: bool) -> list[Flaw]:
    """This function will list what is not right with a form; with `complete` also what is missing."""
    names = {field.column: field.name for field in FIELDS[kind] if field.column}
    flaws = [
        Flaw(names.get(row["column"], row["column"]), row["zh"], row["en"])
        for row in found.problems.iter_rows(named=True)
        if row["code"] != "missing" and row["column"] != "filed_on"  # filed today: only the other day can be wrong
    ]
    if "heir_account" in form and not re.fullmatch(r"[0-9]{8,32}", folded_account(form["heir_account"])):
        flaws.append(Flaw("heir_account", *NO_ACCOUNT))
    if complete:
        needed = [field.name for field in FIELDS[kind] if field.required]
        needed = ["event_on"] if case_data else needed
        flaws += [Flaw(name, *MISSING) for name in needed if name not in form]
    return flaws


def account_hash(text: str | None) -> bytes | None:
    """This function will return the keyed hash of a bank account, folded as payments fold it; None without one."""
    folded = folded_account(text or "")
    return lookup_hash(folded, purpose="account") if folded else None


def folded_account(text: str) -> str:
    """This function will return a bank account as payments fold it."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))


def cause_of(text: str | None) -> str | None:
    """This function will return a cause by the word that policies know it by."""
    return CAUSES.get(text.lower(), text) if text else None
