from dataclasses import replace

import pytest

from dashboard.areas.extracts import find_extract, read_extracts
from dashboard.areas.gazetteer import find_place, make_slug, region_of
from dashboard.store.bundles import Manifest, write_bundle
from risk_core.errors import InputError
from tests.tiny import tiny_area


@pytest.mark.parametrize("name", ["Seoul", "서울", "서울시", "서울특별시", " seoul "])
def test_seoul_is_known_by_all_its_names(tmp_path, name):
    place = find_place(name, tmp_path)
    assert (place.name_ko, place.name_en, place.slug) == ("서울특별시", "Seoul", "seoul")
    assert place.bounds == pytest.approx((126.764, 37.428, 127.184, 37.701), abs=0.002)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("서울 중구", "jung-gu-seoul"),
        ("서울특별시 중구", "jung-gu-seoul"),
        ("Jung-gu, Seoul", "jung-gu-seoul"),
        ("성북구", "seongbuk-gu-seoul"),
        ("수원시", "suwon-si"),
        ("Suwon", "suwon-si"),
        ("Andorra", "andorra"),
        ("north-america/us/georgia", "georgia"),
        ("Tokyo", "tokyo"),
    ],
)
def test_districts_cities_and_regions_are_known(tmp_path, name, slug):
    assert find_place(name, tmp_path).slug == slug


def test_a_city_of_several_districts_covers_them_all(tmp_path):
    west, south, east, north = find_place("수원시", tmp_path).bounds
    for district in ("경기 수원시 장안구", "경기 수원시 영통구"):
        box = find_place(district, tmp_path).bounds
        assert west <= box[0] and south <= box[1] and east >= box[2] and north >= box[3]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("중구", "서울 중구 (Jung-gu, Seoul); 부산 중구"),
        ("광주시", "광주광역시 (Gwangju); 경기 광주시"),
        ("Georgia", "europe/georgia; north-america/us/georgia"),
        ("Soeul", "Perhaps Seoul"),
        ("Nowhere at all", "Give its box with --bbox WEST,SOUTH,EAST,NORTH."),
    ],
)
def test_a_name_of_none_or_several_places_is_refused_with_what_to_say(tmp_path, name, remedy):
    with pytest.raises(InputError) as caught:
        find_place(name, tmp_path)
    assert remedy in str(caught.value)


def test_installed_areas_are_known(tmp_path):
    write_bundle(tmp_path, replace(tiny_area(), area_id="seoul-test", name_en="Seoul"), Manifest())
    for name in ("seoul-test", "작은 마을", "Seoul"):
        assert find_place(name, tmp_path).bounds == pytest.approx(tiny_area().grid.bounds)


def test_the_smallest_extract_that_covers_a_box_is_found():
    assert find_extract((126.95, 37.54, 127.0, 37.58)).url.endswith("/asia/south-korea-latest.osm.pbf")
    assert find_extract((13.35, 52.48, 13.45, 52.54)).name == "Berlin"
    assert find_extract((126.95, 37.54, 127.0, 37.58), "bbbike").name == "Seoul"
    with pytest.raises(InputError, match="a box inside one extract of bbbike"):
        find_extract((0.0, -60.0, 1.0, -59.0), "bbbike")


@pytest.mark.parametrize("publisher", ["geofabrik", "bbbike"])
def test_every_extract_has_an_https_address_and_a_box(publisher):
    extracts = read_extracts(publisher)
    assert len(extracts) > 200
    for one in extracts:
        west, south, east, north = one.bounds
        assert one.url.startswith("https://") and west < east and south < north
    assert len({region_of(one) for one in extracts}) == len(extracts)


@pytest.mark.parametrize(
    ("name", "slug"), [("Île-de-France", "le-de-france"), ("서울", ""), ("A" * 60, "a" * 41), ("--", "")]
)
def test_slugs(name, slug):
    assert make_slug(name) == slug
