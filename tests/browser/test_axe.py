"""axe-core finds nothing on any page, in every language, size and look, and nothing scrolls sideways."""

import pytest

from tests.browser.axe import axe, violations
from tests.browser.conftest import NOWHERE, Page, Server

__all__ = ["axe"]

SIZES = {"phone": (390, 844, True), "desktop": (1440, 900, False)}
STREETS = "window.ansimgil && ansimgil.leaflet && ansimgil.streets.state().nStreet > 0"
READY = {
    "/?area=coquimbo": f"{STREETS} && document.querySelector('.route-card')",
    "/health?area=coquimbo": "document.querySelectorAll('.chart .main-svg').length >= 2",
    "/ops?area=coquimbo": f"{STREETS} && document.querySelector('.tile')",
    "/plan?area=coquimbo": f"{STREETS} && document.querySelector('.range-field')",
    "/korea?area=korea": "document.querySelector('.district-table')",
    "/quality?area=coquimbo": "document.querySelector('main .card')",
    "/api-docs?area=coquimbo": "document.querySelector('main .endpoints')",
    "/sign-in?area=coquimbo": "document.querySelector('main form, main .card, main input')",
    "/sources?area=coquimbo": "document.querySelector('.drop-box input[aria-label]')",
    "/lite?area=coquimbo": "document.querySelector('.level')",
    "/docs?area=coquimbo&topic=numbers": "document.querySelector('.doc-text table')",
    "/docs?area=coquimbo&topic=feed": "document.querySelector('.doc-text pre')",
    f"{NOWHERE}?area=coquimbo": "document.querySelector('.page-list a')",
    "/offline?area=coquimbo": "document.body.dataset.ready === 'yes'",
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_for_axe(page: Page, drill_server: Server, axe: str, size: str, scheme: str) -> None:
    page.size(*SIZES[size])
    page.prefer(scheme)
    wrong = {}
    for path, is_ready in READY.items():
        for lang in ("ko", "en"):
            page.driver.get(f"{drill_server.url}{path}&lang={lang}")
            page.until(f"Boolean({is_ready})", 60)
            found = violations(page.driver, axe)
            if found:
                wrong[f"{path} {lang}"] = found
            assert page.script("document.documentElement.scrollWidth <= innerWidth"), f"{path} {lang}: scrolls sideways"
            name = path.split("?")[0].strip("/") or "citizen"
            page.picture(f"{name}{path.partition('topic=')[2]}-{size}-{scheme}-{lang}")
    assert wrong == {}
    page.driver.get(f"{drill_server.url}/docs?area=coquimbo&lang=en")
    page.until("document.querySelector('.doc-text')", 60)
