"""Streets as bytes for the browser's canvas: geometry once, then two bytes a street for each state.

The geometry file, little-endian: ``AGS1``; uint32 n_street, n_point, 0; float64 x, y of the north-west corner
in the unit Web-Mercator square (x east, y south); float32 (n_point, 2) offsets from that corner; uint32
(n_street + 1) first point of each street; uint8 (n_street) road class; zeros up to a multiple of 4; uint16
(n_street) flags. The state file: n_street risk bytes, then n_street bytes, 1 where the street is closed.
"""

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_MISSING, Layer
from risk_core.state.network import Network

MAGIC: Final = b"AGS1"


def unit_square(lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Positions in the unit Web-Mercator square (EPSG:3857 scaled to 0..1), shape=(n, 2): x east, y south.

    Examples
    --------
    >>> unit_square(np.array([0.0]), np.array([180.0])).tolist()
    [[1.0, 0.5]]
    """
    x = (lon_deg + 180.0) / 360.0
    y = 0.5 - np.arctanh(np.sin(np.radians(lat_deg))) / (2.0 * np.pi)
    return np.stack([x, y], axis=1)


def streets_file(network: Network) -> bytes:
    """Geometry file of a network; the layout is told above."""
    place = unit_square(network.point_lat_deg, network.point_lon_deg)
    corner = place.min(axis=0) if len(place) else np.zeros(2)
    road_class = np.zeros(network.n_street, dtype=np.uint8)
    road_class[network.street] = network.road_class
    flags = np.zeros(network.n_street, dtype=np.uint16)
    np.bitwise_or.at(flags, network.street, network.flags)
    return b"".join(
        (
            struct.pack("<4sIIIdd", MAGIC, network.n_street, len(place), 0, corner[0], corner[1]),
            (place - corner).astype("<f4").tobytes(),
            network.street_first_point.astype("<u4").tobytes(),
            road_class.tobytes(),
            bytes(-network.n_street % 4),
            flags.astype("<u2").tobytes(),
        )
    )


def street_state(network: Network, assessment: Assessment, layer: Layer, step: int) -> bytes:
    """State file of one layer at one time slice: risk bytes, then closed bytes.

    A layer without data is unknown (255) everywhere.
    """
    unknown = np.full(network.n_street, RISK_CODE_MISSING, dtype=np.uint8)
    risk = assessment.street_risk[layer][step] if layer in assessment.street_risk else unknown
    closed = np.zeros(network.n_street, dtype=np.uint8)
    closed[network.street[assessment.closed_mask != 0]] = 1
    return np.asarray(risk, dtype=np.uint8).tobytes() + closed.tobytes()
