"""/valhalla: the route of Valhalla's turn-by-turn API, on our streets and round their dangers."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

import numpy as np
from apiflask import APIBlueprint
from flask import Response
from pydantic import ValidationError

from dashboard.answers import Answers
from dashboard.answers.questions import AvoidedArea
from dashboard.api.documents import documented
from dashboard.api.faces import examples
from dashboard.api.faces.asking import ask_way, read_profile, to_lat_lon
from dashboard.api.faces.bodies import WayRiskBody, face_answer
from dashboard.api.faces.errors import Trouble, register_face_errors
from dashboard.api.faces.ors_words import box_of
from dashboard.api.faces.valhalla_bodies import (
    KM_PER_UNIT,
    ValhallaAlternate,
    ValhallaAsked,
    ValhallaErrorBody,
    ValhallaLeg,
    ValhallaManeuver,
    ValhallaPlace,
    ValhallaQuery,
    ValhallaRoute,
    ValhallaSummary,
    ValhallaTrip,
)
from dashboard.api.fault_words import faults_of_validation
from dashboard.api.headers import json_answer
from dashboard.api.language import choose_language
from dashboard.api.legs import Leg, legs_of
from dashboard.api.polyline import FIVE, SIX, encode_polyline
from dashboard.i18n import languages, text
from dashboard.store.library import Library
from risk_core.errors import InputError
from risk_core.state.area import Area
from risk_core.state.profile import Profile
from risk_core.state.route import Route, RouteAnswer

TYPE_OF_TURN: Final[Mapping[str, int]] = {
    "depart": 1,
    "arrive": 4,
    "straight": 8,
    "slight_right": 9,
    "right": 10,
    "sharp_right": 11,
    "uturn": 13,
    "sharp_left": 14,
    "left": 15,
    "slight_left": 16,
}
TRAVEL: Final = {
    Profile.WALK: ("pedestrian", "foot"),
    Profile.WHEELCHAIR: ("pedestrian", "wheelchair"),
    Profile.BICYCLE: ("bicycle", "hybrid"),
    Profile.BUS: ("drive", "bus"),
}
CAR: Final = ("drive", "car")
TAGS: Final = {"ko": "ko-KR", "en": "en-US"}

PARSE: Final = 100
PATH: Final = 106
LOCATIONS: Final = 110
NO_COSTING: Final = 125
TOO_MANY: Final = 150
BAD_VALUE: Final = 130
POLYGON: Final = 167
NO_EDGE: Final = 171
NO_PATH: Final = 442
OTHER: Final = 199


def valhalla_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the face."""
    bp = APIBlueprint("valhalla", __name__, tag="Valhalla", url_prefix="/valhalla")
    register_face_errors(bp, _render)

    def answer(asked: ValhallaAsked) -> Response:
        lang = _language(asked)
        profile, kind = read_profile(asked.costing, "costing")
        wish = asked.costing_options.get(asked.costing)
        kind = kind if wish is None or wish.kind is None else wish.kind
        points = [(one.lat, one.lon) for one in asked.locations]
        avoid = _areas((*asked.avoid_polygons, *asked.exclude_polygons))
        found, _ = ask_way(answers, points, profile, kind, avoid, asked.area, asked.alternates)
        area = library.area(found.area_id)
        trips = [_trip(route, found, area, asked, lang) for route in found.routes]
        others = [ValhallaAlternate(trip=trip) for trip in trips[1:]] or None
        return face_answer(ValhallaRoute(trip=trips[0], alternates=others, id=asked.id))

    @bp.get("/route")
    @bp.input(ValhallaQuery, location="query", arg_name="asked")
    @bp.output(ValhallaRoute, example=examples.VALHALLA_ROUTE)
    @documented("Valhalla route, asked in the address", 404, 503)
    def valhalla_route(asked: ValhallaQuery) -> Response:
        try:
            return answer(ValhallaAsked.model_validate_json(asked.json_))
        except ValidationError as error:
            raise InputError(*faults_of_validation(error, choose_language())) from None

    @bp.post("/route")
    @bp.input(ValhallaAsked, location="json", arg_name="asked", example=examples.VALHALLA_REQUEST)
    @bp.output(ValhallaRoute, example=examples.VALHALLA_ROUTE)
    @documented("Valhalla route: the safest way through points, or the fastest", 404, 413, 415, 503)
    def ask_valhalla_route(asked: ValhallaAsked) -> Response:
        return answer(asked)

    return bp


