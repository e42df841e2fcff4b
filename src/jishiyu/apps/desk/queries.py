"""What screens ask across all books: find anything, one member's page, one decision, what waits, how long the fund lasts."""

from jishiyu.apps.desk.decision import DecisionPage, Followed, decision_page
from jishiyu.apps.desk.finding import Found, Kind, find
from jishiyu.apps.desk.forecast import Forecast, forecast
from jishiyu.apps.desk.member import Member, member
from jishiyu.apps.desk.waiting import ITEMS, NEXT, Role, Stuck, ToDo, stuck, to_do, what_waits

__all__ = [
    "ITEMS", "NEXT", "DecisionPage", "Followed", "Forecast", "Found", "Kind", "Member", "Role", "Stuck", "ToDo",
    "decision_page", "find", "forecast", "member", "stuck", "to_do", "what_waits",
]  # fmt: skip
