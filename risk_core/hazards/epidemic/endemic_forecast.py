"""What the endemic-epidemic model expects of the next steps, how good it was, and which neighbours serve it best."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from risk_core.errors import Fault, InputError
from risk_core.hazards.epidemic.endemic import (
    ENDEMIC_DEFAULTS,
    N_LAG,
    EndemicFit,
    EndemicOptions,
    NeighbourWeights,
    expected_count,
    fit_endemic,
    predict_mean,
    season_terms,
)
from risk_core.kernels.endemic import geometric_lags
from risk_core.scores.count import CountScores, count_log_score, count_ranked_score

RISE_MOST: Final = 10.0
"""Expected counts of a path stop at so many times the highest known count, and at so many cases at least: a fit to few
steps of a new outbreak may grow without end. An assumption."""


@dataclass(frozen=True, slots=True, eq=False)
class EndemicForecast:
    """Counts of the steps after the data, as paths; the first step's distribution is exact.

    Attributes
    ----------
    path
        Counts, shape=(n_ahead, n_path, n_area).
    path_mean
        What each path expected of each step from its earlier ones, same shape.
    path_size
        Sizes of the negative binomials round `path_mean`, same shape.
    """

    path: NDArray[np.float64]
    path_mean: NDArray[np.float64]
    path_size: NDArray[np.float64]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Expected counts, shape=(n_ahead, n_area)."""
        return np.asarray(self.path_mean.mean(axis=1))

    def quantiles(self, prob: NDArray[np.float64]) -> NDArray[np.float64]:
        """Quantiles of the counts, shape=(n_ahead, n_area, n_prob)."""
        return np.asarray(np.moveaxis(np.quantile(self.path, prob, axis=1), 0, -1))

    def log_score(self, observed: NDArray[np.float64]) -> NDArray[np.float64]:
        """Minus the log probability of the counts observed, shape=(n_ahead, n_area); NaN where unknown."""
        each = count_log_score(observed[:, None, :], self.path_mean, self.path_size)
        return np.asarray(np.log(self.path.shape[1]) - logsumexp(-each, axis=1))


def forecast_endemic(
    fit: EndemicFit, count: NDArray[np.float64], n_ahead: int, rng: np.random.Generator, n_path: int = 500
) -> EndemicForecast:
    """Run the model on from the last counts.

    Expected counts stop at ten times the highest one, of the area or by residents of all areas.

    Parameters
    ----------
    fit
        A fitted model; its uncertainty is not in the spread.
    count
        Counts known by now from the first step of the fit on, shape=(n_step, n_area), NaN where missing.
    n_ahead
        Steps, 1 or more.
    rng
        Source of the draws.
    n_path
        Paths.

    Raises
    ------
    InputError
        When `count` has other areas than the fit, or no step.

    Examples
    --------
    >>> count = np.random.default_rng(1).poisson(20.0, (60, 3)).astype(float)
    >>> options = EndemicOptions(n_harmonic=0, n_spread_harmonic=0, weights=NeighbourWeights.NONE)
    >>> fit = fit_endemic(count, np.ones(3), np.zeros((3, 3)), options)
    >>> found = forecast_endemic(fit, count, 4, np.random.default_rng(2))
    >>> found.mean.shape, bool(abs(found.mean[3].mean() - 20) < 3)
    ((4, 3), True)
    """
    n_area = fit.population_share.size
    if np.ndim(count) != 2 or np.shape(count)[1] != n_area or len(count) < 1:
        wanted = f"shape (n_step, {n_area}), a step or more"
        raise InputError(Fault("count", f"of shape {np.shape(count)}", wanted, "Give the areas of the fit."))
    known = np.where(np.isfinite(count), count, 0.0)
    highest = np.maximum(known.max(axis=0), known.sum(axis=1).max() * fit.population_share)
    most = RISE_MOST * np.maximum(highest, 1.0)
    filled = geometric_lags(np.ascontiguousarray(count, dtype=np.float64), 0.0, 1)[1:][-N_LAG:]
    past = [np.repeat(row[None], n_path, axis=0) for row in filled[::-1]]
    season = season_terms(len(count) + n_ahead, fit.n_step, fit.options)[len(count) :]
    path, path_mean, path_size = np.empty((3, n_ahead, n_path, n_area))
    for step in range(n_ahead):
        weight = fit.options.lag_keep ** np.arange(min(N_LAG, len(past)), dtype=np.float64)
        lagged = np.tensordot(weight / weight.sum(), np.stack(past[:N_LAG]), axes=1)
        path_mean[step] = np.minimum(expected_count(fit, lagged, season[step]), most)
        path_size[step] = fit.size_at(path_mean[step])
        path[step] = rng.poisson(path_mean[step] * rng.gamma(path_size[step], 1.0 / path_size[step]))
        past.insert(0, path[step])
    return EndemicForecast(path, path_mean, path_size)


