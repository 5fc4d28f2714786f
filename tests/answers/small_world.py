"""A home folder with two small areas: one with streets and two snapshots, one without streets and none."""

import dataclasses
from pathlib import Path

import numpy as np

from dashboard.settings import Settings
from dashboard.store.bundles import Manifest, write_bundle
from dashboard.store.library import Library
from dashboard.store.snapshots import write_snapshot
from risk_core.assess import assess
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.situation import (
    Closure,
    ClosureReason,
    DistrictCases,
    DrillPhase,
    DrillStatus,
    GeometryKind,
    RainGauges,
    Shape,
    Situation,
    SourceStatus,
    Track,
)
from risk_core.units import S_PER_DAY
from tests.tiny import node_position, tiny_area

NOW_S = 1_782_000_000.0
LEADS_S = (-1200, 0, 1200, 3600)
OUTLINES = b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null}]}'
EMPTY_ID = "empty"
"""An area nothing was assessed of yet, without streets."""


def closure(tail: int = 2, head: int = 3, closure_id: str = "c1") -> Closure:
    """The street between two neighbouring junctions closed by a small square round its middle."""
    (lat_a, lon_a), (lat_b, lon_b) = node_position(tail), node_position(head)
    lat, lon, half = (lat_a + lat_b) / 2, (lon_a + lon_b) / 2, 0.0002
    corners = ((-half, -half), (-half, half), (half, half), (half, -half), (-half, -half))
    ring = np.array([[lat + d_lat, lon + d_lon] for d_lat, d_lon in corners])
    shape = Shape(GeometryKind.POLYGON, (ring,))
    return Closure(closure_id, ClosureReason.FLOOD, "Row 0", shape, NOW_S - 600, NOW_S + 7200, (), "drill", True)


def cut_off() -> tuple[Closure, ...]:
    """Every street out of the south-west corner's three junctions closed."""
    pairs = ((1, 2), (1, 7), (6, 7), (6, 12))
    return tuple(closure(tail, head, f"{tail}-{head}") for tail, head in pairs)


def wet_situation(area: Area, rate_mm_per_h: float = 70.0, closures: tuple[Closure, ...] = ()) -> Situation:
    """Rain over the whole area for three hours, simulated."""
    west, south, east, north = area.grid.bounds
    time_s = NOW_S + np.arange(-18, 1) * 600.0
    gauges = RainGauges(
        lat_deg=np.array([south, north]),
        lon_deg=np.array([west, east]),
        time_s=time_s,
        rate_mm_per_h=np.full((len(time_s), 2), rate_mm_per_h),
    )
    drill = DrillStatus("run-1", 7, 60.0, DrillPhase.PLAYING, "rain_begins", 600.0, 3600.0)
    source = SourceStatus("drill", "rain", NOW_S, 38, True)
    return Situation(area.area_id, NOW_S, LEADS_S, gauges, None, None, (), closures, (), (), (source,), drill)


def ill_situation(area: Area, n_case: float = 1.0, rate_mm_per_h: float = 0.0) -> Situation:
    """Four weeks of the same number of cases a day in each district, simulated."""
    wet = wet_situation(area, rate_mm_per_h)
    day_s = (NOW_S // S_PER_DAY - np.arange(28)[::-1] - 1) * S_PER_DAY
    cases = DistrictCases(day_s, np.full((28, len(area.districts)), n_case))
    sources = (*wet.sources, SourceStatus("drill", "cases", float(day_s[-1]), 56, True))
    return dataclasses.replace(wet, cases=cases, sources=sources)


def write_ill(library: Library, n_case: float = 1.0, rate_mm_per_h: float = 0.0) -> Assessment:
    """Assess the area with streets during an outbreak and serve it."""
    area = library.area("tiny")
    return write_snapshot(library.settings.home, assess(area, ill_situation(area, n_case, rate_mm_per_h)))


def storm_track(area: Area, storm_id: str = "2501") -> Track:
    """A storm that comes from the sea in the north-west and passes the area half a day from now."""
    west, south, _, _ = area.grid.bounds
    step = np.arange(8) - 3
    return Track(
        storm_id=storm_id,
        name="TINY",
        issue_s=NOW_S,
        time_s=NOW_S + (step + 2) * 6 * 3600.0,
        lat_deg=south - 1.0 * step,
        lon_deg=west - 0.3 + 0.8 * step,
        central_pressure_hpa=np.full(len(step), 950.0),
        max_wind_m_per_s=np.full(len(step), 42.0),
        radius_25_m=np.full(len(step), 120e3),
        radius_15_m=np.full(len(step), 350e3),
    )


def stormy_situation(area: Area, rate_mm_per_h: float = 0.0) -> Situation:
    """A typhoon on its way, simulated."""
    wet = wet_situation(area, rate_mm_per_h)
    sources = (*wet.sources, SourceStatus("drill", "tracks", NOW_S, 8, True))
    return dataclasses.replace(wet, tracks=(storm_track(area),), sources=sources)


def write_stormy(library: Library) -> Assessment:
    """Assess the area with streets before a typhoon and serve it."""
    area = library.area("tiny")
    return write_snapshot(library.settings.home, assess(area, stormy_situation(area)))


def write_next(library: Library, rate_mm_per_h: float = 70.0, closures: tuple[Closure, ...] = ()) -> Assessment:
    """Assess the area with streets and serve it."""
    area = library.area("tiny")
    return write_snapshot(library.settings.home, assess(area, wet_situation(area, rate_mm_per_h, closures)))


def make_library(home: Path) -> Library:
    """Both areas, without any snapshot."""
    area = tiny_area()
    write_bundle(home, area, Manifest(outlines=OUTLINES))
    bare = dataclasses.replace(area, area_id=EMPTY_ID, network=None)
    write_bundle(home, bare, Manifest())
    return Library(Settings(home=home, area="tiny", drill=False), marks_use=False)
