"""Accounts of the demo: one per role, with passwords and secrets drawn at random for this run only.

They are written to `sign-in.txt` in the demo's own folder (mode 0600), which git ignores; nothing is kept elsewhere.
"""

import os
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from jishiyu.apps.accounts.models import ADMINISTRATORS, STAFF, Role
from jishiyu.apps.accounts.operations import create_account, grant, set_password
from jishiyu.apps.accounts.passwords import draw
from jishiyu.apps.orgs.models import Union
from jishiyu.apps.payments.operations import name_signatory
from jishiyu.demo.numbers import DEMO_MOBILE_PREFIX
from jishiyu.demo.officers import (
    CALLER,
    CHECKER,
    CLERK,
    GRASSROOTS,
    MAKER,
    NOBODY,
    REVIEWER,
    SECOND,
    SECURITY,
    SYSTEM,
)

FILE = "sign-in.txt"
ENTERPRISE, ORGANISER, EXPERT = "qiye", "zhuanyuan", "gongjiang"
HELPS = (Role.ORGANISER, Role.STEWARD, Role.EXPERT, Role.ENTERPRISE)
SIGNS = (Role.FINANCE, Role.REVIEWER, Role.SUBSIDY_OFFICER)
# Account, how people call them, what they do, role. Everybody in whose name the demo's work is done is here.
PEOPLE = (
    (CLERK, "李娜", "经办", Role.SUBSIDY_OFFICER),
    (CALLER, "赵敏", "联络", Role.SUBSIDY_OFFICER),
    (CHECKER, "王芳", "财务复核", Role.FINANCE),
    (REVIEWER, "陈静", "审核", Role.REVIEWER),
    (MAKER, "孙丽", "财务制单", Role.FINANCE),
    (SECOND, "周刚", "复核", Role.REVIEWER),
    (GRASSROOTS, "刘洋", "基层工会", Role.UNION_OFFICER),
    (ENTERPRISE, "何敏", "企业工会", Role.ENTERPRISE),
    (ORGANISER, "高立新", "助企专员", Role.ORGANISER),
    ("guanjia", "陈晓", "管家", Role.STEWARD),
    ("guanjia2", "林国平", "管家", Role.STEWARD),
    ("guanjia3", "吴海燕", "管家", Role.STEWARD),
    ("guanjia4", "徐永刚", "管家", Role.STEWARD),
    ("guanjia5", "马春梅", "管家", Role.STEWARD),
    ("guanjia6", "罗志强", "管家", Role.STEWARD),
    ("guanjia7", "郭丽华", "管家", Role.STEWARD),
    (EXPERT, "黄师傅", "劳模工匠", Role.EXPERT),
    (SYSTEM, "系统管理员", "系统管理员", Role.SYSTEM_ADMIN),
    (SECURITY, "安全管理员", "安全管理员", Role.SECURITY_ADMIN),
    ("aud.admin", "审计管理员", "审计管理员", Role.AUDIT_ADMIN),
)
# Invented numbers of those whom enterprises and teams call; the resource list has the same.
EXPERTS_FROM, STEWARDS_FROM, OFFICE_FROM = 8000, 8500, 8700


@dataclass(frozen=True, slots=True)
class SignIn:
    """What one needs to sign in: the secret is empty where no second factor is asked for."""

    name: str
    full_name: str
    does: str
    password: str
    secret: str


def open_accounts(
    *, folder: Path, on: date, at: datetime, enterprise: str = "", helps_since: date | None = None
) -> list[SignIn]:
    """This function will create the demo's accounts, let the financial ones sign, and write how to sign in.

    `enterprise` is the union of the enterprise account, `helps_since` the day from which the roles of enterprise help count.
    """
    union = Union.objects.filter(kind="district").order_by("code").first() or Union.objects.order_by("code").first()
    city = Union.objects.filter(kind="city").order_by("code").first() or union
    code = union.code if union is not None else ""
    belongs = {
        Role.UNION_OFFICER: code, Role.ENTERPRISE: enterprise or code, Role.ORGANISER: city.code if city is not None else "",
    }  # fmt: skip
    mobiles = _mobiles()
    made = [
        _open(
            name, full_name, does, role, belongs.get(role, ""), (helps_since or on) if role in HELPS else on, at,
            mobile=mobiles.get(name, ""),
        )
        for name, full_name, does, role in PEOPLE
    ]  # fmt: skip
    _write(folder / FILE, made)
    return made


def mobile(number: int) -> str:
    """This function will return a mobile number of an invented issuer."""
    return f"{DEMO_MOBILE_PREFIX}{number:07d}"


def _mobiles() -> dict[str, str]:
    """Return the numbers of everybody of enterprise help, each role from its own on."""
    begins = {Role.STEWARD: STEWARDS_FROM, Role.EXPERT: EXPERTS_FROM}
    found: dict[str, str] = {}
    count: Counter[int] = Counter()
    for name, _, _, role in PEOPLE:
        if role in HELPS:
            first = begins.get(role, OFFICE_FROM)
            found[name] = mobile(first + count[first])
            count[first] += 1
    return found


def _open(
    name: str, full_name: str, does: str, role: Role, union: str, since: date, at: datetime, *, mobile: str
) -> SignIn:  # fmt: skip
    password, secret = draw(), ""

    def by(administrator: str) -> str:
        return NOBODY if role in ADMINISTRATORS else administrator

    account = create_account(name=name, full_name=full_name, mobile=mobile, no_member=True, by=by(SYSTEM), at=at)
    set_password(account_id=account.pk, password=password, by=name, at=at)  # by its owner: needs no change at once
    grant(account_id=account.pk, role=role, union_code=union, since=since, by=by(SECURITY), at=at)
    if role in SIGNS:
        name_signatory(name=name, member_no=None, by=SECURITY, at=at)
    if role in STAFF:
        secret = generate_totp_secret()
        TOTP.activate(account, secret)
    return SignIn(name, full_name, does, password, secret)


def _write(path: Path, made: list[SignIn]) -> None:
    path.unlink(missing_ok=True)
    lines = ["账号 / account\t姓名 / name\t岗位 / role\t密码 / password\t动态口令密钥 / TOTP secret"]
    lines += [f"{one.name}\t{one.full_name}\t{one.does}\t{one.password}\t{one.secret or '—'}" for one in made]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
