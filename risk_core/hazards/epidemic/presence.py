"""Who is where at each hour of the day: people present in each cell, and in which district they live.

Three sources, the best that is there: flows between districts counted by operators; without them a count of the
people present (living population); without both the residents at home. With a count alone it is not known who the
people are: as many as live in a district are taken to be its own, the rest to come from the districts that have fewer
present than residents. That is the least travel the count allows, so the true mixing is stronger.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.hazards.epidemic.travel import presence_from_trips
from risk_core.state.area import Area
from risk_core.state.situation import N_HOUR, PeoplePresent
from risk_core.units import S_PER_H

KNOWN_LEAST: Final = 0.5
"""A mix of people has a prevalence where that of at least this share of them is known."""


class PresenceBasis(StrEnum):
    """What the presence was made of."""

    RESIDENTS = "residents"
    LIVING = "living"
    FLOWS = "flows"


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """People present at each hour of a usual day, local time.

    Attributes
    ----------
    people
        In each cell, shape=(24, n_cell), NaN where unknown.
    mix
        Share of the people present in a district who live in another, shape=(24, n_district there, n_district home);
        rows sum to 1.
    district
        District of each cell, -1 outside all, shape=(n_cell,).
    basis
        What it was made of.
    cv
        Relative standard error of the people counted in a district, shape=(24, n_district), NaN where nobody counted;
        None where nothing was counted.
    utc_offset_s
        Of the clock the hours are told by, seconds east; 0 where everybody is at home at all hours.
    """

    people: NDArray[np.float32]
    mix: NDArray[np.float64]
    district: NDArray[np.int32]
    basis: PresenceBasis
    cv: NDArray[np.float64] | None = None
    utc_offset_s: float = 0.0

    def hour_of(self, unix_s: float) -> int:
        """Hour of the day, 0..23, that a moment falls into."""
        return int((unix_s + self.utc_offset_s) // S_PER_H) % N_HOUR


def estimate_presence(
    residents: NDArray[np.float32],
    district: NDArray[np.int32],
    n_district: int,
    living: NDArray[np.float32] | None = None,
    flows: NDArray[np.float64] | None = None,
) -> Presence:
    """People present and where they live, from the best source given.

    Parameters
    ----------
    residents
        In each cell, shape=(n_cell,), NaN where unknown.
    district
        District of each cell, -1 outside all, shape=(n_cell,).
    n_district
        Number of districts.
    living
        People counted present in each cell at each hour, shape=(24, n_cell), NaN where unknown.
    flows
        Residents of a district present in another at each hour, shape=(24, n_district home, n_district there).
        Without `living` they also tell how many are present; these are spread over a district as its residents are.

    Raises
    ------
    InputError
        Naming each array of a wrong shape or with a negative number.

    Examples
    --------
    Two cells, two districts; at noon all 100 of the first are in the second:

    >>> flows = np.tile(np.diag([100.0, 50.0]), (24, 1, 1))
    >>> flows[12] = [[0.0, 100.0], [0.0, 50.0]]
    >>> residents, district = np.array([100, 50], np.float32), np.array([0, 1], np.int32)
    >>> found = estimate_presence(residents, district, 2, flows=flows)
    >>> found.people[12].tolist(), found.mix[12, 1].round(2).tolist()
    ([0.0, 150.0], [0.67, 0.33])
    """
    _check(residents, district, n_district, living, flows)
    if flows is not None:
        there = flows.sum(axis=1)
        people = _spread(there, residents, district) if living is None else living
        return Presence(people.astype(np.float32), _shares(flows.transpose(0, 2, 1)), district, PresenceBasis.FLOWS)
    if living is not None:
        homes = _sum_by_district(residents[None], district, n_district)[0]
        mix = _least_travel(_sum_by_district(living, district, n_district), homes)
        return Presence(living.astype(np.float32), mix, district, PresenceBasis.LIVING)
    mix = np.broadcast_to(np.eye(n_district), (N_HOUR, n_district, n_district))
    at_home = np.broadcast_to(residents.astype(np.float32), (N_HOUR, residents.size))
    return Presence(at_home, mix, district, PresenceBasis.RESIDENTS)


def gather_people(area: Area, people: PeoplePresent | None) -> Presence:
    """People present in an area: counted where somebody counted, the residents elsewhere.

    Trips tell who is where; without them, or beside counts of people, the numbers present are those of the counts.

    Parameters
    ----------
    area
        The place and its residents.
    people
        What was counted; None leaves everybody at home.

    Raises
    ------
    InputError
        When the counts do not fit the area.
    """
    residents = np.ascontiguousarray(area.population, dtype=np.float32).ravel()
    district = np.ascontiguousarray(area.district, dtype=np.int32).ravel()
    n = len(area.districts)
    if people is None:
        return estimate_presence(residents, district, n)
    if people.persons.shape != (N_HOUR, residents.size):
        wanted = f"shape {(N_HOUR, residents.size)}"
        raise_faults([Fault("people.persons", f"shape {people.persons.shape}", wanted, "Read the counts anew.")])
    flows, base = None, np.broadcast_to(residents, people.persons.shape)
    if people.trips is not None:
        flows = presence_from_trips(people.trips, _sum_by_district(residents[None], district, n)[0])
        base = _spread(flows.sum(axis=1), residents, district).astype(np.float32)
    counted = np.isfinite(people.persons)
    living = np.where(counted, people.persons, base) if counted.any() else None
    found = estimate_presence(residents, district, n, living, flows)
    cv = _district_cv(people, district, n) if counted.any() else None
    return replace(found, cv=cv, utc_offset_s=people.utc_offset_s)


def _district_cv(people: PeoplePresent, district: NDArray[np.int32], n: int) -> NDArray[np.float64]:
    """Relative error of a district's counted people, that of its cells taken as one error."""
    sd = _sum_by_district(people.cv * people.persons, district, n)
    total = _sum_by_district(people.persons, district, n)
    return np.asarray(np.where(total > 0, sd / np.where(total > 0, total, 1.0), np.nan))


