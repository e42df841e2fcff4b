"""Registration of the tables of notices."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The notices app."""

    name = "jishiyu.apps.notices"
    label = "notices"
