"""Small assessments made by hand, one of everything that a snapshot has to keep."""

import math

import numpy as np

from dashboard.store.kinds import Kind
from risk_core.state.assessment import Assessment, LayerFields
from risk_core.state.grid import Grid
from risk_core.state.level import Layer
from risk_core.state.profile import Profile
from risk_core.state.situation import (
    Alert,
    Closure,
    ClosureReason,
    DrillPhase,
    DrillStatus,
    GeometryKind,
    Shape,
    Shelter,
    SourceStatus,
    Track,
)
from risk_core.state.wind_outlook import WindLevel, WindOutlook

LEAD_S = np.array([-600, 0, 600], dtype=np.int32)


def small_layer(rng, shape, names=("rain_rate_mm_per_h", "accumulation_1h_mm")) -> LayerFields:
    """Random fields with unknown cells."""
    n_time, n_row, n_col = shape
    intensity = {name: rng.random((n_row, n_col)).astype(np.float32) for name in names}
    for values in intensity.values():
        values[0, 0] = np.nan
    risk, low, high = rng.integers(0, 256, (3, n_time, n_row, n_col), dtype=np.uint8)
    return LayerFields(risk, low, high, intensity, 1000.0, ("gauge",), True)


def small_records() -> dict[str, object]:
    """Closures, alerts, shelters, tracks, sources and a drill, with the values JSON has no word for."""
    ring = np.array([[-29.95, -71.3], [-29.95, -71.2], [-29.9, -71.2], [-29.95, -71.3]])
    shape = Shape(GeometryKind.POLYGON, (ring, ring[::-1].copy()))
    closure = Closure(
        "c1", ClosureReason.FLOOD, "돌다리", shape, 10.0, math.inf, (Profile.CAR, Profile.BUS), "drill", True
    )
    alert = Alert("a1", "KMA", "호우", "호우 경보", "대피", "severe", "ko", 1.0, 2.0, 3.0, "서구", None, True)
    shelter = Shelter("s1", "Tiny School", "school", -29.9, -71.2, 300.0, math.nan, True, "area", False)
    line = np.array([1.0, 2.0])
    track = Track("t1", "HINNAMNOR", 5.0, line, line + 30, line + 120, line + 950, line + 40, line * np.nan, line)
    return {
        "closures": (closure,),
        "alerts": (alert,),
        "shelters": (shelter,),
        "tracks": (track,),
        "sources": (SourceStatus("gauge", "rain", 12.0, 3, True),),
        "drill": DrillStatus("run", 7, 60.0, DrillPhase.PLAYING, "rain_begins", 12.0, 3600.0),
    }


def small_outlook(rng, n_hour: int = 4) -> WindOutlook:
    """Random shares of two levels, one of them by the wind alone, with places nobody reaches."""
    levels = WindLevel("advisory", 14.0, 20.0, "test"), WindLevel("bridge", 25.0, math.inf, "test")
    arrival_h = rng.random((3, 2, 2, 2, 3)).astype(np.float32)
    arrival_h[:, :, :, 0] = np.nan
    return WindOutlook(
        grid=Grid(-29.0, -71.0, 0.1, 0.1, 2, 3, 11_000.0),
        hour_s=1_660_000_000.0 + 3600.0 * np.arange(n_hour),
        levels=levels,
        n_member=100,
        storms=("t1",),
        issue_s=5.0,
        over_code=rng.integers(0, 251, (2, n_hour, 2, 2, 3), dtype=np.uint8),
        event_code=rng.integers(0, 251, (2, 2, 2, 3), dtype=np.uint8),
        arrival_prob=(0.1, 0.5, 0.9),
        arrival_h=arrival_h,
        gust_prob=(0.1, 0.5, 0.9),
        gust_m_per_s=rng.random((3, 2, 2, 3)).astype(np.float32),
    )


def small_assessment(seed: int = 0, area_id: str = "tiny", shape=(3, 5, 7), n_street=4, n_edge=9) -> Assessment:
    """Make an assessment of random bytes; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    layers = {Layer.RAIN: small_layer(rng, shape), Layer.COMBINED: small_layer(rng, shape, names=())}
    return Assessment(
        area_id=area_id,
        area_hash="0" * 64,
        sequence=0,
        version="",
        now_s=1_660_000_000.0 + seed,
        lead_s=LEAD_S[: shape[0]],
        model_version="test",
        simulated=True,
        layers=layers,
        street_risk={layer: rng.integers(0, 256, (shape[0], n_street), dtype=np.uint8) for layer in layers},
        closed_mask=rng.integers(0, 64, n_edge, dtype=np.uint8),
        edge_closure=np.full(n_edge, -1, dtype=np.int32),
        wind_outlook=small_outlook(rng),
        **small_records(),
    )


def empty_assessment(area_id: str = "empty") -> Assessment:
    """Nothing known of an area without streets."""
    unknown = np.full((1, 2, 2), 255, dtype=np.uint8)
    return Assessment(
        area_id=area_id,
        area_hash="0" * 64,
        sequence=0,
        version="",
        now_s=0.0,
        lead_s=np.zeros(1, dtype=np.int32),
        model_version="test",
        simulated=False,
        layers={Layer.COMBINED: LayerFields(unknown, unknown, unknown, {}, math.nan, (), False)},
        street_risk={},
        closed_mask=np.zeros(0, dtype=np.uint8),
        edge_closure=np.zeros(0, dtype=np.int32),
        closures=(),
        alerts=(),
        shelters=(),
        tracks=(),
        sources=(),
        drill=None,
    )


T = "2026-08-05T09:00:00+09:00"
BOX = {"type": "Polygon", "coordinates": [[[127, 37.5], [127.1, 37.5], [127.1, 37.6], [127, 37.5]]]}
GOOD = {
    Kind.CASES: {"district_id": "11", "day": "2026-08-05", "count": 4},
    Kind.DEATHS: {"district_id": "11", "day": "2026-08-05", "deaths": 1},
    Kind.SURVEYS: {"day": "2026-08-05", "positive": 40, "tested": 1000},
    Kind.SIGNALS: {"district_id": "11", "name": "emergency visits", "day": "2026-08-05", "value": 0.031},
    Kind.FLOWS: {"origin": "11", "destination": "26", "hour": T, "persons": 12.5},
    Kind.COUNTS: {"lat": 37.5, "lon": 127, "hour": T, "persons": 12.5},
    Kind.RAIN: {"station_id": 108, "time": T, "lat": 37.5, "lon": 127, "interval_s": 600, "amount_mm": 1.5},
    Kind.WIND: {"station_id": 108, "time": T, "lat": 37.5, "lon": 127, "speed_m_per_s": 12},
    Kind.TRACKS: {"storm_id": "2211", "issue_time": T, "time": T, "lat": 25, "lon": 125, "max_wind_m_per_s": 40},
    Kind.ALERTS: {"identifier": "a", "sender": "kma", "sent": T, "status": "Actual", "event": "rain", "geometry": BOX},
    Kind.CLOSURES: {"closure_id": "c", "from": T, "geometry": "POINT (127 37.5)", "profiles": "car;Walk"},
    Kind.VISITS: {"user_id": "p1", "time": T, "location_id": "x"},
    Kind.SHELTERS: {"shelter_id": "s1", "time": T, "occupancy": 12, "open": "yes"},
    Kind.ZONES: {"zone_id": "z", "time": T, "status": "Warning", "geometry": BOX},
}
"""A good record of each kind, as files write it."""