def mix_shares(presence: Presence, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the people present in each district who are infectious, from that of each district's residents.

    Sums of positive parts: quantiles of districts that are high or low together (`draw_prevalence`) give quantiles.

    Parameters
    ----------
    presence
        Who is where.
    share
        Share of each district's residents, shape=(n, n_district), NaN where unknown; draws, quantiles or one row.

    Returns
    -------
    float64 array
        shape=(n, 24, n_district), NaN where more than half of those present come from districts that are unknown.
    """
    return mix_rows(presence.mix, share)


def mix_rows(mix: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """`mix_shares` of some hours and places: `mix` of shape=(n_hour, n_there, n_home) gives (n, n_hour, n_there)."""
    known = np.isfinite(share)
    told = np.einsum("hba,na->nhb", mix, np.where(known, share, 0.0), optimize=True)
    pattern = known[:1] if bool((known == known[:1]).all()) else known
    weight = np.einsum("hba,na->nhb", mix, pattern.astype(np.float64), optimize=True)
    return np.where(weight >= KNOWN_LEAST, told / np.where(weight > 0, weight, 1.0), np.nan)


def infectious_present(presence: Presence, share: NDArray[np.float64]) -> NDArray[np.float32]:
    """Infectious people present in each cell at each hour.

    The isolated are not present: `Prevalence` has left them out already.

    Parameters
    ----------
    presence
        Who is where.
    share
        As in `mix_shares`, shape=(n, n_district).

    Returns
    -------
    float32 array
        shape=(n, 24, n_cell), persons, NaN where unknown and outside all districts.
    """
    mixed = mix_shares(presence, share).astype(np.float32)
    padded = np.concatenate([mixed, np.full((*mixed.shape[:2], 1), np.nan, np.float32)], axis=2)
    return np.asarray(padded[:, :, presence.district] * presence.people)


def _least_travel(there: NDArray[np.float64], homes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mix where only the number present is known, shape=(24, n, n); `there` is (24, n), `homes` residents (n,)."""
    own = np.minimum(there, homes)
    away = np.maximum(homes - there, 0.0)
    away = np.where(away.sum(axis=1, keepdims=True) > 0, away, homes)
    visitors = (there - own)[:, :, None] * _shares(away[:, None, :])
    return _shares(visitors + own[:, :, None] * np.eye(len(homes)))


def _shares(count: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row over its sum along the last axis; a row of nobody becomes that of the district itself."""
    total = count.sum(axis=-1, keepdims=True)
    alone = np.eye(count.shape[-1])[: count.shape[-2]]
    return np.asarray(np.where(total > 0, count / np.where(total > 0, total, 1.0), alone))


def _sum_by_district(value: NDArray[np.float32], district: NDArray[np.int32], n: int) -> NDArray[np.float64]:
    """Known values summed over each district's cells, shape=(len(value), n)."""
    inside = district >= 0
    known = np.nan_to_num(value[:, inside].astype(np.float64))
    return np.stack([np.bincount(district[inside], weights=row, minlength=n)[:n] for row in known])


def _spread(
    total: NDArray[np.float64], residents: NDArray[np.float32], district: NDArray[np.int32]
) -> NDArray[np.float64]:
    """District totals, shape=(24, n), over their cells as the residents are, evenly where there are none."""
    weight, n = np.nan_to_num(residents.astype(np.float64)), total.shape[1]
    inside = district >= 0
    homes = np.bincount(district[inside], weights=weight[inside], minlength=n)
    n_cell = np.bincount(district[inside], minlength=n)
    safe = np.where(inside, district, 0)
    even = 1.0 / np.maximum(n_cell, 1)[safe]
    part = np.where(homes[safe] > 0, weight / np.where(homes[safe] > 0, homes[safe], 1.0), even)
    return np.asarray(np.where(inside, total[:, safe] * part, np.nan))


def _check(
    residents: NDArray[np.float32],
    district: NDArray[np.int32],
    n_district: int,
    living: NDArray[np.float32] | None,
    flows: NDArray[np.float64] | None,
) -> None:
    """Refuse arrays that do not belong together."""
    faults = []
    wanted_shape = {
        "residents": (residents, (district.size,)),
        "living": (living, (N_HOUR, district.size)),
        "flows": (flows, (N_HOUR, n_district, n_district)),
    }
    for name, (value, shape) in wanted_shape.items():
        if value is None:
            continue
        if value.shape != shape:
            faults.append(Fault(name, f"shape {value.shape}", f"shape {shape}", "Give one value for each."))
        elif bool((value < 0).any()) or (name == "flows" and not bool(np.isfinite(value).all())):
            faults.append(Fault(name, "a negative or missing number", "counts of people", "Correct the counts."))
    if district.size and not (district.min() >= -1 and district.max() < n_district):
        wanted = f"positions of -1..{n_district - 1}"
        faults.append(Fault("district", f"{district.min()}..{district.max()}", wanted, "Rebuild the area."))
    raise_faults(faults)
