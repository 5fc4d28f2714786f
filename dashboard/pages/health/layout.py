"""The health page: choice and map stay, everything below is drawn anew for each choice and snapshot."""

from dataclasses import replace
from typing import Any

import numpy as np
from dash import dcc, html
from dash.development.base_component import Component

from components.card import card
from components.case_chart import case_chart, compare_chart, reproduction_chart
from components.data_table import data_table
from components.empty_state import empty_state
from components.figure_tile import figure_tile, figure_tiles
from components.small_multiples import small_multiples
from dashboard.answers.infection import official_scheme
from dashboard.i18n import text
from dashboard.pages.frame import page_frame, page_head
from dashboard.pages.health.choosing import (
    HealthChoice,
    choice_card,
    choice_stores,
    measures_part,
    read_choice,
)
from dashboard.pages.health.ids import HealthIds
from dashboard.pages.health.map_part import map_card
from dashboard.pages.page import Opened
from dashboard.views.district_table import district_table, small_words
from dashboard.views.districts import area_numbers, district_numbers
from dashboard.views.format import area_name, date_and_clock, district_name, near_clock
from dashboard.views.infection import ascertainment_words, exposure_rows, official_source, official_words
from dashboard.views.learnt import week_model_words
from dashboard.views.outbreak import (
    case_series,
    fan_series,
    iso_days,
    outbreak_tiles,
    per_100k_series,
    reproduction_series,
    week_rows,
    whole_area,
)
from dashboard.views.tables import district_rows
from dashboard.views.what_if import what_if_part
from risk_core.errors import AnsimgilError
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS
from risk_core.hazards.epidemic.whatif import ask_what_if
from risk_core.state.level import Hazard, Layer
from risk_core.state.surveillance import Outbreak
from risk_core.units import S_PER_H

WEEK_COLUMNS = ("week", "kind", "median", "range_80")
EXPOSURE_COLUMNS = ("district", "infectious_share", "infectious_people", "official_step")
COLUMNS = ("district", "people", "level", "mean", "top")


def layout(opened: Opened) -> Component:
    """Draw the page."""
    outbreak, lang = outbreak_of(opened), opened.lang
    choosing = [] if outbreak is None else [choice_card(opened, outbreak)]
    whatif = html.Div(_what_if_frame(lang), hidden=outbreak is None)
    content = [
        page_head("health", lang),
        *choosing,
        *choice_stores(),
        map_card(opened),
        html.Div(body(opened), id=HealthIds.BODY, className="body"),
        whatif,
        _exports(lang, outbreak is None),
        html.P(_report_note(opened), className="print-only"),
        dcc.Store(id=HealthIds.VERSION, data=None if opened.assessment is None else opened.assessment.version),
        dcc.Download(id=HealthIds.DOWNLOAD),
        dcc.Store(id=HealthIds.SIGNATURE, data=signature(opened, None)),
    ]
    return page_frame(opened, "health", content)


def outbreak_of(opened: Opened) -> Outbreak | None:
    """Course of the outbreak in the newest snapshot."""
    return None if opened.assessment is None else opened.assessment.outbreak


def body(opened: Opened, chosen: Any = None, measures: Any = None) -> list[Component]:
    """Draw the course of the outbreak as chosen, what is expected of it, and the districts as they are now."""
    outbreak = outbreak_of(opened)
    if outbreak is None:
        return [_risks(opened)]
    return [*_course(opened, outbreak, read_choice(outbreak, chosen, measures)), _risks(opened)]


