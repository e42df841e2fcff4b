"""What is written about rounds, enterprises and needs, by whom the caller says it is."""

from jishiyu.apps.enterprises.attachments import Brought, open_attachment
from jishiyu.apps.enterprises.closing import Closed, close_campaign
from jishiyu.apps.enterprises.contacts import read_contacts
from jishiyu.apps.enterprises.enrolling import appoint_steward, describe_enterprise, enrol_enterprise
from jishiyu.apps.enterprises.escalating import Clocked, run_clocks
from jishiyu.apps.enterprises.handing_in import MOST, Given, HandedIn, hand_in
from jishiyu.apps.enterprises.links import make_link, withdraw_link
from jishiyu.apps.enterprises.moving import move_need, refuse_closed_round
from jishiyu.apps.enterprises.opening import open_campaign
from jishiyu.apps.enterprises.steps import (
    classify_need,
    confirm_need,
    end_need,
    forward_need,
    note_call,
    take_up_again,
    write_plan,
)

__all__ = [
    "MOST", "Brought", "Clocked", "Closed", "Given", "HandedIn", "appoint_steward", "classify_need", "close_campaign",
    "confirm_need", "describe_enterprise",
    "end_need", "enrol_enterprise", "forward_need", "hand_in", "make_link", "move_need", "note_call", "open_attachment",
    "open_campaign", "read_contacts", "refuse_closed_round", "run_clocks", "take_up_again", "withdraw_link", "write_plan",
]  # fmt: skip
