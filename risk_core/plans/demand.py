"""Who leaves: people of the zones and of the ring round them, gathered at street corners, by time of departure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from risk_core.errors import Fault, raise_faults
from risk_core.plans.options import DemandOptions
from risk_core.plans.streets import NearestNodes
from risk_core.state.area import Area
from risk_core.state.grid import Grid
from risk_core.state.plan import Goal, Institution, Zone
from risk_core.state.profile import Profile
from risk_core.state.situation import GeometryKind, Shape

MAX_CORNERS: Final = 1_000
"""Corners people are gathered at; in larger plans blocks of cells share one."""

MAX_SOURCES: Final = 4_000
"""Corner and time of departure pairs of one profile and goal."""

FARTHEST_HOME_M: Final = 2_000.0
"""Homes farther than this from every street are left over, metres: yards and tracks lead to nearer ones (assumed)."""

N_CHUNK: Final = (3, 8)
"""Fewest and most times of departure of one corner."""


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Where people set off.

    Attributes
    ----------
    zone
        Position of the zone, `n_zone` for the ring outside; shape=(n_home,).
    cell
        The cell most of them live in.
    residents
        Persons living there.
    leaving
        Persons expected to leave.
    """

    zone: NDArray[np.int32]
    cell: NDArray[np.int32]
    residents: NDArray[np.float64]
    leaving: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Party:
    """Everyone of one profile with one goal.

    Attributes
    ----------
    profile, goal
        How and where to.
    home
        Position in `Homes` of each group, -1 - k for institution k; shape=(n_group,).
    node
        Node they set off from.
    ready_s
        Seconds after the order.
    units
        Vehicles, or persons on foot.
    persons_per_unit
        Persons in one of them.
    """

    profile: Profile
    goal: Goal
    home: NDArray[np.int32]
    node: NDArray[np.int32]
    ready_s: NDArray[np.float64]
    units: NDArray[np.int32]
    persons_per_unit: float


def rayleigh_s(share: NDArray[np.float64], half_gone_s: float) -> NDArray[np.float64]:
    """Seconds by which a share of those leaving has set off, shape as given.

    Rayleigh's curve ``F(t) = 1 - exp(-t^2 / 2 s^2)`` with half gone at `half_gone_s`.

    Examples
    --------
    >>> rayleigh_s(np.array([0.0, 0.5]), 900.0).tolist()
    [0.0, 900.0]
    """
    return np.asarray(half_gone_s * np.sqrt(np.log1p(-share) / math.log(0.5)))


def label_zones(area: Area, zones: Sequence[Zone]) -> NDArray[np.int32]:
    """Position of the zone each cell belongs to, shape=(n_row, n_col), -1 outside; the earlier zone has a shared cell.

    Raises
    ------
    InputError
        For zones without an outline or a known district, or that lie outside the area; all faults at once.
    """
    label = np.full((area.grid.n_row, area.grid.n_col), -1, dtype=np.int32)
    position = {one.district_id: k for k, one in enumerate(area.districts)}
    faults = []
    remedy = "Draw it inside the area, or name districts of the area."
    if not zones:
        faults.append(Fault("zones", "none", "one zone or more", "Draw a zone or pick districts."))
    for k, zone in enumerate(zones):
        unknown = [one for one in zone.district_ids if one not in position]
        faults += [
            Fault("district_ids", one, "a district of the area", remedy, f"zone {zone.zone_id}") for one in unknown
        ]
        if not (math.isfinite(zone.delay_s) and zone.delay_s >= 0):
            faults.append(Fault("delay_s", str(zone.delay_s), "0 or more seconds", remedy, f"zone {zone.zone_id}"))
        inside = np.isin(area.district, [position[one] for one in zone.district_ids if one in position])
        if zone.shape is not None:
            if zone.shape.kind is not GeometryKind.POLYGON:
                faults.append(Fault("shape", zone.shape.kind, "a polygon", remedy, f"zone {zone.zone_id}"))
                continue
            inside |= cells_inside(area.grid, zone.shape)
        if not inside.any() and not unknown:
            faults.append(
                Fault("zone", "without any cell of the area", "an outline inside it", remedy, f"zone {zone.zone_id}")
            )
        label[inside & (label < 0)] = k
    raise_faults(faults)
    return label


def cells_inside(grid: Grid, shape: Shape) -> NDArray[np.bool_]:
    """Cells whose centre lies in a polygon (even-odd rule over its rings), shape=(n_row, n_col)."""
    inside = np.zeros((grid.n_row, grid.n_col), dtype=np.bool_)
    lat_deg, lon_deg = grid.row_lat_deg, grid.col_lon_deg
    for ring in shape.parts:
        after = np.roll(ring, -1, axis=0)
        for (lat_a, lon_a), (lat_b, lon_b) in zip(ring, after, strict=True):
            rows = np.flatnonzero((lat_a > lat_deg) != (lat_b > lat_deg))
            if len(rows):
                cross = lon_a + (lat_deg[rows] - lat_a) * (lon_b - lon_a) / (lat_b - lat_a)
                inside[rows] ^= lon_deg[None, :] < cross[:, None]
    return inside


