"""Row security: PostgreSQL itself gives a page only the rows its reader may see.

A web request runs as one of two database roles, neither of which owns anything:

- `jishiyu_city` sees every row: its policies say `true`, so its plans are those of the owner;
- `jishiyu_web` sees the rows of the unions in `jishiyu.unions` and of the persons in `jishiyu.person` (both arrays
  as text, `{}` for none), and nothing where neither is set. Of enterprise help it sees the participations in
  `jishiyu.helped`, the needs in `jishiyu.visited`, and what belongs to them.

Role and settings hold until the end of the transaction, so that no connection can carry them into another request.
Jobs and commands run as the owner, to whom no policy applies. docs/decisions/0070-row-security.md
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection, transaction

from jishiyu.apps.accounts.problems import RolesNotAllowed
from jishiyu.apps.accounts.queries import Reach

CITY, WEB = "jishiyu_city", "jishiyu_web"
ROLES = (CITY, WEB)

# An array of a setting, as a sub-select: PostgreSQL then reads it once per query, not once per row. The cast inside
# makes the array there; the one outside changes nothing, but lets `= ANY(…)` take it for an array and not for rows.
UNIONS = "(SELECT coalesce(nullif(current_setting('jishiyu.unions', true), ''), '{}')::bigint[])::bigint[]"
PERSONS = "(SELECT coalesce(nullif(current_setting('jishiyu.person', true), ''), '{}')::bigint[])::bigint[]"
ACCOUNT = "(SELECT current_setting('jishiyu.account', true))"
# Enterprise help: participations, needs an expert is sent to, rounds, unions whose enterprises may be entered, the expert,
# and without any round the unions whose people an organiser lists, everybody where a city is among them.
HELPED = UNIONS.replace("jishiyu.unions", "jishiyu.helped")
VISITED = UNIONS.replace("jishiyu.unions", "jishiyu.visited")
ROUNDS = UNIONS.replace("jishiyu.unions", "jishiyu.rounds")
HELPING = UNIONS.replace("jishiyu.unions", "jishiyu.helping")
ORGANISED = UNIONS.replace("jishiyu.unions", "jishiyu.organised")
WHOLE_LIST = "(SELECT coalesce(current_setting('jishiyu.list', true), '') = 'whole')"
EXPERT = "(SELECT nullif(current_setting('jishiyu.expert', true), '')::bigint)"

_ENTER = """
    WITH RECURSIVE branch(id) AS (
        SELECT id FROM orgs_union WHERE id = ANY(%(unions)s)
        UNION
        SELECT child.id FROM orgs_union child
        JOIN branch ON child.territorial_parent_id = branch.id OR child.industry_parent_id = branch.id
    ), person(id) AS (
        SELECT id FROM people_person WHERE id = ANY(%(persons)s) OR merged_into_id = ANY(%(persons)s)
    )
    SELECT set_config('jishiyu.account', %(account)s, true),
           set_config('jishiyu.unions', (SELECT coalesce(array_agg(id), '{}') FROM branch)::text, true),
           set_config('jishiyu.person', (SELECT coalesce(array_agg(id), '{}') FROM person)::text, true),
           set_config('role', %(role)s, true)
"""  # only the two role names above are put in, as parameters
_HELP = """
    WITH RECURSIVE branch(id) AS (
        SELECT id FROM orgs_union WHERE id = ANY(%(led)s)
        UNION
        SELECT child.id FROM orgs_union child
        JOIN branch ON child.territorial_parent_id = branch.id OR child.industry_parent_id = branch.id
    ), led(id) AS (
        SELECT campaign_id FROM enterprises_network WHERE union_id IN (SELECT id FROM branch)
        UNION
        SELECT id FROM enterprises_campaign WHERE lead_id IN (SELECT id FROM branch)
    ), helped AS (
        SELECT taking.id, taking.campaign_id, %(steward)s AND taking.steward_id = %(account)s AS serving
        FROM enterprises_participation taking JOIN enterprises_enterprise enterprise ON enterprise.id = taking.enterprise_id
        WHERE (%(steward)s AND taking.steward_id = %(account)s) OR enterprise.union_id = ANY(%(own)s)
        OR enterprise.union_id IN (SELECT id FROM branch) OR taking.campaign_id IN (SELECT id FROM led)
    ), expert(id) AS (
        SELECT id FROM experts_expert WHERE %(expert)s AND account_id = %(account)s
    ), rounds(id) AS (
        SELECT id FROM led UNION SELECT campaign_id FROM helped WHERE serving
    ), visited(id) AS (
        SELECT DISTINCT visit.need_id FROM visits_teammember member JOIN visits_visit visit ON visit.id = member.visit_id
        WHERE member.expert_id IN (SELECT id FROM expert)
    )
    SELECT set_config('jishiyu.helped', (SELECT coalesce(array_agg(id), '{}') FROM helped)::text, true),
           set_config('jishiyu.visited', (SELECT coalesce(array_agg(id), '{}') FROM visited)::text, true),
           set_config('jishiyu.rounds', (SELECT coalesce(array_agg(id), '{}') FROM rounds)::text, true),
           set_config('jishiyu.helping', (SELECT coalesce(array_agg(id), '{}') FROM (
               SELECT id FROM branch UNION SELECT unnest(%(own)s::bigint[])
           ) ours(id))::text, true),
           set_config('jishiyu.expert', coalesce((SELECT id FROM expert)::text, ''), true),
           set_config('jishiyu.organised', (SELECT coalesce(array_agg(id), '{}') FROM branch)::text, true),
           set_config('jishiyu.list', CASE WHEN EXISTS (
               SELECT FROM orgs_union WHERE kind = 'city' AND id IN (SELECT id FROM branch)
           ) THEN 'whole' ELSE '' END, true)
