"""First state of the citizen's page, complete before any callback runs."""

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.card import card
from components.choice import Option, choice
from components.drill_caption import replay_button
from components.hazard_switch import hazard_switch
from components.icon import icon
from components.phone_links import phone_links
from components.time_slider import SliderIds, time_slider
from dashboard.i18n import text
from dashboard.pages.citizen.choices import CITIZEN_PROFILES, Choices, ask_point, ask_routes, first_choices
from dashboard.pages.citizen.heading import heading_card
from dashboard.pages.citizen.ids import CitizenIds, CitizenKinds
from dashboard.pages.citizen.keeping import keeping_card
from dashboard.pages.citizen.map_part import map_part
from dashboard.pages.citizen.parts import Parts, point_parts, route_parts, snapshot_parts
from dashboard.pages.citizen.searching import place_search
from dashboard.pages.citizen.stay import FIRST_STAY, ask_stay, stay_card, stay_parts
from dashboard.pages.citizen.wishing import wish_form, wish_words
from dashboard.pages.frame import page_frame
from dashboard.pages.page import Opened
from dashboard.views.format import area_name
from dashboard.views.phones import help_phones
from dashboard.views.status import LAYERS
from risk_core.state.route import RouteKind

HAZARD_ICONS = {"combined": "layers", "rain": "rain", "infection": "virus", "typhoon": "typhoon"}


def layout(opened: Opened) -> Component:
    """Draw the page as the link asks for it."""
    choices = first_choices(opened)
    parts = _first_parts(opened, choices)
    content = [
        html.H1(text("status.heading", opened.lang), className="sr-only"),
        html.Section(parts["status"], id=CitizenIds.STATUS, className="status", **{"aria-live": "polite"}),
        _panel(opened, choices, parts),
        _map_box(opened, choices, parts),
        *_stores(opened, choices, parts),
    ]
    return page_frame(opened, "citizen", content)


def _first_parts(opened: Opened, choices: Choices) -> Parts:
    routes = ask_routes(opened, choices.ends, choices.profile, choices.step, choices.wishes)
    return {
        **point_parts(opened, ask_point(opened, choices.point, choices.step), choices.point, choices.point_kind),
        **route_parts(opened, routes, None, choices.wishes),
        **snapshot_parts(opened),
        "stay": stay_parts(opened, ask_stay(opened, choices.point, FIRST_STAY, choices.step), FIRST_STAY),
    }


def _panel(opened: Opened, choices: Choices, parts: Parts) -> Component:
    lang = opened.lang
    return html.Div(
        [
            place_search(lang),
            html.Div(parts["alerts"], id=CitizenIds.ALERTS, className="alerts"),
            _hazards(choices, parts, lang),
            card(text("advice_card.heading", lang), [parts["advice"]], id=CitizenIds.ADVICE, class_name="card-advice"),
            *_phones(opened),
            *([heading_card(opened)] if opened.area.network is not None else []),
            stay_card(opened, parts["stay"]),
            _routes(opened, choices, parts),
            card(text("shelter.heading", lang), [parts["shelters"]], id=CitizenIds.SHELTERS),
            keeping_card(opened.area.area_id, lang),
            _foot(opened),
        ],
        className="panel",
    )


def _phones(opened: Opened) -> list[Component]:
    numbers = help_phones(opened.area, opened.lang)
    return [phone_links(numbers, text("phone.heading", opened.lang))] if numbers else []


def _hazards(choices: Choices, parts: Parts, lang: str) -> Component:
    options = [Option(layer, text(f"hazard.{layer}", lang), HAZARD_ICONS[layer]) for layer in LAYERS]
    return hazard_switch(CitizenKinds.HAZARD, options, parts["badges"], str(choices.layer), text("hazards.label", lang))


def _routes(opened: Opened, choices: Choices, parts: Parts) -> Component:
    lang = opened.lang
    options = [Option(profile, text(f"profile.{profile}", lang), str(profile)) for profile in CITIZEN_PROFILES]
    travellers = choice(CitizenKinds.PROFILE, options, str(choices.profile), text("route.profile", lang))
    tools = [travellers, wish_form(opened, choices.wishes), _end_tools(lang)]
    answer = html.Div(parts["routes"], id=CitizenIds.ROUTES, className="route-answer", **{"aria-live": "polite"})
    return card(
        text("route.heading", lang),
        [html.Div(tools, hidden=opened.area.network is None), answer],
        class_name="card-routes",
    )


