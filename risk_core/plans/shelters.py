"""Which shelters a plan may use: open, with free places, of a kind that fits the hazard, on safe ground, in reach."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.plans.options import EvacuationOptions
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS, Hazard, Layer
from risk_core.state.plan import WARNED_ONLY, ShelterFault, ShelterNote, WhatIf
from risk_core.state.shelters import known_shelters
from risk_core.state.situation import Shelter

MOST_PERSONS: Final = 100_000
"""More places than this in one shelter are taken for a slip of the pen."""

UNDERGROUND: Final = re.compile(r"basement|underground|subway|metro|parking|지하|역사|터널", re.IGNORECASE)
OUTDOORS: Final = re.compile(r"park\b|square|field|outdoor|playground|공원|옥외|운동장|광장|녹지", re.IGNORECASE)
"""Words of a shelter's kind or name that tell where it is."""

SAME_PLACE_DEG: Final = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Screened:
    """Shelters a plan may use, with what is wrong with them and the others.

    Attributes
    ----------
    shelters
        Usable ones.
    free
        Free places of each, whole persons, shape=(n_shelter,).
    until_s
        Unix seconds each takes people until, inf where not known; shape=(n_shelter,).
    notes
        One entry a fault.
    """

    shelters: tuple[Shelter, ...]
    free: NDArray[np.int64]
    until_s: NDArray[np.float64]
    notes: tuple[ShelterNote, ...]


def screen_shelters(area: Area, assessment: Assessment, what_if: WhatIf, options: EvacuationOptions) -> Screened:
    """Look at every shelter known or supposed and tell what is wrong with it, one by one.

    A shelter is not used when it lies outside the area, is closed or full, has an unknown or absurd capacity, is of a
    kind that does not fit the hazard (underground in flood and storm, in the open in storm), stands where the hazard
    reaches the danger level within the forecast, or is given twice. An unknown kind or occupancy is told only: the
    shelter is used, its occupancy counting as none.

    Returns
    -------
    Screened
        In the order given.
    """
    supposed = {one.shelter_id: one for one in what_if.shelters}
    every = [supposed.pop(one.shelter_id, one) for one in known_shelters(area, assessment)] + list(supposed.values())
    until = {one.shelter_id: one.until_s for one in every} | dict(what_if.shelter_until_s)
    hazards = _hazards(assessment, options.layer)
    peak = peak_risk(area, assessment, options.layer)
    used: list[Shelter] = []
    notes: list[ShelterNote] = []
    for shelter in every:
        found = _faults(shelter, area, hazards, peak, options.danger_risk)
        if _is_same(shelter, used):
            found.append((ShelterFault.SAME_AGAIN, shelter.name or shelter.shelter_id))
        if until.get(shelter.shelter_id, math.inf) <= assessment.now_s:
            found.append((ShelterFault.CLOSED, "its time is over"))
        is_used = all(fault in WARNED_ONLY for fault, _ in found)
        notes += [ShelterNote(shelter.shelter_id, shelter.name, fault, value, is_used) for fault, value in found]
        if is_used:
            used.append(shelter)
    free = np.array([math.floor(free_places(one)) for one in used], dtype=np.int64)
    until_s = np.array([until.get(one.shelter_id, math.inf) for one in used], dtype=np.float64)
    return Screened(tuple(used), free, until_s, tuple(notes))


def free_places(shelter: Shelter) -> float:
    """Places not taken; an unknown occupancy counts as none."""
    taken = 0.0 if math.isnan(shelter.occupancy_persons) else shelter.occupancy_persons
    return max(0.0, shelter.capacity_persons - taken)


def _faults(
    shelter: Shelter, area: Area, hazards: Sequence[Hazard], peak: NDArray[np.float64], danger_risk: float
) -> list[tuple[ShelterFault, str]]:
    found: list[tuple[ShelterFault, str]] = []
    cell = area.grid.cell_of(shelter.lat_deg, shelter.lon_deg)
    if cell < 0:
        found.append((ShelterFault.OUTSIDE, f"{shelter.lat_deg:.5g},{shelter.lon_deg:.5g}"))
    elif peak.flat[cell] >= danger_risk:
        found.append((ShelterFault.DANGEROUS, f"{peak.flat[cell]:.2f}"))
    if not shelter.is_open:
        found.append((ShelterFault.CLOSED, "closed"))
    found += _room_faults(shelter)
    words = f"{shelter.kind} {shelter.name}"
    floods = Hazard.RAIN in hazards or Hazard.TYPHOON in hazards
    if floods and UNDERGROUND.search(words):
        found.append((ShelterFault.UNFIT_KIND, f"{words.strip()}: underground"))
    elif Hazard.TYPHOON in hazards and OUTDOORS.search(words):
        found.append((ShelterFault.UNFIT_KIND, f"{words.strip()}: in the open"))
    elif not shelter.kind.strip():
        found.append((ShelterFault.KIND_UNKNOWN, ""))
    return found


def _room_faults(shelter: Shelter) -> list[tuple[ShelterFault, str]]:
    capacity, taken = shelter.capacity_persons, shelter.occupancy_persons
    if math.isnan(capacity):
        return [(ShelterFault.ROOM_UNKNOWN, "")]
    if not 1 <= capacity <= MOST_PERSONS or taken < 0:
        return [(ShelterFault.ROOM_ABSURD, f"{capacity:g}")]
    if free_places(shelter) < 1:
        return [(ShelterFault.FULL, f"{taken:g} of {capacity:g}")]
    return [(ShelterFault.STATUS_UNKNOWN, "")] if math.isnan(taken) else []


def _is_same(shelter: Shelter, others: Sequence[Shelter]) -> bool:
    return any(
        one.name == shelter.name
        and abs(one.lat_deg - shelter.lat_deg) < SAME_PLACE_DEG
        and abs(one.lon_deg - shelter.lon_deg) < SAME_PLACE_DEG
        for one in others
    )


def _hazards(assessment: Assessment, layer: Layer) -> tuple[Hazard, ...]:
    """Hazards the plan is against: the layer's own; for all together those with a field."""
    if layer is not Layer.COMBINED:
        return (Hazard(layer.value),)
    return tuple(hazard for hazard in Hazard if Layer(hazard.value) in assessment.layers)


def peak_risk(area: Area, assessment: Assessment, layer: Layer) -> NDArray[np.float64]:
    """Largest risk of each cell from now on, unknown as 0, shape=(n_row, n_col)."""
    fields = assessment.layers.get(layer)
    if fields is None:
        return np.zeros((area.grid.n_row, area.grid.n_col))
    ahead = fields.risk[assessment.lead_s >= 0]
    return np.asarray(np.where(ahead == RISK_CODE_MISSING, 0, ahead).max(axis=0) / RISK_CODE_STEPS, dtype=np.float64)


def note_again(
    notes: Sequence[ShelterNote], shelter: Shelter, fault: ShelterFault, value: str
) -> tuple[ShelterNote, ...]:
    """Notes with one more on a shelter; its earlier ones then say whether it is used."""
    is_used = fault in WARNED_ONLY
    mine = [
        replace(one, is_used=one.is_used and is_used) if one.shelter_id == shelter.shelter_id else one for one in notes
    ]
    return (*mine, ShelterNote(shelter.shelter_id, shelter.name, fault, value, is_used))
