"""One snapshot folder: which files it holds, how they are written and read, and whether it is whole.

The manifest holds every record but the large arrays, and the size and CRC-32 of every array file. The folder's name
ends with a hash of the manifest, so that a folder proves by itself whether it is whole. Snapshots of `READABLE` schemas
are still read after an update, so that a page has something to show until the first new one; what they lack is None.
"""

import dataclasses
import hashlib
import io
import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.store.durable import sync_folder, write_bytes
from dashboard.store.records import record_from_json, record_from_parts, record_to_json
from risk_core.state.assessment import Assessment, LayerFields
from risk_core.state.joint import JointOutlook
from risk_core.state.level import Layer
from risk_core.state.situation import Alert, Closure, DrillStatus, Shelter, SourceStatus, Track
from risk_core.state.street_state import GroundWater, WaterSlices, WindSlices
from risk_core.state.surveillance import CaseForecast, Outbreak, PrevalenceSlices
from risk_core.state.wind_outlook import WindOutlook

SCHEMA: Final = 5
READABLE: Final = (4, SCHEMA)
"""Schema 4 had no water or wind on streets, and called what computed closures stand on `water`."""
MANIFEST: Final = "manifest.json"
MAPPED_FROM_BYTES: Final = 65_536
"""Smaller files are read at once: a mapping costs a page and a descriptor."""
RECORD_LISTS: Final[Mapping[str, type]] = {
    "closures": Closure,
    "alerts": Alert,
    "shelters": Shelter,
    "tracks": Track,
    "sources": SourceStatus,
}
PLAIN_FIELDS: Final = ("area_id", "area_hash", "sequence", "now_s", "model_version", "simulated")
WEIGHTS: Final = "weights.npy"
CLOSURE_FILES: Final = ("closed_mask.npy", "edge_closure.npy", WEIGHTS)
"""Files that other closures change."""
OUTBREAK: Final = "outbreak.npy"
OUTBREAK_FIELDS: Final = (
    "reported", "expected", "low", "high", "reproduction", "reproduction_low", "reproduction_high",
)  # fmt: skip
PREVALENCE: Final = "prevalence.npy"
PREVALENCE_FIELDS: Final = ("median_share", "log_sd")
FORECAST_FIELDS: Final = ("week", "day")
WIND_FIELDS: Final = ("over_code", "event_code", "arrival_h", "gust_m_per_s", "hour_s")
"""Arrays of the wind outlook, each in a file of its own."""
STREET_STATES: Final[Mapping[str, type]] = {
    "street_water": WaterSlices,
    "street_wind": WindSlices,
    "ground_water": GroundWater,
}
"""Records of arrays alone, each array that is there in a file of its own."""
JOINT: Final = "joint.npy"
JOINT_MEMBERS: Final = ("member_level", "rain_rank")
"""Arrays of the joint outlook that snapshots have since members are kept one by one."""
Parts = list[NDArray[Any]]


def write_folder(folder: Path, assessment: Assessment, like: Path | None = None) -> str:
    """Write an assessment into a new folder, durably; return the hash its name has to end with.

    Parameters
    ----------
    folder
        Must not be there.
    assessment
        What is written.
    like
        A whole folder of the same assessment with other closures: files that do not depend on closures are shared
        with it instead of being written again.

    Raises
    ------
    FileNotFoundError
        When `like` was deleted meanwhile.
    """
    folder.mkdir()
    known = {} if like is None else json.loads((like / MANIFEST).read_bytes())["files"]
    files: dict[str, Mapping[str, int]] = {}
    for name, parts in _array_files(assessment).items():
        if like is not None and name in known and name not in CLOSURE_FILES:
            os.link(like / name, folder / name)
            files[name] = known[name]
        else:
            files[name] = _write_array(folder / name, parts)
    manifest = json.dumps(_manifest(assessment, files)).encode()
    write_bytes(folder / MANIFEST, manifest)
    sync_folder(folder)
    return _short_hash(manifest)


def is_whole(folder: Path, with_checksums: bool = True) -> bool:
    """Whether a snapshot folder holds every byte its manifest names."""
    try:
        manifest = (folder / MANIFEST).read_bytes()
        if not folder.name.endswith(f"-{_short_hash(manifest)}"):
            return False
        told = json.loads(manifest)
        if told["schema"] not in READABLE:
            return False
        for name, facts in told["files"].items():
            if (folder / name).stat().st_size != facts["n_byte"]:
                return False
            if with_checksums and zlib.crc32((folder / name).read_bytes()) != facts["crc32"]:
                return False
    except (OSError, ValueError, KeyError):
        return False
    return True


