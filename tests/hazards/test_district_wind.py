import dataclasses

import numpy as np
import pytest

from risk_core.hazards.typhoon.district_wind import district_places, district_wind
from risk_core.hazards.typhoon.outlook_field import wind_at
from risk_core.state.wind_outlook import Ground
from tests.hazards.test_outlook import GRID, look
from tests.hazards.test_typhoon import country, track


@pytest.fixture(scope="module")
def found():
    return look(track(lat=31.0)).wind


def two_halves(area):
    """West and east half of the grid, each with its point in its middle."""
    district = np.where(np.arange(GRID.n_col)[None] < GRID.n_col // 2, 0, 1).repeat(GRID.n_row, axis=0)
    west, east = area.districts[:2]
    rows = GRID.row_lat_deg
    return dataclasses.replace(
        country(area, GRID, district.reshape(GRID.n_row, GRID.n_col).astype(np.int32)),
        districts=(
            dataclasses.replace(west, lat_deg=float(rows[9]), lon_deg=float(GRID.col_lon_deg[3])),
            dataclasses.replace(east, lat_deg=float(rows[9]), lon_deg=float(GRID.col_lon_deg[15])),
        ),
    )


def test_a_district_has_its_worst_place(area, found):
    here = two_halves(area)
    told = district_wind(found, here)
    district, lat, lon = district_places(here)
    assert len(lat) == 2 + GRID.n_cell and (np.diff(district) >= 0).all()
    for k in range(2):
        places = [wind_at(found, *at, Ground.LAND) for at in zip(lat[district == k], lon[district == k], strict=True)]
        np.testing.assert_allclose(told.event_prob[k], np.max([one.event_prob for one in places], axis=0), atol=1e-5)
        np.testing.assert_allclose(told.hour_prob[k], np.max([one.over_prob for one in places], axis=0), atol=1e-5)
        np.testing.assert_allclose(
            told.gust_m_per_s[:, k], np.max([one.gust_m_per_s for one in places], axis=0), rtol=1e-4
        )
        there = wind_at(found, *told.place_deg[k], Ground.LAND)
        assert there.event_prob[0] == pytest.approx(told.event_prob[k, 0], abs=1e-5)
    assert (np.diff(told.arrival_s, axis=0)[:, np.isfinite(told.arrival_s[0])] >= 0).all()


def test_a_district_without_a_cell_has_its_own_point(area, found):
    here = two_halves(area)
    bare = dataclasses.replace(here, district=np.zeros_like(here.district))
    told = district_wind(found, bare)
    alone = wind_at(found, here.districts[1].lat_deg, here.districts[1].lon_deg, Ground.LAND)
    np.testing.assert_allclose(told.event_prob[1], alone.event_prob, atol=1e-5)
