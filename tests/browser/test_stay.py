"""The fold-out card about infection, during the drill's outbreak."""

import json
from collections.abc import Callable

import pytest

from tests.browser.conftest import Page, Server

HERE = (-29.9188, -71.2438)
VIEW = f"?area=coquimbo&from={HERE[0]},{HERE[1]}&to=-29.925862,-71.248013&profile=walk"
ANSWER = "document.getElementById('citizen-stay-answer').innerText"
LINE = "document.getElementById('citizen-stay-line').innerText"


def choose(page: Page, field: str, value: str) -> None:
    """Choose an option of a native select as a person does."""
    page.browser.find_element(f"#citizen-stay-{field} option[value='{value}']").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_card_on_a_phone(page: Page, drill_server: Server, lang: str, scheme: str) -> None:
    page.size(390, 844, mobile=True)
    page.prefer(scheme)
    page.open(f"{drill_server.url}/{VIEW}&lang={lang}")
    page.until(f"document.documentElement.dataset.theme === '{scheme}'")
    card = "document.querySelector('.fold-stay')"
    assert page.script(f"{card}.open") is False, "folded until somebody wants it"
    page.driver.execute_script(f"{card}.scrollIntoView()")
    page.browser.find_element(".fold-stay > .fold-summary").click()
    page.until(f"{card}.open")
    page.until(f"{card}.querySelectorAll('.chance').length === 2 && {card}.querySelectorAll('.lever').length >= 5")
    page.until_text("citizen-stay-answer", "80 %")  # chances come with their interval
    assert "2021" not in page.script(ANSWER), "steps of another country are not told"
    assert page.script(f"/[가-힣]{{2,}}/.test({ANSWER})") == (lang == "ko")
    assert page.script("document.documentElement.scrollWidth <= innerWidth"), "nothing to scroll sideways"
    heights = page.script(
        f"Array.from({card}.querySelectorAll('.field-control, .fold-summary')).map(one => one.offsetHeight)"
    )
    assert len(heights) == 7 and min(heights) >= 44
    unnamed = f"Array.from({card}.querySelectorAll('select, input')).filter(one => !one.labels.length).length"
    assert page.script(unnamed) == 0
    page.picture(f"stay-{lang}-{scheme}")


def test_card_follows_the_choices_and_tells_what_the_api_tells(
    page: Page, drill_server: Server, wait_for: Callable[[Callable[[], bool], float], None]
) -> None:
    page.size(1200, 1400)
    page.open(f"{drill_server.url}/{VIEW}&lang=en")
    page.browser.find_element(".fold-stay > .fold-summary").click()
    before = page.until(ANSWER)
    choose(page, "preset", "karaoke")
    page.until(f"{LINE}.startsWith('Karaoke')")
    choose(page, "mask", "n95")
    page.until(f"!{ANSWER}.includes('Wear a KF94')")
    sung = page.script(LINE)
    from selenium.webdriver.common.keys import Keys

    page.browser.find_element("#citizen-stay-minutes").send_keys("10", Keys.TAB)
    page.until(f"{LINE} !== {json.dumps(sung)}")
    page.until(f"{ANSWER} !== {json.dumps(before)} && {ANSWER}.includes('with your changes')")
    asked = f"lat={HERE[0]}&lon={HERE[1]}&preset=karaoke&mask=n95&minutes=10&lang=en"

    def is_told() -> bool:
        body = drill_server.json(f"/api/v1/advice/infection?area=coquimbo&{asked}")
        words = (body["infection"]["text"], body["contact"]["text"], body["infection"]["interval_text"])
        return all(one.replace("\xa0", " ") in page.script(ANSWER).replace("\xa0", " ") for one in words)

    wait_for(is_told, 60)
    assert page.script("document.querySelector('.fold-stay').open") is True
    choose(page, "preset", "street_walk")
    page.browser.find_element("#citizen-stay-co2").send_keys("900", Keys.TAB)
    page.until(f"{ANSWER}.includes('outdoors leave it out')")


def test_cards_of_ways_tell_the_infection(page: Page, drill_server: Server) -> None:
    page.open(f"{drill_server.url}/{VIEW}&lang=en")
    page.until("document.querySelectorAll('.route-card').length > 0")
    page.until_text("citizen-routes-panel", "infection under 1 in a million")
    pair = f"from={HERE[0]},{HERE[1]}&to=-29.925862,-71.248013"
    body = drill_server.json(f"/api/v1/routes?area=coquimbo&{pair}")
    assert all(0 < one["properties"]["infection"]["chance"]["prob"] < 1e-6 for one in body["features"])
