"""The pages as a visitor sees them; `make screenshots` keeps the pictures of this run for the README."""

import pytest

from tests.browser.conftest import Page, Server

STREETS = "window.ansimgil && ansimgil.leaflet && ansimgil.streets.state().nStreet > 0"
CARD = "document.querySelector('.route-card')"
VIEWS = {
    "citizen-phone": ("/?area=coquimbo&lang=ko", (390, 844, True), f"{STREETS} && {CARD}"),
    "health": (
        "/health?area=coquimbo&lang=en", (1280, 860, False),
        "document.querySelector('path.district') && document.querySelector('.chart .main-svg')",
    ),
    "operations": ("/ops?area=coquimbo&lang=en", (1280, 860, False), f"{STREETS} && document.querySelector('.tile')"),
    "nationwide": ("/korea?area=korea&lang=ko", (1280, 860, False), "document.querySelector('path.district')"),
}  # fmt: skip
"""Address, size, and when it is drawn."""


@pytest.mark.parametrize("name", VIEWS)
def test_view(page: Page, drill_server: Server, name: str) -> None:
    path, size, is_ready = VIEWS[name]
    page.size(*size)
    page.driver.get(drill_server.url + path)
    page.until(f"Boolean({is_ready})", 60)
    page.until("!document.querySelector('.skeleton') && document.querySelectorAll('.page-error > *').length === 0")
    assert page.script("document.documentElement.scrollWidth <= innerWidth")
    page.picture(name)
