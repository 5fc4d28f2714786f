"""Endemic-epidemic model of counts in small areas (Held, Höhle and Hofmann 2005, Stat. Model. 5, 187).

Expected count of area a in step t, negative binomial with variance mu + mu^2 / psi and psi = psi_0 mu^gamma:

    mu[a,t] = e^(alpha + u1_a + r1_t) y[a,t-1] + e^(beta + u2_a + r2_t) N_a^tau sum_b w_ba y[b,t-1] + N_a e^(u3_a + s_t)

y: counts; with `lag_keep` kappa their mean over five steps, weights kappa^k (Bracher and Held 2022, Int. J. Forecast.
38, 1221). N: share of the population, tau its power in the part of the neighbours (Meyer and Held 2014, Ann. Appl.
Stat. 8, 1612). w_ba: order(b, a)^-d with rows of sum one (same paper), or the people who travel from b to a
(Geilhufe et al. 2014, Biom. J. 56, 363). s_t: level, trend and harmonics of the year; r1, r2: harmonics in the two
epidemic parts (Held and Paul 2012, Biom. J. 54, 824). u: effects of the areas (Paul and Held 2011, Stat. Med. 30,
1118), here shrunken by a ridge of given spread, where that paper learns the spread with the fit. gamma: 0 in those
papers; free as in the NB-P of Greene 2008, Econ. Lett. 99, 585, whose P is 2 - gamma.

Checked against hhh4 of the R package surveillance on its data set fluBYBW (weekly influenza of 140 districts): with
`HHH4_OPTIONS` the same one-step log score to four digits. `ENDEMIC_DEFAULTS` was chosen on those data. A free gamma and
one harmonic in the epidemic parts lower the log score by 0.011 and 0.025 on weeks 261 to 312 and 313 to 364, and by
0.016 on weeks 365 to 416. A second harmonic gained 0.003 and 0.002 more on the first two but lost 0.004 on the last, so
this choice knows the last year; so do the spreads, but each between 0.2 and 0.8 alone changes it by 0.001 at most.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import shortest_path

from risk_core.errors import Fault, InputError, raise_faults
from risk_core.hazards.epidemic.descent import descend
from risk_core.kernels.endemic import LEAST_MEAN, N_COMMON, endemic_gradient, geometric_lags, order_weights, send_counts
from risk_core.state.options import check_ranges

N_LAG: Final = 5
COMMON_MOST: Final = (30.0, 30.0, 10.0, 12.0, 3.0, 1.5)
"""Bounds of alpha, beta, tau, log psi_0, log d, gamma on both sides; far from any fit, so that nothing overflows."""
SEASON_MOST: Final = 30.0
TOLERANCE: Final = 1e-4
"""Steps that raise the log likelihood by less end the search."""
COMMON_UNIT: Final = 0.1
"""Unit in which the common parameters are searched: they curve the likelihood about that much more than the effects."""


class NeighbourWeights(StrEnum):
    """Where the weights of the other areas come from."""

    ORDER = "order"
    FLOW = "flow"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class EndemicOptions:
    """Settings of the model.

    Attributes
    ----------
    period_step
        Steps in a season; 52 weeks.
    n_harmonic
        Pairs of sine and cosine in the endemic part; 3 as in Paul and Held 2011 for these data; 0 for none.
    n_spread_harmonic
        How many of them the two epidemic parts have too.
    size_power
        gamma; None learns it.
    lag_keep
        kappa, weight of each step further back; 0 takes the last count alone.
    effect_sd
        Spread of u1, u2, u3 on the log scale; 0 gives all areas one value.
    weights
        What the other areas' weights are.
    n_evaluation
        Most evaluations of the likelihood.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    period_step: float = 52.0
    n_harmonic: int = 3
    n_spread_harmonic: int = 1
    size_power: float | None = None
    lag_keep: float = 0.0
    effect_sd: tuple[float, float, float] = (0.3, 0.5, 0.3)
    weights: NeighbourWeights = NeighbourWeights.ORDER
    n_evaluation: int = 2000

    def __post_init__(self) -> None:
        ranges = {
            "period_step": (2.0, 1e4),
            "n_harmonic": (0, 10),
            "n_spread_harmonic": (0, self.n_harmonic),
            "lag_keep": (0.0, 1.0),
            "n_evaluation": (1, 100_000),
        }
        check_ranges(self, ranges if self.size_power is None else ranges | {"size_power": (-1.0, 1.0)})
        if len(self.effect_sd) != 3 or not all(0 <= one <= 5 for one in self.effect_sd):
            remedy = "Correct EndemicOptions.effect_sd."
            raise InputError(Fault("effect_sd", str(self.effect_sd), "three numbers in 0..5", remedy))


