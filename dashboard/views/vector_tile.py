"""Mapbox Vector Tiles 2.1 of streets: their lines with risk, level and closure (github.com/mapbox/vector-tile-spec).

Protocol buffers are written by hand: a tile is one layer of lines, which needs varints and five kinds of fields.
"""

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.network import Network
from risk_core.state.profile import RoadClass

EXTENT: Final = 4096
BUFFER: Final = 128
"""Lines that come this near to the tile belong to it too, so that their strokes meet at its border."""
COARSEST: Final[Mapping[int, RoadClass]] = {9: RoadClass.TRUNK, 11: RoadClass.SECONDARY, 13: RoadClass.MINOR}
"""Below a zoom streets finer than this class are left out."""
LINE: Final = 2
MOVE_TO, LINE_TO = 1, 2
Value = str | float | bool


def in_tile(network: Network, zoom: int, x: int, y: int) -> NDArray[np.int64]:
    """Streets that touch a tile, the finer ones left out at low zooms.

    Parameters
    ----------
    network
        The streets.
    zoom, x, y
        Tile address, row 0 north.
    """
    first = network.street_first_point[:-1]
    across, down = project(network.point_lon_deg, network.point_lat_deg, zoom, x, y)
    is_in = np.minimum.reduceat(across, first) <= EXTENT + BUFFER
    is_in &= np.maximum.reduceat(across, first) >= -BUFFER
    is_in &= (np.minimum.reduceat(down, first) <= EXTENT + BUFFER) & (np.maximum.reduceat(down, first) >= -BUFFER)
    for below, coarsest in COARSEST.items():
        if zoom < below:
            is_in &= network.road_class[network.street_edge.max(axis=0)] <= coarsest
            break
    return np.flatnonzero(is_in)


def project(
    lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64], zoom: int, x: int, y: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Positions in the units of a tile, (across, down), 0..`EXTENT` inside it.

    Examples
    --------
    >>> [float(one[0]) for one in project(np.array([0.0]), np.array([0.0]), 0, 0, 0)]
    [2048.0, 2048.0]
    """
    n_tile = 2.0**zoom
    share = np.arcsinh(np.tan(np.radians(lat_deg))) / math.pi
    return ((lon_deg + 180.0) / 360.0 * n_tile - x) * EXTENT, ((1.0 - share) / 2.0 * n_tile - y) * EXTENT


def encode_layer(
    name: str, lines: Sequence[NDArray[np.int64]], ids: Sequence[int], columns: Mapping[str, Sequence[Value | None]]
) -> bytes:
    """One tile of one layer of lines.

    Parameters
    ----------
    name
        Of the layer.
    lines
        Positions of each, shape=(n_point, 2), tile units; repeated positions are written once.
    ids
        Of each line.
    columns
        Properties: one value a line, None for none.

    Examples
    --------
    >>> encode_layer("a", [], [], {}).hex()
    '1a080a01612880207802'
    """
    keys, values, tags = list(columns), dict[tuple[type, Value], int](), list[list[int]]()
    for k in range(len(lines)):
        own: list[int] = []
        for position, key in enumerate(keys):
            value = columns[key][k]
            if value is not None:
                own += [position, values.setdefault((type(value), value), len(values))]
        tags.append(own)
    body = _text(1, name)
    for line, own_id, own in zip(lines, ids, tags, strict=True):
        commands = _commands(line)
        if commands:
            body += _part(2, _number(1, own_id) + _packed(2, own) + _number(3, LINE) + _packed(4, commands))
    body += b"".join(_text(3, key) for key in keys)
    body += b"".join(_part(4, _value(value)) for _, value in values)
    return _part(3, body + _number(5, EXTENT) + _number(15, 2))


def _commands(line: NDArray[np.int64]) -> list[int]:
    """Draw a line in relative steps; nothing of one that is a single point."""
    moved = np.ones(len(line), dtype=np.bool_)
    moved[1:] = (np.diff(line, axis=0) != 0).any(axis=1)
    line = line[moved]
    if len(line) < 2:
        return []
    steps = np.diff(line, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    zigzag = ((steps << 1) ^ (steps >> 63)).ravel().tolist()
    return [MOVE_TO | 1 << 3, *zigzag[:2], LINE_TO | (len(line) - 1) << 3, *zigzag[2:]]


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _part(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _text(field: int, words: str) -> bytes:
    return _part(field, words.encode())


def _packed(field: int, values: Iterable[int]) -> bytes:
    return _part(field, b"".join(map(_varint, values)))


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return _number(7, int(value))
    if isinstance(value, str):
        return _text(1, value)
    return _varint(3 << 3 | 1) + struct.pack("<d", value)
