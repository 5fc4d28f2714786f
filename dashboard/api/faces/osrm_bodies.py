"""What the OSRM face reads and answers; after the HTTP API of OSRM 5 (project-osrm.org/docs/v5.24.0/api)."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.faces.bodies import FaceBody, WayRiskBody
from dashboard.api.reading import AREA_PATTERN, Position, Whole
from risk_core.state.route import RouteKind

YES_NO: Final = "^(true|false)$"
YesNo = Annotated[str, Field(pattern=YES_NO)]
LonLat = Annotated[list[float], Field(min_length=2, max_length=2, description="longitude, latitude, degrees")]
MAX_TEXT: Final = 8000
MAX_POINTS: Final = 100


class OsrmAsked(BaseModel):
    """Options every service knows. What we cannot honour is refused, never passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    area: (
        Annotated[str, Field(pattern=AREA_PATTERN, description="name of an area; found by the points if left out")]
        | None
    ) = None
    kind: (
        Annotated[RouteKind, Field(description="what to minimise; safest unless the profile's name says otherwise")]
        | None
    ) = None
    radiuses: (
        Annotated[
            str,
            Field(
                max_length=MAX_TEXT,
                pattern=r"^((\d{1,6}(\.\d{1,3})?|unlimited)?)(;(\d{1,6}(\.\d{1,3})?|unlimited)?)*$",
                description="farthest metres from each point to a street",
            ),
        ]
        | None
    ) = None
    hints: Annotated[str, Field(max_length=MAX_TEXT, description="none are given, so none are used")] | None = None
    generate_hints: YesNo = "false"
    skip_waypoints: YesNo = "false"
    bearings: Annotated[str, Field(max_length=MAX_TEXT, pattern="^;*$", description="none can be asked for")] | None = (
        None
    )
    approaches: Annotated[str, Field(max_length=MAX_TEXT, pattern="^(unrestricted)?(;(unrestricted)?)*$")] | None = None
    snapping: Literal["default", "any"] = "default"


class OsrmRouteAsked(OsrmAsked):
    """Options of the service `route`."""

    alternatives: Annotated[
        str, Field(pattern="^(true|false|[0-3])$", description="other ways, between two points")
    ] = "false"
    steps: YesNo = "false"
    geometries: Literal["polyline", "polyline6", "geojson"] = "polyline"
    overview: Annotated[Literal["simplified", "full", "false"], Field(description="both lines are the full one")] = (
        "simplified"
    )
    annotations: Literal["false"] = "false"
    continue_straight: Literal["default"] = "default"


class OsrmTableAsked(OsrmAsked):
    """Options of the service `table`."""

    sources: Annotated[str, Field(max_length=MAX_TEXT, pattern=r"^(all|\d{1,4}(;\d{1,4})*)$")] = "all"
    destinations: Annotated[str, Field(max_length=MAX_TEXT, pattern=r"^(all|\d{1,4}(;\d{1,4})*)$")] = "all"
    annotations: Annotated[str, Field(pattern="^(duration|distance|duration,distance|distance,duration)$")] = "duration"


class OsrmNearestAsked(OsrmAsked):
    """Options of the service `nearest`."""

    number: Annotated[int, Field(ge=1, le=100, description="one street, the nearest, is given")] = 1


class OsrmRouteRequest(OsrmRouteAsked):
    """Body of the service `route`: the same question, kept out of the address."""

    coordinates: Annotated[tuple[Position, ...], Field(min_length=2, max_length=MAX_POINTS)]


class OsrmTableRequest(OsrmTableAsked):
    """Body of the service `table`: the same question, kept out of the address."""

    coordinates: Annotated[tuple[Position, ...], Field(min_length=1, max_length=MAX_POINTS)]


class OsrmNearestRequest(OsrmNearestAsked):
    """Body of the service `nearest`: the same question, kept out of the address."""

    coordinates: Annotated[tuple[Position, ...], Field(min_length=1, max_length=1)]
    number: Annotated[Whole, Field(ge=1, le=100, description="one street, the nearest, is given")] = 1


class OsrmWaypoint(FaceBody):
    """A point moved onto a street."""

    hint: str
    distance: float = Field(description="metres from the point asked for")
    name: str
    location: LonLat


class OsrmNearestWaypoint(OsrmWaypoint):
    """A point moved onto a street, and the junctions at its ends."""

    nodes: list[int]


class OsrmManeuver(FaceBody):
    """What to do at the beginning of a step."""

    location: LonLat
    bearing_before: int
    bearing_after: int
    type: str
    modifier: str | None = None


class OsrmIntersection(FaceBody):
    """The junction a step begins at; `in` and `out` are positions in `bearings`."""

    location: LonLat
    bearings: list[int]
    entry: list[bool]
    out: int | None = None
    in_: int | None = Field(default=None, alias="in")


class OsrmStep(FaceBody):
    """One step of a leg."""

    geometry: Any = Field(description="a polyline, or a GeoJSON LineString")
    maneuver: OsrmManeuver
    mode: str
    driving_side: str
    name: str
    intersections: list[OsrmIntersection]
    weight: float
    duration: float
    distance: float


class OsrmLeg(FaceBody):
    """The way between two points."""

    summary: str
    weight: float
    duration: float
    distance: float
    steps: list[OsrmStep]


class OsrmRoute(FaceBody):
    """One way; `risk` is ours."""

    geometry: Any = Field(default=None, description="a polyline, or a GeoJSON LineString")
    legs: list[OsrmLeg]
    weight_name: str
    weight: float
    duration: float
    distance: float
    risk: WayRiskBody


class OsrmRoutes(FaceBody):
    """Answer of the service `route`."""

    code: Literal["Ok"]
    routes: list[OsrmRoute]
    waypoints: list[OsrmWaypoint] | None = None


class OsrmTable(FaceBody):
    """Answer of the service `table`; null where no open way leads."""

    code: Literal["Ok"]
    durations: list[list[float | None]] | None = None
    distances: list[list[float | None]] | None = None
    sources: list[OsrmWaypoint] | None = None
    destinations: list[OsrmWaypoint] | None = None


class OsrmNearest(FaceBody):
    """Answer of the service `nearest`."""

    code: Literal["Ok"]
    waypoints: list[OsrmNearestWaypoint]


class OsrmErrorBody(FaceBody):
    """An error as OSRM tells it."""

    code: str
    message: str
