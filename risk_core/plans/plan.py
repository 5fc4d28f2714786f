"""The whole plan on one page: zones, shelters and streets become people with a place, a way and a time."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.plans.convoy import make_convoy
from risk_core.plans.demand import Homes, Party, fetched, find_homes, gather, home_nodes, label_zones, ring_outside
from risk_core.plans.loading import load, load_checked
from risk_core.plans.options import EVACUATION_DEFAULTS, PLAN_PROFILES, EvacuationOptions
from risk_core.plans.outcome import Fared, PlanFacts, conclude
from risk_core.plans.rerouting import Doors, Rerouting
from risk_core.plans.routing import Layout, Routed, exit_nodes, place_nodes
from risk_core.plans.shelters import Screened, note_again, peak_risk, screen_shelters
from risk_core.plans.streets import Conditions, NearestNodes, conditions, pavement, road
from risk_core.routes.snap import MAX_SNAP_M
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.network import Network
from risk_core.state.plan import Goal, Institution, Plan, ShelterFault, ShelterNote, ShelterTraits, WhatIf, Zone
from risk_core.state.profile import Profile
from risk_core.state.situation import Shelter

LEAST_SLOT_S: Final = 5.0
NO_WHAT_IF: Final = WhatIf()
NO_TRAITS: Final = ShelterTraits()
Tell = Callable[[str, float], None]
"""Told each step and the share of the work done by then; what it raises ends the work."""


def tell_nobody(step: str, done_share: float) -> None:
    """Tell nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """What every party of a plan shares."""

    area: Area
    network: Network
    when: Conditions
    options: EvacuationOptions
    homes: Homes
    delay_s: NDArray[np.float64]
    institutions: Sequence[Institution]
    traits: Mapping[str, ShelterTraits]
    is_inside: NDArray[np.bool_]
    is_safe: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Travel:
    """How one profile gets onto the streets: its nodes, those of homes and institutions, shelters and exits."""

    nearest: NearestNodes
    home: NDArray[np.int32]
    shelter: NDArray[np.int32]
    exits: NDArray[np.int32]


def make_plan(
    area: Area,
    assessment: Assessment,
    zones: Sequence[Zone],
    institutions: Sequence[Institution] = (),
    what_if: WhatIf = NO_WHAT_IF,
    options: EvacuationOptions = EVACUATION_DEFAULTS,
    tell: Tell = tell_nobody,
) -> Plan:
    """Plan the evacuation of zones on an assessment; the order is given at its present time.

    People gather at street corners and set off over time. Those for a shelter are booked first, the frail before the
    others, each to the shelter that can be reached first and still has a place; then those who leave the zones. Booked
    ways are loaded on the streets as queues; whoever would meet a closed street turns before it and gets another way
    from there, whoever would meet a shut door goes elsewhere, and who has no other is listed with those without a place
    or way.

    Parameters
    ----------
    area, assessment
        The place and its state.
    zones
        To be left; where they overlap, the earlier one counts.
    institutions
        People fetched besides the residents.
    what_if
        Closures, shelters and contraflow supposed.
    options
        Settings.
    tell
        Told how far the work is.

    Raises
    ------
    InputError
        For an area without streets, and zones, places or options that do not fit.

    References
    ----------
    Lu, George and Shekhar 2005 for the booking, Cetin, Burri and Nagel 2003 for the queues, Weidmann 1993 for walkers;
    see `risk_core.kernels.evacuation`, `risk_core.kernels.loading` and `risk_core.plans.capacity`.
    """
    network = area.network
    if network is None:
        raise InputError(Fault("area", area.area_id, "an area with streets", "Choose an area that has a network."))
    tell("shelters", 0.05)
    label = label_zones(area, zones)
    when = conditions(network, assessment, what_if, options)
    screened = screen_shelters(area, assessment, what_if, options)
    scene = _set_scene(area, assessment, zones, institutions, label, when, what_if, options)
    travel = {profile: _travel(scene, profile, screened) for profile in _profiles(scene)}
    notes = _unreached(screened, travel)
    room = screened.free.copy()
    until_s = screened.until_s - assessment.now_s
    slot_s = max(LEAST_SLOT_S, math.ceil(network.n_node * options.horizon_s / options.n_state))
    n_bin_slot = max(1, round(bin_s(float(scene.homes.leaving.sum())) / slot_s))
    fared = []
    for k, ground in enumerate((pavement(network), road(network, when))):
        tell("ways", 0.15 + 0.4 * k)
        layout = Layout(network, ground, when, options, slot_s, n_bin_slot)
        routed, doors = _route_ground(scene, layout, travel, screened.shelters, room, until_s)
        tell("streets", 0.35 + 0.4 * k)
        fared.append(_fare(scene, layout, routed, doors, room))
    tell("outcome", 0.95)
    facts = PlanFacts(area, assessment, tuple(zones), label, scene.homes, tuple(institutions), screened, options)
    return conclude(facts, fared, notes)


