"""What is written about visits, what was noted on them, reports, service plans and archives, by whom the caller says."""

from jishiyu.apps.visits.archiving import close_file, forget_lost_files
from jishiyu.apps.visits.following import (
    Result,
    add_action,
    ask_satisfaction,
    note_result,
    remind_of_actions,
    say_satisfaction,
    serve_need,
)
from jishiyu.apps.visits.linking import make_calendar_link, withdraw_calendar_link
from jishiyu.apps.visits.planning import cancel_visit, finish_visit, move_visit, set_plan
from jishiyu.apps.visits.reporting import add_series, make_report, release_report
from jishiyu.apps.visits.syncing import Received, Told, receive

__all__ = [
    "Received", "Result", "Told", "add_action", "add_series", "ask_satisfaction", "cancel_visit", "close_file",
    "finish_visit", "forget_lost_files", "make_calendar_link", "make_report", "move_visit", "note_result", "receive", "release_report", "remind_of_actions",
    "say_satisfaction", "serve_need", "set_plan", "withdraw_calendar_link",
]  # fmt: skip
