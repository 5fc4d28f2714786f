import math

import pytest

from risk_core.errors import InputError, OutsideAreaError, SwappedCoordinatesError
from risk_core.state.grid import Grid
from risk_core.state.point import check_point, check_points

GRID = Grid.from_bounds(126.95, 37.54, 127.00, 37.58, 100.0)


def test_a_point_inside_passes():
    check_point(GRID, 37.56, 126.97, "from")


@pytest.mark.parametrize(
    "lat, lon, family, words",
    [
        (math.nan, 126.97, InputError, "two finite numbers"),
        (37.56, math.inf, InputError, "two finite numbers"),
        (137.0, 500.0, InputError, "a latitude of -90..90"),
        (35.1, 129.0, OutsideAreaError, "latitude 37.53"),
        (126.97, 37.56, SwappedCoordinatesError, "try 37.56,126.97"),
    ],
)
def test_each_fault_has_its_own_error(lat, lon, family, words):
    with pytest.raises(InputError) as caught:
        check_point(GRID, lat, lon, "from")
    assert type(caught.value) is family
    assert str(caught.value).startswith("from is ") and words in str(caught.value)


def test_all_faults_come_at_once():
    with pytest.raises(InputError) as caught:
        check_points(GRID, (("from", math.nan, 0.0), ("to", 126.97, 37.56)))
    assert [fault.argument for fault in caught.value.faults] == ["from", "to"]
    assert type(caught.value) is InputError
    with pytest.raises(OutsideAreaError):
        check_points(GRID, (("from", 1.0, 1.0), ("to", 37.56, 126.97), ("via", 2.0, 2.0)))
