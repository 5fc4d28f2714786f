"""What the OpenAPI document says of each operation beside its schemas."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from apiflask import APIFlask
from pydantic import BaseModel

from dashboard.api.path_parameters import PATH_PARAMETERS
from dashboard.api.problems import MEDIA_TYPE, ProblemBody

F = TypeVar("F", bound=Callable[..., Any])

DESCRIPTION: Final = """Live risk of a city and safe ways round it.

Levels are our model's values, never an official warning. Times are RFC 3339 in UTC, coordinates degrees of
EPSG:4326, GeoJSON longitude first; the unit ends each name. `simulated: true` marks answers that rest on drill
data. Errors are problem details (RFC 9457) that list every fault at once. Whoever does not want a position in an
address sends it as a POST body. Answers about a position are never stored.

Chances of infection come with the bounds of their central 80 % interval, which is that of the share infectious; how
easily the disease passes on is known less well. They are told of districts, never of a house or a person. Official
steps are figures of a scheme that has ended, not a rule in force."""

ERRORS: Final = {
    400: "The request cannot be read",
    404: "No such thing",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "The request does not fit; all faults are listed",
    503: "Not ready yet; try again after Retry-After seconds",
}


def binary(mimetype: str) -> dict[str, Any]:
    """Describe an answer that is a file."""
    schema: dict[str, Any] = {} if "json" in mimetype else {"type": "string", "contentMediaType": mimetype}
    content = {mimetype: {"schema": schema}}
    return {200: {"description": "Successful response", "content": content}}


def documented(summary: str, *statuses: int, body: dict[int, Any] | None = None) -> Callable[[F], F]:
    """Describe an operation; stands below the other decorators.

    Parameters
    ----------
    summary
        One line.
    statuses
        Errors it may give beside 400 and 422.
    body
        Its answer, where that is no model.
    """
    responses = {status: ERRORS[status] for status in (400, 422, *statuses)} | (body or {})

    def decorate(function: F) -> F:
        spec = {"summary": summary, "responses": responses, "operation_id": function.__name__}
        function._spec = getattr(function, "_spec", {}) | spec  # type: ignore[attr-defined]
        return function

    return decorate


def problem_schema() -> dict[str, Any]:
    """Schema of an error, its parts by reference."""
    schema = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs")
    return schema


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """How errors look under a prefix of the addresses: media type and model."""

    prefix: str
    mimetype: str
    model: type[BaseModel]


def finish_document(document: dict[str, Any], shapes: Sequence[ErrorShape] = ()) -> dict[str, Any]:
    """Give errors their media type, bodies their duty to be there, and parts of addresses their pattern.

    Parameters
    ----------
    document
        As generated; changed in place.
    shapes
        Errors of the faces; everything else answers with problem details.
    """
    schemas = document["components"]["schemas"]
    for shape in shapes:
        schema = shape.model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(schema.pop("$defs", {}))
        schemas[shape.model.__name__] = schema
    parts = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")["$defs"]
    schemas.update(parts)
    schemas["Problem"] = problem_schema()
    for name in ("ValidationError", "HTTPError"):
        schemas.pop(name, None)
    for path, operations in document["paths"].items():
        found = next((shape for shape in shapes if path.startswith(shape.prefix)), None)
        media, name = (MEDIA_TYPE, "Problem") if found is None else (found.mimetype, found.model.__name__)
        for operation in operations.values():
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter.update(PATH_PARAMETERS.get(parameter["name"], {}))
            for status, response in operation["responses"].items():
                if status >= "400":
                    response["content"] = {media: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return document


def configure_document(app: APIFlask, shapes: Sequence[ErrorShape] = ()) -> None:
    """Set what the document says of the whole API; see `finish_document`."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        DESCRIPTION=DESCRIPTION,
        LICENSE={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        SERVERS=[{"url": "/api"}],
        HTTP_ERROR_SCHEMA=problem_schema(),
        VALIDATION_ERROR_SCHEMA=problem_schema(),
        AUTO_404_RESPONSE=False,
        AUTO_SERVERS=False,
    )
    app.spec_processor(lambda document: finish_document(document, shapes))
