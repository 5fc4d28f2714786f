"""What the API reads of somebody who wants a list."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from dashboard.api.paging import DEFAULT_LIMIT, MAX_LIMIT, Cursor, Limit
from dashboard.api.reading import NUMBER, Asked, Moment, Number, Whole
from dashboard.store.kinds import Kind

Box = tuple[float, float, float, float]
BOX_PATTERN: Final = rf"^{NUMBER}(,{NUMBER}){{3}}$"


def parse_box(value: Any) -> Any:
    """Four numbers of a text; anything else is refused."""
    if not isinstance(value, str):
        raise ValueError("not a box")
    parts = value[:200].split(",")
    if len(parts) == 6:
        parts = [*parts[:2], *parts[3:5]]
    west, south, east, north = (float(part) for part in parts)
    return check_box((west, south, east, north))


def check_box(box: Box) -> Box:
    """West, south, east and north in degrees as they are, or a ValueError."""
    west, south, east, north = box
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("not a box on the earth")
    return box


BoxText = Annotated[
    Box,
    BeforeValidator(parse_box),
    WithJsonSchema(
        {"type": "string", "pattern": BOX_PATTERN, "description": "WEST,SOUTH,EAST,NORTH in degrees of EPSG:4326"}
    ),
]


BoxNumbers = Annotated[
    tuple[Number, Number, Number, Number],
    AfterValidator(check_box),
    Field(description="west, south, east, north in degrees of EPSG:4326; the whole area if left out"),
]


class ListQuery(Asked):
    """Address of a list of features."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None
    bbox: BoxText | None = None


class ListRequest(Asked):
    """Body of a list of features: the same question, kept out of the address."""

    limit: Annotated[Whole, Field(ge=1, le=MAX_LIMIT, description="most things on one page")] = DEFAULT_LIMIT
    cursor: Cursor | None = None
    bbox: BoxNumbers | None = None


OPEN_KINDS: Final = (Kind.CASES, Kind.RAIN, Kind.SHELTERS, Kind.SIGNALS, Kind.TRACKS, Kind.WIND)
"""Observations that tell of places and districts, never of people's ways."""


def _open_kind(value: Any) -> Any:
    if value not in tuple(OPEN_KINDS):
        expected = ", ".join(f"'{kind.value}'" for kind in OPEN_KINDS[:-1])
        raise PydanticCustomError("enum", "not an open kind", {"expected": f"{expected} or '{OPEN_KINDS[-1].value}'"})
    return value


class ObservationsQuery(Asked):
    """Address of observations."""

    kind: Annotated[
        Kind,
        BeforeValidator(_open_kind),
        WithJsonSchema(
            {"type": "string", "enum": [kind.value for kind in OPEN_KINDS], "description": "what was observed"}
        ),
    ]
    since: Moment | None = None
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None


class AreaOnlyQuery(Asked):
    """Address of what is told of an area as it is now."""

    limit: Annotated[int, Field(ge=1, le=500, description="most decisions told")] = DEFAULT_LIMIT
