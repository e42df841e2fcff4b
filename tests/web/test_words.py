"""Chinese is complete, the same English is said by the same Chinese, and both are switched on every page."""

import pytest
from django.test import Client
from django.urls import reverse

from jishiyu.apps.accounts.models import Role
from scripts import messages
from tests.web.people import signed_in


def test_every_sentence_of_every_screen_has_its_chinese() -> None:
    assert messages.missing() == []


def test_a_sentence_with_parentheses_is_found_in_a_template() -> None:
    template = '{% translate "From 1 (first) to 5 (last). Again." %} {{ _("Rest (s)") }} {% translate "It\'s." %}'
    said = [one for one, _plural in messages._of_template(template, "x.html")]
    assert said == ["From 1 (first) to 5 (last). Again.", "Rest (s)", "It's."]


def test_the_same_english_has_the_same_chinese_everywhere() -> None:
    known: dict[tuple[str, str], set[str]] = {}
    for path in messages.WEB.glob(f"*/{messages.PLACE}/django.po"):
        for sentence, text in messages.read_po(path).items():
            known.setdefault(sentence, set()).add(text)
    assert {sentence: texts for sentence, texts in known.items() if len(texts) > 1} == {}


def test_placeholders_survive_translation() -> None:
    import re

    wrong = []
    for path in messages.WEB.glob(f"*/{messages.PLACE}/django.po"):
        for (single, _), text in messages.read_po(path).items():
            if set(re.findall(r"%\(\w+\)s|\{\w+\}", single)) != set(re.findall(r"%\(\w+\)s|\{\w+\}", text)):
                wrong.append(single)
    assert wrong == []


@pytest.mark.django_db
def test_the_language_is_chosen_on_a_page_and_kept() -> None:
    client = signed_in(Role.FINANCE)
    assert '<html lang="zh-CN">' in client.get("/todo").content.decode()
    answer = client.post(reverse("language"), {"language": "en", "back": "/todo"})
    assert answer.headers["Location"] == "/todo"
    told = client.get("/todo")
    assert '<html lang="en">' in told.content.decode()
    assert told.headers["Content-Language"] == "en"
    client.post(reverse("language"), {"language": "klingon", "large_text": "1", "back": "/todo"})
    assert '<html lang="en" class="large-text">' in client.get("/todo").content.decode()


@pytest.mark.django_db
def test_a_language_is_not_taken_from_the_browser() -> None:
    told = Client(headers={"accept-language": "en"}).get("/sign-in").content.decode()
    assert "登录" in told
