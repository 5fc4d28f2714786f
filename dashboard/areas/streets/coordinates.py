"""Any coordinate system to latitude and longitude, refusing what cannot be degrees."""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError

if TYPE_CHECKING:
    from pyproj import Transformer

WGS84: Final = "EPSG:4326"


def to_lat_lon(xy: NDArray[np.float64], crs: str, file: str) -> NDArray[np.float64]:
    """(lat, lon) rows of (x, y) rows in `crs`; rows off the earth become NaN.

    Raises
    ------
    InputError
        For an unknown system.

    Examples
    --------
    >>> to_lat_lon(np.array([[127.0, 37.5]]), "EPSG:4326", "a.graphml").tolist()
    [[37.5, 127.0]]
    """
    if crs.upper() != WGS84:
        xy = np.column_stack(_transformer(crs, file).transform(xy[:, 0], xy[:, 1]))
    lat_lon = xy[:, ::-1].astype(np.float64)
    with np.errstate(invalid="ignore"):
        is_good = (np.abs(lat_lon[:, 0]) < 90) & (np.abs(lat_lon[:, 1]) <= 180)
    lat_lon[~is_good] = np.nan
    return lat_lon


def refuse_wrong_crs(xy: NDArray[np.float64], crs: str, file: str) -> None:
    """Refuse a file of which no point lies on the earth in the system it names.

    Raises
    ------
    InputError
        Naming the first point and what to do.
    """
    if len(xy) and not np.isfinite(to_lat_lon(xy, crs, file)).any():
        x, y = xy[0].tolist()
        remedy = "Name the right coordinate system in the file, or save it in EPSG:4326."
        raise InputError(Fault("crs", f"{crs.upper()}, first point x {x}, y {y}", "degrees on the earth", remedy, file))


@lru_cache(maxsize=8)
def _transformer(crs: str, file: str) -> "Transformer":
    import pyproj

    try:
        return pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        remedy = "Name a known system, for example EPSG:5179, or save the file in EPSG:4326."
        raise InputError(Fault("crs", crs, "a known coordinate system", remedy, file)) from error
