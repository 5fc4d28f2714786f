"""Pictures of fields: indexed PNG files in the palette of the legend, written without an imaging library."""

import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS, Level

LEVEL_COLORS: Final = ("#dbe9f4", "#7fb2e5", "#ffdc3c", "#ee7a10", "#a50f2d")
"""Colour of each level; the worst pair differs by 16 or more (CIE ΔE00) in every kind of colour vision."""

LEVEL_ALPHA: Final = (0, 166, 166, 166, 166)
"""Opacity of each level, 0..255: safe ground shows the map, the rest lets streets shine through."""

MISSING_INDEX: Final = len(LEVEL_COLORS)
"""Palette index of cells where nothing is known; transparent."""

PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
COMPRESSION: Final = 6


def level_index(code: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Palette index of risk bytes, any shape: the level 0..4, or `MISSING_INDEX`.

    Examples
    --------
    >>> level_index(np.array([0, 50, 149, 150, 250, 255], dtype=np.uint8)).tolist()
    [0, 1, 2, 3, 4, 5]
    """
    return INDEX_OF_CODE[code]


def level_png(code: NDArray[np.uint8]) -> bytes:
    """PNG picture of risk bytes by level.

    Parameters
    ----------
    code
        Risk bytes, shape=(n_row, n_col), row 0 on top.

    Returns
    -------
    bytes
        An indexed PNG with transparency.
    """
    n_row, n_col = code.shape
    lines = np.zeros((n_row, n_col + 1), dtype=np.uint8)
    lines[:, 1:] = level_index(code)
    header = struct.pack(">IIBBBBB", n_col, n_row, 8, 3, 0, 0, 0)
    colors = b"".join(bytes.fromhex(color[1:]) for color in LEVEL_COLORS) + bytes(3)
    return PNG_MAGIC + b"".join(
        (
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", colors),
            _chunk(b"tRNS", bytes(LEVEL_ALPHA) + bytes(1)),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), COMPRESSION)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    """One part of a PNG file: length, kind, body, checksum (ISO/IEC 15948, section 5.3)."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _index_of_code() -> NDArray[np.uint8]:
    index = np.full(256, MISSING_INDEX, dtype=np.uint8)
    for code in range(RISK_CODE_STEPS + 1):
        index[code] = Level.from_risk(code / RISK_CODE_STEPS)
    index[RISK_CODE_MISSING] = MISSING_INDEX
    return index


INDEX_OF_CODE: Final = _index_of_code()
