"""/ors/v2: directions, isochrones and matrix of openrouteservice, on our streets and round their dangers."""

from apiflask import APIBlueprint

from dashboard.answers import Answers
from dashboard.api.faces.errors import register_face_errors
from dashboard.api.faces.ors_directions import add_directions
from dashboard.api.faces.ors_errors import render_ors
from dashboard.api.faces.ors_isochrones import add_isochrones
from dashboard.api.faces.ors_matrix import add_matrix
from dashboard.store.library import Library


def ors_blueprint(library: Library, answers: Answers) -> APIBlueprint:
    """Addresses of the face."""
    bp = APIBlueprint("ors", __name__, tag="openrouteservice", url_prefix="/ors/v2")
    register_face_errors(bp, render_ors)
    for add in (add_directions, add_isochrones, add_matrix):
        add(bp, library, answers)
    return bp
