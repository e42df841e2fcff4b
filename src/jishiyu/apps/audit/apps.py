"""Registration of the audit tables."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit app."""

    name = "jishiyu.apps.audit"
    label = "audit"
