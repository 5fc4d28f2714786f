"""The models of `score small-area`, each fitted and scored on the same held-out steps."""

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.hazards.epidemic.endemic import (
    ENDEMIC_DEFAULTS,
    HHH4_OPTIONS,
    EndemicOptions,
    NeighbourWeights,
    fit_endemic,
)
from risk_core.hazards.epidemic.endemic_forecast import choose_weights, score_held_out
from risk_core.scores.bootstrap import block_bootstrap_ratio
from risk_core.scores.count import CountScores
from risk_core.scores.persistence import fit_persistence, score_persistence

PLAIN: Final = "plain"


@dataclass(frozen=True, slots=True)
class ScorePlan:
    """How to measure.

    Attributes
    ----------
    n_held_out
        Last steps, each forecast from those before it.
    refit_every
        Steps between two fits; 0 fits once.
    period_step, n_harmonic
        Season of all models.
    """

    n_held_out: int
    refit_every: int
    period_step: float
    n_harmonic: int

    def options(self, base: EndemicOptions, weights: NeighbourWeights) -> EndemicOptions:
        """The settings of `base` with these weights and this season."""
        return replace(
            base,
            weights=weights,
            period_step=self.period_step,
            n_harmonic=self.n_harmonic,
            n_spread_harmonic=min(base.n_spread_harmonic, self.n_harmonic),
        )


@dataclass(frozen=True, slots=True, eq=False)
class AreaData:
    """Counts, shape=(n_step, n_place); residents before the held-out steps; orders; flows where there are any."""

    count: NDArray[np.float64]
    population: NDArray[np.float64]
    order: NDArray[np.float64]
    flow: NDArray[np.float64] | None


def score_models(data: AreaData, plan: ScorePlan) -> dict[str, Any]:
    """Score the plain model, the shrunken one, the plain one without neighbours, and the last count.

    Returns
    -------
    dict
        `weights`: those used, the better of orders and flows on the last steps before the held-out ones;
        `weights_log_score`: what each reached there; `baseline`; `models`: figures of each.

    Raises
    ------
    InputError
        When counts are no whole numbers, or none of the held-out steps is known.
    """
    weights, tried = _choose(data, plan)
    matrix = data.flow if data.flow is not None and weights is NeighbourWeights.FLOW else data.order
    options = {
        PLAIN: plan.options(HHH4_OPTIONS, weights),
        "shrunken": plan.options(ENDEMIC_DEFAULTS, weights),
        "no neighbours": plan.options(HHH4_OPTIONS, NeighbourWeights.NONE),
    }
    known = data.count[: len(data.count) - plan.n_held_out]
    if not np.isfinite(data.count[len(known) :]).any():
        raise InputError(Fault("--held-out", "steps without any count", "known counts", "Hold more steps out."))
    found, fit_s = {}, {}
    for name, one in options.items():
        found[name] = score_held_out(data.count, data.population, matrix, plan.n_held_out, one, plan.refit_every)
        start = perf_counter()  # the kernels are compiled by now
        fit_endemic(known, data.population, matrix, one)
        fit_s[name] = perf_counter() - start
    found["last count"] = score_persistence(data.count, plan.n_held_out, plan.refit_every)
    start = perf_counter()
    fit_persistence(known)
    fit_s["last count"] = perf_counter() - start
    return {
        "weights": weights.value,
        "weights_log_score": tried,
        "baseline": PLAIN,
        "models": [_figures(name, scores, found[PLAIN], fit_s[name]) for name, scores in found.items()],
    }


def _choose(data: AreaData, plan: ScorePlan) -> tuple[NeighbourWeights, dict[str, float] | None]:
    """Orders or flows; no neighbours at all is a model of its own here."""
    if data.flow is None:
        return NeighbourWeights.ORDER, None
    known = data.count[: len(data.count) - plan.n_held_out]
    n_tried = min(plan.n_held_out, len(known) // 4)
    options = plan.options(ENDEMIC_DEFAULTS, NeighbourWeights.ORDER)
    found = choose_weights(known, data.population, data.order, data.flow, n_tried, options).log_score
    weights = min((NeighbourWeights.ORDER, NeighbourWeights.FLOW), key=lambda kind: found[kind])
    return weights, {kind.value: round(score, 5) for kind, score in found.items()}


def _figures(name: str, scores: CountScores, plain: CountScores, fit_s: float) -> dict[str, Any]:
    by_step, of_plain = (np.nansum(one.log_score, axis=1) for one in (scores, plain))
    interval = block_bootstrap_ratio(by_step, of_plain)
    return {
        "model": name,
        "n_row": int(np.isfinite(scores.log_score).sum()),
        "log_score": round(float(np.nanmean(scores.log_score)), 5),
        "ranked_score": round(float(np.nanmean(scores.ranked_score)), 5),
        "relative_log_score": round(float(by_step.sum() / of_plain.sum()), 4),
        "relative_log_score_interval": [round(end, 4) if np.isfinite(end) else None for end in interval],
        "fit_s": round(fit_s, 3),
    }
