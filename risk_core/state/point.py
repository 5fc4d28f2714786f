"""The one check of a point somebody asks about, for routes, risks and plans alike."""

import math
from collections.abc import Sequence

from risk_core.errors import Fault, InputError, OutsideAreaError, SwappedCoordinatesError
from risk_core.state.grid import Grid


def find_point_error(grid: Grid, lat_deg: float, lon_deg: float, argument: str) -> InputError | None:
    """Tell what is wrong with a point for this area, or None.

    Parameters
    ----------
    grid
        The area's grid.
    lat_deg, lon_deg
        The point, degrees.
    argument
        What the asker calls the point, for example ``from``.

    Returns
    -------
    InputError or None
        `InputError` for a point that is not on the earth, `SwappedCoordinatesError` where latitude and
        longitude seem exchanged, `OutsideAreaError` for any other point outside; not raised.

    Examples
    --------
    >>> grid = Grid.from_bounds(126.95, 37.54, 127.00, 37.58, 100.0)
    >>> find_point_error(grid, 37.56, 126.97, "point") is None
    True
    >>> type(find_point_error(grid, 126.97, 37.56, "point")).__name__
    'SwappedCoordinatesError'
    """
    if grid.contains(lat_deg, lon_deg):
        return None
    value = f"{lat_deg:.6g},{lon_deg:.6g}"
    if not (math.isfinite(lat_deg) and math.isfinite(lon_deg)):
        return InputError(Fault(argument, value, "two finite numbers LAT,LON in degrees", "Give both coordinates."))
    if grid.contains(lon_deg, lat_deg):
        remedy = f"Latitude comes first: try {lon_deg:.6g},{lat_deg:.6g}."
        return SwappedCoordinatesError(Fault(argument, value, "LAT,LON inside the area", remedy))
    if not (-90 <= lat_deg <= 90 and -180 <= lon_deg <= 180):
        wanted = "a latitude of -90..90 and a longitude of -180..180 degrees"
        return InputError(Fault(argument, value, wanted, "Give LAT,LON in degrees of EPSG:4326."))
    west, south, east, north = grid.bounds
    wanted = f"a point in latitude {south:.5f}..{north:.5f}, longitude {west:.5f}..{east:.5f}"
    return OutsideAreaError(Fault(argument, value, wanted, "Choose a point inside the area, or another area."))


def check_points(grid: Grid, points: Sequence[tuple[str, float, float]]) -> None:
    """Check several points (argument, lat_deg, lon_deg) and report all their faults at once.

    Raises
    ------
    OutsideAreaError, SwappedCoordinatesError
        When every faulty point is faulty in that way.
    InputError
        When a point is not on the earth, or the points are faulty in different ways.
    """
    found = [find_point_error(grid, lat_deg, lon_deg, argument) for argument, lat_deg, lon_deg in points]
    errors = [error for error in found if error is not None]
    if not errors:
        return
    kinds = {type(error) for error in errors}
    family = kinds.pop() if len(kinds) == 1 else InputError
    raise family(*(fault for error in errors for fault in error.faults))


def check_point(grid: Grid, lat_deg: float, lon_deg: float, argument: str) -> None:
    """Check one point; see `check_points` for what is raised."""
    check_points(grid, ((argument, lat_deg, lon_deg),))
