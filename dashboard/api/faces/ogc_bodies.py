"""What the OGC face answers; after OGC API Common and OGC API Features, part 1 (17-069r4)."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.faces.bodies import FaceBody
from dashboard.api.paging import Cursor
from dashboard.api.reading import Whole
from dashboard.api.reading_lists import BoxNumbers, BoxText

MAX_LIMIT: Final = 1000
DEFAULT_LIMIT: Final = 100
MOST_ASKED: Final = 100_000
LIMIT_WORDS: Final = f"most items; never more than {MAX_LIMIT} come"
JSON_FORMAT = Annotated[Literal["json"], Field(description="the only form")]
Word = Annotated[str, Field(max_length=60)]


class OgcAsked(BaseModel):
    """Address of a page that takes no question."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    f: JSON_FORMAT | None = None


class OgcItemsAsked(OgcAsked):
    """Address of items. Properties may be asked for where the collection's queryables name them."""

    limit: Annotated[int, Field(ge=1, le=MOST_ASKED, description=LIMIT_WORDS)] = DEFAULT_LIMIT
    cursor: Cursor | None = None
    bbox: BoxText | None = None
    bbox_crs: Annotated[Literal["http://www.opengis.net/def/crs/OGC/1.3/CRS84"] | None, Field(alias="bbox-crs")] = None
    datetime: (
        Annotated[str, Field(max_length=100, description="a time, or FROM/UNTIL with .. for an open end")] | None
    ) = None
    level: Word | None = None
    reason: Word | None = None
    severity: Word | None = None
    language: Word | None = None
    kind: Word | None = None

    def wanted(self) -> dict[str, str]:
        """Properties asked for."""
        names = ("level", "reason", "severity", "language", "kind")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class OgcSearchAsked(OgcItemsAsked):
    """Body of a search for items: the same question, kept out of the address."""

    limit: Annotated[Whole, Field(ge=1, le=MOST_ASKED, description=LIMIT_WORDS)] = DEFAULT_LIMIT
    bbox: BoxNumbers | None = None


class OgcLink(FaceBody):
    """A link; one to be sent as a POST has the method and the body, as in the SpatioTemporal Asset Catalog's API."""

    href: str
    rel: str
    type: str
    title: str | None = None
    method: Literal["POST"] | None = None
    body: dict[str, str] | None = None
    merge: Annotated[bool, Field(description="whether `body` is added to the body that was asked with")] | None = None


class OgcLanding(FaceBody):
    """The landing page."""

    title: str
    description: str
    attribution: str | None = None
    links: list[OgcLink]


class OgcConformance(FaceBody):
    """What the face conforms to."""

    conformsTo: list[str]  # noqa: N815 (the standard's name)


class OgcSpatial(FaceBody):
    """Boxes of a collection."""

    bbox: list[list[float]]
    crs: str


class OgcExtent(FaceBody):
    """Where a collection's things are."""

    spatial: OgcSpatial


class OgcCollection(FaceBody):
    """One collection."""

    id: str
    title: str
    description: str
    itemType: Literal["feature"]  # noqa: N815 (the standard's name)
    crs: list[str]
    extent: OgcExtent
    links: list[OgcLink]


class OgcCollections(FaceBody):
    """Every collection."""

    collections: list[OgcCollection]
    links: list[OgcLink]


class OgcFeature(FaceBody):
    """One item."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]
    links: list[OgcLink] | None = None


class OgcItems(FaceBody):
    """One page of items."""

    type: Literal["FeatureCollection"]
    timeStamp: str  # noqa: N815 (the standard's name)
    numberMatched: int  # noqa: N815 (the standard's name)
    numberReturned: int  # noqa: N815 (the standard's name)
    features: list[OgcFeature]
    links: list[OgcLink]


class OgcErrorBody(FaceBody):
    """An error as the standard tells it."""

    code: str
    description: str
