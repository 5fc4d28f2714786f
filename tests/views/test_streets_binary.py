import dataclasses
import math
import struct

import numpy as np

from dashboard.views.streets_binary import street_state, streets_file, unit_square
from risk_core.assess import assess
from risk_core.state.level import Layer
from risk_core.state.profile import EdgeFlag, RoadClass
from tests.answers.small_world import closure, wet_situation


def decode(data: bytes) -> dict:
    """The file as a browser reads it."""
    magic, n_street, n_point, zero, x, y = struct.unpack_from("<4sIIIdd", data)
    assert (magic, zero) == (b"AGS1", 0)
    at = 32
    point = np.frombuffer(data, "<f4", 2 * n_point, at).reshape(n_point, 2)
    at += 8 * n_point
    first = np.frombuffer(data, "<u4", n_street + 1, at)
    at += 4 * (n_street + 1)
    road_class = np.frombuffer(data, "u1", n_street, at)
    at += n_street + -n_street % 4
    flags = np.frombuffer(data, "<u2", n_street, at)
    assert at + 2 * n_street == len(data)
    return {"corner": (x, y), "point": point, "first": first, "road_class": road_class, "flags": flags}


def test_file_decodes_to_the_network(area):
    network = area.network
    found = decode(streets_file(network))
    assert found["first"].tolist() == network.street_first_point.tolist()
    x, y = found["corner"]
    lon = (x + found["point"][:, 0].astype(float)) * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (y + found["point"][:, 1].astype(float))))))
    assert np.abs(lon - network.point_lon_deg).max() < 1e-7
    assert np.abs(lat - network.point_lat_deg).max() < 1e-7
    assert found["point"].min() >= 0.0


def test_classes_and_flags_are_those_of_the_streets(area):
    network = area.network
    found = decode(streets_file(network))
    steps = network.street[network.road_class == RoadClass.STEPS]
    assert set(np.flatnonzero(found["road_class"] == RoadClass.STEPS)) == set(steps.tolist())
    one_way = network.street[(network.flags & EdgeFlag.ONEWAY) != 0]
    assert set(np.flatnonzero(found["flags"] & EdgeFlag.ONEWAY)) == set(one_way.tolist()) != set()


def test_unit_square_is_web_mercator():
    lat, lon = -29.95, -71.3
    x, y = unit_square(np.array([lat]), np.array([lon]))[0]
    assert math.isclose(x, (lon + 180) / 360)
    assert math.isclose(y, (1 - math.log(math.tan(math.radians(lat)) + 1 / math.cos(math.radians(lat))) / math.pi) / 2)


def test_state_has_risk_and_closure_of_each_street(area):
    assessment = assess(area, wet_situation(area, 70.0, (closure(),)))
    network, step = area.network, assessment.step_now
    data = np.frombuffer(street_state(network, assessment, Layer.RAIN, step), dtype=np.uint8)
    risk, closed = data[: network.n_street], data[network.n_street :]
    assert risk.tolist() == assessment.street_risk[Layer.RAIN][step].tolist()
    expected = {int(network.street[edge]) for edge in np.flatnonzero(assessment.closed_mask)}
    assert set(np.flatnonzero(closed)) == expected != set()
    assert set(closed.tolist()) == {0, 1}


def test_layer_without_data_is_unknown(area):
    assessment = assess(area, wet_situation(area))
    without = dataclasses.replace(assessment, street_risk={})
    data = street_state(area.network, without, Layer.TYPHOON, 0)
    assert data == bytes([255]) * area.network.n_street + bytes(area.network.n_street)
