"""Fitted weekly forecasts: arrays and trees in one file without pickles, named by the hash of its bytes."""

import io
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.store.model_files import ModelFiles
from risk_core.hazards.epidemic.features import WeekTable
from risk_core.hazards.epidemic.forecaster import ForecastModel
from risk_core.hazards.epidemic.late_weeks import LateWeeks

TABLES: Final = ("fast", "slow")


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyModel:
    """A fitted weekly forecast and the days it was fitted on.

    Attributes
    ----------
    area_hash
        Build of the area whose districts the columns are.
    fitted
        What the forecaster has learnt.
    first_s
        First day of `count`, unix seconds.
    count
        Daily cases as known at the fit, shape=(n_day, n_district), NaN where unknown.
    signal
        Name of the second signal it wants beside the cases, empty without one.
    """

    area_hash: str
    fitted: ForecastModel
    first_s: float
    count: NDArray[np.float64]
    signal: str = ""


def _pack(model: WeeklyModel) -> bytes:
    fitted = model.fitted
    assert fitted.late is not None and fitted.trees is not None
    arrays: dict[str, Any] = {
        "area_hash": np.array(model.area_hash),
        "first_s": np.array(model.first_s),
        "count": model.count,
        "signal": np.array(model.signal),
        "late_first_week": np.array(fitted.late.first_week),
        "late_known": fitted.late.known,
        "fit_week": np.array(fitted.fit_week),
        "log_factor": fitted.log_factor,
    }
    for name, trees in zip(TABLES, fitted.trees, strict=True):
        table = getattr(fitted, name)
        arrays |= {f"{name}_{one.name}": getattr(table, one.name) for one in fields(WeekTable)}
        for k, tree in enumerate(trees):
            arrays[f"{name}_tree_{k:02d}"] = np.frombuffer(tree.model_to_string().encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def _unpack(data: bytes) -> WeeklyModel:
    import lightgbm

    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}

    def table(name: str) -> WeekTable:
        return WeekTable(*(arrays[f"{name}_{one.name}"] for one in fields(WeekTable)))

    def trees(name: str) -> tuple[Any, ...]:
        texts = [arrays[key].tobytes().decode() for key in sorted(arrays) if key.startswith(f"{name}_tree_")]
        try:
            return tuple(lightgbm.Booster(model_str=text) for text in texts)
        except lightgbm.basic.LightGBMError as error:
            raise ValueError(str(error)) from error

    fitted = ForecastModel(
        LateWeeks(int(arrays["late_first_week"]), arrays["late_known"]),
        table("fast"),
        table("slow"),
        (trees("fast"), trees("slow")),
        int(arrays["fit_week"]),
        arrays["log_factor"],
        (),
    )
    return WeeklyModel(
        str(arrays["area_hash"]), fitted, float(arrays["first_s"]), arrays["count"], str(arrays["signal"])
    )


WEEKLY_FILES: Final = ModelFiles("weekly", "fitted weekly forecast", _pack, _unpack)


def without_judging(model: ForecastModel) -> ForecastModel:
    """The model without its open forecasts: one used outside the series of its weeks must not judge itself by them."""
    return replace(model, open=())
