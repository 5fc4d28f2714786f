"""One bundle folder: which files it holds, and how an area becomes files and is mapped from them again."""

import dataclasses
import hashlib
import io
import itertools
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.store.durable import sync_folder, write_bytes
from dashboard.store.records import record_from_json, record_to_json
from risk_core.errors import Fault, UnavailableError
from risk_core.state.area import Area, District, Place, Scale, Scenery
from risk_core.state.grid import Grid
from risk_core.state.hierarchy import Hierarchy
from risk_core.state.network import Network

SCHEMA: Final = 2
"""Raised whenever an older program could not read what this one writes, or the other way round."""

MANIFEST: Final = "manifest.json"
OUTLINES: Final = "districts.geojson"
REPORT: Final = "report.txt"
CHECKSUMS: Final = "checksums.json"
MAPPED_FROM_BYTES: Final = 65_536
"""Smaller files are read at once: a mapping costs a page."""

NETWORK_RECORDS: Final = ("index_grid", "names", "hierarchy")
SCENERY_RECORDS: Final = ("shelters",)


def area_arrays(area: Area) -> dict[str, NDArray[Any]]:
    """Arrays of an area by file name without ending; street names become one UTF-8 blob and its offsets."""
    arrays: dict[str, NDArray[Any]] = {"population": area.population, "district": area.district}
    if area.elevation_m is not None:
        arrays["elevation_m"] = area.elevation_m
    if area.network is not None:
        arrays.update(_fields("network", area.network, NETWORK_RECORDS))
        arrays.update(_fields("hierarchy", area.network.hierarchy, ()))
        words = [name.encode() for name in area.network.names]
        arrays["network-names"] = np.frombuffer(b"".join(words), dtype=np.uint8)
        arrays["network-names_first"] = np.cumsum([0, *map(len, words)], dtype=np.int64)
    if area.scenery is not None:
        arrays.update(_fields("scenery", area.scenery, SCENERY_RECORDS))
    return {name: np.ascontiguousarray(array) for name, array in arrays.items()}


def _fields(
    prefix: str, record: Network | Hierarchy | Scenery, records: tuple[str, ...]
) -> Iterator[tuple[str, NDArray[Any]]]:
    for one in dataclasses.fields(record):
        if one.name not in records:
            yield f"{prefix}-{one.name}", getattr(record, one.name)


def hash_arrays(arrays: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 over names, types, shapes and bytes of all arrays, hex."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def write_folder(folder: Path, arrays: Mapping[str, NDArray[Any]], manifest: Mapping[str, Any]) -> None:
    """Write arrays and manifest into an existing folder, each file durably; the manifest comes last."""
    for name, array in arrays.items():
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        write_bytes(folder / f"{name}.npy", buffer.getvalue())
    write_bytes(folder / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    sync_folder(folder)


def write_checksums(folder: Path) -> None:
    """Write the CRC-32 of every file of a folder beside them, durably."""
    sums = {path.name: zlib.crc32(path.read_bytes()) for path in sorted(folder.iterdir())}
    write_bytes(folder / CHECKSUMS, json.dumps(sums).encode())


def check_folder(folder: Path) -> None:
    """Compare every file with its checksum; a bundle of an older version of the program has none and passes.

    Raises
    ------
    FileNotFoundError
        When the folder was deleted meanwhile.
    UnavailableError
        When a file is not what was written.
    """
    if not (folder / CHECKSUMS).is_file():
        return
    remedy = "Build the area again, or bring it back with `python -m dashboard store restore`."
    try:
        sums = json.loads((folder / CHECKSUMS).read_bytes())
        altered = [name for name, crc in sums.items() if zlib.crc32((folder / name).read_bytes()) != crc]
    except (ValueError, AttributeError):
        altered = [CHECKSUMS]
    if altered:
        raise UnavailableError(Fault("area", ", ".join(altered), "files as they were written", remedy, folder.name))


def area_facts(area: Area) -> dict[str, Any]:
    """Everything of an area that is no large array, as plain JSON values."""
    plain = ("area_id", "name_ko", "name_en", "scale", "is_sample", "attribution", "content_hash", "grid")
    facts = {name: record_to_json(getattr(area, name)) for name in plain}
    network = None if area.network is None else {"index_grid": record_to_json(area.network.index_grid)}
    scenery = None if area.scenery is None else {"shelters": record_to_json(area.scenery.shelters)}
    return {
        "schema": SCHEMA,
        "crs": "EPSG:4326",
        **facts,
        "has_elevation": area.elevation_m is not None,
        "network": network,
        "scenery": scenery,
        "districts": record_to_json(area.districts),
        "places": record_to_json(area.places),
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """Manifest of a bundle folder.

    Raises
    ------
    FileNotFoundError
        When the folder was deleted meanwhile.
    UnavailableError
        When it was written by another version of the program.
    """
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    if manifest.get("schema") != SCHEMA:
        found, remedy = f"format {manifest.get('schema')}", "Build the area again with this version of the program."
        raise UnavailableError(Fault("area", found, f"format {SCHEMA}", remedy, str(folder / MANIFEST)))
    return manifest


def read_folder(folder: Path) -> Area:
    """Map an area from its bundle folder; errors as `read_manifest`."""
    manifest = read_manifest(folder)
    plain = ("area_id", "name_ko", "name_en", "is_sample", "attribution", "content_hash")
    return Area(
        **{name: manifest[name] for name in plain},
        scale=Scale(manifest["scale"]),
        grid=record_from_json(Grid, manifest["grid"]),
        population=_map_array(folder, "population"),
        district=_map_array(folder, "district"),
        districts=tuple(record_from_json(District, one) for one in manifest["districts"]),
        places=tuple(record_from_json(Place, one) for one in manifest["places"]),
        network=None if manifest["network"] is None else _read_network(folder, manifest["network"]),
        elevation_m=_map_array(folder, "elevation_m") if manifest["has_elevation"] else None,
        scenery=None if manifest["scenery"] is None else _read_scenery(folder, manifest["scenery"]),
    )


def _read_network(folder: Path, facts: Mapping[str, Any]) -> Network:
    names = [f.name for f in dataclasses.fields(Network) if f.name not in NETWORK_RECORDS]
    blob = _map_array(folder, "network-names").tobytes()
    first = _map_array(folder, "network-names_first").tolist()
    return Network(
        **{name: _map_array(folder, f"network-{name}") for name in names},
        index_grid=record_from_json(Grid, facts["index_grid"]),
        hierarchy=Hierarchy(
            **{f.name: _map_array(folder, f"hierarchy-{f.name}") for f in dataclasses.fields(Hierarchy)}
        ),
        names=tuple(blob[start:end].decode() for start, end in itertools.pairwise(first)),
    )


def _read_scenery(folder: Path, facts: Mapping[str, Any]) -> Scenery:
    names = [f.name for f in dataclasses.fields(Scenery) if f.name not in SCENERY_RECORDS]
    return Scenery(
        **{name: _map_array(folder, f"scenery-{name}") for name in names},
        shelters=tuple(record_from_json(Place, one) for one in facts["shelters"]),
    )


def _map_array(folder: Path, name: str) -> NDArray[Any]:
    """Read-only array of a bundle, mapped when it is large, as a plain ndarray (kernels are compiled for those)."""
    path = folder / f"{name}.npy"
    if path.stat().st_size >= MAPPED_FROM_BYTES:
        return np.asarray(np.load(path, mmap_mode="r"))
    values: NDArray[Any] = np.load(path)
    values.setflags(write=False)
    return values
