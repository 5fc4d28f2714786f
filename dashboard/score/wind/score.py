"""The wind models scored storm by storm, each by what is learned from the others."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.score.summary import rounded
from dashboard.score.wind.folds import AHEAD_H, Fold, make_fold, pairs_ahead, predict
from dashboard.score.wind.inputs import WindInputs
from dashboard.score.wind.probability import add_probabilities, summarise_probabilities
from dashboard.score.wind.rows import storm_rows
from risk_core.errors import Fault, InputError

MODELS: Final = {
    "known": "Holland 2010 with radii, station's own law from the other storms",
    "withheld": "the same, the station's reports never seen: law of the other stations",
    "withheld_others_report": "withheld, corrected by what the other stations report in that hour",
}
BASELINES: Final = {
    "station_mean": "all-year mean of the station's reports in the training years",
    "others_mean": "the same of the other stations: all that is known of a withheld one",
    "plain_holland": "Holland 1980 by pressure, one factor for the station from the other storms",
    "plain_holland_withheld": "the same, factor of the other stations",
}
RIVAL_OF: Final = {"known": "plain_holland"} | dict.fromkeys(
    ("withheld", "withheld_others_report"), "plain_holland_withheld"
)
TARGET_RATIO: Final = 0.85
LEAST_HOURS_OF_PEAK: Final = 6
"""A storm counts for the largest wind at a station that reported so many of its hours."""


def score_wind(inputs: WindInputs, within_km: float, earlier_only: bool) -> dict[str, Any]:
    """Score every storm that comes within that distance of a reporting station.

    Parameters
    ----------
    inputs
        The files.
    within_km
        Hours count while the centre is nearer to the station than this.
    earlier_only
        Learn from earlier storms only; otherwise from all but the scored one. Hours within a day of the scored storm
        are never learned from, and baselines of means leave out its calendar years.

    Raises
    ------
    InputError
        When no storm comes near, or none leaves enough hours to learn from.
    """
    rows, storms, n_gap = storm_rows(inputs, within_km)
    if not rows["scored"].any():
        wanted = f"tracks within {within_km:g} km of a station in hours it reports"
        raise InputError(Fault("--tracks", "far from every report", wanted, "Check times, offsets and positions."))
    parts, probabilities, ahead, without = [], [], [], []
    for storm in rows.loc[rows["scored"], "storm"].unique():
        fold = make_fold(inputs, rows, int(storm), earlier_only)
        if fold is None:
            without.append(inputs.tracks[int(storm)].storm_id)
            continue
        part = predict(inputs, rows, int(storm), fold)
        parts.append(part.assign(**_peak_columns(part, fold, len(inputs.station_id))))
        probabilities.append(add_probabilities(inputs, part, storms, fold))
        ahead.append(_ahead(part, fold))
    if not parts:
        wanted = "storms that leave at least 24 hours of others to learn from"
        raise InputError(Fault("--tracks", "too few storms", wanted, "Give more storms, or fewer restrictions."))
    scored = pd.concat(parts, ignore_index=True)
    return {
        "n_storm": len(parts),
        "n_station": int(scored["station"].nunique()),
        "n_hour": len(scored),
        "within_km": within_km,
        "storms_without_training": without,
        "n_hour_in_track_gaps": n_gap,
        "hourly": _hourly(scored),
        "storm_maximum": _peaks(scored),
        "ahead": _summarise_ahead(pd.concat(ahead, ignore_index=True)),
        "probability": summarise_probabilities(probabilities),
        "storms": [_storm(part, inputs) for part in parts],
    }


def rmse(rows: pd.DataFrame, column: str, truth: str = "wind") -> float:
    """Root mean squared error of a column, NaN without rows."""
    miss = (rows[column] - rows[truth]).to_numpy(float)
    miss = miss[np.isfinite(miss)]
    return float(np.sqrt(np.mean(miss**2))) if miss.size else float("nan")


def _ratio(rows: pd.DataFrame, ours: str, theirs: str, truth: str = "wind") -> float:
    """Ratio of errors on the rows both have."""
    both = rows[np.isfinite(rows[ours]) & np.isfinite(rows[theirs])]
    below = rmse(both, theirs, truth)
    return rmse(both, ours, truth) / below if below > 0 else float("nan")


def _hourly(rows: pd.DataFrame) -> dict[str, Any]:
    found: dict[str, Any] = {name: {"rmse_m_per_s": rounded(rmse(rows, name)), "what": told}
                             for name, told in BASELINES.items()}  # fmt: skip
    for name, told in MODELS.items():
        over_mean, over_plain = _ratio(rows, name, "station_mean"), _ratio(rows, name, RIVAL_OF[name])
        found[name] = {
            "rmse_m_per_s": rounded(rmse(rows, name)),
            "bias_m_per_s": rounded(float((rows[name] - rows["wind"]).mean())),
            "n_hour": int(np.isfinite(rows[name]).sum()),
            "over_station_mean": rounded(over_mean),
            "over_others_mean": rounded(_ratio(rows, name, "others_mean")),
            "over_plain_holland": rounded(over_plain),
            "meets_target": bool(over_mean <= TARGET_RATIO and over_plain < 1.0),
            "what": told,
        }
    return found


def _peak_columns(part: pd.DataFrame, fold: Fold, n_station: int) -> Mapping[str, NDArray[np.float64]]:
    """What each row needs for the largest wind of a storm: factors and means of the training storms' largest winds."""
    tops = fold.training.groupby(["storm", "station"])[["wind", "plain"]].max().reset_index()
    station = tops["station"].to_numpy()
    n = np.bincount(station, minlength=n_station)
    mean = np.bincount(station, weights=tops["wind"], minlength=n_station) / np.maximum(n, 1)
    mean = np.where(n > 0, mean, float(tops["wind"].mean()))
    xy = np.bincount(station, weights=tops["wind"] * tops["plain"], minlength=n_station)
    xx = np.bincount(station, weights=tops["plain"] ** 2, minlength=n_station)
    factor = np.where(xx > 0, xy / np.maximum(xx, 1e-9), xy.sum() / max(float(xx.sum()), 1e-9))
    at = part["station"].to_numpy()
    return {
        "top_known": fold.model.peak_ratio * part["known"].to_numpy(float),
        "top_withheld": fold.model.peak_ratio * part["withheld"].to_numpy(float),
        "top_station_mean": mean[at],
        "top_plain_holland": factor[at] * part["plain"].to_numpy(float),
    }


