"""Which shelters are known, and which still take people."""

import math

from risk_core.state.area import Area, PlaceKind
from risk_core.state.assessment import Assessment
from risk_core.state.situation import Shelter


def known_shelters(area: Area, assessment: Assessment | None) -> list[Shelter]:
    """Shelters as they are now; those of the area itself where no source tells of them."""
    if assessment is not None and assessment.shelters:
        return list(assessment.shelters)
    return [
        Shelter(
            shelter_id=place.place_id,
            name=place.name,
            kind=place.detail,
            lat_deg=place.lat_deg,
            lon_deg=place.lon_deg,
            capacity_persons=place.capacity_persons,
            occupancy_persons=math.nan,
            is_open=True,
            source=area.area_id,
            simulated=False,
        )
        for place in area.places
        if place.kind is PlaceKind.SHELTER
    ]


def has_room(shelter: Shelter) -> bool:
    """Whether a shelter is open and not known to be full; an unknown occupancy counts as none."""
    taken = 0.0 if math.isnan(shelter.occupancy_persons) else shelter.occupancy_persons
    return shelter.is_open and not taken >= shelter.capacity_persons
