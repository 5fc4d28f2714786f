"""Fitted endemic-epidemic models of an area's districts, in files named by the hash of their bytes."""

import io
import json
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.store.model_files import ModelFiles
from risk_core.hazards.epidemic.endemic import EndemicFit, EndemicOptions, NeighbourWeights

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


ENDEMIC_FILES: Final = ModelFiles("endemic", "endemic-epidemic model", _pack, _unpack)
