"""Applications with papers, their review, and complaints."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Name the app."""

    name = "jishiyu.apps.applications"
    label = "applications"
    verbose_name = "申请与审核"
