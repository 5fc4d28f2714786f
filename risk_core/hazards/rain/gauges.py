"""Rain of each gauge in time: what has fallen, what persistence adds, at each time slice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.options import SUMS_H, WINDOWS_H, RainOptions
from risk_core.kernels.rain import accumulate_rain, hold_gaps
from risk_core.state.situation import RainGauges
from risk_core.units import S_PER_H

HEAVY_QUANTILE = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class GaugeSlices:
    """What every gauge says of every time slice.

    Attributes
    ----------
    is_known
        Whether the gauge counts, shape=(n_slice, n_station).
    fallen_mm
        Observed inside each window up to the slice, shape=(n_slice, 3, n_station).
    rate_mm_per_h
        The rate that goes on from the newest observation, shape=(n_slice, n_station), NaN where unknown.
    growth_h
        Hours of that rate still to fall inside each window as it decays, shape=(n_slice, 3).
    elsewhere_mm
        Rain of the region's heavy gauges (90 % quantile of their rates) held that long without decay,
        shape=(n_slice, 3).
    elsewhere_mm_per_h
        90 % quantile of the rates, shape=(n_slice,).
    unseen_mm
        Root mean square over the gauges of what fell and what persistence adds inside each window,
        shape=(n_slice, 3).
    begin_s, end_s
        Leads after the newest observation used between which rain still falls inside each window,
        shape=(n_slice, 3), (n_slice,).
    base_s
        Newest observation each slice stands on, unix seconds, shape=(n_slice,).
    mixing
        Share by which rain may have moved, shape=(n_slice,).
    newest_s
        Newest observation used, unix seconds.
    more_mm
        Observed up to now in the windows that are told but not part of the risk, shape=(2, n_station).
    """

    is_known: NDArray[np.bool_]
    fallen_mm: NDArray[np.float64]
    rate_mm_per_h: NDArray[np.float64]
    growth_h: NDArray[np.float64]
    elsewhere_mm: NDArray[np.float64]
    elsewhere_mm_per_h: NDArray[np.float64]
    unseen_mm: NDArray[np.float64]
    begin_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    base_s: NDArray[np.float64]
    mixing: NDArray[np.float64]
    newest_s: float
    more_mm: NDArray[np.float64]


def slice_gauges(
    gauges: RainGauges, now_s: float, lead_s: NDArray[np.int32], options: RainOptions
) -> GaugeSlices | None:
    """Rain of each gauge at each slice, or None when no gauge has ever reported.

    A past slice uses what was observed up to its time. From the newest observation on, the rate of each gauge
    is held and decays with `options.lifetime_s` (Eulerian persistence). Gaps up to `options.max_gap_s` are
    held too; longer ones and the time before the record count as dry, so that sums are lower bounds there.
    """
    rate = gauges.rate_mm_per_h
    is_past = gauges.time_s <= now_s
    has_any = np.isfinite(rate).any(axis=1) & is_past if rate.size else np.zeros(len(gauges.time_s), dtype=bool)
    if not has_any.any():
        return None
    last = int(np.flatnonzero(has_any)[-1])
    time_s, rate = gauges.time_s[: last + 1], rate[: last + 1]
    interval_s = float(time_s[1] - time_s[0]) if len(time_s) > 1 else options.interval_s
    held = hold_gaps(rate, int(options.max_gap_s // interval_s))

    valid_s = now_s + lead_s.astype(np.float64)
    known_s = np.minimum(valid_s, now_s)
    base_s = np.minimum(known_s, float(time_s[-1]))
    row = np.clip(np.searchsorted(time_s, base_s - 1e-6), 0, last)
    in_record = (valid_s > time_s[0] - interval_s) & (known_s - time_s[-1] <= options.max_age_s)
    now_rate = np.where(in_record[:, None], held[row], np.nan)
    window_s = np.array(WINDOWS_H) * S_PER_H
    start_s = valid_s[:, None] - window_s
    fallen = accumulate_rain(
        held, time_s[0] - interval_s, interval_s, start_s.ravel(), np.repeat(base_s, len(window_s))
    ).reshape(len(lead_s), len(window_s), -1)
    begin_s = np.maximum(start_s - base_s[:, None], 0.0)
    end_s = (valid_s - base_s)[:, None]
    growth = (np.exp(-begin_s / options.lifetime_s) - np.exp(-end_s / options.lifetime_s)) * options.lifetime_s
    heavy = np.array([_heavy_rate(one) for one in now_rate])
    growth /= S_PER_H
    whole = fallen + now_rate[:, None, :] * growth[:, :, None]
    return GaugeSlices(
        is_known=np.isfinite(now_rate),
        fallen_mm=fallen,
        rate_mm_per_h=now_rate,
        growth_h=growth,
        elsewhere_mm=heavy[:, None] * (end_s - begin_s) / S_PER_H,
        elsewhere_mm_per_h=heavy,
        unseen_mm=_root_mean_square(whole),
        begin_s=begin_s,
        end_s=end_s[:, 0],
        base_s=base_s,
        mixing=1.0 - np.exp(-end_s[:, 0] / options.lifetime_s),
        newest_s=float(time_s[-1]),
        more_mm=_told_sums(held, float(time_s[0]) - interval_s, interval_s, min(now_s, float(time_s[-1]))),
    )


def usable_gauges(gauges: RainGauges, options: RainOptions) -> RainGauges:
    """Gauges that have a position, with rates that cannot be (negative, above `most_mm_per_h`) as missing.

    Examples
    --------
    >>> from risk_core.hazards.rain.options import RAIN_DEFAULTS
    >>> at = np.array([37.5, np.nan])
    >>> one = RainGauges(at, at + 90, np.array([0.0]), np.array([[-1.0, 3.0]]))
    >>> usable_gauges(one, RAIN_DEFAULTS).rate_mm_per_h
    array([[nan]])
    """
    placed = (np.abs(gauges.lat_deg) <= 90) & (np.abs(gauges.lon_deg) <= 180)
    rate = gauges.rate_mm_per_h[:, placed]
    rate = np.where((rate >= 0) & (rate <= options.most_mm_per_h), rate, np.nan)
    return RainGauges(gauges.lat_deg[placed], gauges.lon_deg[placed], gauges.time_s, rate, gauges.is_measured)


def _told_sums(held: NDArray[np.float64], first_s: float, interval_s: float, end_s: float) -> NDArray[np.float64]:
    """Sums up to `end_s` in the windows of `SUMS_H` that are not among `WINDOWS_H`."""
    more_s = np.array([hours * S_PER_H for hours in SUMS_H if hours not in WINDOWS_H])
    return np.asarray(accumulate_rain(held, first_s, interval_s, end_s - more_s, np.full(len(more_s), end_s)))


def _root_mean_square(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the last axis, of what is known; 0 where nothing is."""
    known = np.isfinite(value)
    total = np.where(known, value, 0.0) ** 2
    return np.asarray(np.sqrt(total.sum(axis=-1) / np.maximum(known.sum(axis=-1), 1)))


def _heavy_rate(rate_mm_per_h: NDArray[np.float64]) -> float:
    known = rate_mm_per_h[np.isfinite(rate_mm_per_h)]
    return float(np.quantile(known, HEAVY_QUANTILE)) if known.size else 0.0