def score_held_out(
    count: NDArray[np.float64],
    population: NDArray[np.float64],
    order_or_flow: NDArray[np.float64],
    n_held_out: int,
    options: EndemicOptions = ENDEMIC_DEFAULTS,
    refit_every: int = 0,
) -> CountScores:
    """Score the forecast of each of the last steps; nothing from that step on is read for it.

    Parameters
    ----------
    count, population, order_or_flow
        As for `fit_endemic`.
    n_held_out
        Steps at the end that the first fit does not see.
    options
        Settings.
    refit_every
        Steps between two fits; 0 keeps the first one.

    Raises
    ------
    InputError
        As `fit_endemic`, and when no step is left to fit on.
    """
    n_step = len(count)
    if not 1 <= n_held_out < n_step:
        wanted = f"a whole number in 1..{n_step - 1}"
        raise InputError(Fault("n_held_out", str(n_held_out), wanted, "Hold fewer steps out."))
    log_score, ranked_score = np.empty((2, n_held_out, np.shape(count)[1]))
    fit = None
    for row, step in enumerate(range(n_step - n_held_out, n_step)):
        if fit is None or (refit_every > 0 and row % refit_every == 0):
            fit = fit_endemic(count[:step], population, order_or_flow, options, fit)
        mean = predict_mean(fit, count[:step])[-1]
        log_score[row] = count_log_score(count[step], mean, fit.size_at(mean))
        ranked_score[row] = count_ranked_score(count[step], mean, fit.size_at(mean))
    return CountScores(log_score, ranked_score)


@dataclass(frozen=True, slots=True)
class WeightChoice:
    """Which neighbours serve best.

    Attributes
    ----------
    weights
        Those with the lowest mean log score.
    log_score
        Mean one-step log score of each kind on the held-out steps.
    """

    weights: NeighbourWeights
    log_score: Mapping[NeighbourWeights, float]


def choose_weights(
    count: NDArray[np.float64],
    population: NDArray[np.float64],
    order: NDArray[np.float64],
    flow: NDArray[np.float64],
    n_held_out: int,
    options: EndemicOptions = ENDEMIC_DEFAULTS,
) -> WeightChoice:
    """Choose between neighbourhood orders, given flows and no neighbours by one-step log score.

    Parameters
    ----------
    count, population
        As for `fit_endemic`.
    order, flow
        Borders crossed, and people who travel from the row's area to the column's, shape=(n_area, n_area).
    n_held_out
        Steps at the end that the fits do not see.
    options
        Settings but for `weights`.

    Raises
    ------
    InputError
        As `fit_endemic`.
    """
    given = {NeighbourWeights.ORDER: order, NeighbourWeights.FLOW: flow, NeighbourWeights.NONE: order}
    found = {
        kind: float(
            np.nanmean(score_held_out(count, population, matrix, n_held_out, replace(options, weights=kind)).log_score)
        )
        for kind, matrix in given.items()
    }
    return WeightChoice(min(found, key=lambda kind: found[kind]), found)
