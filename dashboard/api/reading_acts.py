"""What the API reads of officials: closures, the status of shelters, and why."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from dashboard.acts.closures import MAX_NAME
from dashboard.api.fault_words import TIME
from dashboard.api.reading import Asked, MultiPolygonBody, PolygonBody, Position, Whole
from dashboard.store.acts import MAX_WHY
from dashboard.store.refusal import RefusedError
from dashboard.store.times import read_time
from risk_core.routes.avoid import MAX_POINTS
from risk_core.state.profile import PROFILES, Profile
from risk_core.state.situation import ClosureReason

MAX_ACTS: Final = 200


def _read_moment(value: Any) -> float:
    if not isinstance(value, str):
        raise PydanticCustomError(TIME, "not a time")
    try:
        return read_time(value[:40], None)
    except RefusedError as error:
        raise PydanticCustomError(TIME, "not a time") from error


ActTime = Annotated[
    float,
    BeforeValidator(_read_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339 time with its offset"}),
]
Why = Annotated[str, Field(max_length=MAX_WHY, description="why, for the log")]
Name = Annotated[str, Field(max_length=MAX_NAME, description="what it is called")]
Line = Annotated[tuple[Position, ...], Field(min_length=2, max_length=MAX_POINTS)]
Barred = Annotated[
    tuple[Profile, ...], Field(max_length=len(PROFILES), description="travellers barred; none given: all")
]


class LineBody(BaseModel):
    """GeoJSON LineString (RFC 7946)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["LineString"]
    coordinates: Line


class MultiLineBody(BaseModel):
    """GeoJSON MultiLineString (RFC 7946)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["MultiLineString"]
    coordinates: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20)]


Outline = Annotated[LineBody | MultiLineBody | PolygonBody | MultiPolygonBody, Field(discriminator="type")]


class ClosureRequest(Asked):
    """Body of a new closure; at most 2,000 points, 20 lines or rings, 20 km across."""

    geometry: Annotated[Outline, Field(description="line along streets, or area, longitude first")]
    name: Name = ""
    reason: ClosureReason = ClosureReason.OTHER
    begins: Annotated[ActTime | None, Field(alias="from", description="begin; now if left out")] = None
    until: Annotated[ActTime | None, Field(description="end; until lifted if left out")] = None
    profiles: Barred = ()
    why: Why = ""


class ClosureChange(Asked):
    """Body of a change: only what is named changes."""

    name: Name = ""
    reason: ClosureReason = ClosureReason.OTHER
    begins: Annotated[ActTime | None, Field(alias="from", description="begin")] = None
    until: Annotated[ActTime | None, Field(description="end; null: until lifted")] = None
    profiles: Barred = ()
    why: Why = ""

    def values(self) -> dict[str, Any]:
        """Columns that change."""
        given: dict[str, Any] = {
            "name": self.name.strip(),
            "reason": str(self.reason),
            "begins": self.begins,
            "until": self.until,
            "profiles": " ".join(self.profiles),
        }
        names = {"begins": "from_s", "until": "until_s"}
        chosen = self.model_fields_set & set(given)
        if self.begins is None:
            chosen -= {"begins"}
        return {names.get(name, name): given[name] for name in chosen}


class WhyQuery(Asked):
    """Address of what is taken back."""

    why: Why = ""


class WhyRequest(Asked):
    """Body of what needs no more than a reason."""

    why: Why = ""


class ShelterStatusRequest(Asked):
    """Body of a shelter's status."""

    is_open: bool
    free: Annotated[Whole, Field(ge=0, le=1_000_000, description="places left; as reported if left out")] | None = None
    why: Why = ""


class ActsQuery(Asked):
    """Address of the log."""

    n: Annotated[int, Field(ge=1, le=MAX_ACTS, description="most acts")] = 50
    before: Annotated[int, Field(ge=1, le=2**31 - 1, description="only acts older than this one")] | None = None
