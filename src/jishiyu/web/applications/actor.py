"""In which role a member of the staff acts."""

from django.http import HttpRequest

from jishiyu.apps.accounts.models import Role
from jishiyu.apps.accounts.rights import ACTIONS
from jishiyu.apps.applications.models import FiledAs
from jishiyu.apps.applications.operations import Actor
from jishiyu.web.gate import who

# Who holds several roles acts in the one that may do most.
ORDER = (Role.REVIEWER, Role.SUBSIDY_OFFICER, Role.UNION_OFFICER)


def actor(request: HttpRequest) -> Actor:
    """Return who is asking as somebody who acts, in the strongest of the roles that may do what the page does."""
    known = who(request)
    able = ACTIONS[known.action].roles
    held = {one.role: one for one in known.held if one.role in able}
    role = next((role for role in ORDER if role in held), "")
    unions = [one.union_id for one in known.held if one.role == Role.UNION_OFFICER and one.union_id is not None]
    person = known.account.person_id if known.account is not None else None
    return Actor(name=known.name, role=str(role), person_id=person, union_id=unions[0] if unions else None)


def filed_as(request: HttpRequest) -> FiledAs:
    """Return in what capacity the staff files: for the city, or for the union."""
    roles = {one.role for one in who(request).held}
    return FiledAs.CITY if Role.SUBSIDY_OFFICER in roles else FiledAs.UNION
