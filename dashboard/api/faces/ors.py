"""/ors/v2: directions, isochrones and matrix of openrouteservice, on our streets and round their dangers."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import shapely
from apiflask import APIBlueprint
from flask import Response
from numpy.typing import NDArray

from dashboard.answers import Answers
from dashboard.answers.many import MatrixQuestion, ReachQuestion
from dashboard.answers.outline import outline
from dashboard.answers.questions import check_streets
from dashboard.api.documents import binary, documented
from dashboard.api.faces import examples
from dashboard.api.faces.asking import area_round, ask_way, read_profile, to_lat_lon
from dashboard.api.faces.bodies import face_answer
from dashboard.api.faces.errors import register_face_errors
from dashboard.api.faces.ors_bodies import (
    M_PER_UNIT,
    OrsDirectionsAsked,
    OrsDirectionsQuery,
    OrsIsochrone,
    OrsIsochrones,
    OrsIsochronesAsked,
    OrsMatrix,
    OrsMatrixAsked,
    OrsPlace,
    OrsReached,
    OrsRing,
    OrsRouteCollection,
    OrsRoutes,
)
from dashboard.api.faces.ors_errors import render_ors
from dashboard.api.faces.ors_words import box_of, collection_body, metadata_of, routes_body
from dashboard.api.gpx import MEDIA_TYPE as GPX
from dashboard.api.gpx import gpx_of
from dashboard.api.headers import private
from dashboard.api.language import choose_language
from dashboard.api.reading import to_areas
from dashboard.i18n import languages
from dashboard.store.library import Library
from risk_core.errors import Fault, InputError
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.many import ReachAnswer
from risk_core.state.network import Network
from risk_core.state.route import RouteAnswer, RouteKind, Snap

GEOJSON: Final = "application/geo+json"
MAX_RINGS: Final = 10
JOIN_SHARE: Final = 0.05
"""Outlines are widened by this share of a cell, so that cells that touch at a corner make one polygon."""
Found = tuple[RouteAnswer, Assessment, Area]


def ors_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the face."""
    bp = APIBlueprint("ors", __name__, url_prefix="/ors/v2")
    register_face_errors(bp, render_ors)

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
    @documented("openrouteservice directions as GPX", 404, 413, 415, 503, body=binary(GPX))
    def ors_gpx_directions(profile: str, asked: OrsDirectionsAsked) -> Response:
        found, assessment, area = find(profile, asked)
        lang = _language(asked.language)
        return private(Response(gpx_of(found, area, assessment.now_s, lang), mimetype=GPX), lang)

    @bp.post("/isochrones/<profile>")
    @bp.input(OrsIsochronesAsked, location="json", arg_name="asked", example=examples.ORS_ISOCHRONES_REQUEST)
    @bp.output(OrsIsochrones, example=examples.ORS_ISOCHRONES, content_type=GEOJSON)
    @documented("openrouteservice isochrones, closed streets left out", 404, 413, 415, 503)
    def ors_isochrones(profile: str, asked: OrsIsochronesAsked) -> Response:
        return reached(profile, asked)

    @bp.post("/isochrones/<profile>/geojson")
    @bp.input(OrsIsochronesAsked, location="json", arg_name="asked", example=examples.ORS_ISOCHRONES_REQUEST)
    @bp.output(OrsIsochrones, example=examples.ORS_ISOCHRONES, content_type=GEOJSON)
    @documented("openrouteservice isochrones as GeoJSON", 404, 413, 415, 503)
    def ors_geojson_isochrones(profile: str, asked: OrsIsochronesAsked) -> Response:
        return reached(profile, asked)

    def reached(profile: str, asked: OrsIsochronesAsked) -> Response:
        traveller, _ = read_profile(profile)
        points, avoid = to_lat_lon(asked.locations), to_areas(asked.options.areas())
        area = library.area(area_round(answers, points, asked.area))
        assessment = answers.assessment(area.area_id)
        features = []
        for k, point in enumerate(points):
            question = ReachQuestion(area.area_id, point, traveller, avoid=avoid)
            found = answers.reach(question, assessment.version)
            features += [_isochrone(k, found, limit_s, area, asked) for limit_s in _limits_s(asked)]
        rings = [np.array(one.geometry.coordinates[0])[:, ::-1] for one in features]
        metadata = metadata_of(area, assessment, "isochrones", {"profile": profile, "range": list(asked.range)})
        body = OrsIsochrones(type="FeatureCollection", bbox=box_of(rings), features=features, metadata=metadata)
        return face_answer(body, GEOJSON)

    @bp.post("/matrix/<profile>")
    @bp.input(OrsMatrixAsked, location="json", arg_name="asked", example=examples.ORS_MATRIX_REQUEST)
    @bp.output(OrsMatrix, example=examples.ORS_MATRIX)
    @documented("openrouteservice matrix: seconds and lengths between points", 404, 413, 415, 503)
    def ors_matrix(profile: str, asked: OrsMatrixAsked) -> Response:
        return between(profile, asked)

    @bp.post("/matrix/<profile>/json")
    @bp.input(OrsMatrixAsked, location="json", arg_name="asked", example=examples.ORS_MATRIX_REQUEST)
    @bp.output(OrsMatrix, example=examples.ORS_MATRIX)
    @documented("openrouteservice matrix as JSON", 404, 413, 415, 503)
    def ors_json_matrix(profile: str, asked: OrsMatrixAsked) -> Response:
        return between(profile, asked)

    def between(profile: str, asked: OrsMatrixAsked) -> Response:
        traveller, kind = read_profile(profile)
        points = to_lat_lon(asked.locations)
        ends = [_chosen(asked.sources, points, "sources"), _chosen(asked.destinations, points, "destinations")]
        area = library.area(area_round(answers, points, asked.area))
        question = MatrixQuestion(area.area_id, *ends, traveller, kind, None, to_areas(asked.options.areas()))
        assessment = answers.assessment(area.area_id)
        found = answers.matrix(question, assessment.version)
        lengths = answers.matrix_lengths(question, found) if "distance" in asked.metrics else None
        per_unit, network = M_PER_UNIT[asked.units], check_streets(area)
        body = OrsMatrix(
            durations=_rows(found.duration_s, 1.0) if "duration" in asked.metrics else None,
            distances=None if lengths is None else _rows(lengths, per_unit),
            sources=[_place(one, network, asked.resolve_locations) for one in found.origins],
            destinations=[_place(one, network, asked.resolve_locations) for one in found.destinations],
            metadata=metadata_of(area, assessment, "matrix", {"profile": profile, "metrics": list(asked.metrics)}),
        )
        return face_answer(body)

    return bp


