"""Clock and country of an area."""

import dataclasses

import pytest

from dashboard.store.clocks import area_zone, country_of
from risk_core.state.area import Area


def moved(area: Area, lat: float, lon: float) -> Area:
    grid = dataclasses.replace(area.grid, lat_max_deg=lat, lon_min_deg=lon)
    return dataclasses.replace(area, grid=grid, area_id="somewhere")


@pytest.mark.parametrize(
    ("lat", "lon", "country", "zone"),
    [(37.5, 127.0, "KR", "Asia/Seoul"), (33.4, 126.5, "KR", "Asia/Seoul"), (48.1, 11.5, "", "UTC+01:00")],
)
def test_korea_is_known_by_its_place(area: Area, lat: float, lon: float, country: str, zone: str) -> None:
    here = moved(area, lat, lon)
    assert (country_of(here), str(area_zone(here))) == (country, zone)


def test_embedded_areas_are_known_by_name(area: Area) -> None:
    assert country_of(dataclasses.replace(area, area_id="coquimbo")) == "CL"
    assert str(area_zone(dataclasses.replace(area, area_id="helsinki"))) == "Europe/Helsinki"