def _peaks(rows: pd.DataFrame) -> dict[str, Any]:
    """Errors of the largest wind of each storm at each station; `station_mean` is the mean of its others."""
    groups = rows.groupby(["storm", "station"])
    names = [name for name in rows if name.startswith("top_")]
    tops = groups[["wind", *names]].max()[groups.size() >= LEAST_HOURS_OF_PEAK]
    found: dict[str, Any] = {"n": len(tops)}
    for name in names:
        found[name.removeprefix("top_")] = {"rmse_m_per_s": rounded(rmse(tops, name))}
    for name in ("known", "withheld"):
        found[name]["over_station_mean"] = rounded(_ratio(tops, f"top_{name}", "top_station_mean"))
        found[name]["over_plain_holland"] = rounded(_ratio(tops, f"top_{name}", "top_plain_holland"))
    return found


def _ahead(part: pd.DataFrame, fold: Fold) -> pd.DataFrame:
    """Forecasts of the next hours from the station's own report and the law, the track taken as known."""
    out = []
    for k, ahead_h in enumerate(AHEAD_H):
        pairs = pairs_ahead(part, ahead_h)
        miss = (pairs["wind_now"] - pairs["mean_now"]).to_numpy(float)
        pairs["ours"] = np.maximum(pairs["mean"].to_numpy(float) + fold.kept_share[k] * miss, 0.0)
        out.append(pairs[["wind", "wind_now", "mean", "ours"]].assign(ahead_h=ahead_h))
    return pd.concat(out, ignore_index=True)


def _summarise_ahead(rows: pd.DataFrame) -> dict[str, Any]:
    return {
        str(ahead_h): {
            "n": len(part),
            "rmse_m_per_s": rounded(rmse(part, "ours")),
            "persistence_rmse_m_per_s": rounded(rmse(part, "wind_now")),
            "without_reports_rmse_m_per_s": rounded(rmse(part, "mean")),
            "over_persistence": rounded(_ratio(part, "ours", "wind_now")),
        }
        for ahead_h, part in rows.groupby("ahead_h")
    }


def _storm(part: pd.DataFrame, inputs: WindInputs) -> dict[str, Any]:
    track = inputs.tracks[int(part["storm"].iloc[0])]
    names = (*BASELINES, *MODELS)
    return {
        "storm_id": track.storm_id,
        "name": track.name,
        "first": str(np.datetime64(int(part["hour"].min()), "h")) + "Z",
        "last": str(np.datetime64(int(part["hour"].max()), "h")) + "Z",
        "n_hour": len(part),
        "largest_m_per_s": rounded(float(part["wind"].max())),
        "rmse_m_per_s": {name: rounded(rmse(part, name)) for name in names},
    }
