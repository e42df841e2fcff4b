"""What was decided, what is owed, what is asked back, and whom to call."""

from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    """Name the app."""

    name = "jishiyu.apps.subsidies"
    label = "subsidies"
    verbose_name = "补贴"
