"""Registration of the accounts tables."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts app."""

    name = "jishiyu.apps.accounts"
    label = "accounts"
