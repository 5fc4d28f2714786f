"""The bodies of /v1/areas."""

from pydantic import Field

from dashboard.api.schemas.words import Body
from risk_core.state.area import Area, PlaceKind


class BoundsBody(Body):
    """A box, degrees."""

    west_deg: float
    south_deg: float
    east_deg: float
    north_deg: float


class AreaBody(Body):
    """One installed area."""

    area: str
    name_ko: str
    name_en: str
    scale: str = Field(description="city or country")
    is_sample: bool = Field(description="true for the embedded samples, which are not the reader's own streets")
    bounds: BoundsBody
    cell_m: float
    has_network: bool
    n_street: int
    n_edge: int
    n_node: int
    n_district: int
    n_place: dict[str, int] = Field(description="places by kind")
    population: float
    layers: list[str] = Field(description="layers of the newest snapshot; empty before the first")
    content_hash: str
    attribution: str
    self_url: str
    streets_url: str | None
    districts_url: str

    @classmethod
    def from_area(cls, area: Area, layers: list[str], root: str) -> "AreaBody":
        """Describe an area.

        Parameters
        ----------
        area
            The area.
        layers
            Of its newest snapshot.
        root
            Path the API is mounted at.
        """
        network, own = area.network, f"{root}/v1/areas/{area.area_id}"
        counts = {kind.value: sum(place.kind is kind for place in area.places) for kind in PlaceKind}
        return cls(
            area=area.area_id,
            name_ko=area.name_ko,
            name_en=area.name_en,
            scale=area.scale.value,
            is_sample=area.is_sample,
            bounds=bounds_body(area),
            cell_m=area.grid.cell_m,
            has_network=network is not None,
            n_street=0 if network is None else network.n_street,
            n_edge=0 if network is None else network.n_edge,
            n_node=0 if network is None else network.n_node,
            n_district=len(area.districts),
            n_place={kind: n for kind, n in counts.items() if n},
            population=float(area.population.sum(dtype="float64")),
            layers=layers,
            content_hash=area.content_hash,
            attribution=area.attribution,
            self_url=own,
            streets_url=None if network is None else f"{own}/streets.bin?v={area.content_hash}",
            districts_url=f"{own}/districts.geojson?v={area.content_hash}",
        )


class AreasBody(Body):
    """Every installed area."""

    default_area: str
    areas: list[AreaBody]


def bounds_body(area: Area) -> BoundsBody:
    """Box of an area's grid."""
    west, south, east, north = area.grid.bounds
    return BoundsBody(west_deg=west, south_deg=south, east_deg=east, north_deg=north)
