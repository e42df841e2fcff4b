"""Accounts on the server itself: the first administrators, and help when nobody can sign in any more.

  jishiyu account create wang.min --full-name 王敏 --role security_admin --no-member
  jishiyu account create li.na --full-name 李娜 --role union_officer --union 2201020001 --member-no 0012345
  jishiyu account declare li.na --member-no 0012345 --because "入会"
  jishiyu account grant li.na --role reviewer
  jishiyu account revoke li.na --role reviewer
  jishiyu account unlock wang.min --because "本人到场核实"
  jishiyu account reset-password wang.min
  jishiyu account reset-second-factor wang.min --because "手机遗失,本人到场核实"
  jishiyu account list

An initial password is drawn, shown once, and must be changed at the first sign-in. Everything stands in the audit trail.
Exit status: 0 done, 1 refused with a sentence that says why, 2 wrong usage.
"""

import argparse
import getpass

from jishiyu.commands.clock import now, today

ROLES = (
    "subsidy_officer", "reviewer", "finance", "union_officer", "enterprise", "steward", "expert", "system_admin",
    "security_admin", "audit_admin",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="create an account and show its initial password")
    create.add_argument("--full-name", required=True)
    create.add_argument("--mobile", default="")
    declare = actions.add_parser("declare", help="say who an account is on the roster, or that they are no member")
    grant = actions.add_parser("grant", help="give a role")
    revoke = actions.add_parser("revoke", help="end a role today")
    unlock = actions.add_parser("unlock", help="open a locked account")
    reset = actions.add_parser("reset-second-factor", help="remove the second factors")
    password = actions.add_parser("reset-password", help="draw a new initial password")
    for one, needed in ((create, False), (declare, True)):
        said = one.add_mutually_exclusive_group(required=needed)
        said.add_argument("--member-no", default="", metavar="NUMBER", help="who this is on the roster")
        said.add_argument("--no-member", action="store_true", help="is not a member of any union here")
    for one in (unlock, reset, declare):
        one.add_argument("--because", required=True, metavar="SENTENCE")
    for one, needed in ((create, False), (grant, True), (revoke, True)):
        one.add_argument("--role", choices=ROLES, required=needed)
        one.add_argument(
            "--union", default="", metavar="CODE", help="for the branch of this union; else the whole city"
        )
    for one in (create, declare, grant, revoke, unlock, reset, password):
        one.add_argument("name", metavar="NAME")
        one.add_argument("--by", default=f"{getpass.getuser()}@server", help="who does it (default: the system's user)")
    actions.add_parser("list", help="list accounts with their roles")


def run(options: argparse.Namespace) -> int:
    """Do one action."""
    from jishiyu.conf.start import ready

    ready()
    if options.action == "list":
        return _list()
    {
        "create": _create, "declare": _declare, "grant": _grant, "revoke": _revoke, "unlock": _unlock, "reset-password": _reset_password,
        "reset-second-factor": _reset_second_factor,
    }[options.action](options)  # fmt: skip
    return 0


def _create(options: argparse.Namespace) -> None:
    from django.db import transaction

    from jishiyu.apps.accounts.operations import create_account
    from jishiyu.apps.accounts.passwords import draw

    password = draw()
    with transaction.atomic():  # an account whose role is refused is not made
        create_account(
            name=options.name, full_name=options.full_name, mobile=options.mobile, password=password, by=options.by,
            person_id=_person(options.member_no), no_member=options.no_member, at=now(),
        )  # fmt: skip
        if options.role:
            _grant(options)
    print(f"初始密码 / initial password: {password}")


def _declare(options: argparse.Namespace) -> None:
    from jishiyu.apps.accounts.operations import declare_person
    from jishiyu.apps.accounts.queries import account_by_name

    account = account_by_name(name=options.name)
    declare_person(
        account_id=account.pk, person_id=_person(options.member_no), because=options.because, by=options.by, at=now()
    )


def _person(member_no: str) -> int | None:
    """Return the person of a member number."""
    from jishiyu.apps.accounts.problems import MemberNumberUnclear
    from jishiyu.apps.members.queries import persons_of_number

    if not member_no:
        return None
    people = persons_of_number(member_no=member_no)
    if len(people) != 1:
        raise MemberNumberUnclear(member_no=member_no, count=len(people))
    return people[0]


def _grant(options: argparse.Namespace) -> None:
    from jishiyu.apps.accounts.operations import grant
    from jishiyu.apps.accounts.queries import account_by_name

    account = account_by_name(name=options.name)
    grant(account_id=account.pk, role=options.role, union_code=options.union, since=today(), by=options.by, at=now())
    print(f"{options.name}: {options.role} {options.union}".rstrip())


def _revoke(options: argparse.Namespace) -> None:
    from jishiyu.apps.accounts.operations import revoke
    from jishiyu.apps.accounts.problems import GrantUnknown
    from jishiyu.apps.accounts.queries import account_by_name, grants

    account = account_by_name(name=options.name)
    found = [
        grant for grant in grants(account_id=account.pk)
        if grant.until is None and grant.role == options.role
        and (grant.union.code if grant.union else "") == options.union
    ]  # fmt: skip
    if not found:
        raise GrantUnknown
    revoke(grant_id=found[0].pk, on=today(), by=options.by, at=now())


def _unlock(options: argparse.Namespace) -> None:
    from jishiyu.apps.accounts.operations import unlock
    from jishiyu.apps.accounts.queries import account_by_name

    account = account_by_name(name=options.name)
    unlock(account_id=account.pk, because=options.because, by=options.by, at=now())


def _reset_password(options: argparse.Namespace) -> None:
    from jishiyu.apps.accounts.operations import set_password
    from jishiyu.apps.accounts.passwords import draw
    from jishiyu.apps.accounts.queries import account_by_name

    password = draw()
    account = account_by_name(name=options.name)
    set_password(account_id=account.pk, password=password, by=options.by, at=now())
    print(f"初始密码 / initial password: {password}")


def _reset_second_factor(options: argparse.Namespace) -> None:
    from jishiyu.apps.accounts.operations import reset_second_factor
    from jishiyu.apps.accounts.queries import account_by_name

    account = account_by_name(name=options.name)
    removed = reset_second_factor(account_id=account.pk, because=options.because, by=options.by, at=now())
    print(f"已移除 / removed: {removed}")


def _list() -> int:
    from jishiyu.apps.accounts.queries import held, staff_accounts

    for account in staff_accounts().order_by("name"):
        roles = ", ".join(one.role for one in held(account_id=account.pk, on=today())) or "—"
        state = "注销/closed" if account.closed_at else "锁定/locked" if account.locked_at else "正常/open"
        print(f"{account.name}\t{account.full_name}\t{state}\t{roles}")
    return 0
