"""Experts, what they can, when they are free, and how they are paired with needs."""

from django.apps import AppConfig


class ExpertsConfig(AppConfig):
    """Name the app."""

    name = "jishiyu.apps.experts"
    label = "experts"
    verbose_name = "资源清单与配对"
