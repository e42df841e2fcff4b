"""Whose pages these are: the member behind the account, and in what capacity they act."""

from django.http import HttpRequest

from jishiyu.apps.accounts.problems import NoMemberBehind
from jishiyu.apps.applications.operations import Actor
from jishiyu.apps.people.models import Person
from jishiyu.web.gate import who

ROLE = "member"


def own_person(request: HttpRequest) -> int:
    """Return the person on the roster who is asking; raises `NoMemberBehind`, also after two rows became one."""
    account = who(request).account
    key = account.person_id if account is not None else None
    if key is None or not Person.objects.filter(pk=key, merged_into=None).exists():
        raise NoMemberBehind
    return int(key)


def own_actor(request: HttpRequest) -> Actor:
    """Return the member as somebody who acts."""
    return Actor(name=who(request).name, role=ROLE, person_id=own_person(request))
