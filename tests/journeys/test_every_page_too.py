"""Every page of the console in a real browser: the second of every two; `every_page.py` says what is looked at."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.every_page import walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_other_page(browser: "Browser", address: str, tmp_path: Path, settings: Any) -> None:
    walk(browser, address, tmp_path, settings, half=1)
