"""Heavy work in many independent pieces, for `cluster_engine`: each is a function of this module and small records.

A piece that needs an area or a snapshot is told where it lies and maps it itself, so that machines share a file system
and not their memory. Pieces and their seeds do not depend on how many workers there are: results are the same on one
machine, on many, and when a worker dies in between.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.engine import Engine
from dashboard.plans.ask import Asked, answer_plan
from dashboard.store.bundles import bundle_path, read_bundle
from dashboard.store.snapshots import SnapshotReader
from risk_core.hazards.typhoon.ensemble import ENSEMBLE_DEFAULTS, EnsembleOptions, wind_probabilities
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS, TyphoonOptions
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.grid import Grid
from risk_core.state.level import RISK_CODE_MISSING, Layer
from risk_core.state.plan import Plan
from risk_core.state.situation import Track

N_PART_MEMBER: Final = 250
"""Members of one piece of an ensemble: about a tenth of a second for a country."""
N_PART_POINT: Final = 100_000
"""Points of one piece of a batch of exposures."""


@dataclass(frozen=True, slots=True)
class Where:
    """A snapshot that every machine can map: home, area and version."""

    home: Path
    area_id: str
    version: str


def ensemble_wind(
    engine: Engine,
    grid: Grid,
    track: Track,
    hour_s: NDArray[np.float64],
    ground: tuple[NDArray[np.float32], NDArray[np.float32]],
    options: EnsembleOptions = ENSEMBLE_DEFAULTS,
    model: TyphoonOptions = TYPHOON_DEFAULTS,
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Probabilities of wind from an ensemble whose members are drawn and counted in pieces.

    Parameters
    ----------
    engine
        Where the pieces are worked on.
    grid, track, hour_s, ground, options, model
        As for `risk_core.hazards.typhoon.ensemble.wind_probabilities`; each piece has a seed spawned from the options'.

    Returns
    -------
    (over_prob, event_prob) or None
        By hour, level and cell, and by level and cell over the whole event; None when the track covers no hour.
    """
    sizes = [len(part) for part in np.array_split(np.arange(options.n_member), -(-options.n_member // N_PART_MEMBER))]
    seeds = np.random.SeedSequence(options.seed).generate_state(len(sizes)).tolist()
    pieces = [dataclasses.replace(options, n_member=n, seed=seed) for n, seed in zip(sizes, seeds, strict=True)]
    n = len(pieces)
    counted = engine.map(_count_members, [grid] * n, [track] * n, [hour_s] * n, [ground] * n, pieces, [model] * n)
    if counted[0] is None:
        return None
    over, event = (sum(one[k] for one in counted) / options.n_member for k in (0, 1))
    return over, event


def _count_members(
    grid: Grid,
    track: Track,
    hour_s: NDArray[np.float64],
    ground: tuple[NDArray[np.float32], NDArray[np.float32]],
    options: EnsembleOptions,
    model: TyphoonOptions,
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Members of a piece above each level: whole numbers, so that their sum does not depend on its order."""
    found = wind_probabilities(grid, track, hour_s, ground, options, model)
    if found is None:
        return None
    over, event = (np.rint(prob.astype(np.float64) * options.n_member) for prob in (found.over_prob, found.event_prob))
    return over, event


def exposures_at(
    engine: Engine, where: Where, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], layer: Layer
) -> NDArray[np.uint8]:
    """Risk codes now at many points, in pieces; points outside the area have the code of missing.

    Parameters
    ----------
    engine, where
        Where the pieces are worked on, and the snapshot they map.
    lat_deg, lon_deg
        EPSG:4326, any number of them.
    layer
        Whose risk.
    """
    first = range(0, len(lat_deg), N_PART_POINT)
    n = len(first)
    if n == 0:
        return np.zeros(0, np.uint8)
    lats, lons = ([values[k : k + N_PART_POINT] for k in first] for values in (lat_deg, lon_deg))
    return np.concatenate(engine.map(_codes_at, [where] * n, lats, lons, [layer] * n))


def _codes_at(
    where: Where, lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], layer: Layer
) -> NDArray[np.uint8]:
    area, assessment = _mapped(where)
    grid, codes = area.grid, assessment.layers[layer].risk[assessment.step_now]
    row = np.floor((grid.lat_max_deg - lat_deg) / grid.d_lat_deg).astype(np.int64)
    col = np.floor((lon_deg - grid.lon_min_deg) / grid.d_lon_deg).astype(np.int64)
    is_inside = (row >= 0) & (row < grid.n_row) & (col >= 0) & (col < grid.n_col)
    found = np.full(len(lat_deg), RISK_CODE_MISSING, np.uint8)
    found[is_inside] = codes[row[is_inside], col[is_inside]]
    return found


def plans_if(engine: Engine, where: Where, asked: Sequence[Asked]) -> list[Plan]:
    """Plans for the same area and moment, each with what-ifs of its own."""
    return engine.map(_plan, [where] * len(asked), asked)


def _plan(where: Where, asked: Asked) -> Plan:
    area, assessment = _mapped(where)
    return answer_plan(area, assessment, asked)[0]


def build_areas(engine: Engine, home: Path, requests: Sequence[Any]) -> list[Path]:
    """Build and install several areas (`dashboard.areas.request.BuildRequest`); returns their bundles' folders."""
    return engine.map(_build, requests, [home] * len(requests))


def _build(request: Any, home: Path) -> Path:
    from dashboard.areas.build import build_area

    return build_area(request, home, lambda _step, _share: None).path


@lru_cache(maxsize=4)
def _mapped(where: Where) -> tuple[Area, Assessment]:
    """Area and assessment, mapped once a process."""
    return read_bundle(bundle_path(where.home, where.area_id)), SnapshotReader(where.home).at(
        where.area_id, where.version
    )
