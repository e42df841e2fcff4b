"""Registration of the people tables."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people app."""

    name = "jishiyu.apps.people"
    label = "people"
