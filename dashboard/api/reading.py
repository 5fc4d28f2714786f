"""What the API reads: one model for each address and one for each body, strict, nothing unknown let through."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from dashboard.answers import RouteQuestion
from dashboard.answers.questions import AvoidedArea
from risk_core.routes.avoid import MAX_POINTS
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind

AREA_PATTERN: Final = r"^[a-z0-9][a-z0-9-]{0,63}$"
VERSION_PATTERN: Final = r"^[0-9]{1,12}-[0-9a-f]{1,64}$"
HASH_PATTERN: Final = r"^[0-9a-f]{1,64}$"
NUMBER: Final = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
POINT_PATTERN: Final = re.compile(rf"\s*({NUMBER})\s*,\s*({NUMBER})\s*")
MAX_STEP: Final = 9999
MAX_ZOOM: Final = 22
MAX_VIA: Final = 20


def _not_bool_or_text(value: Any) -> Any:
    """JSON's true and "1" are no numbers."""
    if isinstance(value, bool | str):
        raise ValueError("not a number")
    return value


def _seconds_as_text(value: Any) -> Any:
    """Seconds from now may also be a number of a body."""
    return f"{value:.15g}" if isinstance(value, int | float) and not isinstance(value, bool) else value


def _without_height(value: Any) -> Any:
    """A position without its third number (RFC 7946, 3.1.1), which many programs write."""
    if isinstance(value, list) and len(value) == 3 and type(value[2]) in (int, float):
        return value[:2]
    return value


def _moment_schema(description: str) -> dict[str, Any]:
    return {"type": ["string", "number"], "maxLength": 40, "description": description}


def parse_point(value: Any) -> Any:
    """Point of a text "LAT,LON"; anything else is left to the model."""
    if not isinstance(value, str):
        raise ValueError("not a point")
    match = POINT_PATTERN.fullmatch(value[:100])
    if match is None:
        raise ValueError("not LAT,LON")
    return {"lat": float(match[1]), "lon": float(match[2])}


def _parse_kinds(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value


def _distinct(kinds: tuple[RouteKind, ...]) -> tuple[RouteKind, ...]:
    return tuple(kind for kind in RouteKind if kind in kinds)


Number = Annotated[float, BeforeValidator(_not_bool_or_text), Field(allow_inf_nan=False)]
Whole = Annotated[int, BeforeValidator(_not_bool_or_text)]
AreaName = Annotated[str, Field(pattern=AREA_PATTERN, description="name of an area; the server's default if left out")]
Language = Annotated[str, Field(pattern="^(ko|en)$", description="of the sentences; else by Accept-Language")]
Moment = Annotated[
    str,
    Field(max_length=40),
    BeforeValidator(_seconds_as_text),
    WithJsonSchema(
        _moment_schema("seconds from now, or an RFC 3339 time; the nearest time slice answers and is told in valid_at")
    ),
]
Arrival = Annotated[
    str,
    Field(max_length=40),
    BeforeValidator(_seconds_as_text),
    WithJsonSchema(_moment_schema("time to be there by: seconds from now, or an RFC 3339 time; not with t or via")),
]
Step = Annotated[int, Field(ge=0, le=MAX_STEP, description="position of a time slice; now if left out")]
WholeStep = Annotated[Whole, Field(ge=0, le=MAX_STEP, description="position of a time slice; now if left out")]
SnapshotName = Annotated[str, Field(pattern=VERSION_PATTERN, description="snapshot version; the newest if left out")]


class Asked(BaseModel):
    """Base of everything read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    area: AreaName | None = None
    lang: Language | None = None


class Point(BaseModel):
    """A point of a body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lat: Annotated[Number, Field(description="latitude, degrees")]
    lon: Annotated[Number, Field(description="longitude, degrees")]


QueryPoint = Annotated[
    Point,
    BeforeValidator(parse_point),
    WithJsonSchema({"type": "string", "pattern": f"^{NUMBER},{NUMBER}$", "description": "LAT,LON in degrees"}),
]
QueryKinds = Annotated[
    tuple[RouteKind, ...],
    Field(min_length=1, max_length=8),
    BeforeValidator(_parse_kinds),
    WithJsonSchema({"type": "string", "description": "fastest, balanced, safest, separated by commas"}),
]
Kinds = Annotated[tuple[RouteKind, ...], Field(min_length=1, max_length=8), PlainSerializer(list)]
BOTH: Final = (RouteKind.FASTEST, RouteKind.SAFEST)


class RiskQuery(Asked):
    """Address of /v1/risk."""

    lat: Annotated[float, Field(allow_inf_nan=False, description="latitude, degrees")]
    lon: Annotated[float, Field(allow_inf_nan=False, description="longitude, degrees")]
    t: Moment | None = None
    v: SnapshotName | None = None


class RiskRequest(Asked):
    """Body of /v1/risk: the same question, kept out of the address."""

    lat: Annotated[Number, Field(description="latitude, degrees")]
    lon: Annotated[Number, Field(description="longitude, degrees")]
    t: Moment | None = None
    v: SnapshotName | None = None


Position = Annotated[
    tuple[Number, Number],
    BeforeValidator(_without_height),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 3,
            "description": "longitude, latitude, degrees; a height behind them is not looked at",
        }
    ),
]
Ring = Annotated[tuple[Position, ...], Field(min_length=4, max_length=MAX_POINTS)]
Rings = Annotated[tuple[Ring, ...], Field(min_length=1, max_length=100)]