def ring_outside(grid: Grid, label: NDArray[np.int32], width_m: float) -> NDArray[np.bool_]:
    """Cells outside all zones within `width_m` of one, shape=(n_row, n_col)."""
    far_cells = distance_transform_edt(label < 0)
    return np.asarray((label < 0) & (far_cells * grid.cell_m <= width_m))


def find_homes(area: Area, label: NDArray[np.int32], n_zone: int, options: DemandOptions) -> Homes:
    """People of the zones and those of the ring who leave unasked, gathered in blocks where there are many cells."""
    people = np.nan_to_num(np.asarray(area.population, dtype=np.float64))
    zone = label.copy()
    if options.shadow_share > 0 and options.shadow_m > 0:
        zone[ring_outside(area.grid, label, options.shadow_m)] = n_zone
    row, col = np.nonzero((zone >= 0) & (people > 0))
    side = 1
    while True:
        block = (zone[row, col].astype(np.int64) * area.grid.n_row + row // side) * area.grid.n_col + col // side
        if len(np.unique(block)) <= MAX_CORNERS:
            break
        side += 1
    order = np.lexsort((-people[row, col], block))
    row, col, block = row[order], col[order], block[order]
    first = np.flatnonzero(np.diff(block, prepend=-1))
    persons = np.add.reduceat(people[row, col], first) if len(first) else np.zeros(0)
    owner = zone[row[first], col[first]]
    share = np.where(owner == n_zone, options.shadow_share, options.participation_share)
    cell = (row[first] * area.grid.n_col + col[first]).astype(np.int32)
    return Homes(owner.astype(np.int32), cell, persons, persons * share)


def spread_whole(amount: NDArray[np.float64]) -> NDArray[np.int32]:
    """Whole numbers near the amounts whose sums up to any position are off by less than one, shape as given.

    Examples
    --------
    >>> spread_whole(np.array([0.4, 0.4, 0.4, 0.8])).tolist()
    [0, 1, 0, 1]
    """
    return np.diff(np.rint(np.cumsum(amount)), prepend=0.0).astype(np.int32)


def home_nodes(area: Area, homes: Homes, nearest: NearestNodes) -> NDArray[np.int32]:
    """Node each home sets off from, shape=(n_home,), -1 where no street of the profile is near."""
    row, col = np.divmod(homes.cell, area.grid.n_col)
    return nearest.find(area.grid.row_lat_deg[row], area.grid.col_lon_deg[col], FARTHEST_HOME_M)


def gather(
    homes: Homes,
    node: NDArray[np.int32],
    delay_s: NDArray[np.float64],
    profile: Profile,
    goal: Goal,
    options: DemandOptions,
    part: float = 1.0,
) -> Party:
    """Everyone of one profile and goal, or a `part` of them, by home and time of departure.

    Parameters
    ----------
    homes, node
        Where they are, and the node they set off from, -1 for none.
    delay_s
        Phase of each home, seconds after the order.
    profile, goal, options, part
        Who, where to, and the shares.
    """
    per_unit = {Profile.CAR: options.persons_per_car, Profile.BUS: options.persons_per_bus}.get(profile, 1.0)
    to_shelter = options.shelter_share if goal is Goal.SHELTER else 1 - options.shelter_share
    share = options.mode_share.get(profile, 0.0) * to_shelter * part
    units = spread_whole(homes.leaving * share / per_unit)
    n_chunk = min(max(MAX_SOURCES // max(1, int(np.count_nonzero(units))), N_CHUNK[0]), N_CHUNK[1])
    at_s = rayleigh_s((np.arange(n_chunk) + 0.5) / n_chunk, options.half_gone_s)
    before = np.floor(units[:, None] * np.arange(n_chunk + 1) / n_chunk + _offset(len(units))[:, None])
    chunk = np.diff(before, axis=1).astype(np.int32)
    home, k = np.nonzero(chunk)
    return Party(profile, goal, home.astype(np.int32), node[home], at_s[k] + delay_s[home], chunk[home, k], per_unit)


def _offset(n: int) -> NDArray[np.float64]:
    """Numbers spread evenly over 0..1, so that small homes do not all set off in the same chunk."""
    golden = (math.sqrt(5) - 1) / 2
    return np.asarray((np.arange(n) * golden) % 1.0)


def fetched(
    institutions: Sequence[Institution],
    position: Sequence[int],
    profile: Profile,
    node: NDArray[np.int32],
    options: DemandOptions,
) -> Party:
    """Institutions fetched by one profile to shelters, at the order or as their vehicles come round again.

    Parameters
    ----------
    institutions, position, node
        Who, their positions among all institutions, and the node of each.
    profile, options
        How they go.
    """
    per_unit = {Profile.CAR: options.persons_per_car, Profile.BUS: options.persons_per_bus}.get(profile, 1.0)
    rows = []
    for k, one in enumerate(institutions):
        n_unit = math.ceil(one.persons / per_unit)
        most = one.n_vehicle or max(1, n_unit)
        for turn, gone in enumerate(range(0, max(1, n_unit), most)):
            rows.append((-1 - position[k], int(node[k]), turn * one.round_s, min(most, n_unit - gone)))
    home, at, ready, units = (np.array(column) for column in zip(*rows, strict=True))
    ready_of = ready.astype(np.float64)
    return Party(
        profile, Goal.SHELTER, home.astype(np.int32), at.astype(np.int32), ready_of, units.astype(np.int32), per_unit
    )