ENDEMIC_DEFAULTS: Final = EndemicOptions()
HHH4_OPTIONS: Final = EndemicOptions(n_spread_harmonic=0, size_power=0.0, effect_sd=(0.0, 0.0, 0.0))
"""The plain model: one value for all areas, the season in the endemic part alone, gamma 0."""


@dataclass(frozen=True, slots=True, eq=False)
class EndemicFit:
    """A fitted model.

    Attributes
    ----------
    common
        alpha, beta, tau, log psi_0, log d, gamma, then s: level, trend and harmonics, then those of r1 and of r2,
        shape=(8 + 2 n_harmonic + 4 n_spread_harmonic,).
    effect
        u1, u2, u3, shape=(3, n_area).
    weights
        w_ba, row b the sender, shape=(n_area, n_area).
    population_share
        N, sum one, shape=(n_area,).
    n_step
        Steps it was fitted on; the trend is counted from their middle.
    log_likelihood
        Of the counts after the first step, without the ridge.
    n_evaluation
        Evaluations of the likelihood.
    is_converged
        Whether it stopped by itself.
    options
        Settings it was fitted with.
    """

    common: NDArray[np.float64]
    effect: NDArray[np.float64]
    weights: NDArray[np.float64]
    population_share: NDArray[np.float64]
    n_step: int
    log_likelihood: float
    n_evaluation: int
    is_converged: bool
    options: EndemicOptions

    def size_at(self, mean: NDArray[np.float64]) -> NDArray[np.float64]:
        """Size psi of the negative binomial round expected counts, of their shape."""
        return np.asarray(np.exp(self.common[3] + self.common[5] * np.log(mean)))

    @property
    def decay(self) -> float:
        """Exponent d of the neighbourhood order; meaningless with other weights."""
        return float(np.exp(self.common[4]))


def fit_endemic(
    count: NDArray[np.float64],
    population: NDArray[np.float64],
    order_or_flow: NDArray[np.float64],
    options: EndemicOptions = ENDEMIC_DEFAULTS,
    start: EndemicFit | None = None,
) -> EndemicFit:
    """Fit by maximum likelihood with a ridge on the areas' effects.

    L-BFGS with the analytic gradient; a step costs O(n_step n_area^2) at most, less where most counts are zero.

    Parameters
    ----------
    count
        Whole counts, shape=(n_step, n_area), NaN where missing: such a step teaches nothing, and the last known count
        stands for it among the earlier ones.
    population
        Residents or shares, above 0, shape=(n_area,).
    order_or_flow
        With weights `order` the borders crossed between two areas, 0 for itself; with `flow` the people who travel
        from the row's area to the column's, the diagonal left out; with `none` unused; shape=(n_area, n_area).
    options
        Settings.
    start
        An earlier fit of the same areas and settings to begin at.

    Raises
    ------
    InputError
        For counts that are no whole numbers, shapes that do not fit, fewer steps than the season has parameters.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> count = rng.poisson(20.0, (60, 3)).astype(float)
    >>> order = np.array([[0, 1, 2], [1, 0, 1], [2, 1, 0]], dtype=float)
    >>> fit = fit_endemic(count, np.ones(3), order, EndemicOptions(n_harmonic=0, n_spread_harmonic=0))
    >>> fit.effect.shape, bool(abs(predict_mean(fit, count)[-1].mean() - 20) < 2)
    ((3, 3), True)
    """
    raise_faults(_faults(count, population, order_or_flow, options))
    problem = _Problem.of(count, population, order_or_flow, options)
    first = problem.first_guess(count) if start is None else problem.packed(start)
    found = descend(problem.objective, first, TOLERANCE, options.n_evaluation)
    common, effect = problem.unpacked(found.x)
    ridge = 0.5 * float(np.square(found.x[common.size :]).sum())
    return EndemicFit(
        common=common,
        effect=effect,
        weights=problem.weights(common[4])[0],
        population_share=problem.share,
        n_step=len(count),
        log_likelihood=ridge - found.value,
        n_evaluation=found.n_evaluation,
        is_converged=found.is_converged,
        options=options,
    )


