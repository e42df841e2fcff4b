"""Answers that say what is wrong: RFC 9457 problem details with the sentence in Chinese and English."""

import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse

from jishiyu.apps.accounts.problems import AccountLocked
from jishiyu.apps.api import problems
from jishiyu.apps.api.operations import Told
from jishiyu.apps.intake.problems import FeedTakenBefore
from jishiyu.apps.jobs.problems import JobUnknown
from jishiyu.apps.members.problems import ImportUnknown
from jishiyu.engine.problems import Problem

PROBLEM_TYPE = "application/problem+json"
REFUSED = 422
STATUS: dict[type[Problem], int] = {
    problems.BodyUnreadable: 400,
    problems.KeyMissing: 400,
    problems.TokenRefused: 401,
    AccountLocked: 401,
    problems.ScopeMissing: 403,
    problems.PushUnknown: 404,
    JobUnknown: 404,
    ImportUnknown: 404,
    FeedTakenBefore: 409,
    problems.PartKnown: 409,
    problems.PushNotOpen: 409,
    problems.BodyTooLarge: 413,
    problems.TooFast: 429,
}


class NothingHere(Problem):
    """No such address, or nothing that this token may see."""

    en = "There is nothing here that this token may see. Look at the addresses in /api/openapi.json."
    zh = "此处没有该令牌可查看的内容。请查看 /api/openapi.json 中的地址。"


class MethodUnfit(Problem):
    """The address is right, the method is not."""

    en = "This address does not answer {method}. Look at /api/openapi.json."
    zh = "该地址不支持 {method} 方法。请查看 /api/openapi.json。"


class OurFault(Problem):
    """A bug."""

    en = "Something went wrong on our side; nothing was changed. Try again, and tell the system administrator if it stays."
    zh = "系统内部出错,未作任何变更。请重试;如仍出错,请告知系统管理员。"


def told(problem: Problem, *, status: int | None = None, **more: Any) -> Told:
    """Return status and body of a problem; the type is a name that stays the same."""
    status = status or STATUS.get(type(problem), REFUSED)
    word = re.sub(r"(?<!^)(?=[A-Z])", "-", type(problem).__name__).lower()
    en, zh = problem.say("en"), problem.say("zh")
    return Told(
        status, {"type": f"urn:jishiyu:problem:{word}", "status": status, "title": en, "zh": zh, "en": en, **more}
    )


def answer(found: Told) -> HttpResponse:
    """Return something told as an answer."""
    made = HttpResponse(
        json.dumps(found.body, ensure_ascii=False).encode("utf-8", "backslashreplace"), status=found.status,
        content_type="application/json" if found.status < 400 else PROBLEM_TYPE,
    )  # fmt: skip
    if found.again:
        made.headers["Idempotent-Replayed"] = "true"
    return made


def refuse(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a problem as an answer, with the header its status asks for."""
    made = answer(told(problem))
    if isinstance(problem, problems.TokenRefused):
        made.headers["WWW-Authenticate"] = 'Bearer realm="jishiyu"'
    if isinstance(problem, problems.TooFast):
        made.headers["Retry-After"] = str(problem.details["seconds"])
    return made


def incomplete(errors: list[dict[str, Any]]) -> HttpResponse:
    """Return which values are missing or of the wrong kind; what was sent is not repeated."""
    places = [
        {"at": ".".join(str(step) for step in error["loc"])[:200], "what": str(error["type"])} for error in errors[:50]
    ]
    return answer(told(problems.BodyIncomplete(count=len(errors)), places=places))


def nothing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing at this address."""
    return answer(told(NothingHere(), status=404))


def wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    """Say that the address answers other methods."""
    made = answer(told(MethodUnfit(method=request.method), status=405))
    made.headers["Allow"] = allowed
    return made


def broken(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that it is our fault."""
    return answer(told(OurFault(), status=500))
