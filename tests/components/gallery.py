"""Every component in every state on one page: ``python -m tests.components.gallery [PORT]``."""

import sys
from pathlib import Path

from dash import Dash, html
from dash.development.base_component import Component

from components.action_list import action_list
from components.alert_banner import alert_banner, error_banner
from components.arrival_list import ArrivalWords, arrival_list
from components.card import card
from components.case_chart import case_chart, reproduction_chart
from components.chance_meter import ChanceWords, chance_meter
from components.choice import Option, choice
from components.choropleth import choropleth_layer, sea_layer
from components.data_table import data_table
from components.decision_list import DecisionWords, decision_list
from components.drill_caption import drill_caption, replay_button
from components.drop_box import drop_box
from components.empty_state import empty_state
from components.exposure_bar import exposure_bar
from components.figure_tile import figure_tile, figure_tiles
from components.fold_card import fold_card
from components.hazard_switch import hazard_switch
from components.icon import icon
from components.issued_note import issued_note
from components.legend import legend
from components.level_badge import level_badge
from components.lever_list import LeverWords, lever_list
from components.live_badge import live_badge
from components.map import EMPTY_FEATURES, MapView, feature_layer, land_layer, picture_layer, place_marker, risk_map
from components.nav import NavLink, brand, keep_links, menu, page_tabs, tool_button
from components.path_form import PathFormIds, PathFormWords, path_form
from components.path_warning import PathWarningWords, path_warning
from components.phone_links import phone_links
from components.place_list import FoundWords, PlaceDeed, place_list
from components.plan_pair import PairWords, PlanWords, plan_pair
from components.range_field import range_field
from components.receptor_row import ReceptorWords, receptor_row
from components.reliability import ReliabilityWords, reliability_diagrams
from components.ribbon import ribbon
from components.risk_meter import risk_meter
from components.risk_timeline import risk_timeline
from components.route_card import RouteWords, route_cards
from components.search_box import search_box
from components.shelter_list import ShelterWords, shelter_list
from components.sign import sign
from components.skeleton import skeleton
from components.small_multiples import SmallWords, small_multiples
from components.status_strip import StatusWords, status_strip
from components.stay_form import NumberField, SelectField, stay_form
from components.time_slider import SliderIds, time_slider
from components.toggles import toggles
from components.turn_list import TurnWords, turn_list
from components.way_strip import way_strip

LEVELS = (0, 1, 2, 3, 4, None)
WORDS = ("Safe", "Attention", "Caution", "Alert", "Serious", "No data")
VIEW = MapView((-29.92, -71.24), 14, ((-29.95, -71.3), (-29.88, -71.2)))


def _charts() -> list[Component]:
    names = ("reported", "late", "median", "band_95", "band_80", "band_50", "title", "axis")
    words = {name: name.title() for name in names}
    quantiles = ("low_95", "low_80", "low_50", "median", "high_50", "high_80", "high_95")
    fan = {name: [10.0 + k, 11.0 + k] for k, name in enumerate(quantiles)}
    days, ahead = ["2026-08-01", "2026-08-02"], ["2026-08-03", "2026-08-04"]
    return [
        case_chart(days, [5.0, None], [0.0, 2.0], ahead, fan, words),
        reproduction_chart(days, [1.1, None], [0.9, None], [1.3, None], words),
    ]


def _arrivals() -> Component:
    rows = [
        ArrivalWords("Advisory, 14 m/s", "97 %", "if it comes, 03:00 to 15:00", (0.1, 0.2, 0.4), 0),
        ArrivalWords("Warning, 21 m/s", "40 %", "if it comes, 06:00", (0.2, 0.2, 0.2), 1),
        ArrivalWords("25 m/s", "12 %", "if it comes, 09:00 to 21:00", (0.3, 0.5, 0.9), 2),
        ArrivalWords("33 m/s", "<1 %", "less than 5 % likely to come", None, 3),
    ]
    return arrival_list(rows, [(0.0, "00:00"), (0.5, "12:00")], "When it arrives", "Bars span 10 to 90 %.")


def _districts() -> Component:
    layers = [sea_layer("gallery-sea", VIEW.bounds, "sea"), choropleth_layer("gallery-districts", EMPTY_FEATURES)]
    box = risk_map("gallery-districts-map", VIEW, layers, "districts")
    return html.Div(box, className="map-box", style={"height": "200px"})


def _pair() -> Component:
    first, second = PlanWords("A", "Riverside", "20:31, City hall"), PlanWords("B", "Riverside", "20:40, City hall")
    words = PairWords(first, second, "What differs", "Figures", ["Figure", "A", "B", "B less A"], "People arrived")
    lines = [{"x": [0, 30, 60], "y": [0, 400 + 100 * k, 900], "name": name} for k, name in enumerate("AB")]
    rows = [["In time", "800", "870", "+70"], ["Left over", "12", "12", "+0"]]
    return plan_pair(words, [("Who leaves", "80 %", "60 %")], {"data": lines, "layout": {"height": 280}}, rows)


