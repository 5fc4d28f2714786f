"""The light page: one request, no script, at most 14 kB, and nothing asked stands in an address."""

import dataclasses
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from dash import Dash

from dashboard.answers import Answers
from dashboard.pages.lite.page import MAX_BYTES, render
from dashboard.pages.lite.place import find_asked
from dashboard.pages.page import Services, open_query
from dashboard.store.snapshots import write_snapshot
from dashboard.views.place_search import search_places
from risk_core.assess import assess
from risk_core.state.area import Area
from risk_core.state.situation import Alert, Shelter, SourceStatus
from tests.answers.small_world import EMPTY_ID, NOW_S, closure, make_library, wet_situation
from tests.pages.test_languages import HANGUL
from tests.tiny import node_position


class Outline(HTMLParser):
    """Tags and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._quiet = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._quiet = tag in {"style", "title"}

    def handle_endtag(self, tag):
        self._quiet = False

    def handle_data(self, data):
        if not self._quiet:
            self.words += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def client(app: Dash):
    return app.server.test_client()


@pytest.mark.parametrize("area_id", ["tiny", EMPTY_ID])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_page_is_whole_in_one_request_without_a_script(client, lang: str, area_id: str) -> None:
    answer = client.get(f"/lite?area={area_id}&lang={lang}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and len(answer.data) <= MAX_BYTES <= 14_336
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    outline = Outline(page)
    assert not outline.named("script") and not outline.named("img") and not outline.named("iframe")
    assert [link["href"] for link in outline.named("link")] == ["data:,"], "a browser asks for an icon otherwise"
    assert (HANGUL.search(outline.words.replace("한국어", "").replace("연습 자료", "")) is None) == (lang == "en")
    assert outline.named("html")[0]["lang"] == lang


def test_page_says_level_actions_closed_roads_and_sources_with_time(client) -> None:
    said = Outline(client.get("/lite?area=tiny&lang=en").get_data(as_text=True)).words
    for wanted in (
        "Demo data",
        "What to do now",
        "Row 0",
        "drill, ",
        "Roads closed now",
        "Sources and times",
        "Rain – drill",
    ):
        assert wanted in said, wanted
    assert re.search(r"[○●◆▲✖] (Safe|Attention|Caution|Alert|Serious)", said)
    assert "80 % interval" in said and "data as of" in said.lower()


def test_every_field_has_a_label_and_headings_descend(client) -> None:
    page = client.get("/lite?area=tiny&lang=en").get_data(as_text=True)
    for field in re.findall(r"<(?:input|select)[^>]*>", page):
        assert 'type="hidden"' in field or re.search(r"<label>[^<]+ " + re.escape(field), page), field
    assert re.findall(r"<h(\d)", page)[0] == "1" and set(re.findall(r"<h(\d)", page)[1:]) == {"2"}


def test_places_are_asked_by_post_and_nobody_keeps_the_answer(client) -> None:
    lat, lon = node_position(7)
    answer = client.post("/lite", data={"area": "tiny", "lang": "en", "lat": str(lat), "lon": str(lon)})
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert f"{lat:.5f}, {lon:.5f}" in answer.get_data(as_text=True)
    forms = Outline(answer.get_data(as_text=True)).named("form")
    assert {form["method"] for form in forms if form["method"] != "get"} == {"post"}
    by_address = client.get(f"/lite?area=tiny&lang=en&lat={lat}&lon={lon}").get_data(as_text=True)
    assert f"{lat:.5f}, {lon:.5f}" not in by_address


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"q": "row 3"}, "Row 3"),
        ({"q": "nowhere at all"}, "No place in this area"),
        ({"lat": "x", "lon": ""}, "could not be read"),
        ({"lat": "60", "lon": "25"}, "outside this area"),
        ({"lat": "nan", "lon": "1"}, "could not be read"),
        ({"q": "<script>alert(1)</script>"}, "No place in this area"),
        ({"at": "-29.9491,-71.2991", "name": "<b>x</b>"}, "&lt;b&gt;x&lt;/b&gt;"),
        ({}, "Write the name of a place"),
    ],
)
def test_every_question_gets_an_answer_or_the_next_step(client, form: dict[str, str], said: str) -> None:
    page = client.post("/lite", data={"area": "tiny", "lang": "en", **form}).get_data(as_text=True)
    assert said in page and "<script" not in page and "<b>" not in page


def test_too_large_a_form_is_refused(client) -> None:
    assert client.post("/lite", data={"q": "a" * 10_000}).status_code == 413


def test_language_follows_the_browser_until_the_address_says_otherwise(client) -> None:
    def lang(address: str, wanted: str) -> str:
        return client.get(address, headers={"Accept-Language": wanted}).headers["Content-Language"]

    assert lang("/lite", "en-GB,en;q=0.9") == "en"
    assert lang("/lite", "fr") == "ko"
    assert lang("/lite?lang=ko", "en") == "ko"


def test_every_page_leads_there_without_scripts(client) -> None:
    for path in ("/", "/ops", "/quality"):
        page = client.get(path).get_data(as_text=True)
        inside = re.search(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
        assert inside is not None and '"/lite?lang=ko"' in inside[1] and '"/lite?lang=en"' in inside[1]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_page_stays_small_on_the_worst_day(tmp_path, lang: str) -> None:
    library = make_library(tmp_path)
    area = library.area("tiny")
    closures = tuple(
        dataclasses.replace(closure(k % 5, k % 5 + 1, f"c{k}"), name=f"침수로 통제된 도로 {k} " * 4) for k in range(60)
    )
    long_text = "하천 범람이 우려되니 즉시 높은 곳으로 대피하시기 바랍니다. " * 60
    alerts = tuple(
        Alert(f"a{k}", "기상청", "호우경보", long_text, long_text, "Extreme", "ko", NOW_S - k, NOW_S - 60, NOW_S + 9e3,
              "부산 해운대구", None, True)
        for k in range(30)
    )  # fmt: skip
    places = [node_position(k % 36) for k in range(80)]
    shelters = tuple(
        Shelter(f"s{k}", f"제{k}초등학교 체육관 임시주거시설", "hall", *at, 400.0, 20.0, True, "시청", True)
        for k, at in enumerate(places)
    )
    sources = tuple(SourceStatus(f"기상청 자동기상관측 {k}", "rain", NOW_S, 10, True) for k in range(40))
    situation = dataclasses.replace(
        wet_situation(area, 70.0, closures), alerts=alerts, shelters=shelters, sources=sources
    )
    write_snapshot(library.settings.home, assess(area, situation))
    services = Services(library.settings, library, Answers(library), lambda: NOW_S)
    opened = open_query(services, {"area": "tiny", "lang": lang})
    assert opened is not None and opened.assessment is not None and len(opened.assessment.alerts) == 30
    page = render(opened, find_asked(area, {"q": "row"}, lang))
    assert len(page.encode()) <= MAX_BYTES
    assert "하천 범람이" in page and "체육관" in page and "통제된 도로" in page


def test_names_are_found_in_every_script(area: Area) -> None:
    first = area.districts[0]
    korean = dataclasses.replace(first, name_ko="부산 해운대구", name_en="Haeundae-gu, Busan", name_local="")
    known = dataclasses.replace(area, districts=(korean, *area.districts[1:]))
    for asked in ("해운대", "haeundae gu", "ㅎㅇㄷ", "HAEUNDAE", "부산 해운대구"):
        found = search_places(known, asked, "ko", 3)
        assert found and found[0].name == "부산 해운대구" and found[0].at == (first.lat_deg, first.lon_deg), asked
    street = search_places(known, "col 5", "en", 3)[0]
    assert street.name == "Col 5" and np.isclose(street.at[1], node_position(5)[1])
    assert len(search_places(known, "row", "en", 4)) == 4
    assert search_places(known, "  ", "en", 4) == [] and search_places(known, "x" * 5000, "en", 4) == []
