"""Registration of the table of what the system administrator set."""

from django.apps import AppConfig


class OutsideConfig(AppConfig):
    """The outside app."""

    name = "jishiyu.apps.outside"
    label = "outside"
