"""The life of an application and of a complaint: one list of states and one table of moves each.

A trigger of the database holds the same moves (migration 0002); a test compares the two.
"""

from django.db import models


class State(models.TextChoices):
    """How far an application has come."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已提交"
    UNDER_REVIEW = "under_review", "审核中"
    RETURNED = "returned", "退回补正"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "不予补贴"
    WITHDRAWN = "withdrawn", "已撤回"
    APPEALED = "appealed", "已申请复核"
    SECOND_REVIEW = "second_review", "复核中"
    UPHELD = "upheld", "复核维持不予补贴"
    CLOSED = "closed", "已结案"


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

    ACCIDENT = "accident", "意外伤害"
    DEATH = "death", "身故"
    FIRE = "fire", "家庭火灾"
    STAY = "stay", "住院(取不到结算数据)"


class FiledAs(models.TextChoices):
    """In what capacity somebody filed an application."""

    MEMBER = "member", "本人"
    UNION = "union", "单位工会代办"
    CITY = "city", "市总代办"


class Ruling(models.TextChoices):
    """What one reviewer said in one turn of an application."""

    APPROVE = "approve", "同意"
    REFUSE = "refuse", "不同意"


class ComplaintState(models.TextChoices):
    """How far a complaint has come."""

    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"


COMPLAINT_MOVES: dict[str, tuple[str, ...]] = {
    ComplaintState.OPEN: (ComplaintState.ANSWERED,),
    ComplaintState.ANSWERED: (),
}
