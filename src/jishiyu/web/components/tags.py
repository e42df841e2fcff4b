"""What templates of every screen use: amounts, moments, masked values, badges."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jishiyu.engine.money import yuan_text
from jishiyu.engine.words import Words
from jishiyu.web.components import names
from jishiyu.web.components.badge import Badge
from jishiyu.web.components.spoken import CHINESE, spoken
from jishiyu.web.figures.typography import chinese
from jishiyu.web.language import language

register = template.Library()
register.filter(spoken)


@register.filter
def yuan(fen: int | None) -> str:
    """Show fen as yuan with two places; nothing is an em dash."""
    return "—" if fen is None else yuan_text(fen)


@register.filter
def moment(at: datetime | date | None) -> str:
    """Show a moment in the city's time; of a day only the day."""
    if at is None or not isinstance(at, datetime):
        return "—" if at is None else at.isoformat()
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


@register.filter
def thousands(number: int | None) -> str:
    """Show a count."""
    return "—" if number is None else f"{number:,}"


@register.filter
def called(name: str) -> str:
    """Show who did something by the full name, not by the account."""
    return names.called(name)


@register.filter
def quoted(text: str) -> str | SafeString:
    """Show what is quoted in its own language (the title of a source, say), marked as Chinese where it is, for whoever listens."""
    if not CHINESE.search(text):
        return text
    printed = chinese(text)
    return printed if language() == "zh" else format_html('<span lang="zh-CN">{}</span>', printed)


@register.simple_tag
def narrowed(tree: Any, code: str) -> str:
    """Return the way to the page beside a tree of unions, narrowed to one of them; see `unions/beside.py`."""
    return str(tree.to(code))


@register.filter
def named(row: Any) -> str:
    """Show the name of a row that has one in each language (`zh`, `en`)."""
    return str(row.zh if language() == "zh" else row.en)


@register.filter
def say(words: Words) -> str:
    """Show words that know both languages, such as the name of a choice, in that of the page."""
    return words.say(language())


@register.filter
def said(move: Any) -> str:
    """Show the sentence of a step in the language of the page (`say`); what the system wrote as it is printed."""
    words = str(move.say(language()))
    return chinese(words) if move.sentence_en and language() == "zh" else words


@register.simple_tag
def badge(shown: Badge) -> SafeString:
    """Show a state."""
    return format_html('<span class="state state-{}">{}</span>', shown.tone.value, shown.words)


@register.inclusion_tag("components/history.html")
def history(steps: Any) -> dict[str, Any]:
    """Show who did what and when; `steps` come from `components.history.steps`."""
    return {"steps": steps}


@register.inclusion_tag("components/chart.html", takes_context=True)
def chart(context: Any, shown: Any) -> dict[str, Any]:
    """Show a chart with its table and its Excel of the same question; `shown` is a `components.chart.Chart`."""
    query = context["request"].GET.copy()
    query["chart"] = shown.figure.key
    return {"chart": shown, "query": query.urlencode()}


@register.inclusion_tag("components/masked.html", takes_context=True)
def masked(context: Any, value: str, person_id: int, field: str) -> dict[str, Any]:
    """Show a masked value that can be revealed with a reason by those who may."""
    return {
        "value": value, "person_id": person_id, "field": field, "may_reveal": context["who"].may("people.reveal"),
    }  # fmt: skip
