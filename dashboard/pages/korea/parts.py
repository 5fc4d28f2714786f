"""Parts of the nationwide page that change with a snapshot or a choice."""

from typing import Any

import numpy as np
from dash import html
from dash.development.base_component import Component

from components.arrival_list import arrival_list
from components.card import card
from components.empty_state import empty_state
from components.figure_tile import figure_tile, figure_tiles
from components.map import EMPTY_FEATURES
from components.risk_timeline import risk_timeline
from components.time_slider import step_style
from dashboard.i18n import text
from dashboard.pages.korea.opening import Nation, first_selected
from dashboard.pages.page import Opened
from dashboard.views.alerts import alert_banners, issued_here
from dashboard.views.drill import caption_for, ribbon_for
from dashboard.views.features import track_features
from dashboard.views.format import count, district_name, level_key, near_clock, share_words
from dashboard.views.frames import step_labels
from dashboard.views.nationwide import district_cells, gust_words, map_frames
from dashboard.views.storm_timeline import storm_timeline
from dashboard.views.warned import alerts_in
from dashboard.views.wind import arrival_words, axis_ticks, level_name, short_level_name, storm_words
from risk_core.state.situation import Track

Parts = dict[str, Any]
LIKELY_PROB = 0.5
WARNING = 1
"""Position of the strong wind warning among the levels."""


def snapshot_parts(opened: Opened, nation: Nation | None) -> Parts:
    """Everything that depends on the snapshot alone."""
    lang = opened.lang
    if nation is None:
        waiting = empty_state("typhoon", text("status.waiting_title", lang), text("status.waiting_detail", lang))
        return {
            "frames": None, "track": EMPTY_FEATURES, "storm": waiting, "alerts": _alerts(opened), "table": [],
            "last_step": 0, "track_style": step_style(1), "caption": None, "caption_hidden": True,
            "ribbon": ribbon_for(False, lang),
        }  # fmt: skip
    found = nation.assessment
    return {
        "frames": map_frames(opened.area, found, nation.wind, opened.zone, lang) | {"first": first_selected(nation)},
        "track": track_features(found.tracks, found.now_s, opened.zone, lang),
        "storm": storm_part(nation),
        "alerts": _alerts(opened),
        "table": table_part(nation),
        "last_step": len(found.lead_s) - 1,
        "track_style": step_style(len(found.lead_s)),
        "caption": caption_for(found.drill, lang),
        "caption_hidden": found.drill is None,
        "ribbon": ribbon_for(found.simulated, lang),
    }


def _alerts(opened: Opened) -> Component:
    """Official warnings under their own heading, also when there are none."""
    lang, found = opened.lang, opened.assessment
    banners = [] if found is None else alert_banners(found.alerts, found.now_s, opened.zone, lang)
    return card(
        text("alert.heading", lang),
        banners or [html.P(text("korea.no_alerts", lang), className="card-note")],
        class_name="card-alerts" if banners else "",
    )


def storm_part(nation: Nation) -> Component:
    """Where the storms are, and the three numbers that matter."""
    opened, found, wind = nation.opened, nation.assessment, nation.wind
    lang = opened.lang
    if wind is None:
        nothing = empty_state("typhoon", text("korea.no_storm_title", lang), text("korea.no_storm_detail", lang))
        return html.Div([*(_storm_line(one, False, nation) for one in found.tracks), nothing], className="storm")
    used = found.wind_outlook.storms if found.wind_outlook else ()
    lines = [_storm_line(one, one.storm_id in used, nation) for one in found.tracks]
    worst = int(wind.event_prob[:, WARNING].argmax())
    first_s = wind.arrival_s[0, :, 0]
    source = text("korea.tile_source", lang, n=count(found.wind_outlook.n_member if found.wind_outlook else 0))
    arrival, place = text("wind.unlikely", lang), ""
    if np.isfinite(first_s).any():
        earliest = int(np.nanargmin(first_s))
        arrival = near_clock(float(first_s[earliest]), found.now_s, opened.zone, lang)
        place = district_name(opened.area, earliest, lang)
    likely = count(float((wind.event_prob[:, WARNING] >= LIKELY_PROB).sum()))
    tiles = [
        figure_tile(
            text("korea.tile_worst", lang),
            share_words(float(wind.event_prob[worst, WARNING])),
            f"{district_name(opened.area, worst, lang)} · {source}",
        ),
        figure_tile(text("korea.tile_likely", lang), text("korea.tile_count", lang, n=likely), source),
        figure_tile(text("korea.tile_first", lang), arrival, f"{place} · {source}" if place else source),
    ]
    return html.Div([*lines, figure_tiles(tiles)], className="storm")


