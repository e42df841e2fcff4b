"""Registration of the tables that figures are read from."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """Name the app."""

    name = "jishiyu.apps.statistics"
    label = "statistics"
    verbose_name = "统计"
