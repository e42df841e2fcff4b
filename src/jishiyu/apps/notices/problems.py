"""What can be wrong with a notice."""

from jishiyu.engine.problems import Problem


class NoticeUnknown(Problem):
    """No notice has this number."""

    en = "There is no notice {notice}. Look at the list of notices."
    zh = "没有编号为 {notice} 的通知。请查看通知列表。"


class NoAddress(Problem):
    """Nobody knows where to reach the person."""

    en = "No usable mobile number or e-mail address is known for this person. Ask the union to add one, then try again."
    zh = "没有此人可用的手机号或电子邮箱。请由单位工会补充后重试。"


class ReasonMissing(Problem):
    """Reading what was sent to somebody needs a reason."""

    en = "Give the reason for reading this notice: it is kept."
    zh = "请填写查看此通知的理由:理由会留存。"


class CodeOfAnother(Problem):
    """A one-time code is the member's only."""

    en = "A one-time code is shown to nobody but the member. It was sent; the member can ask for another one."
    zh = "验证码只供会员本人使用,不予查看。短信已发出;会员可重新获取。"
