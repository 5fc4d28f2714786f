"""/v1/areas: the installed areas, their streets and their districts."""

from apiflask import APIBlueprint
from flask import Response, request

from dashboard.answers import Answers
from dashboard.answers.questions import check_streets
from dashboard.api import examples, examples_texts
from dashboard.api.documents import binary, documented
from dashboard.api.headers import by_content, json_answer, versioned
from dashboard.api.reading import HashQuery, LanguageQuery
from dashboard.api.schemas.areas import AreaBody, AreasBody
from dashboard.store.bundles import read_district_outlines
from dashboard.store.library import Library
from dashboard.views.streets_binary import streets_file
from risk_core.errors import UnavailableError

GEOJSON = "application/geo+json"


def areas_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the installed areas."""
    bp = APIBlueprint("areas", __name__, url_prefix="/v1/areas")

    def describe(area_id: str) -> AreaBody:
        try:
            layers = [layer.value for layer in library.assessment(area_id).layers]
        except UnavailableError:
            layers = []
        return AreaBody.from_area(library.area(area_id), layers, request.script_root)

    @bp.get("")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(AreasBody, example=examples.AREAS)
    @documented("Installed areas")
    def list_areas(asked: LanguageQuery) -> Response:
        areas = [describe(area_id) for area_id in library.area_ids()]
        return by_content(json_answer(AreasBody(default_area=library.settings.area, areas=areas)))

    @bp.get("/<area_id>")
    @bp.input(LanguageQuery, location="query", arg_name="asked")
    @bp.output(AreaBody, example=examples.AREA)
    @documented("One installed area", 404)
    def show_area(area_id: str, asked: LanguageQuery) -> Response:
        return by_content(json_answer(describe(area_id)))

    @bp.get("/<area_id>/streets.bin")
    @bp.input(HashQuery, location="query", arg_name="asked")
    @documented("Geometry of the streets for a canvas", 404, body=binary("application/octet-stream"))
    def show_streets(area_id: str, asked: HashQuery) -> Response:
        area = library.area(area_id)
        check_streets(area)
        data = answers.image((area_id, area.content_hash, "streets"), lambda: streets_file(area.network))
        response = Response(data, mimetype="application/octet-stream")
        return versioned(response, area.content_hash, asked.v == area.content_hash)

    @bp.get("/<area_id>/districts.geojson")
    @bp.input(HashQuery, location="query", arg_name="asked")
    @documented("Outlines of the districts", 404, body=binary(GEOJSON, examples_texts.DISTRICTS))
    def show_districts(area_id: str, asked: HashQuery) -> Response:
        area = library.area(area_id)
        response = Response(read_district_outlines(library.settings.home, area_id), mimetype=GEOJSON)
        return versioned(response, area.content_hash, asked.v == area.content_hash)

    return bp
