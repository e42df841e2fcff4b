"""Registration of the tables of long work."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The jobs app."""

    name = "jishiyu.apps.jobs"
    label = "jobs"
