"""Registration of the tables of policies."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """The policies app."""

    name = "jishiyu.apps.policies"
    label = "policies"
