"""What the OpenAPI document says of each operation beside its schemas."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from apiflask import APIFlask
from pydantic import BaseModel

from dashboard.api.document_parts import share_parts
from dashboard.api.headers import by_content
from dashboard.api.path_parameters import EXAMPLES_OF, PATH_PARAMETERS, QUERY_EXAMPLES
from dashboard.api.problems import MEDIA_TYPE, ProblemBody

F = TypeVar("F", bound=Callable[..., Any])

DESCRIPTION: Final = """Live risk of a city and safe ways round it.

Levels are our model's values, never an official warning. Times are RFC 3339 in UTC, coordinates degrees of
EPSG:4326, GeoJSON longitude first; the unit ends each name. `simulated: true` marks answers that rest on drill
data. Errors are problem details (RFC 9457) that list every fault at once. Whoever does not want a position in an
address sends the same names as a POST body: to the same address, or to `search` beside a list. Answers about a
position are never stored.

Chances of infection come with the bounds of their central 80 % interval, which is that of the share infectious; how
easily the disease passes on is known less well. They are told of districts, never of a house or a person. Official
steps are figures of a scheme that has ended, not a rule in force."""

MORE_MEDIA: Final[dict[str, tuple[str, str]]] = {}
"""Further media type of an answer and an example of it, by name of its operation."""

KEY_WORDS: Final = (
    "A key of this server; its keeper makes one with `python -m dashboard keys make`. Without one anybody may read, "
    "but less often, and write nothing. How much is left stands in `RateLimit-Remaining`."
)

WRITING_WORDS: Final = """For coordinators. Who did it, when and why goes into the log; `POST /v1/acts/{act}/undo` takes
it back. With `If-Match: "ACT"` it is done only while act ACT is the last one on it. With `Idempotency-Key` the same
request sent again within a day gives the first answer again."""

HEADERS: Final = {
    "Idempotency-Key": ("409", "a name of one's own for this request, for example a UUID", {"maxLength": 200}),
    "If-Match": ("412", 'number of the last act seen, as "12"', {"pattern": r'^(\*|"?[0-9]{1,10}"?)$'}),
}
"""Headers of operations that officials do: the error that goes with each, its meaning, its form."""

MOVED: Final = "That snapshot is kept no longer; the newest one is at Location"

ERRORS: Final = {
    400: "The request cannot be read",
    401: "Needs a key that is valid",
    403: "The key does not allow this",
    404: "No such thing",
    409: "The same request is being answered right now",
    412: "Somebody changed it in the meantime",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "The request does not fit; all faults are listed",
    429: "Too many questions; the next one may come after Retry-After seconds",
    503: "Not ready yet; try again after Retry-After seconds",
}


def binary(mimetype: str, example: Any = None) -> dict[str, Any]:
    """Describe an answer that is a file; one that people can read has an example."""
    schema: dict[str, Any] = {} if "json" in mimetype else {"type": "string", "contentMediaType": mimetype}
    content = {mimetype: {"schema": schema} | ({} if example is None else {"example": example})}
    return {200: {"description": "Successful response", "content": content}}


def documented(
    summary: str, *statuses: int, body: dict[int, Any] | None = None, more: tuple[str, str] | None = None
) -> Callable[[F], F]:
    """Describe an operation, a plain function; stands below the other decorators.

    Parameters
    ----------
    summary
        One line.
    statuses
        Errors it may give beside 400, 401, 403, 422 and 429.
    body
        Its answer, where that is no model.
    more
        Media type it may also answer with, and an example of that.
    """
    responses = {status: ERRORS[status] for status in (400, 401, 403, 422, 429, *statuses)} | (body or {})

    def decorate(function: F) -> F:
        spec = {"summary": summary, "responses": responses, "operation_id": function.__name__}
        function._spec = getattr(function, "_spec", {}) | spec  # type: ignore[attr-defined]
        function._sync_ensured = True  # type: ignore[attr-defined]
        if more is not None:
            MORE_MEDIA[function.__name__] = more
        return function

    return decorate


def writing(summary: str, *statuses: int) -> Callable[[F], F]:
    """Describe an operation that officials do: it needs a key with a role, and may be repeated by its name."""
    decorate = documented(summary, 409, *statuses)

    def describe(function: F) -> F:
        decorate(function)
        spec = {"security": [{"key": []}], "description": WRITING_WORDS}
        function._spec = {**function._spec, **spec}  # type: ignore[attr-defined]
        return function

    return describe


def keyed(description: str) -> Callable[[F], F]:
    """Describe an operation that needs a key of any kind; stands above `documented`."""

    def describe(function: F) -> F:
        function._spec = {**function._spec, "security": [{"key": []}], "description": description}  # type: ignore[attr-defined]
        return function

    return describe


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
    _name_bounds(document)
    document["tags"] = list({tag["name"]: tag for tag in document.get("tags", ())}.values())
    for path, operations in document["paths"].items():
        found = next((shape for shape in shapes if path.startswith(shape.prefix)), None)
        media, name = (MEDIA_TYPE, "Problem") if found is None else (found.mimetype, found.model.__name__)
        for operation in operations.values():
            if more := MORE_MEDIA.get(operation["operationId"]):
                operation["responses"]["200"]["content"] |= binary(*more)[200]["content"]
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter.update(PATH_PARAMETERS.get(parameter["name"], {}))
                elif parameter["name"] in QUERY_EXAMPLES:
                    parameter["example"] = QUERY_EXAMPLES[parameter["name"]]
                own = EXAMPLES_OF.get((operation["operationId"], parameter["name"]))
                if own is not None:
                    parameter["example"] = own
            if "security" in operation:
                operation.setdefault("parameters", []).extend(_headers_of(operation))
            for status, response in operation["responses"].items():
                if status.startswith("3"):
                    response.pop("content", None)
                if status >= "400":
                    response["content"] = {media: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return document


BOUNDS: Final = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}
"""What pydantic calls a bound behind a validator of ours, and what JSON Schema calls it."""


def _name_bounds(value: Any) -> None:
    """Give bounds their names in JSON Schema, everywhere below."""
    if isinstance(value, list):
        for one in value:
            _name_bounds(one)
    elif isinstance(value, dict):
        for ours, theirs in BOUNDS.items():
            if isinstance(value.get(ours), int | float):
                value[theirs] = value.pop(ours)
        for key, one in value.items():
            if key not in ("example", "examples", "default"):
                _name_bounds(one)


def _headers_of(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "header",
            "required": False,
            "description": meaning,
            "schema": {"type": "string", "minLength": 1, **form},
        }
        for name, (status, meaning, form) in HEADERS.items()
        if status in operation["responses"]
    ]


def configure_document(app: APIFlask, shapes: Sequence[ErrorShape] = ()) -> None:
    """Set what the document says of the whole API; see `finish_document`."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        DESCRIPTION=DESCRIPTION,
        LICENSE={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        SERVERS=[{"url": "/api"}],
        SECURITY_SCHEMES={"key": {"type": "http", "scheme": "bearer", "description": KEY_WORDS}},
        HTTP_ERROR_SCHEMA=problem_schema(),
        VALIDATION_ERROR_SCHEMA=problem_schema(),
        AUTO_404_RESPONSE=False,
        AUTO_SERVERS=False,
    )
    app.spec_processor(lambda document: share_parts(finish_document(document, shapes)))
    show = app.view_functions["openapi.spec"]
    app.view_functions["openapi.spec"] = lambda: by_content(app.make_response(show()))
