"""The exposure index of areas without heights: what it must obey, and what it says of central Seoul."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import cKDTree

from risk_core.errors import InputError
from risk_core.hazards.flood.exposure_index import ExposureOptions, exposure_index
from risk_core.units import M_PER_DEG_LAT

FAR = np.array([np.inf])


def test_index_falls_with_distance_rises_with_basements_and_stays_in_bounds():
    distance = np.linspace(0, 2000, 50)
    for found in (exposure_index(distance, FAR, np.zeros(1)), exposure_index(FAR, distance, np.zeros(1))):
        assert (
            (np.diff(found)[:5] < 0).all() and (np.diff(found) <= 0).all() and (found >= 0).all() and (found <= 1).all()
        )
    rising = exposure_index(FAR, FAR, np.linspace(0, 0.2, 20))
    assert (np.diff(rising) > 0).all()
    assert exposure_index(FAR, FAR, np.array([np.nan]))[0] == 0
    both = exposure_index(np.zeros(1), np.zeros(1), np.ones(1))
    assert both[0] == pytest.approx(1 - 0.2 * 0.5 * 0.6)
    with pytest.raises(InputError):
        ExposureOptions(underpass_weight=2.0)


def points(path):
    found = json.loads(path.read_text("utf-8"))["features"]
    return np.concatenate([np.array(one["geometry"]["coordinates"]) for one in found])


@pytest.mark.shared
def test_seoul_underpasses_and_basements_stand_out(shared_data):
    folder = shared_data / "geo" / "hazard_seoul"
    under, stream = (
        points(folder / "seoul_central_tunnels_underpasses.geojson"),
        points(folder / "cheonggyecheon_ro_edges.geojson"),
    )
    scale = np.array([M_PER_DEG_LAT * np.cos(np.radians(37.56)), M_PER_DEG_LAT])
    lon, lat = np.meshgrid(np.linspace(126.96, 127.02, 60), np.linspace(37.55, 37.58, 40))
    cells = np.column_stack([lon.ravel(), lat.ravel()]) * scale
    to_under, to_stream = (cKDTree(one * scale).query(cells)[0] for one in (under, stream))
    index = exposure_index(to_under, to_stream, np.full(len(cells), np.nan))
    assert index[to_under < 25].min() > 0.4 > np.median(index)
    assert index[to_stream < 50].mean() > 2 * index[(to_stream > 500) & (to_under > 300)].mean()
    homes = pd.read_csv(folder / "kr_dong_basement_households_2015.csv")
    share = homes["basement_households"].to_numpy() / homes["households"].clip(lower=1).to_numpy()
    seoul = (homes["sido"] == "서울특별시").to_numpy()
    by_home = exposure_index(np.full(len(share), np.inf), np.full(len(share), np.inf), share)
    assert by_home[seoul].mean() > 3 * by_home[~seoul].mean()
