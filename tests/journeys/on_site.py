"""What everybody does on the phone page of a visit: wait for the queue, enter a reading, sign."""

from playwright.sync_api import Page


def waiting(page: Page, count: int) -> None:
    """Wait until so many entries wait to be sent."""
    page.wait_for_selector(f"#connection[data-waiting='{count}']")


def measure(page: Page, value: str, *, point: str = "1#进线柜", quantity: str = "voltage", unit: str = "V") -> None:
    """Enter a reading in the form."""
    page.locator("section[aria-labelledby=part-readings] > button.main").click()
    page.fill("#reading [name=point]", point)
    page.select_option("#reading [name=quantity]", quantity)
    page.fill("#reading [name=value]", value)
    page.select_option("#reading [name=unit]", unit)
    page.select_option("#reading [name=voltage_level]", "380V")
    page.select_option("#reading [name=kind]", "switchboard")
    page.fill("#reading [name=instrument]", "福禄克 435")
    page.click("#reading button[type=submit]")


def sign(page: Page, name: str = "王工") -> None:
    """Sign in the box, in the name of somebody of the enterprise."""
    page.fill("#signer", name)
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 40)
    page.mouse.down()
    for at in range(1, 12):
        page.mouse.move(box["x"] + 30 + at * 20, box["y"] + 40 + (at % 3) * 15)
    page.mouse.up()
    page.locator("section[aria-labelledby=part-signature] button.main").click()