def _forms() -> dict[str, list[Component]]:
    """What somebody fills in or presses."""
    badges = [level_badge(level, word) for level, word in zip(LEVELS, WORDS, strict=True)]
    options = [Option("walk", "Walk", "walk"), Option("car", "Car", "car")]
    row = risk_timeline([0, 1, None, 4], ["a", "b", "c", "d"], 1, "over time")
    return {
        "choice": [choice("kind", options, "walk", "Way of travel")],
        "drop_box": [drop_box("drop", "Choose a file", "or drop it here", ".csv", 1_000_000)],
        "fold_card": [fold_card("A stay", html.Span("1 in 310", className="fold-line"), [html.P("more")], "virus")],
        "path_form": [
            path_form(
                PathFormIds("path-box", "path-start", "path-drill", "path-stop", "path-forget"),
                PathFormWords(
                    "Start", "Follow", "Stop", "Forget", "Remember", "Sound", "Privacy", ["Stays in this tab."]
                ),
                has_drill=True,
            )
        ],
        "hazard_switch": [hazard_switch("hazard", options, badges[:2], "car", "Hazard")],
        "place_list": [
            place_list(
                "found",
                [FoundWords("Balmaceda", "300 m north", VIEW.centre)],
                [PlaceDeed("show", "Show on the map", "pin"), PlaceDeed("end", "Destination", "end")],
            )
        ],
        "range_field": [range_field("range", "Share who go", (0, 95, 5), 40, " %")],
        "search_box": [search_box("search", "found", "Find a place", "Name of a place")],
        "stay_form": [
            stay_form(
                "store",
                "A stay",
                [
                    SelectField(
                        "s-where", "where", "Where", [("", "as usual"), ("cafe", "Café")], "cafe", is_wide=True
                    ),
                    NumberField("s-minutes", "Minutes", "as usual", 1, 10_080, 1),
                ],
            )
        ],
        "time_slider": [time_slider(SliderIds("r", "p", "l", "w", "t"), 4, 1, "18:40", ("Time", "Play"), row)],
        "toggles": [toggles("many", options, ("car",), "Districts")],
    }


def _ways() -> dict[str, list[Component]]:
    """The map, ways, and the links between pages."""
    safe = RouteWords(
        "safest", "Safest", "24 min", "2.1 km", "no part in danger", False, (1, 0, 0, 0, 0), "Safe 2.1 km"
    )
    fast = RouteWords("fastest", "Fastest", "17 min", "1.5 km", "620 m in danger", True, (0.5, 0, 0, 0.5, 0), "half")
    layers = [
        land_layer("land", EMPTY_FEATURES),
        picture_layer("picture", "", VIEW, "risk", "credit"),
        feature_layer("features", EMPTY_FEATURES, {"selected": "safest"}),
        place_marker("start", VIEW.centre, "origin", "Start"),
        place_marker("pin", VIEW.centre, "pin", "Here", is_draggable=False),
    ]
    row = risk_timeline([0, 1, None, 4], ["a", "b", "c", "d"], 1, "over time")
    links = [NavLink("One", "/", True), NavLink("Two", "/two", lang="en")]
    return {
        "choropleth": [_districts()],
        "path_warning": [
            path_warning(
                PathWarningWords(
                    3, "Drill", "In 6 min on Balmaceda: rain", "66 %", "48 mm fell", "Leave now", "Take it"
                )
            ),
            path_warning(PathWarningWords(2, "", "Here: infection", "", "", "Stop.", "", ["What helps:", "A mask"])),
            path_warning(PathWarningWords(4, "", "Here: closed", "", "", "Turn back.")),
        ],
        "legend": [legend("Risk level", WORDS[:5], "Colours are model values.", [("closed", "Closed")], "Map signs")],
        "map": [html.Div(risk_map("gallery-map", VIEW, layers, "map"), className="map-box", style={"height": "300px"})],
        "nav": [
            brand("Ansimgil", "Seoul", "/"),
            page_tabs("Pages", links, "tabs"),
            menu([icon("menu")], "Menu", keep_links(links, "lang"), "menu-areas"),
            tool_button("tool", "moon", "Dark"),
        ],
        "plan_pair": [_pair()],
        "phone_links": [phone_links([("119", "fire and ambulance"), ("1339", "disease hotline")], "Call now")],
        "risk_timeline": [row],
        "route_card": [route_cards("route", [safe, fast], "safest")],
        "way_strip": [way_strip([safe, fast], "#ways")],
        "shelter_list": [
            shelter_list(
                [
                    ShelterWords("School", "300 m north", "210 free", 0.3, False, "Drill"),
                    ShelterWords("Hall", "1 km", "full", 1.2, True),
                    ShelterWords("Gym", "2 km", "unknown", None, False),
                ]
            )
        ],
        "turn_list": [
            turn_list("Step by step", [TurnWords("Turn left", "200 m", 3, "Alert"), TurnWords("Arrive", "", None, "")])
        ],
    }


