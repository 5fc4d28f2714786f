"""Area bundles: one folder of arrays and one manifest an area, switched by an atomic rename.

An area's content lies in ``home/areas/<area_id>/<hash>-<random>/``; the file ``current`` beside it names the content
served. A build killed at any point leaves either the former or the new pointer, each naming a whole folder; what it
left half-made is swept by the next write or listing. Writers wait for each other on ``home/areas/.lock``, which the
system frees when its holder dies.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from dashboard.store.bundle_files import (
    OUTLINES,
    REPORT,
    area_arrays,
    area_facts,
    check_folder,
    hash_arrays,
    read_folder,
    read_manifest,
    write_checksums,
    write_folder,
)
from dashboard.store.durable import sync_folder, write_bytes
from dashboard.store.records import record_to_json
from risk_core.errors import AnsimgilError, Fault, NotFoundError
from risk_core.state.area import Area

POINTER: Final = "current"
TEMPORARY: Final = ".tmp-"
LOCK: Final = ".lock"
AREA_PATTERN: Final = re.compile(r"[a-z][a-z0-9-]{1,40}")
N_TRY: Final = 5
NO_OUTLINES: Final = b'{"type":"FeatureCollection","features":[]}'

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """One source of an area's data, with the credit it asks for."""

    name: str
    licence: str
    attribution: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle tells about itself beside the area.

    Attributes
    ----------
    sources
        Where the data comes from.
    built_at_s
        Moment of the build, unix seconds.
    notes
        What a reader of the numbers should know, for example that no population was given.
    n_kept
        Good records by kind.
    n_fault
        Bad records found.
    report
        The build's report as text.
    outlines
        GeoJSON of the districts, simplified for drawing.
    """

    sources: tuple[Source, ...] = ()
    built_at_s: float = 0.0
    notes: tuple[str, ...] = ()
    n_kept: Mapping[str, int] = field(default_factory=dict)
    n_fault: int = 0
    report: str = ""
    outlines: bytes = NO_OUTLINES


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """One installed area as `list_bundles` shows it; `fault` says why it cannot be used, empty when it can."""

    area_id: str
    name_ko: str
    name_en: str
    is_sample: bool
    bounds: tuple[float, float, float, float]
    n_street: int
    n_byte: int
    built_at_s: float
    content_hash: str
    fault: str = ""


def bundle_path(home: Path, area_id: str) -> Path:
    """Folder of one area's bundle, whether it exists or not.

    Raises
    ------
    NotFoundError
        For a word that cannot be an area's name, so that no address leads out of the folder of areas.
    """
    path = home / "areas" / area_id
    if AREA_PATTERN.fullmatch(area_id) is None:
        raise _not_found(path)
    return path


def write_bundle(home: Path, area: Area, manifest: Manifest) -> Path:
    """Write an area's bundle and serve it from now on; an older one of the same name is replaced.

    The area's `content_hash` is computed here, whatever the record says.

    Returns
    -------
    Path
        `bundle_path` of the area.

    Raises
    ------
    OSError
        When the disk is full or not writable; the former bundle stays served.
    """
    path = bundle_path(home, area.area_id)
    arrays = area_arrays(area)
    area = replace(area, content_hash=hash_arrays(arrays))
    with _locked(home):
        _sweep(home)
        path.mkdir(exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=path))
        temporary.chmod(0o755)
        write_bytes(temporary / OUTLINES, manifest.outlines)
        write_bytes(temporary / REPORT, manifest.report.encode())
        write_folder(temporary, arrays, area_facts(area) | _manifest_facts(area, manifest))
        write_checksums(temporary)
        version = f"{area.content_hash[:12]}-{temporary.name.removeprefix(TEMPORARY)}"
        temporary.rename(path / version)
        write_bytes(path / f"{TEMPORARY}{POINTER}", version.encode())
        os.replace(path / f"{TEMPORARY}{POINTER}", path / POINTER)
        sync_folder(path)
        sync_folder(path.parent)
        _sweep(home)
    return path


def _manifest_facts(area: Area, manifest: Manifest) -> dict[str, Any]:
    names = ("sources", "built_at_s", "notes", "n_kept", "n_fault")
    facts = {name: record_to_json(getattr(manifest, name)) for name in names}
    counts = {
        "n_street": 0 if area.network is None else area.network.n_street,
        "n_edge": 0 if area.network is None else area.network.n_edge,
        "n_node": 0 if area.network is None else area.network.n_node,
        "n_person": round(float(area.population.sum(dtype=float)), 1),
    }
    return facts | {"counts": counts}


def read_bundle(path: Path) -> Area:
    """Map an area from the folder `bundle_path` names.

    Arrays are read-only and stay usable when the bundle is replaced or removed meanwhile.

    Raises
    ------
    NotFoundError
        When there is no such area.
    UnavailableError
        When it was written by another version of the program, or is not what was written.
    """

    def read_proven(folder: Path) -> Area:
        with contextlib.suppress(ValueError):
            read_manifest(folder)  # what another version wrote is told as such
        check_folder(folder)
        return read_folder(folder)

    return _with_content(path, read_proven)


def read_bundle_manifest(path: Path) -> dict[str, Any]:
    """Manifest of an area as plain values; errors as `read_bundle`."""
    return _with_content(path, read_manifest)


def read_report(path: Path) -> str:
    """Report of the build that made an area; errors as `read_bundle`."""
    return _with_content(path, lambda folder: (folder / REPORT).read_text(encoding="utf-8"))


def read_district_outlines(home: Path, area_id: str) -> bytes:
    """GeoJSON of an area's districts, simplified for drawing; errors as `read_bundle`."""
    return _with_content(bundle_path(home, area_id), lambda folder: (folder / OUTLINES).read_bytes())