class PolygonBody(BaseModel):
    """GeoJSON Polygon (RFC 7946)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["Polygon"]
    coordinates: Rings


class MultiPolygonBody(BaseModel):
    """GeoJSON MultiPolygon (RFC 7946)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["MultiPolygon"]
    coordinates: Annotated[tuple[Rings, ...], Field(min_length=1, max_length=100)]


Areas = Annotated[PolygonBody | MultiPolygonBody, Field(discriminator="type")]


class Traveller(Asked):
    """Who asks, and when one sets off."""

    profile: Profile = Profile.WALK
    t: Moment | None = None


class FromQuery(Traveller):
    """A question from one point, in an address."""

    origin: Annotated[QueryPoint, Field(alias="from")]


class FromRequest(Traveller):
    """A question from one point, in a body."""

    origin: Annotated[Point, Field(alias="from")]


class WaysQuery(FromQuery):
    """A question between two points, in an address."""

    destination: Annotated[QueryPoint, Field(alias="to")]


class WaysRequest(FromRequest):
    """A question between two points, in a body, and areas to keep out of."""

    destination: Annotated[Point, Field(alias="to")]
    avoid: Annotated[Areas | None, Field(description="areas no street of which may be used")] = None


class WayFormat(StrEnum):
    """How ways are written."""

    GEOJSON = "geojson"
    POLYLINE = "polyline"
    GPX = "gpx"


Format = Annotated[
    WayFormat, Field(description="geojson; with polyline each way has its line as encoded text instead; or a GPX file")
]


class RoutesQuery(WaysQuery):
    """Address of /v1/routes."""

    kinds: Annotated[QueryKinds, Field(json_schema_extra={"default": ",".join(BOTH)})] = BOTH
    arrive_by: Arrival | None = None
    format: Format = WayFormat.GEOJSON


class RoutesRequest(WaysRequest):
    """Body of /v1/routes: the same question, kept out of the address, places to call at, areas to keep out of."""

    kinds: Kinds = BOTH
    arrive_by: Arrival | None = None
    format: Format = WayFormat.GEOJSON
    via: Annotated[tuple[Point, ...], Field(max_length=MAX_VIA, description="places to call at, in order")] = ()


Slack = Annotated[float, Field(ge=0, le=1, description="by this share a way left out may be less dangerous; 0: none")]


class ChoicesQuery(WaysQuery):
    """Address of /v1/routes/choices."""

    slack: Slack = 0.0


class ChoicesRequest(WaysRequest):
    """Body of /v1/routes/choices: the same question, kept out of the address, and areas to keep out of."""

    slack: Slack = 0.0


class AlternativesQuery(WaysQuery):
    """Address of /v1/routes/alternatives."""

    kind: RouteKind = RouteKind.SAFEST
    n: Annotated[int, Field(ge=1, le=5, description="most ways")] = 3


