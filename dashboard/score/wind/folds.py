"""One storm scored by what is learned from the others, and by the baselines."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.score.wind.inputs import WindInputs
from dashboard.score.wind.rows import Climate, climate_of, hours_of
from risk_core.hazards.typhoon.station_correction import (
    CORRECTION_DEFAULTS,
    CorrectionOptions,
    analyse_stations,
    corrected_wind_m_per_s,
    log_ratios,
)
from risk_core.hazards.typhoon.station_wind import StationWindModel, fit_station_wind

AHEAD_H: Final = (1, 2, 3, 4, 5, 6)
LENGTHS_M: Final = (60e3, 120e3, 240e3, 480e3)
"""Distances tried for the live correction; the training storms choose."""
MARGIN_H: Final = 24
"""Hours around a scored storm that nothing is learned from."""
LEAST_TRAINING: Final = 24

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """What one storm is scored with.

    Attributes
    ----------
    model, withheld
        Law with all stations, and by station the law of the others.
    climate
        Means of the training years.
    kept_share
        Share of a station's own miss that is left after 1..6 h, fitted on the training storms.
    correction
        Settings of the live correction, its length chosen on the training storms.
    training
        Rows learned from.
    """

    model: StationWindModel
    withheld: dict[int, StationWindModel]
    climate: Climate
    kept_share: Floats
    correction: CorrectionOptions
    training: pd.DataFrame


def training_rows(rows: pd.DataFrame, storm: int, earlier_only: bool) -> NDArray[np.bool_]:
    """Rows that may be learned from for that storm: none of it, none near its hours, with `earlier_only` none later."""
    scored = rows["storm"] == storm
    first, last = rows.loc[scored, "hour"].min(), rows.loc[scored, "hour"].max()
    apart = rows["hour"] < first - MARGIN_H
    if not earlier_only:
        apart |= rows["hour"] > last + MARGIN_H
    return (apart & ~scored).to_numpy()


def make_fold(inputs: WindInputs, rows: pd.DataFrame, storm: int, earlier_only: bool) -> Fold | None:
    """Learn from the other storms; None when they hold too few hours."""
    kept = training_rows(rows, storm, earlier_only)
    if kept.sum() < LEAST_TRAINING:
        return None
    scored = rows[rows["storm"] == storm]
    first, last = int(scored["hour"].min()), int(scored["hour"].max())
    outside = (inputs.hour < first - MARGIN_H) | ((inputs.hour > last + MARGIN_H) & (not earlier_only))
    year0, year1 = int(scored["year"].min()), int(scored["year"].max())
    years = inputs.hour.astype("datetime64[h]").astype("datetime64[Y]").astype(int) + 1970
    climate = climate_of(inputs, outside & ((years < year0) | (years > year1)), outside)
    training = rows[kept].reset_index(drop=True)
    n = len(inputs.station_id)
    model = _fit(inputs, training, climate, n)
    withheld = {}
    for station in np.unique(scored["station"]):
        others = training[training["station"] != station]
        if len(others) >= LEAST_TRAINING:
            withheld[int(station)] = _fit(inputs, others, climate, n)
    training["mean"] = model.mean_m_per_s(hours_of(inputs, training, climate))
    return Fold(model, withheld, climate, _kept_shares(training), _correction(inputs, training), training)


def _fit(inputs: WindInputs, rows: pd.DataFrame, climate: Climate, n_station: int) -> StationWindModel:
    hours = hours_of(inputs, rows, climate)
    return fit_station_wind(hours, rows["wind"].to_numpy(float), rows["storm"].to_numpy(), n_station)


def pairs_ahead(rows: pd.DataFrame, ahead_h: int) -> pd.DataFrame:
    """Rows beside those of the same station so many hours before in the same storm (`_now`)."""
    now = rows[["storm", "station", "hour", "wind", "mean"]].assign(hour=rows["hour"] + ahead_h)
    return rows.merge(now, on=["storm", "station", "hour"], suffixes=("", "_now"))


def _kept_shares(training: pd.DataFrame) -> Floats:
    out = np.zeros(len(AHEAD_H))
    for k, ahead in enumerate(AHEAD_H):
        pairs = pairs_ahead(training, ahead)
        then, now = (pairs["wind"] - pairs["mean"]).to_numpy(), (pairs["wind_now"] - pairs["mean_now"]).to_numpy()
        out[k] = np.clip(then @ now / max(float(now @ now), 1e-9), 0.0, 1.0) if len(pairs) else 0.0
    return out


def _correction(inputs: WindInputs, training: pd.DataFrame) -> CorrectionOptions:
    best, least = CORRECTION_DEFAULTS, np.inf
    for length_m in LENGTHS_M:
        options = CorrectionOptions(length_m=length_m)
        miss = float(((others_corrected(inputs, training, "mean", options) - training["wind"]) ** 2).mean())
        if miss < least:
            best, least = options, miss
    return best


def others_corrected(inputs: WindInputs, rows: pd.DataFrame, column: str, options: CorrectionOptions) -> Floats:
    """Wind of each row after the live correction by the other stations of its hour (leave one station out).

    The others are compared with their own law (`mean`); `column` holds the wind that is corrected.
    """
    out = rows[column].to_numpy(float).copy()
    ratio = log_ratios(rows["wind"].to_numpy(float), rows["mean"].to_numpy(float), options.calm_m_per_s)
    station = rows["station"].to_numpy()
    for places in rows.groupby("hour").indices.values():
        if len(places) < 2:
            continue
        at = inputs.lat_deg[station[places]], inputs.lon_deg[station[places]]
        left_out = np.nan_to_num(analyse_stations(at, ratio[places], at, options).left_out)
        bound = np.clip(left_out, np.log(options.least_ratio), np.log(options.most_ratio))
        out[places] = corrected_wind_m_per_s(out[places], bound, 0.0, options)
    return out


def predict(inputs: WindInputs, rows: pd.DataFrame, storm: int, fold: Fold) -> pd.DataFrame:
    """Rows of the storm with a column a model and baseline, m/s."""
    out = rows[rows["storm"] == storm].reset_index(drop=True)
    station = out["station"].to_numpy()
    out["mean"] = fold.model.mean_m_per_s(hours_of(inputs, out, fold.climate))
    out["known"] = out["mean"]
    out["spread"] = fold.model.spread_m_per_s(out["mean"].to_numpy())
    out["withheld"] = np.nan
    for one, model in fold.withheld.items():
        mine = station == one
        part = out[mine]
        out.loc[mine, "withheld"] = model.mean_m_per_s(hours_of(inputs, part, fold.climate, withheld=one))
    out["withheld_others_report"] = others_corrected(inputs, out, "withheld", fold.correction)
    out["station_mean"] = fold.climate.mean[station]
    out["others_mean"] = [np.nanmean(np.delete(fold.climate.mean, one)) if len(fold.climate.mean) > 1 else np.nan
                          for one in station]  # fmt: skip
    own, rest = factors(fold.training, len(inputs.station_id))
    out["plain_holland"] = own[station] * out["plain"]
    out["plain_holland_withheld"] = rest[station] * out["plain"]
    return out


def factors(training: pd.DataFrame, n_station: int) -> tuple[Floats, Floats]:
    """Least-squares factor from the plain profile to each station's reports, own and of all other stations.

    A station without reports takes the factor of the others.
    """
    station, x, y = (training[name].to_numpy() for name in ("station", "plain", "wind"))
    xy, xx = (np.bincount(station, weights=x * one, minlength=n_station) for one in (y, x))
    rest = (xy.sum() - xy) / np.maximum(xx.sum() - xx, 1e-9)
    return np.where(xx > 0, xy / np.maximum(xx, 1e-9), rest), rest