def _end_tools(lang: str) -> Component:
    tools = (
        (CitizenIds.START_HERE, "start", "route.start_here"),
        (CitizenIds.END_HERE, "end", "route.end_here"),
        (CitizenIds.SWAP, "swap", "route.swap"),
        (CitizenIds.CENTRE, "centre", "route.centre"),
        (CitizenIds.BACK, "back", "route.back"),
    )
    buttons = [
        html.Button([icon(name), html.Span(text(key, lang))], id=id, className="end-tool") for id, name, key in tools
    ]
    return html.Details(
        [html.Summary(text("route.hint", lang)), html.Div(buttons, className="end-tools")], className="end-help"
    )


def _foot(opened: Opened) -> Component:
    lang, area = opened.lang, opened.area
    lines = []
    if area.is_sample:
        key = "sample.line" if area.network is not None else "sample.line_no_streets"
        lines.append(html.P([text(key, lang, area=area_name(area, lang)), html.Code(text("sample.command", lang))]))
    lines.append(html.P(text("sample.credit", lang, credit=area.attribution)))
    return html.Footer(lines, className="panel-foot")


def _map_box(opened: Opened, choices: Choices, parts: Parts) -> Component:
    lang, area = opened.lang, opened.area
    streets = {"data-hash": area.content_hash} if area.network is not None else {}
    content = [
        map_part(opened, choices, parts),
        _caption_box(opened, parts),
        html.Button(
            icon("locate"),
            id=CitizenIds.LOCATE,
            className="locate-button",
            title=text("map.locate", lang),
            **{"aria-label": text("map.locate", lang)},
        ),
        html.Div(parts["ways"], id=CitizenIds.WAYS, className="ways"),
        html.P(id=CitizenIds.NOTE, className="map-note", role="status"),
        html.Div(id=CitizenIds.HEADING_BANNER, className="heading-banner", role="alert"),
        html.P(parts["summary"], id=CitizenIds.MAP_SUMMARY, className="sr-only"),
        _slider(opened, choices, parts),
    ]
    box = {"data-area": area.area_id, "data-lang": lang, "data-offline-words": text("map.offline", lang), **streets}
    return html.Div(content, id=CitizenIds.MAP_BOX, className="map-box", **box)


def _caption_box(opened: Opened, parts: Parts) -> Component:
    line = html.Div(parts["caption"], id=CitizenIds.CAPTION, role="status")
    button = replay_button(CitizenIds.REPLAY, text("drill.replay", opened.lang))
    return html.Div([line, button], id=CitizenIds.CAPTION_BOX, className="caption", hidden=parts["caption_hidden"])


def _slider(opened: Opened, choices: Choices, parts: Parts) -> Component:
    lang, known = opened.lang, parts["frames"]
    ids = SliderIds(CitizenIds.STEP, CitizenIds.PLAY, CitizenIds.STEP_LABEL, CitizenIds.STEP_ROW, CitizenIds.STEP_TRACK)
    words = (text("slider.name", lang), text("slider.play", lang))
    if known is None:
        return time_slider(ids, 1, 0, text("format.now", lang), words, parts["row"])
    step = known["now"] if choices.step is None else choices.step
    return time_slider(ids, len(known["labels"]), step, known["labels"][step], words, parts["row"])


def _stores(opened: Opened, choices: Choices, parts: Parts) -> list[Component]:
    lang, assessment = opened.lang, opened.assessment
    point = {"lat": choices.point[0], "lng": choices.point[1], "kind": choices.point_kind}
    data: dict[CitizenIds, Any] = {
        CitizenIds.LAYER: str(choices.layer),
        CitizenIds.PROFILE: str(choices.profile),
        CitizenIds.SELECTED: str(RouteKind.SAFEST),
        CitizenIds.POINT: point,
        CitizenIds.SETTLED: choices.step,
        CitizenIds.LOCATED: None,
        CitizenIds.FRAMES: parts["frames"],
        CitizenIds.FLY: None,
        CitizenIds.WISHES: choices.wishes.as_data(),
        CitizenIds.WHEN: None,
        CitizenIds.WISH_WORDS: wish_words(lang),
        CitizenIds.VERSION: None if assessment is None else assessment.version,
        CitizenIds.PLAY_WORDS: {"play": text("slider.play", lang), "pause": text("slider.pause", lang)},
    }
    return [dcc.Store(id=id, data=value) for id, value in data.items()]