"""
_SET = "SELECT set_config('jishiyu.account', %s, true), set_config('role', %s, true)"


def enter(*, account: str, reach: Reach) -> None:
    """Give the rest of this transaction the eyes of an account; must be called inside one."""
    if not connection.in_atomic_block:
        raise RuntimeError("row security holds until the end of a transaction: open one first")
    with connection.cursor() as cursor:
        if reach.helper is not None and not reach.city:
            given = reach.helper
            cursor.execute(_HELP, {
                "led": list(given.led), "own": list(given.own), "steward": given.steward, "expert": given.expert,
                "account": given.account_id,
            })  # fmt: skip
        if reach.city or not (reach.unions or reach.persons):
            cursor.execute(_SET, [account, CITY if reach.city else WEB])
        else:
            parameters: dict[str, list[int] | str] = {
                "account": account, "unions": list(reach.unions), "persons": list(reach.persons), "role": WEB,
            }  # fmt: skip
            cursor.execute(_ENTER, parameters)


@contextmanager
def eyes(*, account: str, reach: Reach) -> Iterator[None]:
    """Open a transaction with the eyes of an account; afterwards whatever surrounds it sees as before."""
    try:
        with transaction.atomic():
            enter(account=account, reach=reach)
            yield
    finally:
        if connection.in_atomic_block and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('role', 'none', true)")


@contextmanager
def whole() -> Iterator[None]:
    """Let an operation see every row, inside a request: what it decides must not depend on who asked.

    The page finds its object first, with the reader's own eyes; then the operation runs in here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        (before,) = cursor.fetchone()
        if before != "none":
            cursor.execute("SELECT set_config('role', 'none', true)")
    try:
        yield
    finally:
        if before != "none" and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('role', %s, true)", [before])


def protect(table: str, using: str) -> str:
    """Return the SQL that puts a table under row security; `using` says which rows `jishiyu_web` may see and write.

    For migrations: `migrations.RunSQL(protect("jishiyu_table", f"union_id = ANY({UNIONS})"), unprotect("…"))`.
    """
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f" CREATE POLICY city ON {table} TO {CITY} USING (true);"
        f" CREATE POLICY branch ON {table} TO {WEB} USING ({using});"
    )


def unprotect(table: str) -> str:
    """Return the SQL that takes a table out of row security again."""
    return (
        f"DROP POLICY city ON {table}; DROP POLICY branch ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
    )


def in_branch(person: str) -> str:
    """Return the condition that a person (`table.column` with their id) belongs to the branch or is the reader.

    Asked person by person: a page shows fifty of them, and a list of everybody in a district takes seconds to make.
    """
    return (
        "(EXISTS (SELECT FROM members_membership membership"
        f" WHERE membership.person_id = {_named(person)} AND membership.union_id = ANY({UNIONS}))"
        f" OR {person} = ANY({PERSONS}))"
    )


def hash_in_branch(person_hash: str) -> str:
    """Return the same for a `table.column` with a person's look-up hash."""
    return (
        "EXISTS (SELECT FROM people_certificate certificate"
        f" WHERE certificate.person_hash = {_named(person_hash)} AND {in_branch('certificate.person_id')})"
    )


def _named(column: str) -> str:
    """Refuse a column without its table: inside the sub-select it would mean another one, and let everybody see all."""
    if "." not in column:
        raise ValueError(f"{column}: name the table too")
    return column


def make_roles() -> None:
    """This function will create both roles, which all databases of a server share, and let the owner take them on.

    Raises RolesNotAllowed where the owner may not and nobody has done it before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])
        known = {name for _, name in cursor.fetchall()}
        cursor.execute("SELECT current_user")
        (user,) = cursor.fetchone()
        needed = [f"CREATE ROLE {role} NOLOGIN NOINHERIT NOBYPASSRLS" for role in ROLES if role not in known]
        needed += [f'GRANT {role} TO "{user}"' for role in ROLES]
        for statement in needed:
            try:
                with transaction.atomic():
                    cursor.execute(statement)
            except Error as error:
                if getattr(error.__cause__, "sqlstate", "") in ("42710", "23505"):
                    continue  # another database of this server created it a moment ago
                cursor.execute(
                    "SELECT bool_and(pg_has_role(rolname, 'MEMBER')) FROM pg_roles WHERE rolname = ANY(%s)",
                    [list(ROLES)],
                )
                (member,) = cursor.fetchone()
                if known == set(ROLES) and member:
                    continue  # the administrator of the server did it already
                sql = "; ".join(needed)
                raise RolesNotAllowed(user=user, roles=", ".join(ROLES), reason=str(error).strip(), sql=sql) from error
