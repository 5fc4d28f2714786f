import json
import logging
import random

import pytest

from dashboard.observe.logs import JsonFormatter, TextFormatter, scrub


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    one = logging.LogRecord("dashboard.x", logging.INFO, "x.py", 1, message, args, None)
    vars(one).update(extra)
    return one


LAT, LON = "37.56654", "126.97796"


@pytest.mark.parametrize(
    "line",
    [
        f"GET /api/v1/risk?lat={LAT}&lon={LON} failed",
        f"/api/osrm/route/v1/driving/{LON},{LAT};{LON},{LAT}",
        f"/api/osrm/route/v1/driving/{LON}%2C{LAT}",
        f"Point(lat_deg={LAT}, lon_deg={LON})",
        f'{{"lat": {LAT}, "lon": {LON}}}',
        f"[{LON}, {LAT}]",
        f"POINT ({LON} {LAT})",
        f"outside: {LAT}",
        "lat=37.5&lon=127",
    ],
)
def test_no_place_stays_in_a_line(line):
    told = scrub(line)
    for place in (LAT, LON, LAT[:5], LON[:6], "37.5", "127"):
        assert place not in told


def test_what_is_no_place_stays():
    line = "tiny: snapshot 12-0a1b2c3d4e5f in 0.543 s, version 5.1.0, port 8050, 2026-08-05 10:00:01,250"
    assert scrub(line) == line


def test_random_places_never_pass_in_any_usual_spelling():
    rng = random.Random(3)
    spellings = ("{0},{1}", "{1}, {0}", "lat={0}&lon={1}", "/x?q={0}%2C{1}", "[{1},{0}]", "({0} {1})", "lat_deg: {0}")
    for _ in range(2000):
        lat, lon = f"{rng.uniform(-90, 90):.5f}", f"{rng.uniform(-180, 180):.5f}"
        told = scrub(f"before {rng.choice(spellings).format(lat, lon)} after")
        assert lat not in told
        assert lon not in told


def test_a_json_line_holds_the_extras_and_the_error_without_places():
    try:
        raise ValueError(f"{LAT},{LON} is nowhere")
    except ValueError as error:
        one = record("asked at %s", f"{LAT},{LON}", stage_ms={"water": 1.5}, route="/v1/risk")
        one.exc_info = (type(error), error, error.__traceback__)
    told = json.loads(JsonFormatter().format(one))
    assert (told["level"], told["logger"], told["message"]) == ("info", "dashboard.x", "asked at *")
    assert (told["stage_ms"], told["route"]) == ({"water": 1.5}, "/v1/risk")
    assert "ValueError: * is nowhere" in told["error"]
    assert LAT not in TextFormatter().format(one)