def _array_files(assessment: Assessment) -> dict[str, Parts]:
    """Array files of an assessment: few and large; the parts of a file are stacked along a new first axis."""
    files: dict[str, Parts] = {
        CLOSURE_FILES[0]: [assessment.closed_mask],
        CLOSURE_FILES[1]: [assessment.edge_closure],
    }
    for layer, fields in assessment.layers.items():
        files[f"{layer}.npy"] = [fields.risk, fields.low, fields.high]
        if fields.intensity:
            files[f"{layer}-intensity.npy"] = list(fields.intensity.values())
    if assessment.street_risk:
        files["streets.npy"] = list(assessment.street_risk.values())
    if assessment.weights is not None:
        files[WEIGHTS] = [assessment.weights]
    if assessment.outbreak is not None:
        files[OUTBREAK] = [getattr(assessment.outbreak, name) for name in OUTBREAK_FIELDS]
        for name in FORECAST_FIELDS:
            files[f"forecast-{name}.npy"] = [getattr(assessment.outbreak.forecast, name)]
    if assessment.prevalence is not None:
        files[PREVALENCE] = [getattr(assessment.prevalence, name) for name in PREVALENCE_FIELDS]
    if assessment.wind_outlook is not None:
        files |= {_wind_file(name): [getattr(assessment.wind_outlook, name)] for name in WIND_FIELDS}
    for name in STREET_STATES:
        if (state := getattr(assessment, name)) is not None:
            parts = {one.name: getattr(state, one.name) for one in dataclasses.fields(state)}
            files |= {f"{name}-{one}.npy": [part] for one, part in parts.items() if part is not None}
    if assessment.joint is not None:
        files[JOINT] = [assessment.joint.code]
        each = {name: getattr(assessment.joint, name) for name in JOINT_MEMBERS}
        files |= {f"joint-{name}.npy": [some] for name, some in each.items() if some is not None}
    return files


def _wind_file(field: str) -> str:
    return f"wind-{field}.npy"


