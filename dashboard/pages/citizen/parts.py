"""The changing parts of the citizen's page, made from answers; layout and callbacks both use them."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from components.action_list import action_list
from components.card import card
from components.empty_state import empty_state
from components.map import EMPTY_FEATURES
from components.receptor_row import receptor_row
from components.risk_timeline import risk_timeline
from components.route_card import route_cards
from components.shelter_list import shelter_list
from components.status_strip import StatusWords, status_strip
from components.time_slider import step_style
from components.turn_list import turn_list
from components.way_strip import way_strip
from dashboard.i18n import text
from dashboard.pages.citizen.choices import LatLng, ask_infection
from dashboard.pages.citizen.ids import CitizenIds, CitizenKinds
from dashboard.pages.citizen.order import order_card
from dashboard.pages.page import Opened
from dashboard.views.alerts import alert_banners, issued_here
from dashboard.views.drill import caption_for, ribbon_for
from dashboard.views.exposure import exposure_features
from dashboard.views.features import closure_features, collection, scenery_features, shelter_features, track_features
from dashboard.views.format import district_name, level_key
from dashboard.views.frames import frames
from dashboard.views.infection import detour_notes
from dashboard.views.receptors import receptor_words, together_words
from dashboard.views.routes import (
    cards_shown,
    chosen_kind,
    moved_notes,
    offered,
    route_features,
    route_reasons,
    route_words,
    turn_words,
)
from dashboard.views.shelters import nearest_shelters, shelter_words
from dashboard.views.status import LAYERS, advice_lines, layer_badges, series_words, status_words
from dashboard.views.warned import alerts_at
from dashboard.views.wishes import NO_WISHES, RouteWishes, when_words
from risk_core.errors import AnsimgilError
from risk_core.state.assessment import PointRisk
from risk_core.state.route import RouteAnswer
from risk_core.state.shelters import known_shelters

N_SHELTER_LISTED = 4
N_SHELTER_DRAWN = 60
Parts = dict[str, Any]


def point_parts(opened: Opened, answer: PointRisk | AnsimgilError, at: LatLng, kind: str) -> Parts:
    """Everything that depends on the place spoken of."""
    lang, risk = opened.lang, answer if isinstance(answer, PointRisk) else None
    words = _status_words(opened, answer, kind)
    shelters = known_shelters(opened.area, opened.assessment)
    near = shelter_words(nearest_shelters(shelters, at, N_SHELTER_LISTED), at, lang)
    return {
        "status": html.Div([*order_card(opened, at), status_strip(words), _issued(opened, at, risk)]),
        "advice": html.Div([_advice(risk, lang), _receptors(opened, risk)]),
        "badges": layer_badges(risk, LAYERS, lang),
        "row": _row(opened, risk),
        "shelters": shelter_list(near) if near else _empty("home", "shelter.none", lang),
        "shelter_data": shelter_features(nearest_shelters(shelters, at, N_SHELTER_DRAWN), lang),
        "summary": _summary(words, near[0].name if near else text("shelter.none_title", lang), lang),
    }


def route_parts(
    opened: Opened,
    answer: RouteAnswer | AnsimgilError | None,
    wanted: str | None,
    wishes: RouteWishes = NO_WISHES,
) -> Parts:
    """Everything that depends on the ends of the way; None is an area without streets."""
    lang = opened.lang
    if answer is None:
        return {"routes": _empty("road", "route.no_streets", lang), "route_data": EMPTY_FEATURES, "ways": []}
    if isinstance(answer, AnsimgilError):
        return {"routes": _empty("road", _refusal_key(answer), lang), "route_data": EMPTY_FEATURES, "ways": []}
    infection = ask_infection(opened, answer)
    answer = offered(answer, infection)
    chosen, routes = chosen_kind(answer, wanted), cards_shown(answer)
    words = [route_words(route, answer.is_same_way, lang, infection) for route in routes]
    notes = [html.P(note, className="route-note") for note in moved_notes(answer, lang)]
    notes += [html.P(note, className="route-advice") for note in detour_notes(infection, lang)]
    details = [_details(opened, answer, one, wishes) for one in words]
    return {
        "routes": html.Div([route_cards(CitizenKinds.ROUTE, words, chosen), *notes, *details], className="route-box"),
        "route_data": route_features(answer),
        "ways": [way_strip(words, f"#{CitizenIds.ROUTES}")],
    }


def snapshot_parts(opened: Opened) -> Parts:
    """Everything that depends on the snapshot alone."""
    assessment, lang, zone = opened.assessment, opened.lang, opened.zone
    if assessment is None:
        return {
            "alerts": [],
            "closure_data": EMPTY_FEATURES,
            "track_data": EMPTY_FEATURES,
            "scenery_data": EMPTY_FEATURES,
            "frames": None,
            "last_step": 0,
            "track_style": step_style(1),
            "caption": None,
            "caption_hidden": True,
            "ribbon": ribbon_for(False, lang),
        }
    now_s = assessment.now_s
    return {
        "alerts": alert_card(alert_banners(assessment.alerts, now_s, zone, lang), lang),
        "closure_data": closure_features(assessment.closures, now_s, zone, lang),
        "track_data": track_features(assessment.tracks, now_s, zone, lang),
        "scenery_data": _ground_features(opened),
        "frames": frames(opened.area, assessment, zone, lang),
        "last_step": len(assessment.lead_s) - 1,
        "track_style": step_style(len(assessment.lead_s)),
        "caption": caption_for(assessment.drill, lang),
        "caption_hidden": assessment.drill is None,
        "ribbon": ribbon_for(assessment.simulated, lang),
    }


def _ground_features(opened: Opened) -> Parts:
    """Streets where water would gather, of an area without heights; the drill's invented ground."""
    assessment, area, lang = opened.assessment, opened.area, opened.lang
    shown = exposure_features(area, lang)["features"]
    if assessment is not None and assessment.drill is not None:
        shown = [*shown, *scenery_features(area, lang)["features"]]
    return collection(shown)


