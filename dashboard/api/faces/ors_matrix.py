"""The matrix of the openrouteservice face: seconds and lengths between points."""

import numpy as np
from apiflask import APIBlueprint
from flask import Response
from numpy.typing import NDArray

from dashboard.answers import Answers
from dashboard.answers.many import MatrixQuestion
from dashboard.answers.questions import check_streets
from dashboard.api.documents import documented
from dashboard.api.faces import examples
from dashboard.api.faces.asking import area_round, read_profile, to_lat_lon
from dashboard.api.faces.bodies import face_answer
from dashboard.api.faces.ors_bodies import M_PER_UNIT, OrsMatrix, OrsMatrixAsked, OrsPlace
from dashboard.api.faces.ors_words import metadata_of
from dashboard.api.reading import to_areas
from dashboard.store.library import Library
from risk_core.errors import Fault, InputError
from risk_core.state.network import Network
from risk_core.state.route import Snap


def add_matrix(bp: APIBlueprint, library: Library, answers: Answers) -> None:
    """Add the addresses of the matrix to the face."""

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
