"""/v1/risk/batch and /v1/risk/area: the risk at many points, in a district, in a polygon."""

import math
from typing import Annotated, Final

import numpy as np
import shapely
from apiflask import APIBlueprint
from flask import Response
from numpy.typing import NDArray
from pydantic import Field

from dashboard.answers import Answers
from dashboard.api import examples_risk as examples
from dashboard.api.documents import documented
from dashboard.api.headers import json_answer, private, versioned
from dashboard.api.language import choose_language
from dashboard.api.moments import step_at
from dashboard.api.reading import Areas, Asked, Moment, MultiPolygonBody, Point, PolygonBody, to_areas
from dashboard.api.schemas.risk import district_body
from dashboard.api.schemas.risk_many import (
    AreaLayerBody,
    AreaRiskBody,
    AreaSeriesBody,
    BatchBody,
    BatchFaultBody,
    BatchPointBody,
)
from dashboard.api.schemas.words import iso_time, known, level_body
from dashboard.i18n import text
from dashboard.store.library import Library
from risk_core.assess import assess_point
from risk_core.errors import AnsimgilError, Fault, InputError, NotFoundError, OutsideAreaError
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment, PointRisk
from risk_core.state.grid import Grid
from risk_core.state.level import RISK_CODE_STEPS, Layer, Level, code_to_risk

MAX_POINTS: Final = 500
MAX_VERTICES: Final = 2_000


class BatchRequest(Asked):
    """Body of /v1/risk/batch."""

    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=MAX_POINTS)]
    t: Moment | None = None


DistrictName = Annotated[str, Field(min_length=1, max_length=60, description="id of a district")]


class AreaRiskQuery(Asked):
    """Address of /v1/risk/area."""

    district: DistrictName
    t: Moment | None = None


class AreaRiskRequest(Asked):
    """Body of /v1/risk/area: a polygon, or the same question as in the address."""

    geometry: Annotated[Areas, Field(description="GeoJSON, longitude first; refused where it is not valid")] | None = (
        None
    )
    district: DistrictName | None = None
    t: Moment | None = None


