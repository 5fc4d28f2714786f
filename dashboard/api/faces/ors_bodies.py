"""What the openrouteservice face reads and answers; after openrouteservice v2 (openrouteservice.org/dev)."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.faces.bodies import FaceBody, WayRiskBody
from dashboard.api.reading import (
    AREA_PATTERN,
    Areas,
    MultiPolygonBody,
    Number,
    PolygonBody,
    Whole,
    parse_point,
)
from risk_core.errors import Fault, InputError

MAX_POINTS: Final = 50
MAX_MATRIX: Final = 1000
MAX_PLACES: Final = 5
MAX_RANGES: Final = 10
MAX_RANGE_S: Final = 7200.0

Position = Annotated[tuple[Number, Number], Field(description="longitude, latitude, degrees")]
Flag = Annotated[bool, Field(strict=True)]
AreaName = Annotated[
    str, Field(pattern=AREA_PATTERN, description="ours: name of an area; found by the points if left out")
]
Preference = Annotated[
    Literal["recommended", "safest", "balanced", "fastest"],
    Field(description="recommended is the safest way; the shortest is not offered"),
]
Units = Literal["m", "km", "mi"]
M_PER_UNIT: Final = {"m": 1.0, "km": 1000.0, "mi": 1609.344}


class OrsAsked(BaseModel):
    """Base of every body. What we cannot honour is refused, never passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(max_length=100)] | None = None
    profile: Annotated[str, Field(max_length=40, description="as in the address, which counts")] | None = None
    area: AreaName | None = None


class OrsNothing(BaseModel):
    """An empty object: no wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OrsOptions(BaseModel):
    """Further wishes: areas to keep out of."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    avoid_polygons: Areas | OrsNothing | None = None

    def areas(self) -> PolygonBody | MultiPolygonBody | None:
        """Areas to keep out of; an empty object is none."""
        return None if isinstance(self.avoid_polygons, OrsNothing) else self.avoid_polygons


