"""Enterprise help: rounds, enterprises, their needs, stewards, and personal links."""

from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    """Name the app."""

    name = "jishiyu.apps.enterprises"
    label = "enterprises"
    verbose_name = "企业助企"
