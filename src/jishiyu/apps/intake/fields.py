"""Columns that Django has no field for."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from datetime import datetime

    _Moment = models.DateTimeField[datetime | None, datetime | None]
else:
    _Moment = models.DateTimeField


class WallClockField(_Moment):
    """A moment as the bureau's clock showed it: `timestamp` without a zone, because the files name none."""

    def db_type(self, connection: Any) -> str:
        """Return the type of the column."""
        return "timestamp without time zone"

    def get_prep_value(self, value: Any) -> Any:
        """Pass the moment on as it is: it has no zone, and none must be guessed."""
        return models.Field.get_prep_value(self, value)
