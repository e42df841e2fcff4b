"""Registration of the tables of the laboratory."""

from django.apps import AppConfig


class LaboratoryConfig(AppConfig):
    """The laboratory app."""

    name = "jishiyu.apps.laboratory"
    label = "laboratory"