def _language(asked: str | None) -> str:
    """Language of a tag like ``en-us``; the reader's own where we do not speak it."""
    stem = (asked or "").split("-")[0].lower()
    return choose_language(stem if stem in languages() else None)


def _told(profile: str, asked: OrsDirectionsAsked) -> Mapping[str, Any]:
    return {"profile": profile, "preference": asked.preference, "units": asked.units}


def _limits_s(asked: OrsIsochronesAsked) -> list[float]:
    """Limits of the rings, smallest first.

    Raises
    ------
    risk_core.errors.InputError
        For too many rings.
    """
    if asked.interval is None or len(asked.range) > 1:
        return sorted(set(asked.range))
    n_ring = int(np.ceil(asked.range[0] / asked.interval))
    if n_ring > MAX_RINGS:
        raise InputError(Fault("interval", f"{n_ring} rings", f"at most {MAX_RINGS} rings", "Widen the interval."))
    return [min((k + 1) * asked.interval, asked.range[0]) for k in range(n_ring)]


def _isochrone(group: int, found: ReachAnswer, limit_s: float, area: Area, asked: OrsIsochronesAsked) -> OrsIsochrone:
    is_in = found.cost_s <= limit_s
    is_in.flat[area.grid.cell_of(found.origin.lat_deg, found.origin.lon_deg)] = True
    wide = outline(area.grid, is_in).buffer(JOIN_SHARE * area.grid.d_lat_deg, join_style="mitre")
    part = max(shapely.get_parts(wide), key=lambda one: one.area)
    rings = [[(round(lon, 6), round(lat, 6)) for lon, lat in ring.coords] for ring in (part.exterior, *part.interiors)]
    per_unit = M_PER_UNIT[asked.area_units]
    told = OrsReached(
        group_index=group,
        value=limit_s,
        center=(round(found.origin.lon_deg, 6), round(found.origin.lat_deg, 6)),
        area=float(is_in.sum()) * (area.grid.cell_m / per_unit) ** 2 if "area" in asked.attributes else None,
        total_pop=_residents(area, is_in) if "total_pop" in asked.attributes else None,
    )
    return OrsIsochrone(type="Feature", properties=told, geometry=OrsRing(type="Polygon", coordinates=rings))


def _residents(area: Area, is_in: NDArray[np.bool_]) -> float:
    return round(float(np.nan_to_num(area.population[is_in]).sum()), 1)


def _chosen(
    asked: tuple[int | str, ...] | None, points: tuple[tuple[float, float], ...], name: str
) -> tuple[tuple[float, float], ...]:
    if asked is None or tuple(asked) == ("all",):
        return points
    wanted = f"positions of 0..{len(points) - 1}, or all"
    remedy = "Count the locations from 0."
    if not asked or "all" in asked or max(int(one) for one in asked) >= len(points):
        raise InputError(Fault(name, "other positions", wanted, remedy))
    return tuple(points[int(one)] for one in asked)


def _rows(values: NDArray[np.float64], per_unit: float) -> list[list[float | None]]:
    return [[round(one / per_unit, 2) if np.isfinite(one) else None for one in row] for row in values.tolist()]


def _place(snap: Snap, network: Network, is_named: bool) -> OrsPlace:
    name = int(network.street_name[snap.street])
    return OrsPlace(
        location=(round(snap.lon_deg, 6), round(snap.lat_deg, 6)),
        snapped_distance=round(snap.distance_m, 2),
        name=(network.names[name] if name >= 0 else "") if is_named else None,
    )
