"""The life of an application and of a complaint: one list of states and one table of moves each.

A trigger of the database holds the same moves (migration 0002); a test compares the two.
"""

from django.db import models

from jishiyu.engine.words import Words


class State(models.TextChoices):
    """How far an application has come."""

    DRAFT = "draft", Words("草稿", "draft")
    SUBMITTED = "submitted", Words("已提交", "handed in")
    UNDER_REVIEW = "under_review", Words("审核中", "under review")
    RETURNED = "returned", Words("退回补正", "sent back for papers")
    APPROVED = "approved", Words("已批准", "approved")
    REFUSED = "refused", Words("不予补贴", "refused")
    WITHDRAWN = "withdrawn", Words("已撤回", "withdrawn")
    APPEALED = "appealed", Words("已申请复核", "appealed")
    SECOND_REVIEW = "second_review", Words("复核中", "under second review")
    UPHELD = "upheld", Words("复核维持不予补贴", "refused after second review")
    CLOSED = "closed", Words("已结案", "closed")


# Handing back what was taken goes to where it came from. What was decided on appeal is final.
MOVES: dict[str, tuple[str, ...]] = {
    State.DRAFT: (State.SUBMITTED, State.WITHDRAWN),
    State.SUBMITTED: (State.UNDER_REVIEW, State.WITHDRAWN),
    State.UNDER_REVIEW: (State.SUBMITTED, State.RETURNED, State.APPROVED, State.REFUSED, State.WITHDRAWN),
    State.RETURNED: (State.SUBMITTED, State.WITHDRAWN, State.CLOSED),
    State.APPROVED: (State.CLOSED,),
    State.REFUSED: (State.APPEALED, State.CLOSED),
    State.WITHDRAWN: (),
    State.APPEALED: (State.SECOND_REVIEW, State.WITHDRAWN),
    State.SECOND_REVIEW: (State.APPEALED, State.APPROVED, State.UPHELD, State.WITHDRAWN),
    State.UPHELD: (State.CLOSED,),
    State.CLOSED: (),
}
EDITABLE = (State.DRAFT, State.RETURNED)
WAITING = (State.SUBMITTED, State.UNDER_REVIEW, State.APPEALED, State.SECOND_REVIEW)
IN_REVIEW = (State.UNDER_REVIEW, State.SECOND_REVIEW)
# A case of the call list has at most one application that is not over.
OVER = (State.REFUSED, State.WITHDRAWN, State.UPHELD, State.CLOSED)
DECIDED = (State.APPROVED, State.REFUSED, State.UPHELD)


class Kind(models.TextChoices):
    """What happened."""

    ACCIDENT = "accident", Words("意外伤害", "accident")
    DEATH = "death", Words("身故", "death by accident")
    FIRE = "fire", Words("家庭火灾", "household fire")
    STAY = "stay", Words("住院(取不到结算数据)", "hospital stay")


class FiledAs(models.TextChoices):
    """In what capacity somebody filed an application."""

    MEMBER = "member", Words("本人", "by the member")
    UNION = "union", Words("单位工会代办", "by the union for the member")
    CITY = "city", Words("市总代办", "by the city union for the member")


class Ruling(models.TextChoices):
    """What one reviewer said in one turn of an application."""

    APPROVE = "approve", Words("同意", "approve")
    REFUSE = "refuse", Words("不同意", "refuse")


class ComplaintState(models.TextChoices):
    """How far a complaint has come."""

    OPEN = "open", Words("待答复", "to be answered")
    ANSWERED = "answered", Words("已答复", "answer given")


COMPLAINT_MOVES: dict[str, tuple[str, ...]] = {
    ComplaintState.OPEN: (ComplaintState.ANSWERED,),
    ComplaintState.ANSWERED: (),
}
