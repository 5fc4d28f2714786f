"""The officials' page during the drill's outbreak."""

from tests.browser.conftest import Page, Server


def test_outbreak_is_drawn_with_its_fan_and_its_interval(page: Page, drill_server: Server) -> None:
    page.size(1200, 1400)
    page.driver.get(f"{drill_server.url}/health?area=coquimbo&lang=en")
    page.until("document.querySelectorAll('.chart .main-svg').length >= 2", 60)
    assert page.script("document.querySelectorAll('.chart')[0].querySelectorAll('.scatterlayer .js-fill').length") == 3
    assert page.script("document.querySelectorAll('.chart')[0].querySelectorAll('.bars .point').length") >= 2 * 40
    tiles = page.script("Array.from(document.querySelectorAll('.tile')).map(one => one.innerText)")
    assert len(tiles) == 3 and all("80 % interval" in one for one in tiles[1:])
    low, high = (float(one) for one in tiles[1].split("interval ")[1].split(" ")[0].split("–"))
    assert 0.5 < low < high < 1.1, "the drill's outbreak falls by now"
    assert "for people infected on" in tiles[1]
    said = page.script("document.querySelector('.body').innerText")
    assert "Scenario" in said and "reported so far" in said
    page.picture("health-outbreak")
