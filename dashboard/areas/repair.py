"""Invalid district outlines are repaired in a child process with a time limit.

Shapely's repair takes minutes on some crossings of a thousand vertices, so it never runs where someone waits without
a limit. The child is this very file; it reads shapes and writes each one back as soon as it is repaired.
"""

import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from shapely import Geometry

LIMIT_S: Final = 60.0
"""Seconds the child may take before the shape it is busy with is given up."""

LENGTH: Final = struct.Struct("<I")


def repair_shapes(shapes: Sequence["Geometry"], limit_s: float = LIMIT_S) -> list["Geometry | None"]:
    """Valid polygons of invalid ones (``make_valid``, method ``structure``); None where the time limit was reached.

    Parameters
    ----------
    shapes
        Any geometries.
    limit_s
        Seconds for the shapes up to the next one that is given up.

    Raises
    ------
    RuntimeError
        When the child fails for another reason than time.
    """
    import shapely

    repaired: list[Geometry | None] = []
    while len(repaired) < len(shapes):
        waiting = shapes[len(repaired) :]
        data = b"".join(LENGTH.pack(len(blob)) + blob for blob in (shapely.to_wkb(one) for one in waiting))
        done, is_late = _run_child(data, limit_s)
        repaired += [shapely.from_wkb(blob) for blob in done]
        if is_late and len(repaired) < len(shapes):
            repaired.append(None)
    return repaired


def _run_child(data: bytes, limit_s: float) -> tuple[list[bytes], bool]:
    """Shapes the child gave back, and whether it ran out of time."""
    command = [sys.executable, "-P", str(Path(__file__).resolve())]
    try:
        result = subprocess.run(command, input=data, capture_output=True, timeout=limit_s, check=True)
    except subprocess.TimeoutExpired as late:
        return _unpack(late.stdout or b""), True
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"the repair of outlines failed: {error.stderr.decode(errors='replace')[-500:]}") from error
    return _unpack(result.stdout), False


def _unpack(data: bytes) -> list[bytes]:
    """Whole blobs of a stream that may end in the middle of one."""
    blobs, start = [], 0
    while start + LENGTH.size <= len(data):
        (length,) = LENGTH.unpack_from(data, start)
        start += LENGTH.size
        if start + length > len(data):
            break
        blobs.append(data[start : start + length])
        start += length
    return blobs


def repair_stream(source: BinaryIO, target: BinaryIO) -> None:
    """Read shapes, repair each and write it at once; only the polygons of a repaired shape are kept."""
    import shapely

    for blob in _unpack(source.read()):
        whole = shapely.make_valid(shapely.from_wkb(blob), method="structure", keep_collapsed=False)
        parts = [part for part in shapely.get_parts(whole) if part.geom_type in ("Polygon", "MultiPolygon")]
        polygons = [polygon for part in parts for polygon in shapely.get_parts(part)]
        shape = polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)
        result = shapely.to_wkb(shape)
        target.write(LENGTH.pack(len(result)) + result)
        target.flush()


if __name__ == "__main__":
    repair_stream(sys.stdin.buffer, sys.stdout.buffer)
