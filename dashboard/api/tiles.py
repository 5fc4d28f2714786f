"""/v1/fields/...: TileJSON, vector tiles of streets, legend."""

from typing import Final

import numpy as np
from apiflask import APIBlueprint
from flask import Response, request

from dashboard.answers import Answers
from dashboard.answers.questions import check_step, check_streets
from dashboard.api import examples_tiles as examples
from dashboard.api.documents import binary, documented
from dashboard.api.fields import check_tile, layer_of
from dashboard.api.headers import by_content, json_answer, versioned
from dashboard.api.language import choose_language
from dashboard.api.listings import LEVEL_OF_CODE
from dashboard.api.reading import AreaQuery, PictureQuery
from dashboard.api.schemas.fields import legend_body
from dashboard.api.schemas.tiles import LegendsBody, TileJsonBody, VectorLayerBody
from dashboard.i18n import text
from dashboard.store.library import Library
from dashboard.views.vector_tile import encode_layer, in_tile, project
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS, Layer, Level
from risk_core.state.profile import PROFILES, RoadClass

MVT: Final = "application/vnd.mapbox-vector-tile"
MIN_ZOOM, MAX_ZOOM, STREETS_ZOOM = 5, 18, 15
FIELDS: Final = {
    "street": "Number",
    "name": "String",
    "class": "String",
    "risk": "Number",
    "level": "String",
    "closed_for": "String",
}


class TilesFace:
    """Answers about tiles."""

    def __init__(self, library: Library, answers: Answers) -> None:
        self._library = library
        self._answers = answers

    def find(self, asked: AreaQuery | PictureQuery) -> tuple[Area, Assessment]:
        """Area and snapshot asked for."""
        area = self._library.area(asked.area or self._library.settings.area)
        return area, self._answers.assessment(area.area_id, getattr(asked, "v", None))

    def describe(self, name: str, asked: AreaQuery, is_streets: bool) -> Response:
        """TileJSON of a layer, or of the streets in it."""
        area, assessment = self.find(asked)
        layer, lang = layer_of(name), choose_language(asked.lang)
        own = f"{request.url_root.rstrip('/')}/v1/fields/{layer.value}"
        kind = "streets/{z}/{x}/{y}.mvt" if is_streets else "tiles/{z}/{x}/{y}.png"
        west, south, east, north = area.grid.bounds
        words = text(f"hazard.{layer.value}", lang)
        drill = f" · {text('drill.mark', lang)}" if assessment.simulated else ""
        vector = VectorLayerBody(id="streets", description=words, minzoom=MIN_ZOOM, maxzoom=STREETS_ZOOM, fields=FIELDS)
        body = TileJsonBody(
            tilejson="3.0.0",
            name=f"{words}{drill}",
            description=text("ogc.about", lang),
            version="1.0.0",
            attribution=area.attribution,
            scheme="xyz",
            tiles=[f"{own}/{kind}?area={area.area_id}&v={assessment.version}"],
            minzoom=MIN_ZOOM,
            maxzoom=STREETS_ZOOM if is_streets else MAX_ZOOM,
            bounds=(west, south, east, north),
            center=((west + east) / 2, (south + north) / 2, 12),
            legend=", ".join(text(f"level.{level.name.lower()}", lang) for level in Level),
            vector_layers=[vector] if is_streets else None,
        )
        response = Response(body.model_dump_json(exclude_none=True), mimetype="application/json")
        return versioned(response, f"{area.area_id}.{assessment.version}", is_pinned=False)

    def streets(self, name: str, at: tuple[int, int, int], asked: PictureQuery) -> Response:
        """Vector tile of the streets with their risk in a layer."""
        check_tile(*at)
        area, assessment = self.find(asked)
        check_streets(area)
        layer, step = layer_of(name), check_step(assessment, asked.step)
        key = ("streets", area.area_id, assessment.version, layer.value, step, *at)
        data = self._answers.image(key, lambda: street_tile(area, assessment, layer, step, at))
        tag = ".".join(map(str, key))
        return versioned(Response(data, mimetype=MVT), tag, asked.v is not None)


def tiles_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of tiles."""
    bp = APIBlueprint("tiles", __name__, tag="Tiles and cuts", url_prefix="/v1/fields")
    face = TilesFace(library, answers)
    _add_tiles(bp, face)
    return bp


def _add_tiles(bp: APIBlueprint, face: TilesFace) -> None:
    @bp.get("/legend")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @bp.output(LegendsBody, example=examples.LEGEND)
    @documented("Levels with their colours")
    def show_legend(asked: AreaQuery) -> Response:
        response = by_content(json_answer(LegendsBody(levels=legend_body())))
        response.headers["Cache-Control"] = "public, max-age=3600"
        return response

    @bp.get("/<layer>/tiles.json")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @bp.output(TileJsonBody, example=examples.RASTER)
    @documented("TileJSON of the map tiles of a layer", 404, 503)
    def describe_tiles(layer: str, asked: AreaQuery) -> Response:
        return face.describe(layer, asked, is_streets=False)

    @bp.get("/<layer>/streets.json")
    @bp.input(AreaQuery, location="query", arg_name="asked")
    @bp.output(TileJsonBody, example=examples.VECTOR)
    @documented("TileJSON of the vector tiles of streets in a layer", 404, 503)
    def describe_street_tiles(layer: str, asked: AreaQuery) -> Response:
        return face.describe(layer, asked, is_streets=True)

    @bp.get("/<layer>/streets/<int:z>/<int:x>/<int:y>.mvt")
    @bp.input(PictureQuery, location="query", arg_name="asked")
    @documented("Vector tile of streets with risk, level and closure", 404, 503, body=binary(MVT))
    def show_street_tile(layer: str, z: int, x: int, y: int, asked: PictureQuery) -> Response:
        return face.streets(layer, (z, x, y), asked)


def street_tile(area: Area, assessment: Assessment, layer: Layer, step: int, at: tuple[int, int, int]) -> bytes:
    """Bytes of one vector tile."""
    network = check_streets(area)
    found = in_tile(network, *at)
    codes = assessment.street_risk.get(layer)
    code = np.full(network.n_street, RISK_CODE_MISSING, dtype=np.uint8) if codes is None else np.asarray(codes[step])
    lines, closed = [], []
    for street in found.tolist():
        begin, end = network.street_first_point[street], network.street_first_point[street + 1]
        across, down = project(network.point_lon_deg[begin:end], network.point_lat_deg[begin:end], *at)
        lines.append(np.rint(np.column_stack([across, down])).astype(np.int64))
        edges = [int(one) for one in network.street_edge[:, street] if one >= 0]
        barred = int(np.bitwise_and.reduce(assessment.closed_mask[edges]))
        closed.append(",".join(profile for k, profile in enumerate(PROFILES) if barred >> k & 1) or None)
    names = network.street_name[found].tolist()
    road_class = network.road_class[network.street_edge[:, found].max(axis=0)].tolist() if len(found) else []
    columns = {
        "street": [float(street) for street in found.tolist()],
        "name": [network.names[name] if name >= 0 else None for name in names],
        "class": [RoadClass(one).name.lower() for one in road_class],
        "risk": [None if one == RISK_CODE_MISSING else one / RISK_CODE_STEPS for one in code[found].tolist()],
        "level": LEVEL_OF_CODE[code[found]].tolist(),
        "closed_for": closed,
    }
    return encode_layer("streets", lines, found.tolist(), columns)