def predict_mean(fit: EndemicFit, count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Expected count of every step from the counts before it.

    Parameters
    ----------
    fit
        A fitted model.
    count
        Counts from the same first step on, shape=(n_step, n_area), NaN where missing.

    Returns
    -------
    float64 array
        shape=(n_step + 1, n_area); the last row is the step after the data, the first has only the endemic part.
    """
    lagged = geometric_lags(np.ascontiguousarray(count, dtype=np.float64), fit.options.lag_keep, N_LAG)
    return expected_count(fit, lagged, season_terms(len(count) + 1, fit.n_step, fit.options))


def neighbourhood_orders(is_neighbour: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Fewest borders crossed between two areas.

    Parameters
    ----------
    is_neighbour
        Whether two areas touch, shape=(n_area, n_area).

    Returns
    -------
    int32 array
        Same shape; 0 for the area itself and where no way leads.

    Examples
    --------
    >>> touching = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]], dtype=bool)
    >>> neighbourhood_orders(touching)[0].tolist()
    [0, 1, 2, 0]
    """
    step = shortest_path(np.asarray(is_neighbour, dtype=np.float64), method="D", unweighted=True)
    return np.where(np.isfinite(step), step, 0).astype(np.int32)


def season_terms(n_step: int, n_fitted: int, options: EndemicOptions) -> NDArray[np.float64]:
    """One, trend in seasons from the middle of the fitted steps, harmonics; shape=(n_step, 2 + 2 n_harmonic)."""
    step = np.arange(n_step, dtype=np.float64)
    angle = 2.0 * np.pi * step / options.period_step
    waves = [wave(k * angle) for k in range(1, options.n_harmonic + 1) for wave in (np.sin, np.cos)]
    return np.stack([np.ones(n_step), (step - n_fitted / 2.0) / options.period_step, *waves], axis=1)


def expected_count(fit: EndemicFit, lagged: NDArray[np.float64], season: NDArray[np.float64]) -> NDArray[np.float64]:
    """Expected counts from earlier ones and the terms of the season.

    Parameters
    ----------
    fit
        A fitted model.
    lagged
        Earlier counts as `kernels.endemic.geometric_lags` weighs them, shape=(..., n_area).
    season
        shape=(..., n_term), or (n_term,) for one step.

    Returns
    -------
    float64 array
        shape=(..., n_area).
    """
    n_wave = 2 * fit.options.n_spread_harmonic
    at = N_COMMON + season.shape[-1]
    wave = season[..., 2 : 2 + n_wave]
    own = np.exp(fit.common[0] + fit.effect[0] + (wave @ fit.common[at : at + n_wave])[..., None])
    other = np.exp(fit.common[1] + fit.effect[1] + (wave @ fit.common[at + n_wave :])[..., None])
    other *= fit.population_share ** fit.common[2]
    endemic = fit.population_share * np.exp(fit.effect[2] + (season @ fit.common[N_COMMON:at])[..., None])
    return np.asarray(own * lagged + other * (lagged @ fit.weights) + endemic + LEAST_MEAN)


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """What stays the same while a fit is searched; effects are searched in units of their spread."""

    count: NDArray[np.float64]
    lagged: NDArray[np.float64]
    season: NDArray[np.float64]
    share: NDArray[np.float64]
    order: NDArray[np.int32]
    flow: NDArray[np.float64]
    options: EndemicOptions

    @classmethod
    def of(
        cls,
        count: NDArray[np.float64],
        population: NDArray[np.float64],
        order_or_flow: NDArray[np.float64],
        options: EndemicOptions,
    ) -> Self:
        """Prepare the arrays of the likelihood; the first step has nothing before it and is not fitted."""
        count = np.ascontiguousarray(count, dtype=np.float64)
        is_order = options.weights is NeighbourWeights.ORDER
        n_area = count.shape[1]
        flow = np.zeros((n_area, n_area))
        if options.weights is NeighbourWeights.FLOW:
            moved = np.where(np.eye(n_area, dtype=bool), 0.0, order_or_flow)
            total = moved.sum(axis=1, keepdims=True)
            flow = np.divide(moved, total, out=flow, where=total > 0)
        return cls(
            count=count[1:],
            lagged=geometric_lags(count, options.lag_keep, N_LAG)[1:-1],
            season=season_terms(len(count), len(count), options)[1:],
            share=np.asarray(population, dtype=np.float64) / np.sum(population),
            order=np.asarray(order_or_flow if is_order else np.zeros((0, 0)), dtype=np.int32),
            flow=flow,
            options=options,
        )

    def weights(self, log_decay: float) -> NDArray[np.float64]:
        """Weights of the others and their slope in log decay, shape=(2, n_area, n_area)."""
        if self.order.size:
            decay = float(np.exp(log_decay))
            found = order_weights(self.order, decay)
            return np.stack([found[0], decay * found[1]])
        return np.stack([self.flow, np.zeros_like(self.flow)])

    def first_guess(self, count: NDArray[np.float64]) -> NDArray[np.float64]:
        """Half of the cases from the area's own, a fifth from the others', the rest endemic and level."""
        total = float(np.nanmean(count)) * self.share.size
        common = np.zeros(self.most.size)
        common[:3] = np.log(0.5), np.log(0.2), 0.0
        common[5] = self.options.size_power or 0.0
        common[N_COMMON] = np.log(0.3 * total + 1e-6)
        return np.concatenate([common / COMMON_UNIT, np.zeros(3 * self.share.size)])

    @property
    def most(self) -> NDArray[np.float64]:
        """Bounds of the common parameters on both sides."""
        n_season = self.season.shape[1] + 4 * self.options.n_spread_harmonic
        return np.concatenate([COMMON_MOST, np.full(n_season, SEASON_MOST)])

    @property
    def spread(self) -> NDArray[np.float64]:
        """Spread of the effects, shape=(3, 1)."""
        return np.array(self.options.effect_sd)[:, None]

    def packed(self, fit: EndemicFit) -> NDArray[np.float64]:
        """One vector of an earlier fit."""
        spread = np.where(self.spread > 0, self.spread, 1.0)
        return np.concatenate([fit.common / COMMON_UNIT, (fit.effect / spread).ravel()])

    def unpacked(self, x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Common parameters, held within their bounds, and effects of a vector."""
        most = self.most
        return np.clip(COMMON_UNIT * x[: most.size], -most, most), self.spread * x[most.size :].reshape(3, -1)

    def objective(self, x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Minus the log likelihood, with the ridge, and its gradient."""
        common, effect = self.unpacked(x)
        neighbour, slope = send_counts(self.lagged, self.weights(float(common[4])))
        total, by_common, by_effect = endemic_gradient(
            self.count, self.lagged, neighbour, slope, self.season, self.share, common, effect
        )
        by_common[COMMON_UNIT * np.abs(x[: common.size]) > self.most] = 0.0
        if self.options.size_power is not None:
            by_common[5] = 0.0
        scaled = x[common.size :]
        gradient = np.concatenate([-COMMON_UNIT * by_common, scaled - (self.spread * by_effect).ravel()])
        return 0.5 * float(scaled @ scaled) - total, gradient


def _faults(
    count: NDArray[np.float64],
    population: NDArray[np.float64],
    order_or_flow: NDArray[np.float64],
    options: EndemicOptions,
) -> list[Fault]:
    """Everything about the data that does not fit."""
    n_area = np.shape(count)[1] if np.ndim(count) == 2 else 0
    least = 5 + 2 * options.n_harmonic + 4 * options.n_spread_harmonic
    if n_area == 0 or len(count) < least:
        wanted = f"shape (n_step, n_area), {least} steps or more"
        return [Fault("count", f"of shape {np.shape(count)}", wanted, "Give more steps, or fewer harmonics.")]
    faults = []
    known = count[np.isfinite(count)]
    if known.size == 0 or known.min() < 0 or (known != np.floor(known)).any() or np.isinf(count).any():
        worst = known[(known < 0) | (known != np.floor(known))]
        shown = str(worst[0]) if worst.size else "nothing known, or infinite"
        faults.append(Fault("count", shown, "whole numbers from 0, NaN where missing", "Round or leave out."))
    if np.shape(population) != (n_area,) or not (np.isfinite(population) & (np.asarray(population) > 0)).all():
        wanted = f"{n_area} numbers above 0"
        faults.append(Fault("population", f"of shape {np.shape(population)}", wanted, "Leave out empty areas."))
    if options.weights is not NeighbourWeights.NONE:
        good = np.shape(order_or_flow) == (n_area, n_area) and np.isfinite(order_or_flow).all()
        if not good or np.min(order_or_flow) < 0:
            wanted = f"shape ({n_area}, {n_area}), numbers from 0"
            found = f"of shape {np.shape(order_or_flow)}"
            faults.append(Fault("order_or_flow", found, wanted, "Give the areas in the order of the counts."))
    return faults
