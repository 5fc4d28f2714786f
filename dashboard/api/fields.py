"""/v1/fields: layers and time slices, their pictures, and the state of each street."""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

import numpy as np
from apiflask import APIBlueprint
from flask import Response, redirect, request
from flask.typing import ResponseReturnValue
from numpy.typing import NDArray

from dashboard.answers import Answers
from dashboard.answers.questions import check_step, check_streets
from dashboard.api import examples
from dashboard.api.documents import binary, documented
from dashboard.api.headers import json_answer, versioned
from dashboard.api.reading import MAX_ZOOM, VERSION_PATTERN, AreaQuery, PictureQuery
from dashboard.api.schemas.fields import FieldsBody
from dashboard.store.library import Library
from dashboard.views.raster import level_png
from dashboard.views.streets_binary import street_state
from risk_core.errors import Fault, NotFoundError
from risk_core.fields.raster import overlay_codes, tile_codes, tile_touches
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_MISSING, Layer

PNG = "image/png"
BYTES = "application/octet-stream"
VERSION: Final = re.compile(VERSION_PATTERN)


def fields_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of fields."""
    bp = APIBlueprint("fields", __name__, url_prefix="/v1/fields")

    def find(asked: AreaQuery | PictureQuery) -> tuple[Area, Assessment]:
        area = library.area(asked.area or library.settings.area)
        return area, answers.assessment(area.area_id, getattr(asked, "v", None))

    bp.before_request(lambda: _follow_newest(library, answers))

    @bp.get("")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @bp.output(FieldsBody, example=examples.FIELDS)
    @documented("Layers, time slices and legend", 404, 503)
    def list_fields(asked: AreaQuery) -> Response:
        area, assessment = find(asked)
        response = json_answer(FieldsBody.from_assessment(assessment, area, request.script_root))
        return versioned(response, assessment.version, is_pinned=False)

    @bp.get("/<layer>/overlay.png")
    @bp.input(PictureQuery, location="query", arg_name="asked")
    @documented("Picture of a layer over the area's bounds", 404, 503, body=binary(PNG))
    def show_overlay(layer: str, asked: PictureQuery) -> Response:
        area, assessment = find(asked)
        code = _codes(area, assessment, layer, asked.step)
        key = (area.area_id, assessment.version, layer, _step(assessment, asked))
        return _picture(answers, key, lambda: overlay_codes(code, area.grid), asked)

    @bp.get("/<layer>/tiles/<int:z>/<int:x>/<int:y>.png")
    @bp.input(PictureQuery, location="query", arg_name="asked")
    @documented("Map tile of a layer", 404, 503, body=binary(PNG))
    def show_tile(layer: str, z: int, x: int, y: int, asked: PictureQuery) -> Response:
        check_tile(z, x, y)
        area, assessment = find(asked)
        code = _codes(area, assessment, layer, asked.step)
        if not tile_touches(area.grid, z, x, y):
            return _picture(answers, ("empty tile",), _empty_tile, asked, tag=assessment.version)
        key = (area.area_id, assessment.version, layer, _step(assessment, asked), z, x, y)
        return _picture(answers, key, lambda: tile_codes(code, area.grid, z, x, y), asked)

    @bp.get("/<layer>/streets.bin")
    @bp.input(PictureQuery, location="query", arg_name="asked")
    @documented("Risk and closure of each street", 404, 503, body=binary(BYTES))
    def show_street_state(layer: str, asked: PictureQuery) -> Response:
        area, assessment = find(asked)
        check_streets(area)
        step = _step(assessment, asked)
        data = street_state(area.network, assessment, layer_of(layer), step)
        return versioned(Response(data, mimetype=BYTES), f"{assessment.version}.{layer}.{step}", asked.v is not None)

    return bp


def _follow_newest(library: Library, answers: Answers) -> ResponseReturnValue | None:
    """Send on a page that still asks for a snapshot no longer kept: late, not wrong."""
    area_id, version = request.args.get("area", library.settings.area), request.args.get("v", "")
    if not VERSION.fullmatch(version) or area_id not in library.area_ids():
        return None
    try:
        answers.assessment(area_id, version)
    except NotFoundError:
        query = request.args.to_dict() | {"v": library.assessment(area_id).version}
        moved = redirect(f"{request.script_root}{request.path}?{urlencode(query)}")
        moved.headers["Cache-Control"] = "no-store"
        return moved
    return None


def layer_of(name: str) -> Layer:
    """Layer of a name.

    Raises
    ------
    risk_core.errors.NotFoundError
        For another name.
    """
    if name not in tuple(Layer):
        raise NotFoundError(Fault("layer", name[:40], "one of " + ", ".join(Layer), "See /v1/fields."))
    return Layer(name)


def _step(assessment: Assessment, asked: PictureQuery) -> int:
    return check_step(assessment, asked.step)


def _codes(area: Area, assessment: Assessment, name: str, step: int | None) -> NDArray[np.uint8]:
    """Risk bytes of a layer at a time slice; unknown everywhere where the layer has no data."""
    layer, position = layer_of(name), check_step(assessment, step)
    if layer not in assessment.layers:
        return np.full((area.grid.n_row, area.grid.n_col), RISK_CODE_MISSING, dtype=np.uint8)
    return assessment.layers[layer].risk[position]


def check_tile(z: int, x: int, y: int) -> None:
    """Refuse a tile that is none.

    Raises
    ------
    risk_core.errors.NotFoundError
        For a zoom, column or row outside the tile scheme.
    """
    if z > MAX_ZOOM or x >= 2**z or y >= 2**z:
        wanted = f"a zoom of 0..{MAX_ZOOM} and x, y below two to its power"
        raise NotFoundError(Fault("tile", f"{z}/{x}/{y}"[:40], wanted, "Use the usual tile scheme, row 0 north."))


def _empty_tile() -> NDArray[np.uint8]:
    return np.full((256, 256), RISK_CODE_MISSING, dtype=np.uint8)


def _picture(
    answers: Answers,
    key: tuple[str | int, ...],
    codes: Callable[[], NDArray[np.uint8]],
    asked: PictureQuery,
    tag: str = "",
) -> Response:
    data = answers.image(key, lambda: level_png(codes()))
    name = ".".join(str(part) for part in (tag, *key) if part != "").replace(" ", "-")
    return versioned(Response(data, mimetype=PNG), name, asked.v is not None)