def bin_s(persons: float) -> float:
    """Seconds in which capacity is counted together: the more people, the coarser, up to ten minutes.

    Examples
    --------
    >>> bin_s(1_000.0), bin_s(10_000.0), bin_s(450_000.0)
    (10.0, 20.0, 600.0)
    """
    return min(600.0, max(10.0, persons / 500.0))


def _profiles(scene: _Scene) -> tuple[Profile, ...]:
    by_share = {one for one, share in scene.options.demand.mode_share.items() if share > 0}
    by_share |= {one.profile for one in scene.institutions}
    return tuple(one for one in PLAN_PROFILES if one in by_share)


def _set_scene(
    area: Area,
    assessment: Assessment,
    zones: Sequence[Zone],
    institutions: Sequence[Institution],
    label: NDArray[np.int32],
    when: Conditions,
    what_if: WhatIf,
    options: EvacuationOptions,
) -> _Scene:
    network = area.network
    assert network is not None
    homes = find_homes(area, label, len(zones), options.demand)
    delay_s = np.append([zone.delay_s for zone in zones], 0.0)[homes.zone]
    cell = area.grid.cells_of(network.node_lat_deg, network.node_lon_deg)
    inside = (label >= 0) | ring_outside(area.grid, label, options.demand.shadow_m)
    is_safe = peak_risk(area, assessment, options.layer) < options.danger_risk
    known = cell >= 0
    at = np.where(known, cell, 0)
    return _Scene(
        area, network, when, options, homes, delay_s, institutions, dict(what_if.shelter_traits),
        known & inside.ravel()[at], known & is_safe.ravel()[at],
    )  # fmt: skip


def _travel(scene: _Scene, profile: Profile, screened: Screened) -> _Travel:
    nearest = NearestNodes(scene.network, profile)
    lat_deg = np.array([one.lat_deg for one in screened.shelters])
    lon_deg = np.array([one.lon_deg for one in screened.shelters])
    exits = exit_nodes(scene.network, profile, scene.is_inside, scene.is_safe)
    return _Travel(nearest, home_nodes(scene.area, scene.homes, nearest), place_nodes(nearest, lat_deg, lon_deg), exits)


def _unreached(screened: Screened, travel: dict[Profile, _Travel]) -> tuple[ShelterNote, ...]:
    """Notes with those shelters no street of any, or of some, profile leads to."""
    notes = screened.notes
    for k, shelter in enumerate(screened.shelters):
        without = [profile for profile, one in travel.items() if one.shelter[k] < 0]
        if without:
            fault = ShelterFault.NO_STREET if len(without) == len(travel) else ShelterFault.UNREACHABLE
            notes = note_again(notes, shelter, fault, ", ".join(without))
    return notes


