"""Every face and the shape of its errors, for the application to take up."""

from typing import Final

from apiflask import APIBlueprint

from dashboard.answers import Answers
from dashboard.api.documents import ErrorShape
from dashboard.api.faces.ogc import ogc_blueprint
from dashboard.api.faces.ogc_bodies import OgcErrorBody
from dashboard.api.faces.ors import ors_blueprint
from dashboard.api.faces.ors_bodies import OrsErrorBody
from dashboard.api.faces.osrm import osrm_blueprint
from dashboard.api.faces.osrm_bodies import OsrmErrorBody
from dashboard.api.faces.valhalla import valhalla_blueprint
from dashboard.api.faces.valhalla_bodies import ValhallaErrorBody
from dashboard.store.library import Library

JSON: Final = "application/json"
FACE_ERRORS: Final = (
    ErrorShape("/osrm/", JSON, OsrmErrorBody),
    ErrorShape("/ors/", JSON, OrsErrorBody),
    ErrorShape("/valhalla/", JSON, ValhallaErrorBody),
    ErrorShape("/ogc/", JSON, OgcErrorBody),
)


def face_blueprints(library: Library, answers: Answers) -> tuple[APIBlueprint, ...]:
    """Addresses of every face."""
    return tuple(make(library, answers) for make in (osrm_blueprint, ors_blueprint, valhalla_blueprint, ogc_blueprint))
