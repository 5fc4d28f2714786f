"""The daily case forecast against the same weekday of the week before, on rolling origins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.score.epidemic.table import DailyTable
from risk_core.hazards.epidemic.options import TREND_DEFAULTS
from risk_core.hazards.epidemic.trend import forecast_trend
from risk_core.scores.baseline import same_weekday_quantiles
from risk_core.scores.bootstrap import block_bootstrap_ratio
from risk_core.scores.quantile import is_covered, weighted_interval_score
from risk_core.state.situation import DistrictCases
from risk_core.state.surveillance import QUANTILE_PROB
from risk_core.units import S_PER_DAY

PROB = np.array(QUANTILE_PROB)
WINDOW_DAY = 60
"""Days of cases the model sees, as in the live product but for a few."""
WIDTHS = (0.5, 0.8, 0.95)
LEAST_DAY = 35


@dataclass(frozen=True, slots=True)
class HorizonScore:
    """Scores at one horizon: sums over rows of place and origin; ratios below 1 beat the baseline.

    `interval` is the central 95 % of wis / baseline_wis by drawing blocks of origins.
    """

    horizon_day: int
    n_row: int
    wis: float
    baseline_wis: float
    log_wis: float
    baseline_log_wis: float
    coverage: dict[str, float]
    interval: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain values with the two ratios; None where there is nothing to measure."""
        n = max(self.n_row, 1)
        return {
            "horizon_day": self.horizon_day,
            "n_row": self.n_row,
            "relative_wis": _known(self.wis / self.baseline_wis if self.baseline_wis > 0 else np.nan),
            "relative_wis_interval": [_known(end) for end in self.interval],
            "relative_log_wis": _known(self.log_wis / self.baseline_log_wis if self.baseline_log_wis > 0 else np.nan),
            "wis": _known(self.wis / n),
            "baseline_wis": _known(self.baseline_wis / n),
            "coverage": {width: _known(share) for width, share in self.coverage.items()},
        }


def _known(value: float) -> float | None:
    return round(value, 4) if np.isfinite(value) else None


def score_days(
    table: DailyTable, origins: Sequence[int], horizons: Sequence[int], window_day: int = WINDOW_DAY
) -> list[HorizonScore]:
    """Score the forecast of each horizon over the origins.

    Parameters
    ----------
    table
        Daily counts.
    origins
        Positions of the first day not yet known; each needs `LEAST_DAY` days before it. Nothing from there on is read
        for the forecast of that origin.
    horizons
        Days after the last known one, 1..14.
    window_day
        Days the model sees; the baseline sees all before the origin.
    """
    found: dict[int, list[NDArray[np.float64]]] = {horizon: [] for horizon in horizons}
    for origin in origins:
        past = table.count[:origin]
        seen = past[-window_day:]
        day = forecast_trend(DistrictCases(np.arange(len(seen)) * S_PER_DAY, seen), TREND_DEFAULTS).day
        for horizon in horizons:
            truth = table.count[origin + horizon - 1]
            rival = same_weekday_quantiles(past, horizon, PROB)
            found[horizon].append(_rows(day[horizon - 1], rival, truth))
    return [_horizon_score(horizon, rows) for horizon, rows in found.items()]


def _rows(ours: NDArray[np.float64], rival: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """WIS of both, natural and on log(1 + x), and whether each interval held; rows unknown to either left out."""
    log = [(np.log1p(one), np.log1p(truth)) for one in (ours, rival)]
    columns = [weighted_interval_score(PROB, one, truth) for one in (ours, rival)]
    columns += [weighted_interval_score(PROB, one, value) for one, value in log]
    columns += [is_covered(PROB, ours, truth, width) for width in WIDTHS]
    rows = np.stack(columns, axis=1)
    return rows[np.isfinite(rows).all(axis=1)]


def _horizon_score(horizon: int, by_origin: list[NDArray[np.float64]]) -> HorizonScore:
    rows = np.concatenate(by_origin)
    total, mean = rows.sum(axis=0), rows.mean(axis=0) if len(rows) else np.full(rows.shape[1], np.nan)
    coverage = {f"{width:.0%}".rstrip("%"): float(mean[4 + k]) for k, width in enumerate(WIDTHS)}
    ours, rival = (np.array([one[:, k].sum() for one in by_origin]) for k in (0, 1))
    interval = block_bootstrap_ratio(ours, rival)
    return HorizonScore(horizon, len(rows), *(float(one) for one in total[:4]), coverage, interval)
