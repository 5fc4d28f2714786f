"""The exposure index of an area's own streets."""

import dataclasses
import json

import numpy as np
import pytest

from dashboard.views.exposure import exposure_features, has_exposure
from risk_core.assess import assess, assess_point
from risk_core.hazards.flood.exposure_places import exposure_at, exposure_places
from risk_core.state.profile import EdgeFlag
from tests.assess.test_assess import nothing
from tests.tiny import tiny_area


def town(street=3, name=None):
    area = tiny_area()
    network = area.network
    flags = np.array(network.flags)
    flags[network.street_edge[:, street][network.street_edge[:, street] >= 0]] |= np.uint16(EdgeFlag.UNDERPASS)
    changes = {"flags": flags}
    if name is not None:
        names = list(network.names)
        names[int(network.street_name[street])] = name
        changes = {"names": tuple(names)}
    return dataclasses.replace(area, network=dataclasses.replace(network, **changes))


def test_an_underpass_stands_out_and_the_index_falls_with_distance():
    area = town()
    found = exposure_places(area).street_index
    assert found.argmax() == 3 and found[3] == pytest.approx(0.8, abs=0.02)
    assert found.min() < 0.1


def test_a_street_named_after_its_stream_counts_as_stream_side():
    area = town(name="작은천로")
    named = area.network.street_name == area.network.street_name[3]
    found = exposure_places(area).street_index
    assert found[named] == pytest.approx(0.5, abs=0.01) and found[~named].max() <= 0.5


def test_areas_with_heights_have_none():
    area = town()
    grid = area.grid
    high = dataclasses.replace(area, elevation_m=np.zeros((grid.n_row, grid.n_col), np.float32))
    assert exposure_places(high) is None and exposure_at(high, 0.0, 0.0) is None
    assert not has_exposure(high)


def test_it_is_told_at_a_point_and_drawn_as_an_index():
    area = town()
    told = assess(area, nothing())
    middle = int(area.network.street_first_point[3])
    lat, lon = float(area.network.point_lat_deg[middle]), float(area.network.point_lon_deg[middle])
    assert assess_point(area, told, lat, lon).exposure_index > 0.5
    for lang, word in (("ko", "지수"), ("en", "index")):
        shown = exposure_features(area, lang)["features"]
        assert shown and all(word in one["properties"]["label"] for one in shown)
        assert {one["properties"]["className"] for one in shown} == {"exposure-street"}


@pytest.mark.shared
def test_depth_maps_of_san_salvador_fall_into_the_classes_of_aidr(shared_data):
    """Six return periods on a 10 m grid: rarer floods are never milder, and deep water is never a low class."""
    h5py = pytest.importorskip("h5py", reason="h5py reads the depth maps")
    from scipy.sparse import csr_matrix

    from risk_core.hazards.flood.aidr_2017 import LIMITS, hazard_class
    from risk_core.hazards.flood.scale import flood_risk
    from risk_core.state.receptor import RECEPTORS, Receptor

    path = shared_data / "geo" / "flood_san_salvador" / "acelhuate_flood_hazard_2015.hdf5"
    with h5py.File(path) as file:
        part = file["intensity"]
        shape = len(part["indptr"]) - 1, len(file["centroids/lat"])
        depth = csr_matrix((part["data"][:], part["indices"][:], part["indptr"][:]), shape=shape).toarray()
    assert depth.shape == (6, 153_222) and depth.max() == pytest.approx(11.7, abs=0.1)
    still = hazard_class(depth, np.zeros_like(depth))
    for k, limit in enumerate(LIMITS[:, 1], start=1):
        assert (still[depth > limit + 1e-6] > k).all() and (still[(depth > 0.01) & (depth <= limit)] <= k).all()
    mean = [still[k].mean() for k in range(6)]
    assert mean == sorted(mean) and mean[5] > 1.5 * mean[0]
    risks = {one: flood_risk(one, depth[5], 0.0) for one in RECEPTORS}
    assert (risks[Receptor.FRAIL] >= risks[Receptor.WALKER]).all()
    assert (risks[Receptor.CAR] >= risks[Receptor.BUS]).all() and (
        risks[Receptor.BASEMENT] >= risks[Receptor.CAR]
    ).all()
    assert (risks[Receptor.WALKER][still[5] >= 3] >= 0.6).all()


@pytest.mark.shared
def test_central_seouls_underpasses_are_where_the_list_says(shared_data):
    folder = shared_data / "geo" / "hazard_seoul"
    named = json.loads((folder / "cheonggyecheon_ro_edges.geojson").read_text("utf-8"))["features"]
    assert all(any(part.endswith("천로") for part in str(one["properties"]["name"]).split("|")) for one in named)
