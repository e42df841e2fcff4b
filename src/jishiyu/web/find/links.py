"""Where a thing has its page: addresses of screens by what they are about."""

from django.urls import NoReverseMatch, reverse

# The first name that is built is taken; a screen that nobody has built yet gives no link.
NAMES: dict[str, tuple[str, ...]] = {
    "application": ("applications:one",),
    "batch": ("payments:batch",),
    "case": ("calls:case", "calls:one"),
    "decision": ("decisions:one",),
    "feed": ("feeds:one",),
    "member": ("people:member",),
    "payment": ("payments:item",),
    "roster": ("roster:person",),
    "stay": ("decisions:stay",),
    "union": ("unions:one",),
}
ACTIONS = {
    "application": "applications.see", "batch": "payments.see", "case": "calls.see", "decision": "decisions.see",
    "feed": "feeds.see", "member": "people.see", "payment": "payments.see", "roster": "roster.see",
    "stay": "decisions.see", "union": "unions.see",
}  # fmt: skip


def link(kind: str, key: object) -> str:
    """Return the address of a thing, or an empty text where it has no page."""
    for name in NAMES[kind]:
        try:
            return reverse(name, args=[key])
        except NoReverseMatch:
            continue
    return ""
