"""/v1/fields/{layer}/value and .../cut.*: one layer at a point, and a part of it as a file."""

from typing import Annotated, Final

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field

from dashboard.answers import Answers
from dashboard.answers.questions import check_step
from dashboard.api import examples_tiles as examples
from dashboard.api.cuts import MAX_COVERAGE_CELLS, MAX_TIFF_CELLS, Cut, coverage, cut_layer, geotiff
from dashboard.api.documents import binary, documented
from dashboard.api.fields import layer_of
from dashboard.api.headers import json_answer, private, versioned
from dashboard.api.language import choose_language
from dashboard.api.moments import step_at
from dashboard.api.reading import Asked, PictureQuery, RiskQuery, RiskRequest, SnapshotName, WholeStep
from dashboard.api.reading_lists import BoxNumbers, BoxText
from dashboard.api.schemas.tiles import CoverageBody, ValueBody
from dashboard.api.schemas.words import iso_time, level_body
from dashboard.store.library import Library
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS, Layer, Level
from risk_core.state.point import check_points

TIFF: Final = "image/tiff"
COVJSON: Final = "application/prs.coverage+json"


class CutQuery(PictureQuery):
    """Address of a cut."""

    bbox: Annotated[BoxText | None, Field(description="the whole area if left out")] = None


class CutRequest(Asked):
    """Body of a cut: the same question, kept out of the address."""

    bbox: BoxNumbers | None = None
    v: SnapshotName | None = None
    step: WholeStep | None = None


class CutsFace:
    """Answers about parts of a layer."""

    def __init__(self, library: Library, answers: Answers) -> None:
        self._library = library
        self._answers = answers

    def find(self, asked: CutQuery | CutRequest | RiskQuery | RiskRequest) -> tuple[Area, Assessment]:
        """Area and snapshot asked for."""
        area = self._library.area(asked.area or self._library.settings.area)
        return area, self._answers.assessment(area.area_id, asked.v)

    def value(self, name: str, asked: RiskQuery | RiskRequest) -> Response:
        """One layer at a point."""
        area, assessment = self.find(asked)
        layer, step = layer_of(name), step_at(assessment, asked.t)
        step = assessment.step_now if step is None else step
        check_points(area.grid, [("point", asked.lat, asked.lon)])
        row, col = divmod(area.grid.cell_of(asked.lat, asked.lon), area.grid.n_col)
        fields = assessment.layers.get(layer)
        codes = [RISK_CODE_MISSING] * 3
        if fields is not None:
            codes = [int(one[step, row, col]) for one in (fields.risk, fields.low, fields.high)]
        risk, low, high = (None if one == RISK_CODE_MISSING else one / RISK_CODE_STEPS for one in codes)
        body = ValueBody(
            area=area.area_id,
            version=assessment.version,
            simulated=assessment.simulated,
            layer=layer.value,
            valid_at=iso_time(assessment.now_s + float(assessment.lead_s[step])) or "",
            risk=risk,
            risk_low=low,
            risk_high=high,
            level=level_body(None if risk is None else Level.from_risk(risk)),
        )
        return private(json_answer(body), choose_language(asked.lang))

    def tiff(self, name: str, asked: CutQuery | CutRequest) -> Response:
        """A part of a layer as GeoTIFF."""
        cut, area, assessment, step, layer = self._cut(name, asked, MAX_TIFF_CELLS)
        tags = {
            "LAYER": layer.value,
            "VERSION": assessment.version,
            "VALID_AT": iso_time(assessment.now_s + float(assessment.lead_s[step])) or "",
            "SIMULATED": str(assessment.simulated).lower(),
            "ATTRIBUTION": area.attribution,
        }
        response = Response(geotiff(cut, area.grid, tags), mimetype=TIFF)
        return _kept(response, asked, f"{area.area_id}.{assessment.version}.{layer}.{step}")

    def coverage(self, name: str, asked: CutQuery | CutRequest) -> Response:
        """A part of a layer as CoverageJSON."""
        cut, area, assessment, step, layer = self._cut(name, asked, MAX_COVERAGE_CELLS)
        body = coverage(cut, area.grid, assessment.now_s + float(assessment.lead_s[step]))
        return _kept(json_answer(body, COVJSON), asked, f"{area.area_id}.{assessment.version}.{layer}.{step}")

    def _cut(self, name: str, asked: CutQuery | CutRequest, most: int) -> tuple[Cut, Area, Assessment, int, Layer]:
        area, assessment = self.find(asked)
        layer, step = layer_of(name), check_step(assessment, asked.step)
        return cut_layer(area, assessment, layer, step, asked.bbox, most), area, assessment, step, layer


def _kept(response: Response, asked: CutQuery | CutRequest, tag: str) -> Response:
    """What stands in an address may be kept by its version; what was sent as a body, by nobody."""
    if isinstance(asked, CutRequest):
        return private(response, choose_language(asked.lang))
    return versioned(response, tag, asked.v is not None)


def cut_outs_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of values and cuts."""
    bp = APIBlueprint("cut_outs", __name__, tag="Tiles and cuts", url_prefix="/v1/fields")
    face = CutsFace(library, answers)
    _add_shown(bp, face)
    _add_asked(bp, face)
    return bp


def _add_shown(bp: APIBlueprint, face: CutsFace) -> None:
    @bp.get("/<layer>/value")
    @bp.input(RiskQuery, location="query", arg_name="asked")
    @bp.output(ValueBody, example=examples.VALUE)
    @documented("One layer at a point", 404, 503)
    def show_value(layer: str, asked: RiskQuery) -> Response:
        return face.value(layer, asked)

    @bp.get("/<layer>/cut.tif")
    @bp.input(CutQuery, location="query", arg_name="asked")
    @documented("Cut of a layer as GeoTIFF: risk and the bounds of its interval", 404, 503, body=binary(TIFF))
    def show_tiff(layer: str, asked: CutQuery) -> Response:
        return face.tiff(layer, asked)

    @bp.get("/<layer>/cut.json")
    @bp.input(CutQuery, location="query", arg_name="asked")
    @bp.output(CoverageBody, example=examples.COVERAGE, content_type=COVJSON)
    @documented("Cut of a layer as CoverageJSON", 404, 503)
    def show_coverage(layer: str, asked: CutQuery) -> Response:
        return face.coverage(layer, asked)


def _add_asked(bp: APIBlueprint, face: CutsFace) -> None:
    @bp.post("/<layer>/value")
    @bp.input(RiskRequest, location="json", arg_name="asked", example=examples.VALUE_REQUEST)
    @bp.output(ValueBody, example=examples.VALUE)
    @documented("One layer at a point, asked without an address", 404, 413, 415, 503)
    def ask_value(layer: str, asked: RiskRequest) -> Response:
        return face.value(layer, asked)

    @bp.post("/<layer>/cut.tif")
    @bp.input(CutRequest, location="json", arg_name="asked", example=examples.CUT_REQUEST)
    @documented("Cut of a layer as GeoTIFF, asked without an address", 404, 413, 415, 503, body=binary(TIFF))
    def ask_tiff(layer: str, asked: CutRequest) -> Response:
        return face.tiff(layer, asked)

    @bp.post("/<layer>/cut.json")
    @bp.input(CutRequest, location="json", arg_name="asked", example=examples.CUT_REQUEST)
    @bp.output(CoverageBody, example=examples.COVERAGE, content_type=COVJSON)
    @documented("Cut of a layer as CoverageJSON, asked without an address", 404, 413, 415, 503)
    def ask_coverage(layer: str, asked: CutRequest) -> Response:
        return face.coverage(layer, asked)
