"""The API as a whole: its routes put together, and its OpenAPI document."""

import json
import logging
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from jishiyu.apps.accounts.rights import TOKEN
from jishiyu.apps.api.problems import BodyTooLarge, BodyUnreadable
from jishiyu.engine.problems import Problem
from jishiyu.web.api import money, roster, settlements
from jishiyu.web.api.answers import PROBLEM_TYPE, broken, incomplete, nothing, refuse, wrong_method
from jishiyu.web.api.door import KEY
from jishiyu.web.api.reading import Exact
from jishiyu.web.api.schemas import ProblemOut

logger = logging.getLogger("jishiyu.api")
ABOUT = """\
接口供医保部门、银行和其他工会系统使用:推送结算数据、名册变更和付款结果,查询来件、核定结果、付款和统计。每个请求须携带令牌;
每个 POST 请求须携带 `Idempotency-Key`。金额为两位小数的文本(元)。姓名和证件号码默认脱敏。

For the insurance bureau, banks and other union systems: push settlements, roster changes and payment results; ask for
feeds, decisions, payments and figures. Every request carries a token, every POST an `Idempotency-Key`. Amounts are yuan
as text with two places. Names and numbers are masked.
"""
# What may go wrong at any address.
REFUSALS = {
    "400": "No JSON that can be read without doubt, or no Idempotency-Key / 请求无法解读,或缺少 Idempotency-Key",
    "401": "No good token / 没有有效的令牌",
    "403": "The token is not good for this / 令牌不含该用途",
    "404": "Nothing that this token may see / 没有该令牌可查看的内容",
    "409": "Known before, or no longer open / 此前已收到,或已结束",
    "413": "Too large / 过大",
    "422": "Refused with a sentence / 未通过,附原因",
    "429": "Too fast; see Retry-After / 请求过快,见 Retry-After",
}
ONLY_POST = {"409", "413"}

api = NinjaAPI(title="及时雨 Jishiyu", version="1", description=ABOUT, docs_url=None, openapi_url=None, parser=Exact(),
               urls_namespace="jishiyu-api")  # fmt: skip
for one in (settlements.router, roster.router, money.router):
    api.add_router("", one)


def doors() -> list[tuple[str, str, tuple[str, ...]]]:
    """Return every route of the API: its path, its method, and the scopes of which one opens it."""
    return sorted(
        (f"/api{path}", method, tuple(str(scope) for door in operation.auth_callbacks for scope in door.scopes))  # type: ignore[attr-defined]
        for _, router in api._routers for path, view in router.path_operations.items() for operation in view.operations
        for method in operation.methods
    )  # fmt: skip


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return refuse(request, problem)


@api.exception_handler(ValidationError)
def _incomplete(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return incomplete(error.errors)


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    cause = error.__cause__
    said = (
        cause.msg
        if isinstance(cause, json.JSONDecodeError)
        else str(cause)[:80]
        if type(cause) is ValueError
        else "JSON"
    )
    return refuse(request, BodyUnreadable(detail=said))


@api.exception_handler(Http404)
def _nothing(request: HttpRequest, error: Http404) -> HttpResponse:
    return nothing(request)


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    # The message of an exception may carry what must not stand in a log; its kind and place do not.
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "jishiyu" in frame.filename]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(ours))
    logger.error("%s: %s", type(error).__name__, places)
    return broken(request, error)


def routes() -> list[URLPattern]:
    """Return the addresses of all routes, each with its limits; ninja's own pages are left out."""
    found: list[URLPattern] = []
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = _limited(pattern.callback)
            found.append(pattern)
    return found


def openapi(request: HttpRequest) -> HttpResponse:
    """Give the OpenAPI document."""
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


def docs(request: HttpRequest) -> HttpResponse:
    """Show the OpenAPI document as a page of ours: no script, nothing from elsewhere."""
    found = document()
    shown = [
        {"method": method.upper(), "path": path, **what}
        for path, methods in found["paths"].items()
        for method, what in methods.items()
    ]
    return render(
        request, "api/docs.html", {"about": ABOUT, "operations": shown, "schemas": found["components"]["schemas"]}
    )


def document() -> dict[str, Any]:
    """Return the OpenAPI document: ninja's, with the refusals and the header that every POST needs."""
    found: dict[str, Any] = api.get_openapi_schema(path_prefix="/api/")
    found["components"]["schemas"]["ProblemOut"] = ProblemOut.json_schema()
    for methods in found["paths"].values():
        for method, what in methods.items():
            for status, said in REFUSALS.items():
                if method == "post" or status not in ONLY_POST:
                    what["responses"].setdefault(status, _refusal(said))
            if method == "post":
                what.setdefault("parameters", []).append(_KEY)
    return found


_KEY = {
    "in": "header", "name": KEY, "required": True,
    "schema": {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[!-~]+$"},
    "description": "new for every new matter, the same when the same is sent again / 新业务用新值,重发用原值",
}  # fmt: skip


def _refusal(said: str) -> dict[str, Any]:
    return {
        "description": said, "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    }  # fmt: skip


def _limited(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return a view that tells a body that is too large and a wrong method like everything else."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            request.body  # noqa: B018  # read here, so that its limit is told with its own sentence
        except RequestDataTooBig:
            return refuse(request, BodyTooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
        answered = view(request, *args, **kwargs)
        if isinstance(answered, HttpResponseNotAllowed):
            return wrong_method(request, answered.headers["Allow"])
        return answered

    answer.may = TOKEN  # type: ignore[attr-defined]  # the scopes stand at each route
    answer.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie opens this door
    return answer
