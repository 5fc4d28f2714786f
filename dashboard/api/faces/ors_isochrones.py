"""Isochrones of the openrouteservice face: outlines of what can be reached in time, one polygon each."""

from typing import Final

import numpy as np
import shapely
from apiflask import APIBlueprint
from flask import Response
from numpy.typing import NDArray

from dashboard.answers import Answers
from dashboard.answers.many import ReachQuestion
from dashboard.answers.outline import outline
from dashboard.api.documents import documented
from dashboard.api.faces import examples
from dashboard.api.faces.asking import area_round, read_profile, to_lat_lon
from dashboard.api.faces.bodies import face_answer
from dashboard.api.faces.ors_bodies import (
    M_PER_UNIT,
    OrsIsochrone,
    OrsIsochrones,
    OrsIsochronesAsked,
    OrsReached,
    OrsRing,
)
from dashboard.api.faces.ors_directions import GEOJSON
from dashboard.api.faces.ors_words import box_of, metadata_of
from dashboard.api.reading import to_areas
from dashboard.store.library import Library
from risk_core.errors import Fault, InputError
from risk_core.state.area import Area
from risk_core.state.many import ReachAnswer

MAX_RINGS: Final = 10
JOIN_SHARE: Final = 0.05
"""Outlines are widened by this share of a cell, so that cells that touch at a corner make one polygon."""


def add_isochrones(bp: APIBlueprint, library: Library, answers: Answers) -> None:
    """Add the addresses of isochrones to the face."""

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