class AlternativesRequest(WaysRequest):
    """Body of /v1/routes/alternatives: the same question, kept out of the address, and areas to keep out of."""

    kind: RouteKind = RouteKind.SAFEST
    n: Annotated[Whole, Field(ge=1, le=5, description="most ways")] = 3


def _parse_numbers(value: Any) -> Any:
    """Numbers of a text with commas; anything else is left to the model."""
    if not isinstance(value, str):
        return value
    return [float(part) if re.fullmatch(NUMBER, part.strip()) else part for part in value[:200].split(",")]


def _ascending(limits: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sorted(set(limits)))


Limit = Annotated[Number, Field(gt=0, le=7200)]
Limits = Annotated[tuple[Limit, ...], Field(min_length=1, max_length=5), AfterValidator(_ascending)]
QueryLimits = Annotated[
    Limits,
    BeforeValidator(_parse_numbers),
    WithJsonSchema({"type": "string", "description": "one to five limits in seconds, separated by commas"}),
]
Points = Annotated[tuple[Point, ...], Field(min_length=1, max_length=1000)]
By = Literal["duration", "danger"]
QUARTERS: Final = (300.0, 600.0, 900.0)


class MatrixRequest(Traveller):
    """Body of /v1/matrix: travel times between all origins and all destinations, at most 3,500 pairs."""

    origins: Points
    destinations: Points
    kind: RouteKind = RouteKind.FASTEST


class ReachQuery(FromQuery):
    """Address of /v1/reach."""

    by: By = "duration"
    limits_s: Annotated[QueryLimits, Field(json_schema_extra={"default": "300,600,900"})] = QUARTERS


class ReachRequest(FromRequest):
    """Body of /v1/reach: the same question, kept out of the address."""

    by: By = "duration"
    limits_s: Limits = QUARTERS


class NearestQuery(FromQuery):
    """Address of /v1/shelters/nearest."""

    kind: RouteKind = RouteKind.SAFEST
    n: Annotated[int, Field(ge=1, le=10, description="most shelters")] = 3


class NearestRequest(FromRequest):
    """Body of /v1/shelters/nearest: the same question, kept out of the address."""

    kind: RouteKind = RouteKind.SAFEST
    n: Annotated[Whole, Field(ge=1, le=10, description="most shelters")] = 3


class AreaQuery(Asked):
    """Address of what is asked of an area alone."""


class LanguageQuery(BaseModel):
    """Address of what is the same for every area."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: Language | None = None


class HashQuery(LanguageQuery):
    """Address of a file of an area."""

    v: Annotated[str, Field(pattern=HASH_PATTERN, description="content hash of the area")] | None = None


class PictureQuery(Asked):
    """Address of a picture or of the bytes of the streets."""

    v: SnapshotName | None = None
    step: Step | None = None


def to_question(
    asked: WaysQuery | WaysRequest, area_id: str, step: int | None, arrive_s: float | None = None
) -> RouteQuestion:
    """Question of a model."""
    return RouteQuestion(
        area_id,
        asked.origin.lat,
        asked.origin.lon,
        asked.destination.lat,
        asked.destination.lon,
        asked.profile,
        _kinds_of(asked),
        step,
        to_areas(asked.avoid) if isinstance(asked, WaysRequest) else (),
        tuple((point.lat, point.lon) for point in asked.via) if isinstance(asked, RoutesRequest) else (),
        arrive_s,
    )


def _kinds_of(asked: WaysQuery | WaysRequest) -> tuple[RouteKind, ...]:
    if isinstance(asked, RoutesQuery | RoutesRequest):
        return _distinct(asked.kinds)
    return (asked.kind,) if isinstance(asked, AlternativesQuery | AlternativesRequest) else tuple(RouteKind)


def to_areas(avoid: PolygonBody | MultiPolygonBody | None) -> tuple[AvoidedArea, ...]:
    """Areas of a GeoJSON geometry, latitude first."""
    if avoid is None:
        return ()
    polygons = (avoid.coordinates,) if isinstance(avoid, PolygonBody) else avoid.coordinates
    return tuple(tuple(tuple((lat, lon) for lon, lat in ring) for ring in rings) for rings in polygons)


def field_names(model: type[BaseModel]) -> Mapping[str, str]:
    """Names a reader may use, by field."""
    return {name: field.alias or name for name, field in model.model_fields.items()}
