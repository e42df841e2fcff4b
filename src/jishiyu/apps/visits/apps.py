"""Visits on site, what was measured and found, the report, and what was done about it."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Name the app."""

    name = "jishiyu.apps.visits"
    label = "visits"
    verbose_name = "现场服务"
