"""What a plan comes to: figures with bands, zone by zone, shelter by shelter, street by street."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.loading import Loaded
from risk_core.kernels.queues import ARRIVED
from risk_core.plans.arrival import deadline_s, hazard_arrivals_s
from risk_core.plans.convoy import Convoy, Dropped
from risk_core.plans.demand import Homes
from risk_core.plans.loading import BIN_S
from risk_core.plans.options import EvacuationOptions
from risk_core.plans.rerouting import REASON, n_again
from risk_core.plans.routing import Routed
from risk_core.plans.shelters import Screened
from risk_core.plans.streets import Ground
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.plan import (
    Band,
    Curve,
    Exposure,
    Goal,
    Group,
    Institution,
    LeftOver,
    LeftReason,
    Plan,
    ShelterNote,
    ShelterOutcome,
    StreetLoad,
    Totals,
    Zone,
    ZoneOutcome,
)
from risk_core.state.profile import VEHICLES, Profile

NO_BAND: Final = Band(math.nan, math.nan, math.nan)


@dataclass(frozen=True, slots=True, eq=False)
class PlanFacts:
    """What a plan was asked and is concluded from."""

    area: Area
    assessment: Assessment
    zones: tuple[Zone, ...]
    label: NDArray[np.int32]
    homes: Homes
    institutions: tuple[Institution, ...]
    screened: Screened
    options: EvacuationOptions


@dataclass(frozen=True, slots=True, eq=False)
class Fared:
    """How the parties of one ground fared: expected, slow and fast; and which shelter each place of a party is."""

    ground: Ground
    routed: tuple[Routed, ...]
    shelters_of: tuple[NDArray[np.int32], ...]
    convoy: Convoy
    loaded: Loaded
    slow: Loaded
    fast: Loaded
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Arrivals:
    """Every unit of the plan, both grounds: persons, zone, shelter (-1 away), arrivals in the three cases, risk."""

    persons: NDArray[np.float64]
    zone: NDArray[np.int32]
    shelter: NDArray[np.int32]
    vehicles: NDArray[np.float64]
    depart_s: NDArray[np.float64]
    arrive_s: NDArray[np.float64]
    slow_s: NDArray[np.float64]
    fast_s: NDArray[np.float64]
    risk_s: NDArray[np.float64]
    worst: NDArray[np.float32]


def conclude(facts: PlanFacts, fared: Sequence[Fared], notes: tuple[ShelterNote, ...]) -> Plan:
    """Put a plan's figures together.

    Parameters
    ----------
    facts
        What was asked.
    fared
        Both grounds, loaded.
    notes
        What is wrong with shelters.
    """
    units = _arrivals(facts, fared)
    left = _left_over(facts, fared)
    groups = tuple(group for one in fared for group in _groups(facts, one))
    curve = _curve(fared, units)
    everyone = np.ones(len(units.persons), dtype=np.bool_)
    plan = Plan(
        plan_id="",
        area_id=facts.area.area_id,
        version=facts.assessment.version,
        simulated=facts.assessment.simulated or any(one.simulated for one in facts.screened.shelters),
        order_s=facts.assessment.now_s,
        hazard=str(facts.options.layer),
        totals=_totals(facts, fared, units, left),
        zones=_zones(facts, fared, units, left),
        shelters=_shelters(facts, units, curve),
        notes=notes,
        left_over=left,
        groups=groups,
        clearance_50_s=clearance(units, everyone, 0.5),
        clearance_90_s=clearance(units, everyone, 0.9),
        curve=curve,
        load=_street_load(facts, fared, len(curve.end_s)),
        exposure=_exposure(units, facts.options.danger_risk),
    )
    return replace(plan, plan_id=content_id(plan))


def content_id(plan: Plan) -> str:
    """Short id of what a plan says: area, snapshot, order, totals, and every group with its way."""
    digest = hashlib.sha256(repr((plan.area_id, plan.version, plan.order_s, plan.hazard, plan.totals)).encode())
    for group in plan.groups:
        digest.update(repr((group.zone_id, group.shelter_id, group.persons, round(group.arrive_s))).encode())
        digest.update(group.edges.tobytes())
    return digest.hexdigest()[:12]


def quantile_s(arrive_s: NDArray[np.float64], persons: NDArray[np.float64], share: float) -> float:
    """Time by which a share of the persons has arrived; NaN for nobody, inf where so many never do.

    Examples
    --------
    >>> quantile_s(np.array([3.0, 1.0, np.nan]), np.ones(3), 0.5)
    3.0
    """
    if not persons.sum() > 0:
        return math.nan
    at = np.where(np.isnan(arrive_s), math.inf, arrive_s)
    order = np.argsort(at, kind="stable")
    reached = np.searchsorted(np.cumsum(persons[order]), share * persons.sum() * (1 - 1e-12))
    return float(at[order][min(int(reached), len(at) - 1)])


def clearance(units: _Arrivals, is_meant: NDArray[np.bool_], share: float) -> Band:
    """Seconds until a share of some units has arrived, with the band of capacity and participation."""
    persons = units.persons[is_meant]
    cases = (units.fast_s, units.arrive_s, units.slow_s)
    fast, middle, slow = (quantile_s(case[is_meant], persons, share) for case in cases)
    return Band(min(fast, middle), middle, max(slow, middle)) if not math.isnan(middle) else NO_BAND


def _zone_of_groups(facts: PlanFacts, routed: Routed) -> NDArray[np.int32]:
    """Zone of each group of a party, `n_zone` for the ring outside and for institutions outside."""
    zone = np.full(len(routed.party.home), len(facts.zones), dtype=np.int32)
    at_home = routed.party.home >= 0
    zone[at_home] = facts.homes.zone[routed.party.home[at_home]]
    for k in np.flatnonzero(~at_home):
        place = facts.institutions[-1 - routed.party.home[k]]
        cell = facts.area.grid.cell_of(place.lat_deg, place.lon_deg)
        if cell >= 0 and facts.label.flat[cell] >= 0:
            zone[k] = facts.label.flat[cell]
    return zone


def _arrivals(facts: PlanFacts, fared: Sequence[Fared]) -> _Arrivals:
    parts: list[tuple[NDArray[Any], ...]] = []
    for one in fared:
        convoy, units = one.convoy, one.convoy.units
        zone = np.zeros(len(convoy.persons), dtype=np.int32)
        shelter = np.full(len(convoy.persons), -1, dtype=np.int32)
        vehicles = np.zeros(len(convoy.persons))
        for k, (routed, shelters) in enumerate(zip(one.routed, one.shelters_of, strict=True)):
            mine = convoy.routed == k
            way = convoy.way[mine]
            zone[mine] = _zone_of_groups(facts, routed)[routed.ways.source[way]]
            shelter[mine] = shelters[routed.ways.sink[way]] if len(shelters) else -1
            if routed.party.profile in VEHICLES:
                vehicles[mine] = convoy.persons[mine] / routed.party.persons_per_unit
        slow_s, fast_s = (np.where(case.state == ARRIVED, case.arrive_s, math.nan) for case in (one.slow, one.fast))
        loads = (one.loaded.arrive_s, slow_s, fast_s, one.loaded.risk_s, one.loaded.worst)
        parts.append((convoy.persons, zone, shelter, vehicles, units.depart_s, *loads))
    return _Arrivals(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _left_over(facts: PlanFacts, fared: Sequence[Fared]) -> tuple[LeftOver, ...]:
    """Persons without a place or way, gathered by zone, district, reason and profile, most first."""
    found: dict[tuple[int, int, LeftReason, Profile], list[tuple[float, int]]] = {}
    for one in fared:
        for k, routed in enumerate(one.routed):
            zone, party = _zone_of_groups(facts, routed), routed.party
            lost = [
                (int(g), float(routed.left[g]) * party.persons_per_unit, routed.reason[g])
                for g in np.flatnonzero(routed.left)
            ]
            lost += [
                (int(routed.ways.source[drop.way]), drop.persons, drop.reason)
                for drop in one.dropped
                if drop.routed == k
            ]
            for group, persons, reason in lost:
                cell = _cell_of_group(facts, int(party.home[group]))
                district = int(facts.area.district.flat[cell]) if cell >= 0 else -1
                key = (int(zone[group]), district, reason or LeftReason.NOT_IN_TIME, party.profile)
                found.setdefault(key, []).append((persons, cell))
    rows = [_left_row(facts, key, parts) for key, parts in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row.persons, row.zone_id, row.district_id)))


def _cell_of_group(facts: PlanFacts, home: int) -> int:
    if home >= 0:
        return int(facts.homes.cell[home])
    place = facts.institutions[-1 - home]
    return facts.area.grid.cell_of(place.lat_deg, place.lon_deg)


def _left_row(
    facts: PlanFacts, key: tuple[int, int, LeftReason, Profile], parts: Sequence[tuple[float, int]]
) -> LeftOver:
    zone, district, reason, profile = key
    grid, record = facts.area.grid, facts.area.districts[district] if district >= 0 else None
    row, col = divmod(max(parts)[1], grid.n_col)
    return LeftOver(
        zone_id=facts.zones[zone].zone_id if zone < len(facts.zones) else "",
        district_id=record.district_id if record else "",
        district_name=(record.name_ko or record.name_local or record.name_en) if record else "",
        reason=reason,
        profile=profile,
        persons=sum(persons for persons, _ in parts),
        lat_deg=float(grid.row_lat_deg[row]),
        lon_deg=float(grid.col_lon_deg[col]),
    )


def _totals(facts: PlanFacts, fared: Sequence[Fared], units: _Arrivals, left: Sequence[LeftOver]) -> Totals:
    homes, n_zone = facts.homes, len(facts.zones)
    in_zone = homes.zone < n_zone
    fetched = sum(one.persons for one in facts.institutions)
    residents = float(homes.residents[in_zone].sum())
    places = float(facts.screened.free.sum())
    seeking = sum(
        float(routed.party.units.sum()) * routed.party.persons_per_unit
        for one in fared
        for routed in one.routed
        if routed.party.goal is Goal.SHELTER and not routed.is_again
    )
    return Totals(
        residents=residents,
        leaving=float(homes.leaving[in_zone].sum()) + fetched,
        shadow=float(homes.leaving[~in_zone].sum()),
        seeking_shelter=seeking,
        places_free=places,
        sheltered=float(units.persons[units.shelter >= 0].sum()),
        away=float(units.persons[units.shelter < 0].sum()),
        left_over=sum(row.persons for row in left),
        rerouted=sum(n_again(one.routed, one.convoy) for one in fared),
        vehicles=float(units.vehicles.sum()),
        residents_beyond_places=max(0.0, residents - places),
    )


def _zones(
    facts: PlanFacts, fared: Sequence[Fared], units: _Arrivals, left: Sequence[LeftOver]
) -> tuple[ZoneOutcome, ...]:
    order_s = facts.assessment.now_s
    arrivals_s = hazard_arrivals_s(facts.area, facts.assessment, facts.label, len(facts.zones), facts.options)
    rows = []
    for k, zone in enumerate(facts.zones):
        mine, homes = units.zone == k, facts.homes.zone == k
        half, most = clearance(units, mine, 0.5), clearance(units, mine, 0.9)
        last_s = deadline_s(float(arrivals_s[k]), order_s, zone.delay_s, most.high)
        rows.append(
            ZoneOutcome(
                zone_id=zone.zone_id,
                name=zone.name,
                delay_s=zone.delay_s,
                residents=float(facts.homes.residents[homes].sum()),
                leaving=float(facts.homes.leaving[homes].sum()),
                vehicles=float(units.vehicles[mine].sum()),
                left_over=sum(row.persons for row in left if row.zone_id == zone.zone_id),
                clearance_50_s=half,
                clearance_90_s=most,
                hazard_arrival_s=float(arrivals_s[k]),
                deadline_s=last_s,
                is_too_late=last_s < order_s + zone.delay_s,
            )
        )
    return tuple(rows)


def _shelters(facts: PlanFacts, units: _Arrivals, curve: Curve) -> tuple[ShelterOutcome, ...]:
    rows = []
    for k, shelter in enumerate(facts.screened.shelters):
        mine = units.shelter == k
        at_s, persons = units.arrive_s[mine], units.persons[mine]
        filled = np.array([float(persons[at_s <= end].sum()) for end in curve.end_s])
        rows.append(
            ShelterOutcome(
                shelter=shelter,
                free_persons=float(facts.screened.free[k]),
                assigned_persons=float(persons.sum()),
                first_s=float(at_s.min()) if len(at_s) else math.nan,
                last_s=float(at_s.max()) if len(at_s) else math.nan,
                filled=filled,
            )
        )
    return tuple(rows)


def _curve(fared: Sequence[Fared], units: _Arrivals) -> Curve:
    """Arrivals until the last one of any of the three cases; who never arrives in the slow one, and why."""
    cases = (units.slow_s, units.arrive_s, units.fast_s)
    last_s = max((float(one[np.isfinite(one)].max(initial=0.0)) for one in cases), default=0.0)
    end_s: NDArray[np.float64] = np.arange(1, max(1, math.ceil(last_s / BIN_S)) + 1).astype(np.float64) * BIN_S
    total = max(float(units.persons.sum()), 1e-9)
    persons = [_arrived_by(case, units.persons, end_s) for case in cases]
    low, middle, high = (one / total for one in persons)
    missed: dict[LeftReason, float] = {}
    for one in fared:
        for unit in np.flatnonzero(one.slow.state != ARRIVED):
            reason = REASON.get(int(one.slow.state[unit]), LeftReason.JAM)
            missed[reason] = missed.get(reason, 0.0) + float(one.convoy.persons[unit])
    missing = tuple(sorted(missed.items(), key=lambda item: -item[1]))
    return Curve(end_s, np.minimum(low, middle), middle, np.maximum(high, middle), persons[1], missing)


def _arrived_by(
    arrive_s: NDArray[np.float64], persons: NDArray[np.float64], end_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    known = np.isfinite(arrive_s)
    order = np.argsort(arrive_s[known], kind="stable")
    total = np.concatenate([[0.0], np.cumsum(persons[known][order])])
    return np.asarray(total[np.searchsorted(arrive_s[known][order], end_s, side="right")])


def _exposure(units: _Arrivals, danger_risk: float) -> Exposure:
    total = float(units.persons.sum())
    if not total:
        return Exposure(math.nan, math.nan, 0.0)
    under_way_s = np.maximum(units.arrive_s - units.depart_s, 1e-9)
    mean = np.where(units.risk_s > 0, units.risk_s / under_way_s, 0.0)
    in_danger = float(units.persons[units.worst >= danger_risk - 1e-6].sum())
    return Exposure(float((mean * units.persons).sum() / total), float(units.worst.max()), in_danger)


def _street_load(facts: PlanFacts, fared: Sequence[Fared], n_bin: int) -> StreetLoad:
    network = facts.area.network
    assert network is not None
    by_ground = []
    jam = np.zeros(network.n_street, dtype=np.float32)
    for one in fared:
        by_street = np.zeros((one.loaded.passed.shape[0], network.n_street), dtype=np.float32)
        used = np.flatnonzero(one.loaded.passed.any(axis=0))
        np.add.at(by_street.T, network.street[used], one.loaded.passed[:, used].T)
        np.maximum.at(jam, network.street[used], one.loaded.jam[used])
        by_ground.append(by_street)
    walkers, vehicles = (one[:n_bin] for one in by_ground)
    street = np.flatnonzero((walkers + vehicles).any(axis=0)).astype(np.int32)
    return StreetLoad(street, walkers[:, street], vehicles[:, street], jam[street])


def _groups(facts: PlanFacts, fared: Fared) -> list[Group]:
    """One record a way, as loaded: first departure, last arrival."""
    convoy = fared.convoy
    if not len(convoy.persons):
        return []
    key = convoy.routed.astype(np.int64) * (int(convoy.way.max()) + 1) + convoy.way
    order = np.argsort(key, kind="stable")
    begin = np.flatnonzero(np.diff(key[order], prepend=-1))
    persons = np.add.reduceat(convoy.persons[order], begin)
    depart_s = np.minimum.reduceat(convoy.units.depart_s[order], begin)
    arrive_s = np.maximum.reduceat(fared.loaded.arrive_s[order], begin)
    routed, way = convoy.routed[order][begin], convoy.way[order][begin]
    rows: list[Group] = []
    for k, one in enumerate(fared.routed):
        mine = routed == k
        amounts = persons[mine], depart_s[mine], arrive_s[mine]
        rows += _party_groups(facts, one, fared.shelters_of[k], way[mine], amounts)
    return rows


def _party_groups(
    facts: PlanFacts,
    routed: Routed,
    shelters: NDArray[np.int32],
    way: NDArray[np.int32],
    amounts: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> list[Group]:
    """Records of some ways of one party: persons, first departure and last arrival of each are the amounts."""
    network, ways, party = facts.area.network, routed.ways, routed.party
    assert network is not None
    source, first = ways.source[way], ways.first.tolist()
    zone_of = [*(one.zone_id for one in facts.zones), ""]
    zone = [zone_of[k] for k in _zone_of_groups(facts, routed)[source].tolist()]
    shelter_of = [*(one.shelter_id for one in facts.screened.shelters), ""]
    shelter = [shelter_of[k] for k in shelters[ways.sink[way]].tolist()] if len(shelters) else [""] * len(way)
    start = party.node[source]
    has_edge = np.diff(ways.first)[way] > 0
    stop = np.where(has_edge, network.head[ways.edge[ways.first[way + 1] - 1]] if len(ways.edge) else start, start)
    at = [(network.node_lat_deg[node].tolist(), network.node_lon_deg[node].tolist()) for node in (start, stop)]
    per_vehicle = party.persons_per_unit if party.profile in VEHICLES else math.inf
    rows = zip(way.tolist(), zone, shelter, *(one.tolist() for one in amounts), *at[0], *at[1], strict=True)
    return [
        Group(
            zone_id, party.profile, party.goal, shelter_id, persons, persons / per_vehicle, depart_s, arrive_s,
            from_lat, from_lon, to_lat, to_lon, ways.edge[first[w] : first[w + 1]],
        )
        for w, zone_id, shelter_id, persons, depart_s, arrive_s, from_lat, from_lon, to_lat, to_lon in rows
    ]  # fmt: skip
