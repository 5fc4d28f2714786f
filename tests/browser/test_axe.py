"""axe-core finds nothing on the light page, the sources, the guide and the kept page, in every language and look."""

import pytest

from tests.browser.axe import axe, violations
from tests.browser.conftest import Page, Server

__all__ = ["axe"]

SIZES = {"phone": (390, 844, True), "desktop": (1280, 900, False)}
READY = {
    "/lite": "document.querySelector('.level')",
    "/sources": "document.querySelector('main.page-sources .card')",
    "/docs?topic=numbers": "document.querySelector('.doc-text table')",
    "/docs?topic=feed": "document.querySelector('.doc-text pre')",
    "/offline": "document.body.dataset.ready === 'yes'",
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_for_axe(page: Page, drill_server: Server, axe: str, size: str, scheme: str) -> None:
    page.size(*SIZES[size])
    page.prefer(scheme)
    wrong = {}
    for path, is_ready in READY.items():
        for lang in ("ko", "en"):
            joint = "&" if "?" in path else "?"
            page.driver.get(f"{drill_server.url}{path}{joint}area=coquimbo&lang={lang}")
            page.until(is_ready, 60)
            found = violations(page.driver, axe)
            if found:
                wrong[f"{path} {lang}"] = found
            assert page.script("document.documentElement.scrollWidth <= innerWidth"), f"{path} {lang}: scrolls sideways"
            page.picture(f"{path.strip('/').replace('?topic=', '-')}-{size}-{scheme}-{lang}")
    assert wrong == {}
    page.driver.get(f"{drill_server.url}/docs?area=coquimbo&lang=en")
    page.until("document.querySelector('.doc-text')", 60)