def alert_card(banners: Sequence[Component], lang: str) -> list[Component]:
    """Official warnings under their own heading; nothing while none is in force."""
    return [card(text("alert.heading", lang), banners, class_name="card-alerts")] if banners else []


def _status_words(opened: Opened, answer: PointRisk | AnsimgilError, kind: str) -> StatusWords:
    lang = opened.lang
    if opened.assessment is not None and isinstance(answer, PointRisk):
        place = text(f"status.place_{kind}", lang)
        district = district_name(opened.area, answer.district, lang)
        if district:
            place = text("status.place_in", lang, place=place, district=district)
        return status_words(answer, place, opened.assessment.now_s, opened.zone, lang)
    waiting = opened.assessment is None
    return StatusWords(
        level=None,
        where=text(f"status.place_{kind}", lang),
        word=text("level.unknown", lang),
        verdict="",
        why=text("status.waiting_detail" if waiting else f"error.{_code(answer)}", lang),
        score=text("status.waiting_title" if waiting else "status.no_score", lang),
        meta="",
    )


def _code(answer: PointRisk | AnsimgilError) -> str:
    return answer.code if isinstance(answer, AnsimgilError) else "error"


def _advice(risk: PointRisk | None, lang: str) -> Component:
    lines = advice_lines(risk, lang) if risk is not None else []
    return action_list(lines) if lines else action_list([text("status.nothing_known", lang)])


def _issued(opened: Opened, at: LatLng, risk: PointRisk | None) -> Component:
    """Official warnings that hold at the place and time spoken of, as issued."""
    if opened.assessment is None or risk is None:
        return html.Div()
    alerts = alerts_at(opened.area, opened.assessment.alerts, *at, risk.valid_s)
    return issued_here(alerts, risk.valid_s, opened.zone, opened.lang)


def _receptors(opened: Opened, risk: PointRisk | None) -> Component:
    lang, now_s = opened.lang, 0.0 if opened.assessment is None else opened.assessment.now_s
    together = together_words(risk, now_s, opened.zone, lang)
    note = " ".join(part for part in (together, text("receptor.note", lang)) if part)
    return receptor_row(text("receptor.title", lang), receptor_words(risk, now_s, opened.zone, lang), note)


def _row(opened: Opened, risk: PointRisk | None) -> list[Component]:
    if risk is None or opened.assessment is None:
        return []
    levels, labels = series_words(risk, opened.zone, opened.assessment.now_s, opened.lang)
    return [risk_timeline(levels, labels, opened.assessment.step_now, text("status.series", opened.lang))]


def _summary(words: StatusWords, shelter: str, lang: str) -> str:
    return text("map.summary", lang, place=words.where, level=text(level_key(words.level), lang), shelter=shelter)


def _details(opened: Opened, answer: RouteAnswer, words: Any, wishes: RouteWishes) -> Component:
    lang = opened.lang
    route = next(route for route in answer.routes if route.kind == words.kind)
    turns = turn_words(route.steps, lang)
    reasons = [html.Li(reason) for reason in route_reasons(answer, words.kind, lang)]
    summary = text("route.turns", lang, title=words.title, n=len(turns))
    when = when_words(route, wishes, opened.zone, lang)
    told = [html.P(when, className="route-when")] if when else []
    return html.Div(
        [*told, html.Ul(reasons, className="route-reasons"), turn_list(summary, turns)],
        className=f"for-route for-{words.kind}",
    )


def _refusal_key(error: AnsimgilError) -> str:
    """Words for a way that was not found, by what was wrong with the question."""
    wished = {("avoid", "input"): "route.avoid", ("arrive_by", "input"): "route.arrive"}
    for fault in error.faults:
        if fault.argument == "arrive_by" and fault.value == "with via or t":
            return "route.arrive_via"
        if (fault.argument.split("[")[0], error.code) in wished:
            return wished[fault.argument.split("[")[0], error.code]
    known = {
        "unreachable": "route.none",
        "outside_area": "route.outside",
        "swapped_coordinates": "route.swapped",
        "unavailable": "route.waiting",
    }
    return known.get(error.code, "route.failed")


def _empty(icon_name: str, key: str, lang: str) -> Component:
    return empty_state(icon_name, text(f"{key}_title", lang), text(f"{key}_detail", lang))
