"""From a path to the record people see."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk_core.fields.sample import CODE_DANGER
from risk_core.kernels.network import segment_arcs_rad, trace_path
from risk_core.routes.exposure import Pieces, cut_pieces, hazards_met
from risk_core.routes.schedule import Schedule
from risk_core.routes.search import Path
from risk_core.routes.success import success_share
from risk_core.routes.turns import Drawing, turn_list
from risk_core.state.assessment import LayerFields
from risk_core.state.grid import Grid
from risk_core.state.joint import JointOutlook
from risk_core.state.level import DANGER_RISK, LEVEL_THRESHOLDS, RISK_CODE_MISSING, Layer, Level, code_to_risk
from risk_core.state.network import Network
from risk_core.state.profile import Profile, profile_position
from risk_core.state.route import EdgeCosts, Route, RouteKind
from risk_core.units import EARTH_RADIUS_M


@dataclass(frozen=True, slots=True)
class Totals:
    """What a path sums to; see `Route`."""

    duration_s: float
    length_m: float
    danger_m: float
    exposure_s: float
    max_risk: float
    level_length_m: tuple[float, float, float, float, float]
    unknown_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """What surrounds a way: the grid and fields of every layer, which time slice holds when, members of the storms."""

    grid: Grid
    layers: Mapping[Layer, LayerFields]
    schedule: Schedule
    joint: JointOutlook | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A path with all that is measured along it: seconds on each edge, combined risk byte of each piece, totals."""

    path: Path
    edge_s: NDArray[np.float64]
    pieces: Pieces
    code: NDArray[np.uint8]
    totals: Totals


