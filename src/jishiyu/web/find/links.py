"""Where a thing has its page: addresses of screens by what they are about."""

from django.urls import NoReverseMatch, reverse

from jishiyu.web.gate import Who

# What it is: the name of its address, and the action that the address asks for.
PAGES: dict[str, tuple[str, str]] = {
    "application": ("applications:one", "applications.see"),
    "apply": ("applications:for", "applications.file"),
    "batch": ("payments:batch", "payments.see"),
    "case": ("calls:one", "calls.see"),
    "member": ("people:member", "people.see"),
    "correct": ("roster:correct", "people.correct"),
    "payment": ("payments:item", "payments.see"),
    "report": ("calls:report", "calls.work"),
    "roster": ("roster:person", "roster.see"),
    "stay": ("decisions:stay", "decisions.see"),
    "union": ("unions:one", "unions.see"),
}


def link(kind: str, key: object, asking: Who) -> str:
    """Return the address of a thing, or an empty text where the reader may not go, or its key is none of an address."""
    name, action = PAGES[kind]
    if not asking.may(action):
        return ""
    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        return ""
