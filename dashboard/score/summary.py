"""Scored rows put together: ratios with their luck, coverage, by horizon and phase."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dashboard.score.epidemic.rivals import LOG
from dashboard.score.epidemic.weekly import OURS, PERSISTENCE, PHASES
from risk_core.scores.bootstrap import block_bootstrap_ratio


def summarise(rows: pd.DataFrame, rivals: Sequence[str]) -> dict[str, Any]:
    """Scores over all rows, by horizon and by phase.

    Parameters
    ----------
    rows
        From `weekly_rows`, with a column for each published rival, NaN where it gave no forecast.
    rivals
        Names of the published ones; persistence is always there.
    """
    names = [PERSISTENCE, *rivals]
    horizons = {str(h): _figures(part, names) for h, part in rows.groupby("horizon")}
    phases = {name: _figures(part, names) for name in PHASES if len(part := rows[rows["phase"] == name])}
    return {"all": _figures(rows, names), "horizons": horizons, "phases": phases}


def _figures(rows: pd.DataFrame, rivals: Sequence[str]) -> dict[str, Any]:
    inside = {name.removeprefix("inside_"): rounded(rows[name].mean()) for name in rows if name.startswith("inside_")}
    found: dict[str, Any] = {"n_row": len(rows), "wis": rounded(rows[OURS].mean()), "coverage": inside, "against": {}}
    for rival in rivals:
        natural = _ratio(rows, rival, "")
        if natural["n_row"]:
            found["against"][rival] = {**natural, "log": _ratio(rows, rival, LOG)}
    return found


def _ratio(rows: pd.DataFrame, rival: str, kind: str) -> dict[str, Any]:
    """Sum of our scores over that of a rival on the rows both have, with the 95 % interval by blocks of origins."""
    if rival + kind not in rows:
        return {"n_row": 0, "relative_wis": None, "interval": [None, None]}
    both = rows[np.isfinite(rows[rival + kind]) & np.isfinite(rows[OURS + kind])]
    by_origin = both.groupby("origin")[[OURS + kind, rival + kind]].sum().sort_index()
    ours, theirs = by_origin[OURS + kind].to_numpy(float), by_origin[rival + kind].to_numpy(float)
    ratio = ours.sum() / theirs.sum() if theirs.sum() > 0 else np.nan
    interval = [rounded(end) for end in block_bootstrap_ratio(ours, theirs)]
    return {"n_row": len(both), "relative_wis": rounded(ratio), "interval": interval}


def rounded(value: float) -> float | None:
    """Four digits, None for what is not known."""
    return round(float(value), 4) if np.isfinite(value) else None