def _render(trouble: Trouble) -> Response:
    status = 400 if trouble.status == 422 else trouble.status
    body = ValhallaErrorBody(
        error_code=_code(trouble), error=trouble.message, status_code=status, status=HTTPStatus(status).phrase
    )
    response = json_answer(body)
    response.status_code = status
    return response


def _code(trouble: Trouble) -> int:
    if trouble.is_unreachable:
        return NO_PATH
    if trouble.is_outside or trouble.is_off_streets:
        return NO_EDGE
    if trouble.status != 422:
        return {400: PARSE, 404: PATH, 405: PATH}.get(trouble.status, OTHER)
    named = {fault.argument.partition(".")[0] for fault in trouble.faults}
    for argument, code in (("costing", NO_COSTING), ("locations", LOCATIONS), ("avoid", POLYGON)):
        if argument in named:
            return code
    return BAD_VALUE


def _language(asked: ValhallaAsked) -> str:
    stem = (asked.language or asked.directions_options.language or "").split("-")[0].lower()
    return choose_language(stem if stem in languages() else None)


def _areas(rings: Sequence[Sequence[tuple[float, float]]]) -> tuple[AvoidedArea, ...]:
    return tuple((to_lat_lon(ring),) for ring in rings)


def _trip(route: Route, found: RouteAnswer, area: Area, asked: ValhallaAsked, lang: str) -> ValhallaTrip:
    units = asked.units or asked.directions_options.units or "kilometers"
    km_per_unit = KM_PER_UNIT[units]
    legs = legs_of(route)
    places = (found.origin, *found.via, found.destination)
    return ValhallaTrip(
        locations=[
            ValhallaPlace(type="break", lat=round(one.lat_deg, 6), lon=round(one.lon_deg, 6), original_index=k)
            for k, one in enumerate(places)
        ],
        legs=[_leg(leg, found.profile, asked, km_per_unit, lang) for leg in legs],
        summary=_summary(legs, km_per_unit),
        status_message="Found route between points",
        status=0,
        units="kilometers" if km_per_unit == 1.0 else "miles",
        language=TAGS.get(lang, lang),
        risk=WayRiskBody.of(route, found, area.attribution),
    )


def _leg(leg: Leg, profile: Profile, asked: ValhallaAsked, km_per_unit: float, lang: str) -> ValhallaLeg:
    told = asked.directions_type or asked.directions_options.directions_type or "instructions"
    line = np.round(leg.line, 6).tolist()
    return ValhallaLeg(
        maneuvers=None
        if told == "none"
        else _maneuvers(leg, profile, km_per_unit, lang if told == "instructions" else ""),
        summary=_summary([leg], km_per_unit),
        shape=encode_polyline(line, SIX if asked.shape_format == "polyline6" else FIVE),
    )


def _maneuvers(leg: Leg, profile: Profile, km_per_unit: float, lang: str) -> list[ValhallaManeuver]:
    """Steps of a leg, with words where a language is given."""
    mode, kind = TRAVEL.get(profile, CAR)
    firsts = [step.first for step in leg.steps]
    return [
        ValhallaManeuver(
            type=TYPE_OF_TURN[step.code],
            instruction=text(f"turn.{step.code}", lang, name=step.name or text("route.nameless", lang))
            if lang
            else None,
            street_names=[step.name] if step.name else None,
            time=round(step.duration_s, 3),
            length=round(step.length_m / 1000 / km_per_unit, 3),
            cost=round(step.duration_s, 3),
            begin_shape_index=first,
            end_shape_index=last,
            travel_mode=mode,
            travel_type=kind,
        )
        for step, first, last in zip(leg.steps, firsts, [*firsts[1:], firsts[-1]], strict=True)
    ]


def _summary(legs: Sequence[Leg], km_per_unit: float) -> ValhallaSummary:
    west, south, east, north = box_of(leg.line for leg in legs)
    seconds = round(sum(leg.duration_s for leg in legs), 3)
    return ValhallaSummary(
        min_lat=south,
        min_lon=west,
        max_lat=north,
        max_lon=east,
        time=seconds,
        length=round(sum(leg.length_m for leg in legs) / 1000 / km_per_unit, 3),
        cost=seconds,
    )