def district_outlines(home: Path, area_id: str) -> dict[str, str]:
    """GeoJSON text of each district's outline by its code; those drawn without one, or without a code, are left out."""
    features = json.loads(read_district_outlines(home, area_id)).get("features", [])
    told = ((one.get("properties") or {}, one.get("geometry")) for one in features)
    return {
        str(properties["district_id"]): json.dumps(geometry, separators=(",", ":"))
        for properties, geometry in told
        if geometry and properties.get("district_id")
    }


def list_bundles(home: Path) -> tuple[BundleInfo, ...]:
    """Every installed area, by name; leftovers of killed builds are swept first if no build is running."""
    if not (home / "areas").is_dir():
        return ()
    with contextlib.suppress(OSError), _locked(home, wait=False):
        _sweep(home)
    folders = sorted(path for path in (home / "areas").iterdir() if (path / POINTER).is_file())
    return tuple(info for info in map(_info, folders) if info is not None)


def _info(path: Path) -> BundleInfo | None:
    """Facts of one area, None when it was removed meanwhile."""
    try:
        facts, n_byte = _with_content(path, lambda folder: (read_manifest(folder), _n_byte(folder)))
    except NotFoundError:
        return None
    except (AnsimgilError, OSError, ValueError) as error:
        return BundleInfo(path.name, "", "", False, (0.0, 0.0, 0.0, 0.0), 0, 0, 0.0, "", fault=str(error))
    grid = facts["grid"]
    west, north = grid["lon_min_deg"], grid["lat_max_deg"]
    south, east = north - grid["n_row"] * grid["d_lat_deg"], west + grid["n_col"] * grid["d_lon_deg"]
    names = ("area_id", "name_ko", "name_en", "is_sample", "built_at_s", "content_hash")
    n_street = facts["counts"]["n_street"]
    return BundleInfo(
        **{name: facts[name] for name in names}, bounds=(west, south, east, north), n_street=n_street, n_byte=n_byte
    )


def _n_byte(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def remove_bundle(home: Path, area_id: str) -> None:
    """Remove an installed area.

    Raises
    ------
    NotFoundError
        When there is no such area.
    """
    path = bundle_path(home, area_id)
    if not (path / POINTER).is_file():
        raise _not_found(path)
    with _locked(home):
        (path / POINTER).unlink(missing_ok=True)
        sync_folder(path)
        _sweep(home)


def _not_found(path: Path) -> NotFoundError:
    remedy = "`python -m dashboard area list` shows the installed ones; `area build` makes one."
    return NotFoundError(Fault("area", repr(path.name), "an installed area", remedy))


def _with_content(path: Path, use: Callable[[Path], T]) -> T:
    """Apply `use` to the content folder served; again when it was replaced between the look and the use."""
    for attempt in range(N_TRY):
        try:
            return use(path / (path / POINTER).read_text(encoding="ascii"))
        except FileNotFoundError:
            if attempt == N_TRY - 1 or not (path / POINTER).is_file():
                raise _not_found(path) from None
    raise _not_found(path)


@contextlib.contextmanager
def _locked(home: Path, wait: bool = True) -> Iterator[None]:
    """Hold the lock of all writers; without `wait`, BlockingIOError when another holds it."""
    (home / "areas").mkdir(parents=True, exist_ok=True)
    with (home / "areas" / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


def _sweep(home: Path) -> None:
    """Remove content that no pointer names; only while holding the lock."""
    for path in (home / "areas").iterdir():
        if not path.is_dir():
            continue
        pointer = path / POINTER
        keep = {POINTER, pointer.read_text(encoding="ascii")} if pointer.is_file() else set()
        for one in path.iterdir():
            if one.name in keep:
                continue
            shutil.rmtree(one, ignore_errors=True) if one.is_dir() else one.unlink(missing_ok=True)
        if not keep:
            with contextlib.suppress(OSError):
                path.rmdir()
