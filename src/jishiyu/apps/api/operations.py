"""Everything that other systems and their tokens write, in one place to import from."""

from jishiyu.apps.api.once import Told, forget_answers, once
from jishiyu.apps.api.pushing import add_part, begin_push, end_push, give_push_up, push_roster, push_settlements
from jishiyu.apps.api.tokens import Collected, collect, end, issue, take_request

__all__ = [
    "Collected", "Told", "add_part", "begin_push", "collect", "end", "end_push", "forget_answers", "give_push_up",
    "issue", "once", "push_roster", "push_settlements", "take_request",
]  # fmt: skip
