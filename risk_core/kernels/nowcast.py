"""Which share of a day's cases is known how many days later."""

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel


@kernel
def reported_share(
    known: NDArray[np.float64],
    latest: NDArray[np.float64],
    age_day: NDArray[np.int64],
    half_life_day: float,
    weight_cases: float,
) -> NDArray[np.float64]:
    """Share of the final cases known at each age, by place, drawn towards that of all places.

    Ratio of sums over earlier days (chain ladder), each day weighing 0.5^(age / half_life_day). A day counts as
    final once it is older than the oldest age, so only such days teach.

    Parameters
    ----------
    known
        Cases as known a days after their day ended, shape=(n_age, n_day, n_place), NaN where nothing was known.
    latest
        Newest count, shape=(n_day, n_place).
    age_day
        Whole days since each day ended, shape=(n_day,).
    half_life_day
        After this many days a day weighs half.
    weight_cases
        Cases that the share of all places stands for in each place.

    Returns
    -------
    float64 array
        shape=(n_age, n_place), in 0.2..1; 1 where nothing was learnt. Counts later taken back give no share over 1.
    """
    n_age, n_day, n_place = known.shape
    out = np.ones((n_age, n_place))
    for a in range(n_age):
        early, final = np.zeros(n_place), np.zeros(n_place)
        for t in range(n_day):
            if age_day[t] < n_age:
                continue
            weight = 0.5 ** (age_day[t] / half_life_day)
            for d in range(n_place):
                if known[a, t, d] >= 0.0 and latest[t, d] >= 0.0:
                    early[d] += weight * known[a, t, d]
                    final[d] += weight * latest[t, d]
        total = final.sum()
        if total <= 0.0:
            continue
        common = early.sum() / total
        for d in range(n_place):
            share = (early[d] + weight_cases * common) / (final[d] + weight_cases)
            out[a, d] = min(max(share, 0.2), 1.0)
    return out