def levels_of(code: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Level byte of each risk byte, 255 for unknown, shape as given."""
    level = np.digitize(code_to_risk(code), np.array(LEVEL_THRESHOLDS, dtype=np.float32))
    return np.where(code == RISK_CODE_MISSING, RISK_CODE_MISSING, level).astype(np.uint8)


def measure(network: Network, travel_time_s: NDArray[np.float32], path: Path, around: Around) -> Told:
    """Sum a path piece by piece through the grid, each at the time one gets there."""
    edge_s = travel_time_s[path.edges].astype(np.float64) * path.share
    pieces = cut_pieces(network, travel_time_s, path, around.schedule)
    code = pieces.code_in(around.layers[Layer.COMBINED].risk)
    known = code != RISK_CODE_MISSING
    risk = code_to_risk(code)
    in_level = np.bincount(levels_of(code[known]), weights=pieces.length_m[known], minlength=len(Level))
    safe, attention, caution, alert, serious = (float(metres) for metres in in_level)
    length_m = float((network.length_m[path.edges].astype(np.float64) * path.share).sum())
    totals = Totals(
        duration_s=float(edge_s.sum()),
        length_m=length_m,
        danger_m=float(pieces.length_m[known & (risk >= np.float32(DANGER_RISK))].sum()),
        exposure_s=float((CODE_DANGER[code] * pieces.time_s).sum()),
        max_risk=round(float(risk[known].max()), 3) if known.any() else math.nan,
        level_length_m=(safe, attention, caution, alert, serious),
        unknown_m=max(0.0, length_m - float(in_level.sum())),
    )
    return Told(path, edge_s, pieces, code, totals)


def edge_risk(told: Told) -> NDArray[np.float32]:
    """Largest known risk on each edge of a path, 0 where none is known, shape=(n_edge_of_path,)."""
    risk = np.zeros(len(told.path.edges), dtype=np.float32)
    np.maximum.at(risk, told.pieces.owner, np.nan_to_num(code_to_risk(told.code)))
    return risk


def free_duration_s(network: Network, profile: Profile, path: Path) -> float:
    """Seconds a path takes where nothing is closed."""
    speed_m_per_s = network.speed_m_per_s[profile_position(profile), path.edges].astype(np.float64)
    return float((network.length_m[path.edges] * path.share / speed_m_per_s).sum())


def draw_path(network: Network, path: Path) -> Drawing:
    """The line of a path, cut at both ends."""
    street = network.street[path.edges]
    lat_deg, lon_deg, owner = trace_path(
        network.street_first_point,
        network.point_lat_deg,
        network.point_lon_deg,
        street,
        path.begin_m,
        path.end_m,
        EARTH_RADIUS_M,
    )
    return Drawing(lat_deg, lon_deg, owner)


def colour_line(drawing: Drawing, pieces: Pieces, level: NDArray[np.uint8]) -> tuple[Drawing, NDArray[np.uint8]]:
    """The line with a point wherever the level changes, and the level of each of its segments.

    Parameters
    ----------
    drawing
        The line of a path.
    pieces
        The same path cut by cells.
    level
        Level byte of each piece.
    """
    n_point = len(drawing.lat_deg)
    first = np.array([0, n_point], dtype=np.int32)
    arcs = segment_arcs_rad(first, drawing.lat_deg, drawing.lon_deg)[: n_point - 1]
    at_m = np.concatenate([[0.0], np.cumsum(arcs * EARTH_RADIUS_M)])
    if not len(level) or at_m[-1] == 0:
        only = level[0] if len(level) else RISK_CODE_MISSING
        return drawing, np.full(n_point - 1, only, dtype=np.uint8)
    end_m = np.cumsum(pieces.length_m)
    end_m *= at_m[-1] / end_m[-1]
    change_m = end_m[:-1][level[1:] != level[:-1]]
    line_m = np.unique(np.concatenate([at_m, change_m]))
    middle_m = 0.5 * (line_m[1:] + line_m[:-1])
    lat_deg, lon_deg = (np.interp(line_m, at_m, some) for some in (drawing.lat_deg, drawing.lon_deg))
    segment = np.searchsorted(at_m, middle_m, side="right") - 1
    piece = np.minimum(np.searchsorted(end_m, middle_m), len(level) - 1)
    return Drawing(lat_deg, lon_deg, drawing.owner[segment]), level[piece]


def route_id_of(words: Sequence[str], path: Path) -> str:
    """Short content id: the same way in the same snapshot always has the same id."""
    content = hashlib.sha256("\n".join(words).encode())
    content.update(path.edges.astype("<i4").tobytes())
    content.update(np.rint(np.array([path.begin_m[0], path.end_m[-1]]) * 100).astype("<i8").tobytes())
    return content.hexdigest()[:12]


def make_route(
    network: Network, costs: EdgeCosts, kind: RouteKind, told: Told, around: Around, words: Sequence[str]
) -> Route:
    """Everything told of one way but the reasons for it.

    Parameters
    ----------
    network, costs, told
        The way and what its edges cost.
    kind
        What it minimises.
    around
        The fields it passes through.
    words
        What besides the edges makes it unique: area, version, profile.
    """
    totals, pieces = told.totals, told.pieces
    drawing = draw_path(network, told.path)
    line, level = colour_line(drawing, pieces, levels_of(told.code))
    return Route(
        route_id=route_id_of([*words, kind], told.path),
        kind=kind,
        edges=told.path.edges,
        duration_s=totals.duration_s,
        length_m=totals.length_m,
        danger_m=totals.danger_m,
        exposure_s=totals.exposure_s,
        max_risk=totals.max_risk,
        level_length_m=totals.level_length_m,
        unknown_m=totals.unknown_m,
        hazards=hazards_met(around.layers, pieces),
        success_share=success_share(around.joint, around.grid, around.layers, pieces, around.schedule.depart_s),
        profile_level=level,
        lat_deg=line.lat_deg,
        lon_deg=line.lon_deg,
        steps=turn_list(network, costs, told.path, drawing, told.edge_s, edge_risk(told)),
        reasons=(),
        gap=0.0,
        leg_s=tuple(np.add.reduceat(told.edge_s, told.path.leg_first).tolist()),
        leg_m=tuple(np.add.reduceat(network.length_m[told.path.edges] * told.path.share, told.path.leg_first).tolist()),
        edge_s=told.edge_s,
    )