def _manifest(assessment: Assessment, files: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Everything but the large arrays."""
    layers = {
        str(layer): {
            "intensity": list(fields.intensity),
            "data_as_of_s": float(fields.data_as_of_s),
            "sources": list(fields.sources),
            "simulated": fields.simulated,
        }
        for layer, fields in assessment.layers.items()
    }
    return {
        "schema": SCHEMA,
        **{name: record_to_json(getattr(assessment, name)) for name in PLAIN_FIELDS},
        "lead_s": assessment.lead_s.tolist(),
        "layers": layers,
        "street_layers": [str(layer) for layer in assessment.street_risk],
        **{name: record_to_json(getattr(assessment, name)) for name in RECORD_LISTS},
        "drill": record_to_json(assessment.drill),
        "outbreak": _outbreak_facts(assessment.outbreak),
        "wind_outlook": _wind_facts(assessment.wind_outlook),
        "joint": _joint_facts(assessment.joint),
        "files": files,
    }


def _outbreak_facts(outbreak: Outbreak | None) -> dict[str, Any] | None:
    if outbreak is None:
        return None
    forecast = outbreak.forecast
    return {"day_s": outbreak.day_s.tolist(), "from_s": forecast.from_s, "prob": forecast.prob.tolist()}


def _wind_facts(outlook: WindOutlook | None) -> dict[str, Any] | None:
    """Everything of the wind outlook but its arrays."""
    if outlook is None:
        return None
    plain = [one.name for one in dataclasses.fields(outlook) if one.name not in WIND_FIELDS]
    return {name: record_to_json(getattr(outlook, name)) for name in plain}


def _joint_facts(joint: JointOutlook | None) -> dict[str, Any] | None:
    """Everything of the joint outlook but its arrays."""
    if joint is None:
        return None
    return {one.name: record_to_json(getattr(joint, one.name)) for one in dataclasses.fields(joint) if
            one.name not in ("code", *JOINT_MEMBERS)}  # fmt: skip


def read_folder(folder: Path) -> Assessment:
    """Map a whole snapshot folder.

    Raises
    ------
    FileNotFoundError
        When it was deleted meanwhile.
    """
    manifest = json.loads((folder / MANIFEST).read_bytes())
    streets = _map_array(folder / "streets.npy") if manifest["street_layers"] else ()
    values: dict[str, Any] = {name: manifest[name] for name in PLAIN_FIELDS}
    for name, kind in RECORD_LISTS.items():
        values[name] = tuple(record_from_json(kind, _as_now(one)) for one in manifest[name])
    for name, kind in STREET_STATES.items():
        values[name] = _read_street_state(folder, name, kind, manifest["files"])
    return Assessment(
        **values,
        version=folder.name,
        lead_s=np.array(manifest["lead_s"], dtype=np.int32),
        layers={Layer(name): _read_layer(folder, name, facts) for name, facts in manifest["layers"].items()},
        street_risk={Layer(name): streets[i] for i, name in enumerate(manifest["street_layers"])},
        closed_mask=_map_array(folder / "closed_mask.npy")[0],
        edge_closure=_map_array(folder / "edge_closure.npy")[0],
        drill=None if manifest["drill"] is None else record_from_json(DrillStatus, manifest["drill"]),
        weights=_map_array(folder / WEIGHTS)[0] if WEIGHTS in manifest["files"] else None,
        outbreak=_read_outbreak(folder, manifest["outbreak"]),
        wind_outlook=_read_wind(folder, manifest.get("wind_outlook")),
        joint=_read_joint(folder, manifest.get("joint")),
        prevalence=PrevalenceSlices(*_map_array(folder / PREVALENCE)) if PREVALENCE in manifest["files"] else None,
    )


def _as_now(told: dict[str, Any]) -> dict[str, Any]:
    """Records as this schema has them."""
    if "water" in told:
        told = {**told, "computed": told["water"]}
        del told["water"]
    return told


def _read_street_state(folder: Path, name: str, kind: type, files: Mapping[str, Any]) -> Any:
    names = [one.name for one in dataclasses.fields(kind)]
    if f"{name}-{names[0]}.npy" not in files:
        return None
    there = [one for one in names if f"{name}-{one}.npy" in files]
    return kind(**{one: _map_array(folder / f"{name}-{one}.npy")[0] for one in there})


def _read_joint(folder: Path, facts: Mapping[str, Any] | None) -> JointOutlook | None:
    if facts is None:
        return None
    each = {name: folder / f"joint-{name}.npy" for name in JOINT_MEMBERS}
    arrays = {name: _map_array(path)[0] if path.exists() else None for name, path in each.items()}
    return record_from_parts(JointOutlook, facts, {"code": _map_array(folder / JOINT)[0], **arrays})


def _read_wind(folder: Path, facts: Mapping[str, Any] | None) -> WindOutlook | None:
    if facts is None:
        return None
    return record_from_parts(
        WindOutlook, facts, {name: _map_array(folder / _wind_file(name))[0] for name in WIND_FIELDS}
    )


def _read_outbreak(folder: Path, facts: Mapping[str, Any] | None) -> Outbreak | None:
    if facts is None:
        return None
    ahead = {name: _map_array(folder / f"forecast-{name}.npy")[0] for name in FORECAST_FIELDS}
    return Outbreak(
        day_s=np.array(facts["day_s"]),
        **dict(zip(OUTBREAK_FIELDS, _map_array(folder / OUTBREAK), strict=True)),
        forecast=CaseForecast(facts["from_s"], np.array(facts["prob"]), **ahead),
    )


def _read_layer(folder: Path, name: str, facts: Mapping[str, Any]) -> LayerFields:
    risk, low, high = _map_array(folder / f"{name}.npy")
    values = _map_array(folder / f"{name}-intensity.npy") if facts["intensity"] else ()
    return LayerFields(
        risk=risk,
        low=low,
        high=high,
        intensity=dict(zip(facts["intensity"], values, strict=True)),
        data_as_of_s=facts["data_as_of_s"],
        sources=tuple(facts["sources"]),
        simulated=facts["simulated"],
    )


def _write_array(path: Path, parts: Parts) -> dict[str, int]:
    """Write arrays of one shape and type stacked as one .npy file; return its size and checksum."""
    first = parts[0]
    head = io.BytesIO()
    shape = (len(parts), *first.shape)
    np.lib.format.write_array_header_1_0(head, {"descr": first.dtype.str, "fortran_order": False, "shape": shape})
    crc = zlib.crc32(head.getvalue())
    with path.open("wb") as file:
        file.write(head.getvalue())
        for part in parts:
            data = np.ascontiguousarray(part, dtype=first.dtype).reshape(-1).view(np.uint8).data
            crc = zlib.crc32(data, crc)
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
        return {"n_byte": os.fstat(file.fileno()).st_size, "crc32": crc}


def _map_array(path: Path) -> NDArray[Any]:
    """Read-only array of a .npy file, mapped when it is large."""
    if path.stat().st_size >= MAPPED_FROM_BYTES:
        return np.asarray(np.load(path, mmap_mode="r"))
    values: NDArray[Any] = np.load(path)
    values.setflags(write=False)
    return values


def _short_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]
