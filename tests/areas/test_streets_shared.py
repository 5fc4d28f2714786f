"""The readers on real extracts of Seoul."""

import numpy as np
import pytest

from dashboard.areas.report import BuildReport
from dashboard.areas.streets import read_streets
from risk_core.state.grid import Grid
from risk_core.state.network import network_from_streets
from risk_core.state.profile import EdgeFlag, Profile, RoadClass, profile_position

pytestmark = pytest.mark.shared


def test_central_seoul_from_osmnx(shared_data):
    report = BuildReport()
    source = read_streets(shared_data / "geo/streets_seoul/seoul_central_drive.graphml", report)
    table = source.table
    assert report.n_fault == 0
    assert len(table.node_lat_deg) == pytest.approx(3384, abs=10)
    car = profile_position(Profile.CAR)
    n_direction = int((table.forward_m_per_s[car] > 0).sum() + (table.backward_m_per_s[car] > 0).sum())
    assert n_direction == pytest.approx(8830, abs=10), "as many directions as the source has edges"
    assert {"사직터널", "세종대로"} <= set(table.names)
    assert 30 <= int((table.flags & EdgeFlag.TUNNEL > 0).sum()) <= 70
    grid = Grid.from_bounds(126.94, 37.54, 127.01, 37.60, 100.0)
    network = network_from_streets(table, grid)
    is_driven = network.speed_m_per_s[car] > 0
    assert network.length_m[is_driven].sum() / 1000 == pytest.approx(607.6, rel=0.01), "as the source's own lengths"
    assert (network.snap_mask & 1 > 0).mean() > 0.97


def test_sinchon_xml_and_pbf_agree(shared_data):
    folder = shared_data / "geo/streets_seoul"
    report = BuildReport()
    xml = read_streets(folder / "seoul_sinchon_raw.osm", report).table
    pbf = read_streets(folder / "seoul_sinchon_raw.osm.pbf", BuildReport()).table
    assert report.n_fault == 0
    assert 1100 <= len(xml.tail) <= 1600
    assert np.array_equal(xml.point_lat_deg, pbf.point_lat_deg)
    assert np.array_equal(xml.forward_m_per_s, pbf.forward_m_per_s)
    assert (xml.road_class == RoadClass.STEPS).sum() >= 6
    assert len(xml.turn_from_street) > 0
    walk, wheel = profile_position(Profile.WALK), profile_position(Profile.WHEELCHAIR)
    assert (xml.forward_m_per_s[walk] > 0).sum() > (xml.forward_m_per_s[wheel] > 0).sum()
