"""Component trees, without a browser."""

import json
import re
from pathlib import Path

import pytest
from plotly.utils import PlotlyJSONEncoder

from components.choice import Option, choice
from components.data_table import data_table
from components.exposure_bar import exposure_bar
from components.map import browser_function, place_marker
from components.ribbon import ribbon
from components.risk_timeline import risk_timeline
from components.sign import level_class
from components.status_strip import StatusWords, status_strip
from components.time_slider import SliderIds, step_style, time_slider
from tests.components.gallery import gallery
from tests.components.tree import by_class, by_id, names, walk, words

ROOT = Path(__file__).resolve().parents[2]
CSS = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "assets" / "css").glob("*.css")))
GALLERY = gallery()
UNSTYLED = {
    "caption-what",
    "card-body",
    "is-connecting",
    "menu-areas",
    "menu-link",
    "route-card-fastest",
    "route-card-safest",
    "route-swatch-safest",
    "slider-range",
    "status-said",
    "turn-what",
}
"""Names that only tell parts apart, or whose look is the base one."""

REFUSED = {"RadioItems", "Checklist", "Slider", "Dropdown", "DatePickerSingle", "DatePickerRange"}


def test_every_component_is_in_the_gallery() -> None:
    modules = {path.stem for path in (ROOT / "components").glob("*.py")} - {"__init__"}
    assert modules == set(GALLERY)


@pytest.mark.parametrize("name", sorted(GALLERY))
def test_component_travels_to_the_browser_and_uses_native_elements(name: str) -> None:
    for component in GALLERY[name]:
        assert json.loads(json.dumps(component, cls=PlotlyJSONEncoder))["type"]
        assert not REFUSED & set(names(component))


def test_style_names_have_styles() -> None:
    used = {one for part in walk(list(GALLERY.values())) for one in (getattr(part, "className", None) or "").split()}
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", CSS))
    assert sorted(used - known - UNSTYLED) == []


@pytest.mark.parametrize("name", sorted(GALLERY))
def test_buttons_and_pictures_have_names(name: str) -> None:
    for part in walk(GALLERY[name]):
        if type(part).__name__ in {"Button", "Summary"}:
            assert getattr(part, "aria-label", "") or words(part).strip(), part
        if getattr(part, "role", None) in {"img", "region", "group"}:
            assert getattr(part, "aria-label", ""), part


def test_level_without_knowledge_is_not_safe() -> None:
    assert level_class(None) == "level-none"
    strip = status_strip(StatusWords(None, "Here", "No data", "", "Nothing known", "-", ""))
    assert by_class(strip, "level-none") and not by_class(strip, "meter")


def test_exactly_one_button_is_pressed() -> None:
    buttons = by_class(choice("k", [Option("a", "A"), Option("b", "B")], "b", "letters"), "choice-button")
    assert [getattr(button, "aria-pressed") for button in buttons] == ["false", "true"]
    assert buttons[1].id == {"type": "k", "name": "b"}


def test_exposure_bar_leaves_out_levels_not_met() -> None:
    parts = exposure_bar((0.25, 0.0, 0.0, 0.75, 0.0), "words").children
    assert [(part.className.split()[1], part.style["width"]) for part in parts] == [
        ("level-0", "25.0%"),
        ("level-3", "75.0%"),
    ]


def test_timeline_marks_the_present() -> None:
    cells = risk_timeline([0, 4, None], ["a", "b", "c"], 1, "t").children
    assert ["is-now" in cell.className for cell in cells] == [False, True, False]
    assert cells[2].className == "timeline-cell level-none"


def test_slider_is_native_and_labelled() -> None:
    slider = time_slider(SliderIds("r", "p", "l", "w", "t"), 13, 6, "18:40", ("Time shown", "Play"), [])
    ticker = by_id(slider, "r")
    assert (ticker.type, ticker.min, ticker.max, ticker.value) == ("range", 0, 12, 6)
    assert any(type(part).__name__ == "Label" and part.htmlFor == "r" for part in walk(slider))
    assert step_style(1) == {"--n-step": 2}


def test_marker_reports_where_it_was_dropped_only_if_it_can_be_dragged() -> None:
    marker = place_marker("m", (1.0, 2.0), "origin", "Start")
    assert marker.draggable and marker.eventHandlers == {"dragend": browser_function("dragend")}
    fixed = place_marker("m", (1.0, 2.0), "pin", "Here", is_draggable=False)
    assert not fixed.draggable and not hasattr(fixed, "eventHandlers")


def test_ribbon_can_be_hidden_but_not_unsaid() -> None:
    assert ribbon("Demo data", "x").hidden is False
    assert ribbon("Demo data", "x", is_shown=False).hidden is True


def test_table_names_its_rows_and_columns() -> None:
    table = data_table("Caption", ["A", "B"], [["x", "1"]])
    heads = [(part.children, part.scope) for part in walk(table) if type(part).__name__ == "Th"]
    assert heads == [("A", "col"), ("B", "col"), ("x", "row")]
    assert "Caption" in words(table)


def test_a_stacking_table_stays_a_table_and_names_every_cell() -> None:
    table = data_table("Caption", ["A", "B", "C"], [["x", "1", "2"], ["y", "3", "4"]], stacks=True)
    cells = [part for part in walk(table) if type(part).__name__ == "Td"]
    assert [getattr(cell, "data-label") for cell in cells] == ["B", "C"] * 2
    assert {part.role for part in walk(table) if type(part).__name__ in {"Tr", "Td", "Th"}} == {
        "row", "cell", "rowheader", "columnheader",
    }  # fmt: skip


def test_the_strip_tells_what_to_do_first() -> None:
    said = StatusWords(3, "Here", "Alert", "danger", "Rain", "-", "", ("Do now:", "Leave the basement."))
    strip = status_strip(said)
    assert words(by_class(strip, "status-first")[0]).split() == ["Do", "now:", "Leave", "the", "basement."]
    assert not by_class(status_strip(StatusWords(3, "Here", "Alert", "", "", "-", "")), "status-first")
