"""The fund's books."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Name the app."""

    name = "jishiyu.apps.ledger"
    label = "ledger"
    verbose_name = "基金账簿"
