"""Fitted endemic-epidemic models of an area's districts, in files named by the hash of their bytes."""

import hashlib
import io
import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from dashboard.store.durable import sync_folder, write_bytes
from dashboard.store.models import TEMPORARY, book_path
from risk_core.errors import InputError
from risk_core.hazards.epidemic.endemic import EndemicFit, EndemicOptions, NeighbourWeights

log = logging.getLogger(__name__)

N_ID: Final = 12
ARRAYS: Final = ("common", "effect", "weights", "population_share")
NUMBERS: Final = ("n_step", "log_likelihood", "n_evaluation", "is_converged")


@dataclass(frozen=True, slots=True, eq=False)
class EndemicModel:
    """A fitted model and the days it was fitted on.

    Attributes
    ----------
    area_hash
        Build of the area.
    place
        Districts it tells of, positions in the area, shape=(n_place,); those without residents are left out.
    fit
        The model, its steps are weeks.
    first_s
        First day of `count`, unix seconds.
    count
        Daily cases as known at the fit, shape=(n_day, n_district), NaN where unknown.
    """

    area_hash: str
    place: NDArray[np.int64]
    fit: EndemicFit
    first_s: float
    count: NDArray[np.float64]


def write_endemic(home: Path, area_id: str, model: EndemicModel) -> str:
    """Write a model; give its name for the area's book. Others of the area are removed by `keep_endemic`."""
    data = _pack(model)
    name = hashlib.sha256(data).hexdigest()[:N_ID]
    path = _path(home, area_id, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{TEMPORARY}{path.name}")
    write_bytes(temporary, data)
    os.replace(temporary, path)
    sync_folder(path.parent)
    return name


def keep_endemic(home: Path, area_id: str, name: str) -> None:
    """Remove every model of an area but one, also what killed writers left; all where the name is empty."""
    folder = book_path(home, area_id).parent
    for start in ("", TEMPORARY):
        for path in folder.glob(f"{start}{area_id}.endemic-*.npz"):
            if path != _path(home, area_id, name):
                path.unlink(missing_ok=True)


def read_endemic(home: Path, area_id: str, name: str) -> EndemicModel | None:
    """Read a model; None, with the reason in the log, where it is absent, torn or of another program."""
    path = _path(home, area_id, name)
    try:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest()[:N_ID] != name:
            raise ValueError("its checksum does not fit")
        return _unpack(data)
    except (OSError, ValueError, KeyError, TypeError, BadZipFile, InputError) as error:
        log.warning("%s: the endemic-epidemic model is not used (%s: %s)", path, type(error).__name__, error)
        return None


def _path(home: Path, area_id: str, name: str) -> Path:
    return book_path(home, area_id).with_name(f"{area_id}.endemic-{name}.npz")


def _pack(model: EndemicModel) -> bytes:
    fit = model.fit
    told = {name: getattr(fit, name) for name in NUMBERS}
    facts = {"area_hash": model.area_hash, "first_s": model.first_s, "options": asdict(fit.options), **told}
    arrays: dict[str, Any] = {name: getattr(fit, name) for name in ARRAYS}
    arrays |= {"place": model.place, "count": model.count, "facts": np.array(json.dumps(facts))}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _unpack(data: bytes) -> EndemicModel:
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    facts = json.loads(str(arrays["facts"]))
    given = facts["options"]
    options = EndemicOptions(
        **given | {"effect_sd": tuple(given["effect_sd"]), "weights": NeighbourWeights(given["weights"])}
    )
    fit = EndemicFit(*(arrays[name] for name in ARRAYS), *(facts[name] for name in NUMBERS), options)
    return EndemicModel(facts["area_hash"], arrays["place"], fit, facts["first_s"], arrays["count"])