def risk_many_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the risk at many points and in areas."""
    bp = APIBlueprint("risk_many", __name__, tag="Risk", url_prefix="/v1/risk")

    @bp.post("/batch")
    @bp.input(BatchRequest, location="json", arg_name="asked", example=examples.BATCH_REQUEST)
    @bp.output(BatchBody, example=examples.BATCH)
    @documented("Risk at many points at once", 404, 413, 415, 503)
    def ask_batch(asked: BatchRequest) -> Response:
        lang = choose_language(asked.lang)
        assessment = answers.assessment(asked.area or library.settings.area)
        area = library.area(assessment.area_id)
        step = step_at(assessment, asked.t)
        at = assessment.step_now if step is None else step
        combined = assessment.layers[Layer.COMBINED]
        body = BatchBody(
            area=area.area_id,
            version=assessment.version,
            model_version=assessment.model_version,
            simulated=assessment.simulated,
            valid_at=iso_time(assessment.now_s + float(assessment.lead_s[at])) or "",
            data_as_of=iso_time(combined.data_as_of_s),
            results=[_at_point(k, one, area, assessment, at, lang) for k, one in enumerate(asked.points)],
            attribution=area.attribution,
        )
        return private(json_answer(body), lang)

    @bp.get("/area")
    @bp.input(AreaRiskQuery, location="query", arg_name="asked")
    @bp.output(AreaRiskBody, example=examples.AREA)
    @documented("Risk in a district", 404, 503)
    def show_area_risk(asked: AreaRiskQuery) -> Response:
        assessment = answers.assessment(asked.area or library.settings.area)
        area = library.area(assessment.area_id)
        body = _in_district(area, assessment, asked.district, step_at(assessment, asked.t))
        return versioned(json_answer(body), f"{area.area_id}.{assessment.version}", is_pinned=False)

    @bp.post("/area")
    @bp.input(AreaRiskRequest, location="json", arg_name="asked", example=examples.AREA_REQUEST)
    @bp.output(AreaRiskBody, example=examples.AREA)
    @documented("Risk in a polygon, or in a district asked for without an address", 404, 413, 415, 503)
    def ask_area_risk(asked: AreaRiskRequest) -> Response:
        assessment = answers.assessment(asked.area or library.settings.area)
        area, step = library.area(assessment.area_id), step_at(assessment, asked.t)
        if asked.geometry is not None and asked.district is None:
            body = _in_cells(area, assessment, cells_in(area.grid, asked.geometry), step, -1)
        elif asked.district is not None and asked.geometry is None:
            body = _in_district(area, assessment, asked.district, step)
        else:
            given = "neither" if asked.geometry is None else "both"
            wanted = "one of geometry and district"
            raise InputError(Fault("geometry, district", given, wanted, "Give a polygon, or the id of a district."))
        return private(json_answer(body), choose_language(asked.lang))

    return bp


def _in_district(area: Area, assessment: Assessment, district_id: str, step: int | None) -> AreaRiskBody:
    ids = [one.district_id for one in area.districts]
    if district_id not in ids:
        remedy = "See the districts of the area."
        raise NotFoundError(Fault("district", district_id[:60], "the id of a district", remedy))
    position = ids.index(district_id)
    return _in_cells(area, assessment, area.district == position, step, position)


def cells_in(grid: Grid, geometry: PolygonBody | MultiPolygonBody) -> NDArray[np.bool_]:
    """Cells whose centre lies in a polygon, or the one cell a small polygon lies in.

    Raises
    ------
    risk_core.errors.InputError
        For an outline that is not valid or has too many places; nothing is repaired.
    risk_core.errors.OutsideAreaError
        For one that meets no cell.
    """
    polygons = to_areas(geometry)
    n_place = sum(len(ring) for rings in polygons for ring in rings)
    if n_place > MAX_VERTICES:
        raise InputError(Fault("geometry", f"{n_place} places", f"at most {MAX_VERTICES}", "Simplify the outline."))
    every = [[(lon, lat) for lat, lon in ring] for rings in polygons for ring in rings]
    if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for ring in every for lon, lat in ring):
        raise InputError(Fault("geometry", "a position not on the earth", "degrees of EPSG:4326", "Longitude first."))
    if any(ring[0] != ring[-1] for ring in every):
        raise InputError(Fault("geometry", "an open ring", "closed rings", "Repeat the first place at the end."))
    parts = [[[(lon, lat) for lat, lon in ring] for ring in rings] for rings in polygons]
    shape = shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in parts])
    if not shapely.is_valid(shape):
        remedy = "Draw each ring so that it crosses and touches itself and the others nowhere."
        raise InputError(Fault("geometry", "an outline that is not valid", "a valid polygon", remedy))
    shapely.prepare(shape)
    lon, lat = np.meshgrid(grid.col_lon_deg, grid.row_lat_deg)
    is_in = np.asarray(shapely.contains_xy(shape, lon, lat))
    if not is_in.any():
        inside = shape.representative_point()
        if not grid.contains(inside.y, inside.x):
            raise OutsideAreaError(Fault("geometry", "outside the area", "a polygon in the area", "Choose another."))
        is_in.flat[grid.cell_of(inside.y, inside.x)] = True
    return is_in


def _at_point(position: int, point: Point, area: Area, assessment: Assessment, step: int, lang: str) -> BatchPointBody:
    try:
        found: PointRisk | None = assess_point(area, assessment, point.lat, point.lon, step)
        fault = None
    except AnsimgilError as error:
        found, fault = None, BatchFaultBody(code=error.code, text=text(f"error.{error.code}", lang))
    return BatchPointBody(
        position=position,
        risk=known(found.risk) if found else None,
        risk_low=known(found.low) if found else None,
        risk_high=known(found.high) if found else None,
        level=level_body(found.level if found else None),
        main_hazard=found.main_hazard.value if found and found.main_hazard else None,
        hazards={one.hazard.value: known(one.risk) for one in found.hazards} if found else {},
        fault=fault,
    )


def _in_cells(
    area: Area, assessment: Assessment, is_in: NDArray[np.bool_], step: int | None, district: int
) -> AreaRiskBody:
    at = assessment.step_now if step is None else step
    people = np.nan_to_num(area.population[is_in]).astype(np.float64)
    combined = assessment.layers[Layer.COMBINED]
    series = [
        AreaSeriesBody(step=k, lead_s=int(lead_s), risk_mean=mean, risk_max=top)
        for k, lead_s in enumerate(assessment.lead_s)
        for mean, top in [_mean_and_top(code_to_risk(combined.risk[k][is_in]), people)]
    ]
    return AreaRiskBody(
        area=area.area_id,
        version=assessment.version,
        model_version=assessment.model_version,
        simulated=assessment.simulated,
        valid_at=iso_time(assessment.now_s + float(assessment.lead_s[at])) or "",
        data_as_of=iso_time(combined.data_as_of_s),
        district=district_body(district, area),
        n_cell=int(is_in.sum()),
        area_m2=float(is_in.sum()) * area.grid.cell_m**2,
        residents=round(float(people.sum()), 1),
        layers=[
            _layer(layer, code_to_risk(fields.risk[at][is_in]), people) for layer, fields in assessment.layers.items()
        ],
        series=series,
        attribution=area.attribution,
    )


def _layer(layer: Layer, risk: NDArray[np.float32], people: NDArray[np.float64]) -> AreaLayerBody:
    mean, top = _mean_and_top(risk, people)
    levels = [Level.from_risk(one).name.lower() if math.isfinite(one) else "unknown" for one in risk.tolist()]
    residents = dict.fromkeys([*(level.name.lower() for level in Level), "unknown"], 0.0)
    for level, n in zip(levels, people.tolist(), strict=True):
        residents[level] += n
    return AreaLayerBody(
        layer=layer.value,
        risk_mean=mean,
        risk_max=top,
        level=level_body(None if mean is None else Level.from_risk(mean)),
        residents={name: round(n, 1) for name, n in residents.items()},
    )


def _mean_and_top(risk: NDArray[np.float32], people: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """Mean over residents (over cells where nobody lives) and highest risk, as the bytes of a field tell them."""
    is_known = np.isfinite(risk)
    if not is_known.any():
        return None, None
    weight = people[is_known] if people[is_known].sum() > 0 else np.ones(int(is_known.sum()))
    mean = float(np.average(risk[is_known], weights=weight))
    return round(mean * RISK_CODE_STEPS) / RISK_CODE_STEPS, round(float(risk[is_known].max()), 3)