def _route_ground(
    scene: _Scene,
    layout: Layout,
    travel: dict[Profile, _Travel],
    shelters: Sequence[Shelter],
    room: NDArray[np.int64],
    until_s: NDArray[np.float64],
) -> tuple[list[Routed], list[Doors]]:
    """Parties of one ground with ways, and the places of each; `room` falls by those who go to shelters."""
    routed, doors = [], []
    for goal in Goal:
        for profile in (one for one in travel if one in layout.ground.profiles):
            mine = travel[profile]
            for party, has_pets in _parties(scene, mine, profile, goal):
                meant = _doors(scene, mine, profile, goal, has_pets, shelters, until_s)
                places = meant.places(room)
                routed.append(layout.route(party, places))
                meant.settle(room, places)
                doors.append(meant)
    return routed, doors


def _parties(scene: _Scene, mine: _Travel, profile: Profile, goal: Goal) -> list[tuple[Party, bool]]:
    """Parties of a profile and goal, and whether they bring pets; those with pets choose their shelter first."""
    demand = scene.options.demand
    pets = demand.pets_share if goal is Goal.SHELTER else 0.0
    asked = (scene.homes, mine.home, scene.delay_s, profile, goal, demand)
    parties = [(gather(*asked, pets), True)] if pets > 0 else []
    parties.append((gather(*asked, 1 - pets), False))
    return parties + [(one, False) for one in (_fetched(scene, profile, mine.nearest) if goal is Goal.SHELTER else [])]


def _doors(
    scene: _Scene,
    mine: _Travel,
    profile: Profile,
    goal: Goal,
    has_pets: bool,
    shelters: Sequence[Shelter],
    until_s: NDArray[np.float64],
) -> Doors:
    """Where a party may go: shelters it can enter, or the ways out."""
    if goal is not Goal.SHELTER:
        n_exit = len(mine.exits)
        return Doors(mine.exits, np.full(n_exit, -1, dtype=np.int32), np.full(n_exit, math.inf))
    traits = [_traits(scene, one) for one in shelters]
    fits = [
        not (profile is Profile.WHEELCHAIR and one.is_step_free is False) and not (has_pets and one.takes_pets is False)
        for one in traits
    ]
    which = np.flatnonzero((mine.shelter >= 0) & np.array(fits, dtype=np.bool_)).astype(np.int32)
    return Doors(mine.shelter[which], which, until_s[which])


def _traits(scene: _Scene, shelter: Shelter) -> ShelterTraits:
    """Access and pets of a shelter: as supposed where that is told, else as known."""
    known = shelter.is_step_free, shelter.takes_pets
    supposed = scene.traits.get(shelter.shelter_id, NO_TRAITS)
    told = supposed.is_step_free, supposed.takes_pets
    return ShelterTraits(*(a if b is None else b for a, b in zip(known, told, strict=True)))


def _fetched(scene: _Scene, profile: Profile, nearest: NearestNodes) -> list[Party]:
    mine = [k for k, one in enumerate(scene.institutions) if one.profile is profile]
    if not mine:
        return []
    places = [scene.institutions[k] for k in mine]
    lat_deg, lon_deg = np.array([one.lat_deg for one in places]), np.array([one.lon_deg for one in places])
    node = nearest.find(lat_deg, lon_deg, MAX_SNAP_M)
    return [fetched(places, mine, profile, node, scene.options.demand)]


def _fare(scene: _Scene, layout: Layout, routed: list[Routed], doors: list[Doors], room: NDArray[np.int64]) -> Fared:
    """Load one ground: as expected, and with the ends of the bands of capacity and participation."""
    options, demand, ground = scene.options, scene.options.demand, layout.ground
    asked = (scene.network, ground, scene.when)
    convoy = make_convoy(scene.network, ground, routed, [one.until_s for one in doors], layout.slot_s)
    convoy, loaded, dropped = load_checked(*asked, convoy, options, Rerouting(layout, routed, doors, room))
    slow_by = demand.participation_high / demand.participation_share
    fast_by = demand.participation_low / demand.participation_share
    slow = load(*asked, convoy, options, 1 - options.capacity_band, slow_by)
    fast = load(*asked, convoy, options, 1 + options.capacity_band, max(fast_by, 1e-3))
    shelters_of = tuple(one.shelter for one in doors)
    return Fared(ground, tuple(routed), shelters_of, convoy, loaded, slow, fast, tuple(dropped))
