"""The change of log counts some weeks ahead, by gradient boosted trees of its quantiles.

LightGBM (Ke et al. 2017, NeurIPS 30, 3146) with the quantile loss, one model a level for all places and horizons.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from risk_core.errors import Fault, InputError
from risk_core.hazards.epidemic.bank import TrainingRows
from risk_core.hazards.epidemic.features import WeekTable
from risk_core.hazards.epidemic.forecast_options import HORIZON_WEEK, TreeOptions
from risk_core.state.surveillance import QUANTILE_PROB

PROB: Final = (0.025, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.975)
CHANGE_MOST: Final = 2.0
SPREAD_POWER: Final = 0.7
"""Changes grow with the horizon as h^0.7; divided by it they are of one size."""
CASES_LEAST: Final = 10.0
N_BIN: Final = 63

Trees = tuple[Any, ...]
"""One model for each level of `PROB`."""


def fit_trees(rows: Sequence[TrainingRows], population: NDArray[np.float64] | None, options: TreeOptions) -> Trees:
    """Grow the trees of all levels.

    Parameters
    ----------
    rows
        What is known of each horizon, in the order of `HORIZON_WEEK`.
    population
        Residents, shape=(n_place,), or None when they are not known.
    options
        Size and weights.
    """
    inputs, changes, weights = [], [], []
    for horizon, one in zip(HORIZON_WEEK, rows, strict=True):
        residents = None if population is None else population[one.place]
        inputs.append(_inputs(one.feature, one.spread, one.level, residents, horizon))
        changes.append(np.clip(one.change, -CHANGE_MOST, CHANGE_MOST) / horizon**SPREAD_POWER)
        age = 0.5 ** ((one.age_week + horizon - 1) / options.half_life_week)
        weights.append((one.count + CASES_LEAST) ** options.count_power * age)
    weight = np.concatenate(weights)
    shared = {"max_bin": N_BIN, "verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True}
    lightgbm = _library()
    data = lightgbm.Dataset(
        np.concatenate(inputs),
        np.concatenate(changes),
        weight=weight / weight.mean(),
        params=shared,
        free_raw_data=False,
    )
    grown = {**shared, **_growth(options)}
    return tuple(lightgbm.train({**grown, "alpha": prob}, data, options.n_tree) for prob in PROB)


def forecast_trees(
    trees: Trees, now: WeekTable, population: NDArray[np.float64] | None, horizon_week: int
) -> NDArray[np.float64]:
    """Quantiles of log(count + 5) at one horizon, shape=(n_place, 23).

    Between and beyond the nine levels they run straight on the normal scale.
    """
    inputs = _inputs(now.feature[-1], now.spread[-1], now.level[-1], population, horizon_week)
    found = np.stack([np.asarray(tree.predict(inputs)) for tree in trees], axis=1)
    change = np.sort(found, axis=1) * horizon_week**SPREAD_POWER
    return np.asarray(now.level[-1][:, None] + _to_levels(change))


def _library() -> Any:
    """LightGBM, loaded when it is needed: it wants a library of the system that a small machine may lack."""
    try:
        import lightgbm
    except OSError as error:
        remedy = "Install OpenMP, for example with: apt-get install libgomp1."
        raise InputError(Fault("lightgbm", str(error), "a library that can be loaded", remedy)) from error
    return lightgbm


def _growth(options: TreeOptions) -> dict[str, Any]:
    return {
        "objective": "quantile",
        "learning_rate": options.learning_rate,
        "num_leaves": options.n_leaf,
        "min_data_in_leaf": options.n_row_leaf,
        "feature_fraction": 0.7,
        "bagging_fraction": 0.7,
        "bagging_freq": 1,
        "lambda_l2": 1.0,
        "seed": options.seed,
    }


def _inputs(
    feature: NDArray[np.float64],
    spread: NDArray[np.float64],
    level: NDArray[np.float64],
    population: NDArray[np.float64] | None,
    horizon_week: int,
) -> NDArray[np.float64]:
    columns = [level, np.full(len(level), float(horizon_week))]
    if population is not None:
        columns.append(level - np.log(population))
    return np.concatenate([feature, spread, np.stack(columns, axis=1)], axis=1)


def _to_levels(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 23 levels from the nine, shape=(n, 23)."""
    known, wanted = ndtri(np.array(PROB)), ndtri(np.array(QUANTILE_PROB))
    out = np.stack([np.interp(wanted, known, row) for row in value])
    for end, near, beyond in ((0, 1, wanted < known[0]), (-1, -2, wanted > known[-1])):
        slope = (value[:, end] - value[:, near]) / (known[end] - known[near])
        out[:, beyond] = value[:, [end]] + slope[:, None] * (wanted[beyond] - known[end])
    return np.asarray(out)
