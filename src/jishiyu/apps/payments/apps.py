"""Money out."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Name the app."""

    name = "jishiyu.apps.payments"
    label = "payments"
    verbose_name = "支付"
