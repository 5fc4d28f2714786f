"""Write `epiestim_series.csv`: four synthetic series of daily cases, always the same.

python tests/reference/epiestim_series.py
"""

from pathlib import Path

import numpy as np

N_DAY = 120


def series() -> dict[str, np.ndarray]:
    """Two waves of many cases, few cases with empty days, a growth that stops, and reports with weekday swings."""
    rng = np.random.default_rng(20260801)
    day = np.arange(N_DAY)
    waves = 900 * np.exp(np.sin(day / 12) * 1.2)
    few = 1.5 * np.exp(np.sin(day / 20) * 0.8)
    stopped = 20 * np.exp(0.06 * np.minimum(day, 60) - 0.04 * np.maximum(day - 60, 0))
    weekday = np.array([1.3, 1.2, 1.1, 1.0, 1.0, 0.8, 0.6])[day % 7]
    swinging = rng.negative_binomial(10, 10 / (10 + 200 * weekday))
    return {"waves": rng.poisson(waves), "few": rng.poisson(few), "stopped": rng.poisson(stopped), "swinging": swinging}


if __name__ == "__main__":
    told = series()
    rows = [",".join(("day", *told))]
    rows += [",".join(str(one) for one in (day + 1, *(told[name][day] for name in told))) for day in range(N_DAY)]
    Path(__file__).with_name("epiestim_series.csv").write_text("\n".join(rows) + "\n", "utf-8")
