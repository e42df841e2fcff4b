"""Writes the table of rights into the documentation: who may do what, and which addresses ask for it.

python scripts/rights.py          write docs/reference/rights.md and rights.zh.md
"""

import os
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs" / "reference"
OPEN = {"public", "signed-in", "first-steps"}
MARK = "●"


def addresses() -> dict[str, list[str]]:
    """Return the addresses of every action, as the console knows them."""
    from django.urls import URLPattern, get_resolver

    found: dict[str, list[str]] = {}

    def walk(patterns: list[object], before: str) -> None:
        for one in patterns:
            route = before + str(getattr(one, "pattern", ""))
            if isinstance(one, URLPattern):
                found.setdefault(str(getattr(one.callback, "may", "")), []).append(f"/{route}")
            else:
                walk(getattr(one, "url_patterns", []), route)

    walk(list(get_resolver().url_patterns), "")
    return found


def page(language: str) -> str:
    """Return the page in `zh` or `en`."""
    from jishiyu.apps.accounts.models import Role
    from jishiyu.apps.accounts.rights import ACTIONS

    english = language == "en"
    at = addresses()
    names = [role.value.replace("_", " ") if english else str(role.label) for role in Role]
    lines = [
        "# Rights" if english else "# 权限",
        "",
        "[中文](rights.zh.md)" if english else "[English](rights.md)",
        "",
        "Written from `src/jishiyu/apps/accounts/rights.py` by `scripts/rights.py`; a test walks every address with every role. What is not here is "
        "refused. City roles see the whole city, a grassroots union officer the own branch (the union and all below it, by territory or by industry), "
        "a member themselves; the three administrators see no row of anybody."
        if english
        else "本页由 `scripts/rights.py` 根据 `src/jishiyu/apps/accounts/rights.py` 生成;测试以每个岗位逐一访问每个地址。表中没有的一律拒绝。"
        "市级岗位可见全市,基层工会干部可见本分支(本工会及其按属地或产业的全部下级),会员可见本人;三员看不到任何人的数据。",
        "",
        f"| {'action' if english else '动作'} | {'key' if english else '标识'} | {' | '.join(names)} |",
        "|---|---|" + "---|" * len(names),
    ]
    for action in ACTIONS.values():
        marks = " | ".join(MARK if role in action.roles else "" for role in Role)
        lines.append(f"| {action.en if english else action.zh} | `{action.key}` | {marks} |")
    lines += ["", "## Addresses" if english else "## 地址", ""]
    lines += [f"| {'address' if english else '地址'} | {'action' if english else '动作'} |", "|---|---|"]
    lines += [f"| `{route}` | `{action}` |" for route, action in sorted((r, a) for a, rs in at.items() for r in rs)]
    return "\n".join(lines + _api(english=english)) + "\n"


def _api(*, english: bool) -> list[str]:
    """Return the routes of the API with their scopes, and whom each scope can be issued to."""
    from jishiyu.apps.accounts.models import Role
    from jishiyu.apps.accounts.rights import may
    from jishiyu.apps.api.models import ACTIONS, OF_THE_CITY, Scope
    from jishiyu.web.api.document import doors

    lines = ["", "## API" if english else "## 接口", ""]
    lines += [f"| {'route' if english else '地址'} | {'scope' if english else '用途'} |", "|---|---|"]
    lines += [f"| `{method} {path}` | `{'`, `'.join(scopes)}` |" for path, method, scopes in doors()]
    said = (
        ("scope", "action of the account", "for one branch", "accounts")
        if english
        else ("用途", "账号须有的动作", "可限一个分支", "账号岗位")
    )
    lines += ["", f"| {' | '.join(said)} |", "|---|---|---|---|"]
    for scope in Scope:
        roles = [role for role in Role if may(ACTIONS[scope], role)]
        names = ", ".join(role.value.replace("_", " ") if english else str(role.label) for role in roles)
        lines.append(f"| `{scope}` | `{ACTIONS[scope]}` | {'' if scope in OF_THE_CITY else MARK} | {names} |")
    return lines


def main() -> int:
    """Write both pages."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishiyu.conf.settings")
    django.setup()
    for language, name in (("en", "rights.md"), ("zh", "rights.zh.md")):
        (DOCS / name).write_text(page(language), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