class OrsAlternatives(BaseModel):
    """Other ways wanted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    target_count: Annotated[Whole, Field(ge=1, le=3)] = 2
    weight_factor: Annotated[Number, Field(ge=1, le=2, description="1.5 is used")] = 1.4
    share_factor: Annotated[Number, Field(ge=0, le=1, description="0.7 is used")] = 0.6


class OrsDirectionsAsked(OrsAsked):
    """Body of directions."""

    coordinates: Annotated[tuple[Position, ...], Field(min_length=2, max_length=MAX_POINTS)]
    preference: Preference = "recommended"
    units: Units = "m"
    language: Annotated[str, Field(max_length=12)] | None = None
    geometry: Flag = True
    geometry_simplify: Literal[False] = False
    instructions: Flag = True
    instructions_format: Literal["text", "html"] = "text"
    alternative_routes: OrsAlternatives | None = None
    elevation: Literal[False] = False
    continue_straight: Literal[False] = False
    maneuvers: Literal[False] = False
    roundabout_exits: Literal[False] = False
    suppress_warnings: Flag = False
    options: OrsOptions = OrsOptions()


class OrsDirectionsQuery(BaseModel):
    """Address of directions between two points."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Annotated[str, Field(max_length=100, description="LON,LAT")]
    end: Annotated[str, Field(max_length=100, description="LON,LAT")]
    preference: Preference = "recommended"
    api_key: Annotated[str, Field(max_length=200)] | None = None

    def coordinates(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Both points, longitude first.

        Raises
        ------
        risk_core.errors.InputError
            For a text that is no pair.
        """
        try:
            start, end = parse_point(self.start), parse_point(self.end)
        except ValueError:
            wanted = "LON,LAT in degrees"
            raise InputError(Fault("start", "no pair", wanted, "Longitude comes first.")) from None
        return (start["lat"], start["lon"]), (end["lat"], end["lon"])


class OrsIsochronesAsked(OrsAsked):
    """Body of isochrones."""

    locations: Annotated[tuple[Position, ...], Field(min_length=1, max_length=MAX_PLACES)]
    range: Annotated[
        tuple[Annotated[Number, Field(gt=0, le=MAX_RANGE_S)], ...],
        Field(min_length=1, max_length=MAX_RANGES, description="seconds"),
    ]
    range_type: Literal["time"] = "time"
    interval: (
        Annotated[Number, Field(gt=0, le=MAX_RANGE_S, description="seconds between rings up to one range")] | None
    ) = None
    units: Units = "m"
    area_units: Units = "m"
    attributes: Annotated[tuple[Literal["area", "total_pop"], ...], Field(max_length=2)] = ()
    location_type: Literal["start"] = "start"
    smoothing: (
        Annotated[Number, Field(ge=0, le=100, description="rings follow grid cells whatever is asked")] | None
    ) = None
    intersections: Literal[False] = False
    options: OrsOptions = OrsOptions()


class OrsMatrixAsked(OrsAsked):
    """Body of a matrix."""

    locations: Annotated[tuple[Position, ...], Field(min_length=1, max_length=MAX_MATRIX)]
    sources: tuple[Annotated[Whole, Field(ge=0)] | Annotated[str, Field(pattern=r"^(all|\d{1,4})$")], ...] | None = None
    destinations: (
        tuple[Annotated[Whole, Field(ge=0)] | Annotated[str, Field(pattern=r"^(all|\d{1,4})$")], ...] | None
    ) = None
    metrics: Annotated[tuple[Literal["duration", "distance"], ...], Field(min_length=1, max_length=2)] = ("duration",)
    resolve_locations: Flag = False
    units: Units = "m"
    optimized: Flag = False
    options: OrsOptions = OrsOptions()


class OrsEngine(FaceBody):
    """What answered."""

    version: str
    build_date: str
    graph_date: str


class OrsMetadata(FaceBody):
    """What was asked, without its positions, and of whom."""

    attribution: str
    service: str
    timestamp: int
    query: dict[str, Any]
    engine: OrsEngine


class OrsSummary(FaceBody):
    """Length and time of a way."""

    distance: float
    duration: float


class OrsStep(FaceBody):
    """One step; `way_points` are positions in the line."""

    distance: float
    duration: float
    type: int
    instruction: str
    name: str
    way_points: tuple[int, int]


class OrsSegment(FaceBody):
    """The way between two points called at."""

    distance: float
    duration: float
    steps: list[OrsStep]


class OrsRoute(FaceBody):
    """One way; `risk` is ours."""

    summary: OrsSummary
    segments: list[OrsSegment] | None = None
    bbox: tuple[float, float, float, float]
    geometry: str | None = None
    way_points: list[int]
    risk: WayRiskBody


class OrsRoutes(FaceBody):
    """Answer of directions as JSON."""

    bbox: tuple[float, float, float, float]
    routes: list[OrsRoute]
    metadata: OrsMetadata


class OrsLine(FaceBody):
    """GeoJSON line."""

    type: Literal["LineString"]
    coordinates: list[tuple[float, float]]


class OrsRouteProperties(FaceBody):
    """What a GeoJSON way tells."""

    summary: OrsSummary
    segments: list[OrsSegment] | None = None
    way_points: list[int]
    risk: WayRiskBody


class OrsRouteFeature(FaceBody):
    """One way as GeoJSON."""

    type: Literal["Feature"]
    bbox: tuple[float, float, float, float]
    properties: OrsRouteProperties
    geometry: OrsLine


class OrsRouteCollection(FaceBody):
    """Answer of directions as GeoJSON."""

    type: Literal["FeatureCollection"]
    bbox: tuple[float, float, float, float]
    features: list[OrsRouteFeature]
    metadata: OrsMetadata


class OrsRing(FaceBody):
    """GeoJSON polygon."""

    type: Literal["Polygon"]
    coordinates: list[list[tuple[float, float]]]


class OrsReached(FaceBody):
    """What is known of one outline."""

    group_index: int
    value: float
    center: tuple[float, float]
    area: float | None = None
    total_pop: float | None = None


class OrsIsochrone(FaceBody):
    """One outline as GeoJSON."""

    type: Literal["Feature"]
    properties: OrsReached
    geometry: OrsRing


class OrsIsochrones(FaceBody):
    """Answer of isochrones."""

    type: Literal["FeatureCollection"]
    bbox: tuple[float, float, float, float]
    features: list[OrsIsochrone]
    metadata: OrsMetadata


class OrsPlace(FaceBody):
    """A point moved onto a street."""

    location: tuple[float, float]
    snapped_distance: float
    name: str | None = None


class OrsMatrix(FaceBody):
    """Answer of a matrix; null where no open way leads."""

    durations: list[list[float | None]] | None = None
    distances: list[list[float | None]] | None = None
    sources: list[OrsPlace]
    destinations: list[OrsPlace]
    metadata: OrsMetadata


class OrsFault(FaceBody):
    """Number and words of an error."""

    code: int
    message: str


class OrsErrorBody(FaceBody):
    """An error as openrouteservice tells it."""

    error: OrsFault
    info: dict[str, Any]
