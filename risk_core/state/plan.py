"""An evacuation plan: what is asked, and who goes where, by which way and when."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from risk_core.state.profile import Profile
from risk_core.state.situation import Closure, Shape, Shelter


class Goal(StrEnum):
    """Where somebody goes: a public shelter, or out of the zones to kin, friends or an inn."""

    SHELTER = "shelter"
    AWAY = "away"


class LeftReason(StrEnum):
    """Why somebody has no place or no way; all of them are told to go up where they are."""

    NO_ROOM = "no_room"
    CUT_OFF = "cut_off"
    TOO_FAR = "too_far"
    NOT_IN_TIME = "not_in_time"
    CLOSES_ON_WAY = "closes_on_way"
    JAM = "jam"
    NO_STREET = "no_street"


class ShelterFault(StrEnum):
    """What is wrong with a shelter; only those marked in `UNUSED_FOR` are left out of the plan."""

    OUTSIDE = "outside"
    CLOSED = "closed"
    FULL = "full"
    ROOM_UNKNOWN = "room_unknown"
    ROOM_ABSURD = "room_absurd"
    UNFIT_KIND = "unfit_kind"
    KIND_UNKNOWN = "kind_unknown"
    STATUS_UNKNOWN = "status_unknown"
    DANGEROUS = "dangerous"
    NO_STREET = "no_street"
    UNREACHABLE = "unreachable"
    SAME_AGAIN = "same_again"


WARNED_ONLY = frozenset({ShelterFault.KIND_UNKNOWN, ShelterFault.STATUS_UNKNOWN, ShelterFault.UNREACHABLE})
"""Faults that are told but do not keep people away; a shelter out of reach takes nobody anyhow."""


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """An area to be left.

    Attributes
    ----------
    zone_id, name
        As the coordinator calls it.
    shape
        Its outline, or None where it is made of districts.
    district_ids
        Districts it consists of, where it has no outline.
    delay_s
        Seconds after the order of the plan at which its own order is given: its phase.
    danger_within_s
        Where given, the zone is every cell that becomes dangerous within so many seconds, inside the outline if there
        is one; `risk_core.plans.danger.outline_zones` draws it.
    """

    zone_id: str
    name: str
    shape: Shape | None
    district_ids: tuple[str, ...] = ()
    delay_s: float = 0.0
    danger_within_s: float | None = None


@dataclass(frozen=True, slots=True)
class Institution:
    """People fetched from one place, besides the residents: a hospital, a school, a stop for those without a car.

    Attributes
    ----------
    name, lat_deg, lon_deg, persons, profile
        Who, where, and how they go.
    n_vehicle, round_s
        A loop: so many vehicles come back every `round_s` seconds until all are fetched. 0: all go at once.
    """

    name: str
    lat_deg: float
    lon_deg: float
    persons: float
    profile: Profile = Profile.BUS
    n_vehicle: int = 0
    round_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ShelterTraits:
    """Whether a shelter can be entered without steps and takes pets; None, not known, keeps nobody out."""

    is_step_free: bool | None = None
    takes_pets: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """What the coordinator supposes beyond what is known.

    Attributes
    ----------
    closures
        Streets closed besides those known.
    shelters
        Shelters opened besides those known; one with a known `shelter_id` takes its place.
    shelter_until_s
        Time a shelter takes people until, by its id, unix seconds.
    contraflow
        Lines along which cars may use all lanes in the direction drawn, and none against it.
    shelter_traits
        Access and pets of shelters, by their id.
    """

    closures: tuple[Closure, ...] = ()
    shelters: tuple[Shelter, ...] = ()
    shelter_until_s: tuple[tuple[str, float], ...] = ()
    contraflow: tuple[Shape, ...] = ()
    shelter_traits: tuple[tuple[str, ShelterTraits], ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A figure with its lower and upper bound; NaN where there is none."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Exposure:
    """Danger on the way, over all who set off.

    Attributes
    ----------
    mean_risk
        Mean over persons of the mean risk along their way, 0..1.
    worst_risk
        Largest risk anybody meets, 0..1.
    persons_in_danger
        Persons who meet a risk of 경계 or above.
    """

    mean_risk: float
    worst_risk: float
    persons_in_danger: float


@dataclass(frozen=True, slots=True)
class ZoneOutcome:
    """What the plan means for one zone.

    Attributes
    ----------
    zone_id, name, delay_s
        Of the zone.
    residents
        Persons living there.
    leaving
        Persons expected to leave.
    vehicles
        Cars and buses they use.
    left_over
        Persons of those for whom there is no place or way.
    clearance_50_s, clearance_90_s
        Seconds after the plan's order until half, and nine tenths, of those who find a way have arrived.
    hazard_arrival_s
        Unix seconds at which the hazard reaches the zone with a chance of one in ten; inf where not in the forecast.
    deadline_s
        Last safe time for the order: that arrival less the pessimistic 90 % clearance; inf where no hazard comes.
    is_too_late
        Whether the deadline has passed at the time of the order: go up instead.
    """

    zone_id: str
    name: str
    delay_s: float
    residents: float
    leaving: float
    vehicles: float
    left_over: float
    clearance_50_s: Band
    clearance_90_s: Band
    hazard_arrival_s: float
    deadline_s: float
    is_too_late: bool


@dataclass(frozen=True, slots=True, eq=False)
class ShelterOutcome:
    """How one shelter fills.

    Attributes
    ----------
    shelter
        As known.
    free_persons
        Places free at the order.
    assigned_persons
        Persons sent there.
    first_s, last_s
        Seconds after the order of the first and the last arrival, NaN for none.
    filled
        Persons of this plan in it at the end of each bin of the curve, shape=(n_bin,).
    """

    shelter: Shelter
    free_persons: float
    assigned_persons: float
    first_s: float
    last_s: float
    filled: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ShelterNote:
    """One thing wrong with one shelter; `is_used` tells whether people are sent there all the same."""

    shelter_id: str
    name: str
    fault: ShelterFault
    value: str
    is_used: bool


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Persons of one district (empty: outside all) and zone without a place or a way, and why."""

    zone_id: str
    district_id: str
    district_name: str
    reason: LeftReason
    profile: Profile
    persons: float
    lat_deg: float
    lon_deg: float


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """People who go the same way at the same time.

    Attributes
    ----------
    zone_id
        Zone they leave; empty for those outside who leave unasked.
    profile, goal
        How and where to.
    shelter_id
        Of the shelter, empty for those who go away.
    persons, vehicles
        How many.
    depart_s, arrive_s
        Seconds after the order, as loaded on the streets.
    from_lat_deg, from_lon_deg, to_lat_deg, to_lon_deg
        Ends of the way.
    edges
        Edges of the network in order.
    """

    zone_id: str
    profile: Profile
    goal: Goal
    shelter_id: str
    persons: float
    vehicles: float
    depart_s: float
    arrive_s: float
    from_lat_deg: float
    from_lon_deg: float
    to_lat_deg: float
    to_lon_deg: float
    edges: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class StreetLoad:
    """Who enters streets in each bin of time of the curve.

    Attributes
    ----------
    street
        Streets used, positions, shape=(n_used,).
    walkers, vehicles
        Persons on foot or wheels, and passenger-car units, entering each in each bin, shape=(n_bin, n_used).
    jam_share
        Largest share of its space taken, shape=(n_used,).
    """

    street: NDArray[np.int32]
    walkers: NDArray[np.float32]
    vehicles: NDArray[np.float32]
    jam_share: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Persons arrived by the end of each bin, with the band of capacity and participation.

    Attributes
    ----------
    end_s
        Seconds after the order, shape=(n_bin,).
    low, middle, high
        Share of those who set off, shape=(n_bin,); low is the pessimistic bound.
    persons
        Persons arrived in the middle case, shape=(n_bin,).
    missing
        Persons who never arrive in the pessimistic case, by reason: why `low` may end below 1. In the middle case all
        who set off arrive; who does not is among those left over.
    """

    end_s: NDArray[np.float64]
    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]
    persons: NDArray[np.float64]
    missing: tuple[tuple[LeftReason, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """The plan in numbers of persons.

    Attributes
    ----------
    residents
        In the zones.
    leaving
        Residents and institutions expected to leave.
    shadow
        Outside the zones, expected to leave unasked.
    seeking_shelter
        Of all these, those who want a public shelter.
    places_free
        Places free in the shelters that can be used.
    sheltered
        With a place and a way there.
    away
        With a way out of the zones.
    left_over
        Without a place or a way.
    rerouted
        Of those with a way: those who take another than the first, because a street or door would have shut on them.
    vehicles
        Cars and buses.
    residents_beyond_places
        Residents more than there are free places: if everybody wanted one.
    """

    residents: float
    leaving: float
    shadow: float
    seeking_shelter: float
    places_free: float
    sheltered: float
    away: float
    left_over: float
    rerouted: float
    vehicles: float
    residents_beyond_places: float


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """An evacuation plan on one assessment.

    Attributes
    ----------
    plan_id
        Content id: equal plans have equal ids.
    area_id, version, simulated
        The area, the snapshot it stands on, and whether any of it is a drill.
    order_s
        Time of the order, unix seconds.
    hazard
        Layer whose arrival and closures count: a hazard's name, or ``combined``.
    totals, zones, shelters, notes, left_over, groups
        Records, as their types tell.
    clearance_50_s, clearance_90_s
        Seconds after the order, over all zones.
    curve, load, exposure
        In time, on streets, and along the ways.
    """

    plan_id: str
    area_id: str
    version: str
    simulated: bool
    order_s: float
    hazard: str
    totals: Totals
    zones: tuple[ZoneOutcome, ...]
    shelters: tuple[ShelterOutcome, ...]
    notes: tuple[ShelterNote, ...]
    left_over: tuple[LeftOver, ...]
    groups: tuple[Group, ...]
    clearance_50_s: Band
    clearance_90_s: Band
    curve: Curve
    load: StreetLoad
    exposure: Exposure
