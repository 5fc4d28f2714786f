"""Directions of the openrouteservice face, as JSON, GeoJSON and GPX."""

from collections.abc import Mapping
from typing import Any, Final

from apiflask import APIBlueprint
from flask import Response

from dashboard.answers import Answers
from dashboard.api import examples_texts
from dashboard.api.documents import binary, documented
from dashboard.api.faces import examples
from dashboard.api.faces.asking import ask_way, read_profile, to_lat_lon
from dashboard.api.faces.bodies import face_answer
from dashboard.api.faces.ors_bodies import (
    OrsDirectionsAsked,
    OrsDirectionsQuery,
    OrsRouteCollection,
    OrsRoutes,
)
from dashboard.api.faces.ors_words import collection_body, metadata_of, routes_body
from dashboard.api.gpx import MEDIA_TYPE as GPX
from dashboard.api.gpx import gpx_of
from dashboard.api.headers import private
from dashboard.api.language import choose_language
from dashboard.api.reading import to_areas
from dashboard.i18n import languages
from dashboard.store.library import Library
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.route import RouteAnswer, RouteKind

GEOJSON: Final = "application/geo+json"
Found = tuple[RouteAnswer, Assessment, Area]


def add_directions(bp: APIBlueprint, library: Library, answers: Answers) -> None:
    """Add the addresses of directions to the face."""

    def find(profile: str, asked: OrsDirectionsAsked) -> Found:
        traveller, kind = read_profile(profile)
        kind = kind if asked.preference == "recommended" else RouteKind(asked.preference)
        points, n_other = to_lat_lon(asked.coordinates), 0
        if asked.alternative_routes is not None:
            n_other = asked.alternative_routes.target_count - 1
        avoid = to_areas(asked.options.areas())
        found, assessment = ask_way(answers, points, traveller, kind, avoid, asked.area, n_other)
        return found, assessment, library.area(found.area_id)

    def as_geojson(profile: str, asked: OrsDirectionsAsked) -> Response:
        found, assessment, area = find(profile, asked)
        metadata = metadata_of(area, assessment, "routing", _told(profile, asked))
        return face_answer(collection_body(found, area, asked, metadata, _language(asked.language)), GEOJSON)

    def as_json(profile: str, asked: OrsDirectionsAsked) -> Response:
        found, assessment, area = find(profile, asked)
        metadata = metadata_of(area, assessment, "routing", _told(profile, asked))
        return face_answer(routes_body(found, area, asked, metadata, _language(asked.language)))

    @bp.get("/directions/<profile>")
    @bp.input(OrsDirectionsQuery, location="query", arg_name="asked")
    @bp.output(OrsRouteCollection, example=examples.ORS_GEOJSON, content_type=GEOJSON)
    @documented("openrouteservice directions between two points, as GeoJSON", 404, 503)
    def ors_simple_directions(profile: str, asked: OrsDirectionsQuery) -> Response:
        start, end = asked.coordinates()
        return as_geojson(profile, OrsDirectionsAsked(coordinates=(start, end), preference=asked.preference))

    @bp.post("/directions/<profile>")
    @bp.input(OrsDirectionsAsked, location="json", arg_name="asked", example=examples.ORS_DIRECTIONS_REQUEST)
    @bp.output(OrsRoutes, example=examples.ORS_ROUTES)
    @documented("openrouteservice directions", 404, 413, 415, 503)
    def ors_directions(profile: str, asked: OrsDirectionsAsked) -> Response:
        return as_json(profile, asked)

    @bp.post("/directions/<profile>/json")
    @bp.input(OrsDirectionsAsked, location="json", arg_name="asked", example=examples.ORS_DIRECTIONS_REQUEST)
    @bp.output(OrsRoutes, example=examples.ORS_ROUTES)
    @documented("openrouteservice directions as JSON", 404, 413, 415, 503)
    def ors_json_directions(profile: str, asked: OrsDirectionsAsked) -> Response:
        return as_json(profile, asked)

    @bp.post("/directions/<profile>/geojson")
    @bp.input(OrsDirectionsAsked, location="json", arg_name="asked", example=examples.ORS_DIRECTIONS_REQUEST)
    @bp.output(OrsRouteCollection, example=examples.ORS_GEOJSON, content_type=GEOJSON)
    @documented("openrouteservice directions as GeoJSON", 404, 413, 415, 503)
    def ors_geojson_directions(profile: str, asked: OrsDirectionsAsked) -> Response:
        return as_geojson(profile, asked)

    @bp.post("/directions/<profile>/gpx")
    @bp.input(OrsDirectionsAsked, location="json", arg_name="asked", example=examples.ORS_DIRECTIONS_REQUEST)
    @documented("openrouteservice directions as GPX", 404, 413, 415, 503, body=binary(GPX, examples_texts.GPX_FILE))
    def ors_gpx_directions(profile: str, asked: OrsDirectionsAsked) -> Response:
        found, assessment, area = find(profile, asked)
        lang = _language(asked.language)
        return private(Response(gpx_of(found, area, assessment.now_s, lang), mimetype=GPX), lang)


def _language(asked: str | None) -> str:
    """Language of a tag like ``en-us``; the reader's own where we do not speak it."""
    stem = (asked or "").split("-")[0].lower()
    return choose_language(stem if stem in languages() else None)


def _told(profile: str, asked: OrsDirectionsAsked) -> Mapping[str, Any]:
    return {"profile": profile, "preference": asked.preference, "units": asked.units}