def _words() -> dict[str, list[Component]]:
    """What is told."""
    badges = [level_badge(level, word) for level, word in zip(LEVELS, WORDS, strict=True)]
    return {
        "action_list": [action_list(["Leave basements.", "Stay off riversides."])],
        "alert_banner": [
            alert_banner("Heavy rain warning", "Stay indoors", "Do not drive", "KMA, 18:40", "en"),
            error_banner("Something failed", "The rest still holds", "Reference 1"),
        ],
        "arrival_list": [_arrivals()],
        "card": [card("Title", [html.P("content")], id="card-body", note="note")],
        "receptor_row": [
            receptor_row(
                "Here and now, by who you are",
                [
                    ReceptorWords(name, level, "Caution", "Alert about 17:20" if level == 1 else "")
                    for level, name in enumerate(["Foot", "Child", "Car", "Bus", "In"])
                ]
                + [ReceptorWords("Basement", None, "Unknown")],
                "Infection is told apart.",
            )
        ],
        "chance_meter": [
            chance_meter(ChanceWords("You get infected", "1 in 310", "1 in 640 to 1 in 150", 0.003, 0.0015, 0.0065)),
            chance_meter(ChanceWords("Nothing", "under 1 in 100 million", "", 0.0, 0.0, 0.0)),
        ],
        "data_table": [
            data_table("caption", ["Name", "Value"], [["a", "1"], ["b", badges[3]]], stacks) for stacks in (False, True)
        ],
        "case_chart": _charts(),
        "decision_list": [
            decision_list(
                [
                    DecisionWords(tone, mark, "Settings", "5 Aug 00:12", "It is not worse.", [("Score", "0.9 → 0.8")])
                    for tone, mark in (("good", "Accepted"), ("bad", "Refused"), ("quiet", "Unchanged"))
                ]
            ),
            html.Details([html.Summary("3 earlier"), html.P("table")], className="decision-more"),
            html.Div([html.P("one"), html.P("two")], className="decisions"),
        ],
        "drill_caption": [drill_caption("Drill", "Rain comes near.", 0.4, True), replay_button("replay", "Replay")],
        "empty_state": [empty_state("road", "No way", "Try another", [html.A("next", href="/")])],
        "exposure_bar": [exposure_bar((0.5, 0.2, 0.1, 0.1, 0.1), "in words")],
    }


def _signs() -> dict[str, list[Component]]:
    """What tells the state at a glance."""
    badges = [level_badge(level, word) for level, word in zip(LEVELS, WORDS, strict=True)]
    return {
        "figure_tile": [figure_tiles([figure_tile("People", "1,234", "as of 18:40")])],
        "icon": [icon("rain")],
        "level_badge": badges,
        "lever_list": [
            lever_list(
                [
                    LeverWords("Mask", "67 % less", "48 to 84 %", 0.67),
                    LeverWords("Window", "2 % less", "1 to 3 %", 0.02),
                ]
            )
        ],
        "live_badge": [live_badge("badge", "Connecting")],
        "ribbon": [ribbon("Demo data", "not real"), ribbon("Demo data", "not real", is_shown=False)],
        "risk_meter": [risk_meter(72.0, 60.0, 81.0, "Risk 72")],
        "sign": [sign(level, "large") for level in LEVELS],
        "small_multiples": [
            small_multiples([SmallWords(0, "Jung-gu", "12", "data:image/gif;base64,R0lGOD", True)], "all")
        ],
        "reliability": [
            reliability_diagrams([ReliabilityWords("Cases", [(0.5, 0.48), (0.95, 0.97)], "held")], "promised", "held")
        ],
        "skeleton": [skeleton(3, "Loading")],
        "issued_note": [issued_note("Issued here", [("Heavy rain warning", "KMA, 18:40")], "Computed beside it.")],
        "status_strip": [
            status_strip(
                StatusWords(
                    level,
                    "Here · now",
                    word,
                    "be careful",
                    "Rain",
                    "Risk 72",
                    "18:40",
                    ("Do now:", "Leave"),
                    72,
                    60,
                    81,
                )
            )
            for level, word in zip(LEVELS, WORDS, strict=True)
        ],
    }


def gallery() -> dict[str, list[Component]]:
    """Examples by the name of the module that makes them."""
    return _words() | _signs() | _ways() | _forms()


def main(port: int) -> None:
    """Serve the gallery on this machine."""
    app = Dash(__name__, assets_folder=str(Path(__file__).resolve().parents[2] / "assets"))
    app.layout = html.Main([html.Section([html.H2(name), *shown]) for name, shown in gallery().items()])
    app.run(port=str(port))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8060)
