"""Columns that Django has no field for."""

from typing import Any

from django.db import models


class WallClockField(models.DateTimeField):
    """A moment as the bureau's clock showed it: `timestamp` without a zone, because the files name none."""

    def db_type(self, connection: Any) -> str:
        """Return the type of the column."""
        return "timestamp without time zone"

    def get_prep_value(self, value: Any) -> Any:
        """Pass the moment on as it is: it has no zone, and none must be guessed."""
        return models.Field.get_prep_value(self, value)
