"""Sentences that were kept in both languages are shown in the one of the page."""

import pytest
from django.utils import translation

from jishiyu.web.components.spoken import spoken


@pytest.mark.parametrize(
    ("kept", "chinese", "english"),
    [
        ("系统建立 / Opened by the system.", "系统建立", "Opened by the system."),
        ("张三 / 李四 都已通知", "张三 / 李四 都已通知", "张三 / 李四 都已通知"),
        ("called / no answer", "called / no answer", "called / no answer"),
        ("已联系", "已联系", "已联系"),
        ("移交 liu.yang:请尽快联系", "移交 liu.yang:请尽快联系", "handed over to liu.yang: 请尽快联系"),
        ("", "", ""),
    ],
)
def test_a_page_shows_its_own_half(kept: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert spoken(kept) == chinese
    with translation.override("en"):
        assert spoken(kept) == english
