"""Live stations correct the members: each member's wind is multiplied by what the stations make of the model's there.

The factor is that of the field (`station_correction`): optimal interpolation of the log ratios, fading to 1 within six
hours of lead. A member whose wind w becomes f w passes a level L where w passes L / f, so that the corrected chances
are read from the counts of the members at L / f, linear between the winds counted. The chance of the whole event and
the largest gust take the factor of the hour in which the level is most likely passed; times of first arrival and what
wind does together with rain stay as counted.
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.typhoon.field import station_log_ratio
from risk_core.hazards.typhoon.options import TyphoonOptions
from risk_core.hazards.typhoon.outlook import StormOutlook, level_rungs
from risk_core.state.situation import Track, WindStations
from risk_core.state.wind_outlook import code_to_prob, prob_to_code
from risk_core.units import S_PER_H


def corrected_outlook(
    outlook: StormOutlook, tracks: tuple[Track, ...], now_s: float, stations: WindStations, options: TyphoonOptions
) -> StormOutlook:
    """The outlook with the wind probabilities of the next hours pulled by live reports; itself without useful ones.

    Parameters
    ----------
    outlook
        As counted.
    tracks
        Those it was counted of.
    now_s
        The moment assessed, unix seconds.
    stations
        Newest reports; those of the last hour count.
    options
        Settings.
    """
    wind = outlook.wind
    pull = station_log_ratio(wind.grid, tracks, now_s, stations, options)
    if pull is None:
        return outlook
    lead_h = np.maximum((wind.hour_s - now_s) / S_PER_H, 0.0)
    weight = np.maximum(1.0 - lead_h / options.correction.fade_h, 0.0)
    near = np.flatnonzero(weight > 0)
    if not near.size:
        return outlook
    figure = level_rungs(wind.levels, options)
    factor = np.exp(pull[None, :] * weight[near, None]).reshape(near.size, wind.grid.n_row, wind.grid.n_col)
    over = code_to_prob(wind.over_code).astype(np.float64)
    event = code_to_prob(wind.event_code).astype(np.float64)
    counted = outlook.over.reshape(*outlook.over.shape[:1], *factor.shape[1:], -1)[near]
    peak = np.ones(event.shape)
    for ground, level in np.ndindex(figure.shape):
        over[ground, near, level] = over_at(counted, outlook.rung_m_per_s, figure[ground, level] / factor)
        at = over[ground, :, level].argmax(axis=0)
        whole = np.ones((len(wind.hour_s), *factor.shape[1:]))
        whole[near] = factor
        peak[ground, level] = np.take_along_axis(whole, at[None], axis=0)[0]
        passed = outlook.began.reshape(*factor.shape[1:], -1)
        event[ground, level] = over_at(passed, outlook.rung_m_per_s, figure[ground, level] / peak[ground, level])
    event = np.maximum(event, over.max(axis=1))
    gust = (wind.gust_m_per_s * peak[None, :, 0]).astype(np.float32)
    told = dataclasses.replace(wind, over_code=prob_to_code(over), event_code=prob_to_code(event), gust_m_per_s=gust)
    return dataclasses.replace(outlook, wind=told)


def over_at(
    over: NDArray[np.float32], rung_m_per_s: NDArray[np.float64], wind_m_per_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of members over a wind, linear between the winds counted, the end values beyond.

    Parameters
    ----------
    over
        Shares over each rung, shape=(..., n_rung).
    rung_m_per_s
        Winds counted, ascending.
    wind_m_per_s
        Asked for, shape=(...).

    Examples
    --------
    >>> over = np.array([[1.0, 0.6, 0.2]], np.float32)
    >>> over_at(over, np.array([10.0, 14.0, 18.0]), np.array([16.0])).round(2).tolist()
    [0.4]
    """
    k = np.clip(np.searchsorted(rung_m_per_s, wind_m_per_s), 1, len(rung_m_per_s) - 1)
    below, above = (np.take_along_axis(over, one[..., None], axis=-1)[..., 0].astype(np.float64) for one in (k - 1, k))
    part = np.clip((wind_m_per_s - rung_m_per_s[k - 1]) / (rung_m_per_s[k] - rung_m_per_s[k - 1]), 0.0, 1.0)
    return np.asarray(below + part * (above - below))
