import struct
import zlib

import numpy as np
import pytest

from dashboard.views.raster import LEVEL_COLORS, MISSING_INDEX, level_index, level_png
from risk_core.state.level import Level, risk_to_code


def decode(png: bytes) -> tuple[np.ndarray, bytes, bytes]:
    """Palette indices, colours and opacities of a picture, with every checksum proven."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, parts = 8, {}
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        parts[kind] = body
        at += 12 + length
    width, height, depth, kind_of_color, *rest = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert (depth, kind_of_color, rest) == (8, 3, [0, 0, 0])
    lines = np.frombuffer(zlib.decompress(parts[b"IDAT"]), dtype=np.uint8).reshape(height, width + 1)
    assert not lines[:, 0].any()
    return lines[:, 1:], parts[b"PLTE"], parts[b"tRNS"]


def test_picture_holds_the_level_of_each_cell():
    risk = np.array([[0.0, 0.19, 0.2, 0.39], [0.4, 0.6, 0.8, np.nan]])
    index, colors, alpha = decode(level_png(risk_to_code(risk)))
    assert index.tolist() == [[0, 0, 1, 1], [2, 3, 4, MISSING_INDEX]]
    assert [colors[3 * k : 3 * k + 3].hex() for k in range(5)] == [color[1:] for color in LEVEL_COLORS]
    assert alpha[0] == 0 and alpha[MISSING_INDEX] == 0 and all(0 < alpha[k] < 255 for k in range(1, 5))


@pytest.mark.parametrize("code", range(251))
def test_every_byte_has_its_level(code):
    assert level_index(np.array([code], dtype=np.uint8))[0] == Level.from_risk(code / 250)


def test_bytes_that_mean_nothing_are_missing():
    assert set(level_index(np.arange(251, 256, dtype=np.uint8)).tolist()) == {MISSING_INDEX}


def test_random_picture_round_trip():
    code = np.random.default_rng(1).integers(0, 256, (37, 91)).astype(np.uint8)
    index, _, _ = decode(level_png(code))
    assert (index == level_index(code)).all()


def test_read_only_and_strided_fields_are_taken():
    code = np.zeros((6, 8), dtype=np.uint8)[::2, ::2]
    code.flags.writeable = False
    assert decode(level_png(code))[0].shape == (3, 4)
