"""A weather model's rain and wind on the grid, as risk, joined to what gauges and storms say.

Rain: hourly amounts summed over the windows of the rain hazard up to each time slice, linear inside an hour, bilinear
between the lattice points; the worst window is the risk. Wind: the mean at 10 m over the model's own ground, and its
gust, each on the scale of the wind hazard; the worse one is the risk.

Interval (central 80 %): log-normal factors that grow with the lead, and in the upper bound of rain also what falls
between lattice points. Their sizes are assumptions, not scores: no archive of forecasts with what came was at hand.
A slice that the forecast does not cover stays as it was.

Where gauges measure, they and their nowcast hold for two hours; later the worse of both counts, as for a storm's
members: neither may hide the other's danger. Where only the same model's past hours stand for gauges, its forecast
holds from now on.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.rain.model_hours import rain_between_mm
from risk_core.hazards.rain.options import WINDOWS_H, RainOptions
from risk_core.hazards.typhoon.grid_weights import axis_weights, spread_lattice
from risk_core.hazards.typhoon.options import TyphoonOptions
from risk_core.kernels.rain import NORMAL_90
from risk_core.state.assessment import LayerFields
from risk_core.state.grid import Grid
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS
from risk_core.state.scale import RiskScale
from risk_core.state.situation import WeatherForecast
from risk_core.units import S_PER_DAY, S_PER_H

Floats = NDArray[np.float64]

RAIN_ERROR_NOW: Final = 0.5
"""Log standard deviation of a modelled hour of rain that has fallen; assumption."""
RAIN_ERROR_PER_DAY: Final = 0.5
"""Added per day of lead; assumption."""
WIND_ERROR_NOW: Final = 0.15
WIND_ERROR_PER_DAY: Final = 0.10
"""The same for wind; assumptions."""
FORECAST_RAIN_NAME: Final = "forecast_rain_12h_mm"
"""Rain expected in the coming 12 hours."""
FORECAST_RAIN_1H_NAME: Final = "forecast_rain_1h_mm"
"""Largest rain of an hour expected in the coming 12 hours."""
FORECAST_WIND_NAME: Final = "forecast_wind_m_per_s"
FORECAST_GUST_NAME: Final = "forecast_gust_m_per_s"
FORECAST_GUST_12H_NAME: Final = "forecast_gust_12h_m_per_s"
"""Wind and gust now, and the largest gust of the coming 12 hours."""
AHEAD_S: Final = 12 * S_PER_H


@dataclass(frozen=True, slots=True, eq=False)
class _Lattice:
    """Weights of the lattice's rows and columns in the grid's."""

    rows: NDArray[np.float32]
    cols: NDArray[np.float32]

    def fine(self, values: Floats) -> NDArray[np.float32]:
        """Lattice values in cells, shape=(..., n_row, n_col) -> (..., y, x); NaN beside a point that is NaN."""
        return spread_lattice(self.rows, values, self.cols).astype(np.float32)


def _lattice(forecast: WeatherForecast, grid: Grid) -> _Lattice:
    lat, lon = forecast.lat_deg, forecast.lon_deg
    row = np.interp(-grid.row_lat_deg, -lat, np.arange(lat.size, dtype=np.float64))
    col = np.interp(grid.col_lon_deg, lon, np.arange(lon.size, dtype=np.float64))
    return _Lattice(axis_weights(row, lat.size), axis_weights(col, lon.size))


def join_forecast_rain(
    rain: LayerFields | None,
    forecast: WeatherForecast,
    grid: Grid,
    now_s: float,
    lead_s: NDArray[np.int32],
    options: RainOptions,
) -> LayerFields | None:
    """Raise the rain layer to what the model expects, from `forecast.rain_from_s` on.

    Parameters
    ----------
    rain
        The layer by gauges; None without gauges.
    forecast
        What the model says.
    grid
        The area's grid.
    now_s
        The moment assessed, unix seconds.
    lead_s
        Time slices, seconds from now.
    options
        Scales of the windows.

    Returns
    -------
    LayerFields or None
        `rain` itself where the forecast covers no slice.
    """
    code = _codes_before(rain, lead_s, grid)
    lattice, is_used = _lattice(forecast, grid), False
    window_s = np.array(WINDOWS_H) * S_PER_H
    for t, lead in enumerate(lead_s):
        valid_s = now_s + float(lead)
        if rain is not None and lead < max(forecast.rain_from_s, 1.0):
            continue
        if not forecast.time_s[0] - S_PER_H <= valid_s <= forecast.time_s[-1]:
            continue
        fallen = rain_between_mm(forecast, valid_s - window_s, np.full(window_s.size, valid_s))
        spread = np.exp(NORMAL_90 * _error(RAIN_ERROR_NOW, RAIN_ERROR_PER_DAY, float(lead)))
        brought = _codes(lattice.fine(fallen), options.scales, spread)
        code[:, t] = _worse(code[:, t], brought) if forecast.rain_from_s > 0 else _first(brought, code[:, t])
        is_used = True
    if not is_used:
        return rain
    ahead = {
        FORECAST_RAIN_NAME: lattice.fine(rain_between_mm(forecast, *np.array([[now_s], [now_s + AHEAD_S]]))[0]),
        FORECAST_RAIN_1H_NAME: lattice.fine(_ahead_max(forecast.rain_mm, forecast.time_s, now_s)),
    }
    return _joined(rain, code, ahead, forecast)


def join_forecast_wind(
    wind: LayerFields | None,
    forecast: WeatherForecast,
    grid: Grid,
    now_s: float,
    lead_s: NDArray[np.int32],
    options: TyphoonOptions,
) -> LayerFields | None:
    """Raise the wind layer to what the model expects.

    Parameters
    ----------
    wind
        The layer by the storms; None without a storm.
    forecast, grid, now_s, lead_s
        As for `join_forecast_rain`.
    options
        Scales of wind and gust.

    Returns
    -------
    LayerFields or None
        `wind` itself where the forecast covers no slice.
    """
    code = _codes_before(wind, lead_s, grid)
    lattice, is_used = _lattice(forecast, grid), False
    local: dict[str, NDArray[np.float32]] = {}
    for t, lead in enumerate(lead_s):
        both = _wind_at(forecast, now_s + float(lead))
        if both is None:
            continue
        fine = lattice.fine(both)
        spread = np.exp(NORMAL_90 * _error(WIND_ERROR_NOW, WIND_ERROR_PER_DAY, float(lead)))
        code[:, t] = _worse(code[:, t], _codes(fine, (options.wind_scale, options.gust_scale), spread))
        is_used = True
        if lead == 0:
            local = {FORECAST_WIND_NAME: fine[0], FORECAST_GUST_NAME: fine[1]}
    if not is_used:
        return wind
    ahead = {FORECAST_GUST_12H_NAME: lattice.fine(_ahead_max(forecast.gust_m_per_s, forecast.time_s, now_s))}
    return _joined(wind, code, local | ahead, forecast)


def _codes_before(layer: LayerFields | None, lead_s: NDArray[np.int32], grid: Grid) -> NDArray[np.uint8]:
    if layer is None:
        return np.full((3, len(lead_s), grid.n_row, grid.n_col), RISK_CODE_MISSING, np.uint8)
    return np.stack([layer.risk, layer.low, layer.high])


def _joined(
    layer: LayerFields | None,
    code: NDArray[np.uint8],
    more: dict[str, NDArray[np.float32]],
    forecast: WeatherForecast,
) -> LayerFields:
    return LayerFields(
        risk=code[0],
        low=code[1],
        high=code[2],
        intensity={**(layer.intensity if layer else {}), **more},
        data_as_of_s=layer.data_as_of_s if layer else forecast.issue_s,
        sources=(),
        simulated=False,
    )


def _linear(time_s: Floats, values: Floats, at_s: float) -> Floats:
    """Values at a time between the times, constant beyond."""
    place = float(np.clip((at_s - time_s[0]) / S_PER_H, 0.0, len(time_s) - 1))
    i = min(int(place), len(time_s) - 2)
    share = place - i
    return np.asarray(values[i] if share == 0.0 else (1 - share) * values[i] + share * values[i + 1])


def _wind_at(forecast: WeatherForecast, time_s: float) -> Floats | None:
    """Wind, linear between the hours, and the gust of the hour that ends next, shape=(2, n_row, n_col)."""
    times = forecast.time_s
    if not times[0] <= time_s <= times[-1]:
        return None
    after = int(np.searchsorted(times, time_s - 1e-6))
    return np.stack([_linear(times, forecast.wind_m_per_s, time_s), forecast.gust_m_per_s[after]])


def _ahead_max(values: Floats, time_s: Floats, now_s: float) -> Floats:
    """Largest of the coming 12 hours; NaN where the forecast does not reach."""
    ahead = (time_s > now_s) & (time_s <= now_s + AHEAD_S)
    return np.asarray(values[ahead].max(axis=0) if ahead.any() else np.full(values.shape[1:], np.nan))


def _error(now: float, per_day: float, lead_s: float) -> float:
    return now + per_day * max(lead_s, 0.0) / S_PER_DAY


def _codes(values: NDArray[np.float32], scales: tuple[RiskScale, ...], spread: float) -> NDArray[np.uint8]:
    """Risk, low and high of quantities in cells, the worst of them; shape=(n, y, x) -> (3, y, x)."""
    out = []
    for factor in (1.0, 1.0 / spread, spread):
        risks = [
            np.interp(value * factor, (0.0, *scale.figures), np.arange(6) / 5.0)
            for value, scale in zip(values, scales, strict=True)
        ]
        worst = np.max(risks, axis=0)
        out.append(np.where(np.isfinite(worst), np.rint(np.nan_to_num(worst) * RISK_CODE_STEPS), RISK_CODE_MISSING))
    return np.stack(out).astype(np.uint8)


def _first(wanted: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What is wanted where it is known, else the other."""
    return np.where(wanted == RISK_CODE_MISSING, other, wanted).astype(np.uint8)


def _worse(known: NDArray[np.uint8], brought: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The larger of both where both are known, else the one that is."""
    raised = np.where(known == RISK_CODE_MISSING, brought, np.maximum(known, brought))
    return np.where(brought == RISK_CODE_MISSING, known, raised).astype(np.uint8)
