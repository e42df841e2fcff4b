"""What is written about applications: every step, by whom the caller says it is.

The caller (a screen, a command) makes sure that the account may take the role; what is checked here and by the
database is the life of the application, four eyes, limits by amount, and that it is posted once.
"""

from jishiyu.apps.applications.acting import Actor
from jishiyu.apps.applications.case_approvals import drop_proposal, propose_approval, second_approval
from jishiyu.apps.applications.complaining import answer_complaint, complain
from jishiyu.apps.applications.deciding import Other, Preview
from jishiyu.apps.applications.drafting import save_form, start_application, submit, withdraw
from jishiyu.apps.applications.ending import appeal, close_application, close_overdue, revoke
from jishiyu.apps.applications.papers import OpenedPaper, add_paper, forget_orphans, open_paper, remove_paper
from jishiyu.apps.applications.revealing import read_in_full
from jishiyu.apps.applications.reviewing import (
    Approval,
    approve,
    hand_back,
    refuse,
    return_for_supplement,
    take_application,
)

__all__ = [
    "Actor", "Approval", "OpenedPaper", "Other", "Preview", "add_paper", "answer_complaint", "appeal", "approve",
    "close_application", "close_overdue", "complain", "drop_proposal", "forget_orphans", "hand_back", "open_paper",
    "propose_approval", "read_in_full", "refuse", "remove_paper", "return_for_supplement", "revoke", "save_form",
    "second_approval", "start_application", "submit", "take_application", "withdraw",
]  # fmt: skip
