"""Warnings that name regions and no outline reach the districts they name, and nobody else."""

import dataclasses
import math

import numpy as np
import pytest

from dashboard.areas.embedded.korea import clean_names, drop_divided_cities, read_boundaries
from dashboard.areas.zone_words import name_districts
from dashboard.views.alerts import issued_lines
from dashboard.views.format import district_name
from dashboard.views.warned import JoinedBy, alerts_at, alerts_in, join_districts
from risk_core.state.area import Area, District
from risk_core.state.situation import Alert, GeometryKind, Shape
from tests.tiny import tiny_area
from tests.views.test_words import NOW_S, ZONE


def warning(place: str = "", shape: Shape | None = None, event: str = "호우주의보", **more: object) -> Alert:
    plain = Alert(
        "k1", "기상청", event, "", "", "Moderate", "ko", NOW_S - 600, NOW_S - 600, math.inf, place, shape, False
    )
    return dataclasses.replace(plain, **more)


@pytest.fixture(scope="module")
def korea() -> Area:
    """Every district of the country by its names; the outlines are not needed."""
    records, _ = read_boundaries("sigungu")
    names = [(records[k]["code"], *clean_names(records[k]["sido"], records[k]["sigungu"])) for k in
             drop_divided_cities(records)]  # fmt: skip
    districts = tuple(District(code, ko, en, ko, math.nan, 37.0, 127.0) for code, ko, en in names)
    return dataclasses.replace(
        tiny_area("korea"), name_ko="대한민국 (전국)", name_en="South Korea", districts=districts
    )


def named(words: str, area: Area, lang: str = "ko") -> set[str]:
    return {district_name(area, k, lang) for k in name_districts(words, area).positions}


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("서울특별시 강남구", {"서울 강남구"}),
        ("강남구", {"서울 강남구"}),
        ("경기도 용인시", {"경기 용인시 처인구", "경기 용인시 기흥구", "경기 용인시 수지구"}),
        ("용인", {"경기 용인시 처인구", "경기 용인시 기흥구", "경기 용인시 수지구"}),
        ("경기(평택, 안성), 제주시", {"경기 평택시", "경기 안성시", "제주 제주시"}),
        ("강원 고성군", {"강원 고성군"}),
        ("경남 고성군; 통영시", {"경남 고성군", "경남 통영시"}),
        ("경기도 광주시", {"경기 광주시"}),
        ("부산 중구·서구", {"부산 중구"} | {f"{city} 서구" for city in ("부산", "대구", "인천", "광주", "대전")}),
        ("Gangnam-gu, Seoul", {"서울 강남구"}),
        ("Suji-gu, Yongin-si, Gyeonggi", {"경기 용인시 수지구"}),
        ("11680", {"서울 강남구"}),
    ],
)
def test_words_name_the_districts_that_carry_all_their_names(words: str, wanted: set[str], korea: Area) -> None:
    found = name_districts(words, korea)
    assert named(words, korea) == wanted and not found.is_wider


def test_a_province_names_all_its_districts_and_not_its_namesakes(korea: Area) -> None:
    for words in ("광주광역시", "광주", "Gwangju"):
        assert named(words, korea) == {f"광주 {one}" for one in ("동구", "서구", "남구", "북구", "광산구")}
    for words in ("강원도", "강원특별자치도", "강원"):
        found = named(words, korea)
        assert len(found) == 18 and all(one.startswith("강원 ") for one in found)
    assert len(named("전국", korea)) == len(korea.districts)


@pytest.mark.parametrize(
    ("words", "province"),
    [("서울특별시 서울동남권", "서울"), ("강원북부산지", "강원"), ("강원 동해평지", "강원"), ("제주도산지", "제주")],
)
def test_a_region_of_unknown_border_takes_its_province_and_says_so(words: str, province: str, korea: Area) -> None:
    found = name_districts(words, korea)
    assert found.is_wider
    every = {k for k, one in enumerate(korea.districts) if one.name_ko.startswith(f"{province} ")}
    assert set(found.positions) == every


@pytest.mark.parametrize("words", ["", "제주도남쪽먼바다", "서해중부앞바다", "Atlantis", "동해", "평양시"])
def test_waters_and_places_elsewhere_name_no_district(words: str, korea: Area) -> None:
    found = named(words, korea)
    assert found <= {"강원 동해시"} if words == "동해" else not found


def test_an_outline_counts_before_words_and_takes_what_it_touches(area: Area) -> None:
    lon = float(np.median(area.grid.col_lon_deg[np.asarray(area.district)[0] == 0]))
    west, south, _, north = area.grid.bounds
    ring = np.array([[south, west], [north, west], [north, lon], [south, lon], [south, west]])
    half = Shape(GeometryKind.POLYGON, (ring,))
    (found,) = join_districts(area, [warning("동구", half)])
    assert found.positions == (0,) and found.joined_by is JoinedBy.OUTLINE
    (found,) = join_districts(area, [warning("동구")])
    assert found.positions == (1,) and found.joined_by is JoinedBy.NAME
    (found,) = join_districts(area, [warning("화성")])
    assert found.positions == () and found.joined_by is JoinedBy.NOTHING
    point = Shape(GeometryKind.POINT, (np.array([[south + 1e-4, west + 1e-4]]),))
    (found,) = join_districts(area, [warning(shape=point)])
    assert found.positions == (0,)


def test_a_place_is_told_the_warnings_of_its_district_in_force_and_no_others(area: Area) -> None:
    east = area.districts[1]
    here, later, over = warning("동구"), warning("동구", from_s=NOW_S + 60), warning("동구", until_s=NOW_S)
    alerts = [here, later, over, warning("서구")]
    assert alerts_at(area, alerts, east.lat_deg, east.lon_deg, NOW_S) == [here]
    assert alerts_at(area, alerts, 37.5, 127.0, NOW_S) == []
    assert alerts_in(area, alerts, 1, NOW_S) == [here]
    assert alerts_in(area, alerts, 1, NOW_S + 60) == [here, later]


def test_a_place_inside_a_district_but_outside_the_outline_is_not_warned(area: Area) -> None:
    east = area.districts[1]
    ring = np.array([[-1e-4, -1e-4], [1e-4, -1e-4], [1e-4, 1e-4], [-1e-4, 1e-4], [-1e-4, -1e-4]])
    alert = warning("", Shape(GeometryKind.POLYGON, (ring + np.array([east.lat_deg, east.lon_deg]),)))
    assert alerts_at(area, [alert], east.lat_deg, east.lon_deg, NOW_S) == [alert]
    assert alerts_at(area, [alert], east.lat_deg + 3e-4, east.lon_deg, NOW_S) == []


def test_lines_keep_the_senders_words_once_each() -> None:
    alerts = [warning("동구"), warning("서구"), warning("동구", event="태풍경보", severity="Severe", simulated=True)]
    lines = issued_lines(alerts, NOW_S, ZONE, "ko")
    assert [kind for kind, _ in lines] == ["태풍경보", "호우주의보"]
    assert lines[0][1].startswith("연습 · 기상청") and lines[1][1].startswith("기상청")
