"""How a one-time code reaches a mobile: through the notices, once they are there."""

from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from jishiyu.apps.accounts.signing_in import Sender
from jishiyu.engine.problems import Problem


class NoGateway(Problem):
    """No way to send a message is set up."""

    en = "No message gateway is set up, so no code can be sent. Ask your union for help."
    zh = "尚未配置短信网关,无法发送验证码。请联系所在工会协助办理。"


def sender() -> Sender:
    """Return what sends codes: the function that `CODE_SENDER` names."""
    named = getattr(settings, "CODE_SENDER", "")
    if not named:
        return _nothing
    found: Sender = import_string(named)
    return found


def _nothing(*, mobile: str, code: str, minutes: int, at: datetime) -> None:
    raise NoGateway
