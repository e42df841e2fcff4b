"""Feeds of the insurance bureau, their lines, and applications handed in by people."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Name the app."""

    name = "jishiyu.apps.intake"
    label = "intake"
    verbose_name = "数据接收"
