"""Registration of the members tables."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """The members app."""

    name = "jishiyu.apps.members"
    label = "members"