def signature(opened: Opened, chosen: Any) -> list[Any]:
    """What the body is drawn from: the same signature, the same body; a drill brings snapshots faster than charts."""
    outbreak, found = outbreak_of(opened), opened.assessment
    if outbreak is None or found is None:
        return [None if found is None else found.version, chosen]
    return [float(outbreak.day_s[-1]), float(np.nansum(outbreak.reported)), int(found.now_s // S_PER_H), chosen]


def what_if(opened: Opened, chosen: Any, measures: Any) -> list[Component]:
    """Draw what the measures would change where it was chosen."""
    outbreak, lang = outbreak_of(opened), opened.lang
    if outbreak is None:
        return []
    wanted = read_choice(outbreak, chosen, measures)
    try:
        found = ask_what_if(outbreak, wanted.place, wanted.measures)
    except AnsimgilError:
        return [html.P(text("health.whatif_none", lang), className="card-note")]
    where = html.P(place_name(opened, outbreak, wanted.place), className="card-note")
    return [where, *what_if_part(found, wanted.measures, lang)]


def place_name(opened: Opened, outbreak: Outbreak, place: int) -> str:
    """Name of a column of the outbreak."""
    if place == whole_area(outbreak):
        return text("health.whole_area", opened.lang)
    return district_name(opened.area, place, opened.lang)


def _what_if_frame(lang: str) -> list[Component]:
    answer = html.Div(id=HealthIds.WHAT_IF, role="status")
    return [card(text("health.whatif_title", lang), [measures_part(lang), answer], class_name="card-whatif")]


def _report_note(opened: Opened) -> str:
    """When the printed report was made, of what, and what it must not be taken for."""
    if opened.assessment is None:
        return text("health.none_title", opened.lang)
    time = date_and_clock(opened.assessment.now_s, opened.zone, opened.lang)
    area, version = area_name(opened.area, opened.lang), opened.assessment.version
    return text("health.report_note", opened.lang, area=area, time=time, version=version)


def _exports(lang: str, is_hidden: bool) -> Component:
    buttons = [
        html.Button(text(f"health.save_{name}", lang), id=id, className="button is-small")
        for name, id in (("csv", HealthIds.CSV), ("geojson", HealthIds.GEOJSON))
    ]
    return html.Div([html.Span(text("health.save", lang)), *buttons], className="save-row", hidden=is_hidden)


def _course(opened: Opened, outbreak: Outbreak, choice: HealthChoice) -> list[Component]:
    lang, place = opened.lang, choice.place
    name = place_name(opened, outbreak, place)
    rows = district_numbers(opened.area, outbreak, choice.day, lang)
    total = area_numbers(opened.area, outbreak, choice.day, text("health.whole_area", lang))
    day = iso_days(outbreak.day_s)[choice.day]
    numbers = [total, *rows]
    return [
        figure_tiles([figure_tile(*one) for one in outbreak_tiles(outbreak, lang, place)]),
        *_charts(opened, outbreak, choice, name),
        *_comparison(opened, outbreak, choice),
        card(
            text("health.small_title", lang),
            [small_multiples(small_words(outbreak, rows, place, lang), text("health.small_title", lang))],
        ),
        card(text("health.outbreak_title", lang), district_table(numbers, place, day, lang)),
        _table("weeks", week_rows(outbreak, lang), WEEK_COLUMNS, lang, _week_model(opened)),
        _exposure(opened),
    ]


def _charts(opened: Opened, outbreak: Outbreak, choice: HealthChoice, name: str) -> list[Component]:
    lang, place = opened.lang, choice.place
    keys = ("reported", "late", "band_95", "band_80", "band_50")
    words = {key: text(f"health.{key}", lang) for key in keys}
    cases = words | {key: text(f"health.cases_{key}", lang, place=name) for key in ("title", "axis", "median")}
    number = words | {key: text(f"health.reproduction_{key}", lang, place=name) for key in ("title", "axis", "median")}
    days, (median, low, high) = reproduction_series(outbreak, place)
    chart = case_chart(*case_series(outbreak, place), *fan_series(outbreak, place), cases)
    return [
        card(
            cases["title"],
            [chart, html.P(text("health.cases_note", lang), className="card-note"), _png("cases", lang)],
        ),
        card(
            number["title"],
            [
                reproduction_chart(days, median, low, high, number),
                html.P(text("health.reproduction_note", lang), className="card-note"),
                _png("reproduction", lang),
            ],
        ),
    ]


def _comparison(opened: Opened, outbreak: Outbreak, choice: HealthChoice) -> list[Component]:
    """Draw two places on the scale of their residents, where two were chosen."""
    if choice.other is None or choice.other == choice.place:
        return []
    lang = opened.lang
    places = [choice.place, choice.other]
    lines = {place_name(opened, outbreak, place): per_100k_series(opened.area, outbreak, place) for place in places}
    first, second = lines
    title = text("health.compare_title", lang, a=first, b=second)
    chart = compare_chart(iso_days(outbreak.day_s), lines, title, text("health.compare_axis", lang))
    return [card(title, [chart, _png("compare", lang)])]


def _png(name: str, lang: str) -> Component:
    word = text("health.save_png", lang)
    return html.Button(word, className="button is-small save-button", **{"data-png": f"ansimgil-{name}"})


def _exposure(opened: Opened) -> Component:
    lang, area, known = opened.lang, opened.area, opened.assessment
    assert known is not None, "without one there is no course to draw"
    found = opened.services.library.ascertainment(area, known.now_s, known.drill is not None)
    scheme = official_scheme(area, known.now_s)
    rows = exposure_rows(area, known, lang, replace(INFECTION_DEFAULTS, ascertainment=found), scheme)
    steps = official_source(scheme, lang) or official_words(None, scheme, lang)
    said = (text("health.exposure_note", lang), ascertainment_words(found, lang), steps)
    note = html.P(" ".join(said), className="card-note")
    columns = EXPOSURE_COLUMNS if scheme is not None else EXPOSURE_COLUMNS[:-1]
    heads = [text(f"health.{column}", lang) for column in columns]
    table = data_table(text("health.exposure_caption", lang), heads, [row[: len(columns)] for row in rows])
    return card(text("health.exposure_title", lang), [table, note])


def _week_model(opened: Opened) -> str:
    """Which model gives the week totals, and its version."""
    assessment = opened.assessment
    if assessment is None:
        return ""
    book = opened.services.library.book(opened.area.area_id)
    return week_model_words(book, assessment.drill is not None, assessment.model_version, opened.lang)


def _table(name: str, rows: list[list[object]], columns: tuple[str, ...], lang: str, note: str = "") -> Component:
    heads = [text(f"health.{column}", lang) for column in columns]
    table = data_table(text(f"health.{name}_caption", lang), heads, rows)
    return card(
        text(f"health.{name}_title", lang), [table, *[html.P(one, className="card-note") for one in [note] if one]]
    )


def _risks(opened: Opened) -> Component:
    lang, assessment = opened.lang, opened.assessment
    rows = [] if assessment is None else district_rows(opened.area, assessment, Hazard.INFECTION, lang)
    if assessment is None or not rows:
        return empty_state("virus", text("health.none_title", lang), text("health.none_detail", lang))
    as_of = assessment.layers[Layer.INFECTION].data_as_of_s
    caption = text("health.caption", lang, time=near_clock(as_of, assessment.now_s, opened.zone, lang))
    columns = [text(f"health.{column}", lang) for column in COLUMNS]
    return card(text("hazard.infection", lang), [data_table(caption, columns, rows)])
