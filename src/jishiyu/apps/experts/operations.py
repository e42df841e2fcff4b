"""What is written about the resource list, proposals of pairing, and decisions of the meeting, by whom the caller says."""

from jishiyu.apps.experts.changing import add_member, drop_member, exchange, place
from jishiyu.apps.experts.importing import import_experts
from jishiyu.apps.experts.people import (
    Entry,
    address_of,
    admit_expert,
    change_expert,
    confirm_skill,
    end_expert,
    set_skills,
)
from jishiyu.apps.experts.pinning import pin, release
from jishiyu.apps.experts.proposing import (
    begin_solving,
    current_plan,
    fail_solving,
    finish_solving,
    is_stopped,
    start_proposal,
    stop_solving,
)
from jishiyu.apps.experts.times import offer_weekly, set_times, take_calendar, withdraw_times

__all__ = [
    "Entry", "add_member", "address_of", "admit_expert", "begin_solving", "change_expert", "confirm_skill",
    "current_plan", "drop_member", "end_expert", "exchange", "fail_solving", "finish_solving", "import_experts",
    "is_stopped", "offer_weekly", "pin", "place", "release", "set_skills", "set_times", "start_proposal",
    "stop_solving", "take_calendar", "withdraw_times",
]  # fmt: skip