def _storm_line(track: Track, is_used: bool, nation: Nation) -> Component:
    """One storm; said plainly where its bulletin took no part in what is computed."""
    lang = nation.opened.lang
    words = storm_words(track, nation.assessment.now_s, nation.opened.zone, lang)
    unused = [] if is_used else [html.Span(text("korea.unused_track", lang), className="storm-unused")]
    return html.P([words, *unused], className="storm-line")


def district_part(nation: Nation | None, position: int | None, lang: str) -> list[Component]:
    """The chosen district: level over time, probability and arrival of each wind level, gust."""
    if nation is None or position is None:
        return [html.P(text("korea.choose", lang), className="card-note")]
    opened, found, wind = nation.opened, nation.assessment, nation.wind
    levels = [None if one < 0 else int(one) for one in nation.levels[:, position].tolist()]
    labels = [
        f"{when}: {text(level_key(level), lang)}"
        for when, level in zip(step_labels(found, opened.zone, lang), levels, strict=True)
    ]
    head = html.H3(district_name(opened.area, position, lang), className="district-name")
    row = risk_timeline(levels, labels, found.step_now, text("korea.levels_over_time", lang))
    held = alerts_in(opened.area, found.alerts, position, found.now_s)
    issued = issued_here(held, found.now_s, opened.zone, lang)
    if wind is None:
        return [head, issued, row]
    moment = (found.now_s, opened.zone, lang)
    outlook_levels = found.wind_outlook.levels if found.wind_outlook else ()
    bars = [
        arrival_words(
            level_name(level, lang),
            float(wind.event_prob[position, k]),
            wind.arrival_s[:, position, k].tolist(),
            wind.hour_s,
            moment,
            k,
        )
        for k, level in enumerate(outlook_levels)
    ]
    lat, lon = wind.place_deg[position]
    where = text("korea.exposed_place", lang, lat=lat, lon=lon)
    return [
        head,
        issued,
        row,
        arrival_list(
            bars, axis_ticks(wind.hour_s, *moment[1:]), text("korea.arrival_label", lang), text("wind.note", lang)
        ),
        html.P([text("korea.gust", lang), " ", html.Strong(gust_words(wind.gust_m_per_s[:, position], lang))]),
        html.P(where, className="card-note"),
    ]


def timeline_part(nation: Nation | None, lang: str) -> list[Component]:
    """When strong wind first comes where."""
    if nation is None or nation.wind is None:
        return [html.P(text("korea.no_storm_detail", lang), className="card-note")]
    opened = nation.opened
    return storm_timeline(opened.area, nation.wind, nation.assessment.now_s, opened.zone, lang)


def table_part(nation: Nation) -> list[Component]:
    """Every district with its probabilities, those most likely to see a warning first."""
    opened, found, wind = nation.opened, nation.assessment, nation.wind
    lang = opened.lang
    if wind is None or found.wind_outlook is None:
        return [html.P(text("korea.no_table", lang), className="card-note")]
    heads = [text("korea.column_district", lang), text("korea.column_level", lang)]
    heads += [short_level_name(level, lang) for level in found.wind_outlook.levels]
    heads += [text("korea.column_arrival", lang), text("korea.column_gust", lang), text("alert.column", lang)]
    issued = near_clock(found.wind_outlook.issue_s, found.now_s, opened.zone, lang)
    caption = text("korea.table_caption", lang, time=issued, n=count(found.wind_outlook.n_member))
    rows = [
        html.Tr(
            [html.Th(_pick(position, cells[0]), scope="row"), *(html.Td(cell) for cell in cells[1:])],
            **{"data-position": position, "data-search": words},
        )
        for position, words, cells in district_cells(opened.area, found, wind, nation.levels, (opened.zone, lang))
    ]
    head = html.Thead(html.Tr([html.Th(one, scope="col") for one in heads]))
    table = html.Table([html.Caption(caption), head, html.Tbody(rows)], className="data-table district-table")
    return [html.Div(table, className="table-scroll", tabIndex="0", role="region", **{"aria-label": caption})]


def _pick(position: int, name: object) -> Component:
    return html.Button(name, className="district-pick", **{"data-position": position})
