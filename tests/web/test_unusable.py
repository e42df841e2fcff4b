"""What cannot be taken has a page that says why, in the language of the reader."""

import pytest
from django.test import Client

from jishiyu.apps.accounts.models import Role
from tests.web.people import signed_in

pytestmark = pytest.mark.django_db
WORDS = "x" * 2_621_441


def test_words_that_are_too_long_are_refused_with_what_to_do() -> None:
    for client in (Client(), signed_in(Role.SUBSIDY_OFFICER)):
        answered = client.post("/language", {"back": WORDS})
        assert (answered.status_code, "2.5 MB" in answered.content.decode()) == (413, True)
        assert "未作任何改动" in answered.content.decode()
    client.cookies["django_language"] = "en"
    assert "Nothing was changed. Shorten them" in client.post("/language", {"back": WORDS}).content.decode()


def test_a_form_of_too_many_fields_is_refused_alike() -> None:
    answered = Client().post("/language", {f"field{number}": "x" for number in range(1_001)})
    assert (answered.status_code, "内容未能接收" in answered.content.decode()) == (413, True)


def test_a_request_for_another_host_is_none_of_our_forms() -> None:
    answered = Client().get("/sign-in", headers={"Host": "evil.example"})
    assert (answered.status_code, "浏览器提交的内容无法识别" in answered.content.decode()) == (400, True)
