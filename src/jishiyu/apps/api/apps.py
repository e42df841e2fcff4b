"""Registration of the API's tables."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The API app."""

    name = "jishiyu.apps.api"
    label = "api"
