"""Open-Meteo: the lattice, past hours as estimated rows, the hours ahead as a forecast, and answers that do not fit."""

import json
import math
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from dashboard.feeds.sources.open_meteo import address, lattice, parse
from risk_core.errors import InputError
from tests.feeds.live.samples import NOW_S, SEOUL, open_meteo, question


def test_one_question_names_every_point_in_the_order_of_the_lattice() -> None:
    asked = parse_qs(urlsplit(address(question())).query)
    lat, lon = lattice(SEOUL.bounds)
    points = list(zip(asked["latitude"][0].split(","), asked["longitude"][0].split(","), strict=True))
    assert points == [(f"{y:g}", f"{x:g}") for y in lat for x in lon]
    assert (asked["timeformat"], asked["wind_speed_unit"], asked["timezone"]) == (["unixtime"], ["ms"], ["GMT"])


def test_past_hours_are_estimates_and_later_ones_a_forecast() -> None:
    reading = parse(open_meteo(rain_mm=lambda at, _: float(at)), question())
    rain, wind = (batch.part.records for batch in reading.batches)
    assert {row["quality"] for row in (*rain, *wind)} == {"estimated"}
    assert max(row["time_s"] for row in rain) == NOW_S
    assert {row["interval_s"] for row in rain} == {3600.0}
    forecast = reading.forecast
    assert forecast is not None
    n_row, n_col = (axis.size for axis in lattice(SEOUL.bounds))
    assert forecast.rain_mm.shape[1:] == (n_row, n_col)
    assert forecast.rain_mm[0].ravel().tolist() == list(range(n_row * n_col))
    assert np.all(forecast.gust_m_per_s == 9.0) and forecast.time_s[-1] > NOW_S + 50 * 3600


def test_null_is_unknown_and_no_row() -> None:
    reading = parse(open_meteo(rain_mm=lambda at, _: None if at == 0 else 2.0), question())
    assert reading.forecast is not None and math.isnan(reading.forecast.rain_mm[0, 0, 0])
    first = f"{lattice(SEOUL.bounds)[0][0]:.4f},{lattice(SEOUL.bounds)[1][0]:.4f}"
    assert first not in {row["station_id"] for row in reading.batches[0].part.records}


def test_one_point_may_come_without_a_list() -> None:
    with pytest.raises(InputError, match="points"):
        parse(json.dumps(json.loads(open_meteo())[0]).encode(), question())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"error":true,"reason":"Cannot initialize"}',
        b"[" * 100_000,
        open_meteo().replace(b'"m/s"', b'"km/h"'),
        open_meteo().replace(b'"hourly":', b'"other":'),
        open_meteo().replace(b"5.0,", b"", 1),
        open_meteo().replace(b"5.0", b'"fast"', 1),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(InputError):
        parse(body, question())
