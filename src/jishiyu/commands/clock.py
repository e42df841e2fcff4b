"""What day it is, in the city's time: a server that runs on another time must not take today's settlements for future ones."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

CITY_TIME = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This function will return the moment, in the city's time."""
    return datetime.now(CITY_TIME)


def today() -> date:
    """This function will return the day it is in the city."""
    return now().date()
