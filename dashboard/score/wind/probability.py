"""Probability that a station's wind passes a figure, by the fixes themselves and by a forecast of a day before."""

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from dashboard.score.summary import rounded
from dashboard.score.wind.folds import Fold
from dashboard.score.wind.inputs import WindInputs
from dashboard.score.wind.rows import StormHour, hours_of
from risk_core.hazards.typhoon.ensemble import EnsembleOptions, draw_members
from risk_core.hazards.typhoon.forecast_error import position_sigma_m
from risk_core.hazards.typhoon.point_wind import surface_wind_at
from risk_core.hazards.typhoon.station_wind import StationHours
from risk_core.scores.probability import brier_score, reliability
from risk_core.units import M_PER_DEG_LAT

FIGURES_M_PER_S: Final = (3.0, 5.0, 7.0, 10.0, 14.0)
"""Winds whose passing is forecast; 14 m/s is the advisory of the Korean agency, which sheltered stations rarely see."""
LEAD_H: Final = 24.0
N_DRAW: Final = 4
"""Forecasts made of each storm."""
N_MEMBER: Final = 100
BASES: Final = ("best_track", "lead_24_h")

Floats = NDArray[np.float64]


def over_probs(mean: Floats, spread: Floats) -> Floats:
    """Chance of each figure under a normal law, shape=(..., n_figure)."""
    return np.asarray(ndtr((mean[..., None] - np.array(FIGURES_M_PER_S)) / spread[..., None]))


def add_probabilities(
    inputs: WindInputs, rows: pd.DataFrame, storms: dict[tuple[int, int], StormHour], fold: Fold
) -> dict[str, tuple[Floats, NDArray[np.bool_]]]:
    """Stated probabilities and outcomes of one storm, shape=(n, n_figure), and the shares of the training storms.

    `lead_24_h`: forecasts are made from the best track by an error drawn from the agency's verification, and members
    are drawn round each; so it tests ensemble, wind model and station law together, with errors of the assumed size.
    """
    wind = rows["wind"].to_numpy(float)
    happened = wind[:, None] >= np.array(FIGURES_M_PER_S)
    reference = _training_shares(fold.training, rows, len(inputs.station_id))
    sure = over_probs(rows["mean"].to_numpy(float), rows["spread"].to_numpy(float))
    ahead = _lead_probs(inputs, rows, storms, fold)
    again = np.repeat(happened[None], N_DRAW, axis=0).reshape(-1, len(FIGURES_M_PER_S))
    return {"best_track": (sure, happened), "lead_24_h": (ahead, again), "reference": (reference, happened)}


def _training_shares(training: pd.DataFrame, rows: pd.DataFrame, n_station: int) -> Floats:
    """How often each figure was passed in storm hours of the training storms, at the station or at all."""
    over = training["wind"].to_numpy(float)[:, None] >= np.array(FIGURES_M_PER_S)
    station = training["station"].to_numpy()
    n = np.bincount(station, minlength=n_station)
    share = np.tile(over.mean(axis=0), (n_station, 1))
    for k in range(over.shape[1]):
        hits = np.bincount(station, weights=over[:, k], minlength=n_station)
        share[:, k] = np.where(n > 0, hits / np.maximum(n, 1), share[:, k])
    return share[rows["station"].to_numpy()]


def _lead_probs(inputs: WindInputs, rows: pd.DataFrame, storms: dict[tuple[int, int], StormHour], fold: Fold) -> Floats:
    storm = int(rows["storm"].iloc[0])
    rng = np.random.default_rng([storm, 24])
    wrong = rng.normal(0.0, position_sigma_m(LEAD_H), (N_DRAW, 1, 2))
    members = draw_members(np.array([LEAD_H]), EnsembleOptions(n_member=N_MEMBER, seed=storm))
    shift = (wrong + members.shift_m[:, 0]).reshape(-1, 2)
    factor = np.tile(members.strength[:, 0], N_DRAW)
    hours = hours_of(inputs, rows, fold.climate)
    out = np.empty((N_DRAW, len(rows), len(FIGURES_M_PER_S)))
    for hour, places in rows.groupby("hour").indices.items():
        station = rows["station"].to_numpy()[places]
        sea = _shifted_wind(storms[storm, int(hour)], inputs, station, shift) * factor
        many = StationHours(
            np.repeat(station, sea.shape[1]),
            sea.ravel(),
            np.repeat(hours.daily_m_per_s[places], sea.shape[1]),
            np.repeat(hours.height_m[places], sea.shape[1]),
        )
        mean = fold.model.mean_m_per_s(many)
        prob = over_probs(mean, fold.model.spread_m_per_s(mean)).reshape(len(places), N_DRAW, N_MEMBER, -1)
        out[:, places] = np.moveaxis(prob.mean(axis=2), 1, 0)
    return out.reshape(-1, len(FIGURES_M_PER_S))


def _shifted_wind(at: StormHour, inputs: WindInputs, station: NDArray[np.int64], shift_m: Floats) -> Floats:
    """Wind over sea at stations with the centre shifted: the stations are moved the other way, (n_station, n_shift)."""
    across = M_PER_DEG_LAT * np.cos(np.radians(inputs.lat_deg[station]))
    lat = inputs.lat_deg[station][:, None] - shift_m[:, 1] / M_PER_DEG_LAT
    lon = inputs.lon_deg[station][:, None] - shift_m[:, 0] / across[:, None]
    return np.hypot(*surface_wind_at(at.storm, lat.ravel(), lon.ravel())).reshape(lat.shape)


def summarise_probabilities(parts: list[dict[str, tuple[Floats, NDArray[np.bool_]]]]) -> dict[str, Any]:
    """Brier scores, skill against the training storms' shares, and the points of the reliability diagram."""
    joined = {
        name: tuple(np.concatenate([part[name][k] for part in parts]) for k in range(2))
        for name in (*BASES, "reference")
    }
    base = brier_score(joined["reference"][0].ravel(), joined["reference"][1].ravel())
    out: dict[str, Any] = {"figures_m_per_s": list(FIGURES_M_PER_S), "reference_brier": rounded(base)}
    for name in BASES:
        stated, seen = joined[name]
        points = reliability(stated.ravel(), seen.ravel())
        brier = brier_score(stated.ravel(), seen.ravel())
        out[name] = {
            "brier": rounded(brier),
            "skill": rounded(1.0 - brier / base) if base > 0 else None,
            "mean_gap": rounded(points.mean_gap),
            "reliability": [
                {"stated_prob": rounded(p), "seen_share": rounded(s), "n": int(n)}
                for p, s, n in zip(points.stated_prob, points.seen_share, points.n_forecast, strict=True)
            ],
            "n_over": {str(figure): int(seen[:, k].sum()) for k, figure in enumerate(FIGURES_M_PER_S)},
        }
    return out
