"""Forms in the look of the console: label, help, error beside the field, all of Bootstrap's classes in one place."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishiyu.engine.identity import certificate_names
from jishiyu.engine.problems import Problem
from jishiyu.web.figures.typography import chinese
from jishiyu.web.language import language
from jishiyu.web.problem import REFUSED, told


class Renderer(TemplatesSetting):
    """Renders fields with our template."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class Form(forms.Form):
    """A form whose widgets carry Bootstrap's classes; labels come from the fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class Day(forms.DateInput):
    """The browser's own date input."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def certificate_choices() -> list[tuple[str, str]]:
    """Return the certificate types of the insurance platform in the language of the page; the type is part of who
    somebody is, so that a list of our own would lock people out. `choices=certificate_choices`."""
    zh = language() == "zh"
    return [
        (code, chinese(words[0]) if zh else words[1][:1].upper() + words[1][1:])
        for code, words in certificate_names().items()
    ]


def dress(form: forms.BaseForm) -> None:
    """Give every widget of a form its class."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, forms.RadioSelect):  # several boxes or rounds: Django puts the class around them too
            widget.attrs.setdefault("class", "choices")
        elif isinstance(widget, forms.CheckboxInput):
            widget.attrs.setdefault("class", "form-check-input")
        elif isinstance(widget, forms.Select):
            widget.attrs.setdefault("class", "form-select")
        elif not isinstance(widget, forms.HiddenInput):
            widget.attrs.setdefault("class", "form-control")


def answer_form(
    request: HttpRequest, form: forms.Form, *, template: str, do: Callable[[dict[str, Any]], HttpResponse], **context: Any
) -> HttpResponse:  # fmt: skip
    """Show a form, or do what it asks; a problem or a wrong field shows the form again with status 422.

    `do` takes the clean data, calls one operation and returns where to go. Inside `gated`, the operation's own
    transaction is a savepoint, so that what it had begun is undone while the page is shown.
    """
    problem = ""
    if request.method == "POST":
        if form.is_valid():
            try:
                return do(form.cleaned_data)
            except Problem as refused:
                problem = told(refused)
        return render(request, template, {"form": form, "problem": problem, **context}, status=REFUSED)
    return render(request, template, {"form": form, **context})
