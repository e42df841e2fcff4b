"""Registration of the orgs tables."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    """The orgs app."""

    name = "jishiyu.apps.orgs"
    label = "orgs"
