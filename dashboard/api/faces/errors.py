"""Errors of a face, each in the shape of the service whose clients ask."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import Response, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from dashboard.api.fault_words import fault_body, faults_of_validation
from dashboard.api.language import choose_language
from dashboard.api.problems import (
    CODE_OF_STATUS,
    HEADERS_OF_STATUS,
    STATUS_OF_ERROR,
    log_unforeseen,
)
from dashboard.i18n import text
from risk_core.errors import AnsimgilError, Fault, UnreachableError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, in nobody's shape yet.

    Attributes
    ----------
    status
        HTTP status our own API gives.
    code
        Our code of the error.
    faults
        Everything wrong; empty where it is not about one argument.
    message
        One sentence in the reader's language, with every fault.
    """

    status: int
    code: str
    faults: tuple[Fault, ...]
    message: str

    @property
    def is_unreachable(self) -> bool:
        """Whether no open way leads there."""
        return self.code == UnreachableError.code

    @property
    def is_off_streets(self) -> bool:
        """Whether a point is in the area but near to no street one may use."""
        return any("no street within" in fault.value for fault in self.faults)

    @property
    def is_outside(self) -> bool:
        """Whether a point lies outside the area."""
        return self.code in ("outside_area", "swapped_coordinates")


Render = Callable[[Trouble], Response]


def trouble_of(status: int, code: str, faults: tuple[Fault, ...] = ()) -> Trouble:
    """Trouble with its sentence."""
    lang = choose_language()
    said = [fault_body(fault, code, lang) for fault in faults]
    told = " ".join(f"{one.argument}: {one.wanted}. {one.remedy}" for one in said)
    message = text(f"problem.{code}", lang)
    return Trouble(status, code, faults, f"{message} {told}".strip())


def register_face_errors(bp: APIBlueprint, render: Render) -> None:
    """Give every error of a blueprint the shape of its face.

    Parameters
    ----------
    bp
        The face.
    render
        Makes the answer; safety of headers and caching is added here.
    """

    def finish(trouble: Trouble, headers: Mapping[str, str] = {}) -> Response:
        response = render(trouble)
        response.headers.update(headers)
        response.headers["Cache-Control"] = "no-store"
        return response

    @bp.errorhandler(AnsimgilError)
    def on_known(error: AnsimgilError) -> Response:
        status = next((status for family, status in STATUS_OF_ERROR if isinstance(error, family)), 400)
        return finish(trouble_of(status, error.code, error.faults), HEADERS_OF_STATUS.get(HTTPStatus(status), {}))

    @bp.errorhandler(HTTPError)
    def on_invalid(error: HTTPError) -> Response:
        cause = error.__cause__
        faults = faults_of_validation(cause, choose_language()) if isinstance(cause, ValidationError) else []
        return finish(trouble_of(error.status_code, "input", tuple(faults)))

    @bp.errorhandler(HTTPException)
    def on_http(error: HTTPException) -> Response:
        status = error.code or 500
        kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
        return finish(trouble_of(status, CODE_OF_STATUS.get(status, "bad_request")), kept)

    @bp.errorhandler(Exception)
    def on_unforeseen(error: Exception) -> Response:
        log_unforeseen(request, error)
        return finish(trouble_of(500, "internal"))
