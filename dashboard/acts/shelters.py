"""The status of shelters as coordinators set it; it holds against reports until it is released."""

import math
from dataclasses import dataclass
from typing import Any, Final

from dashboard.acts.desk import Desk
from dashboard.keys.person import Person
from dashboard.store.acts import DESK, Act, Deed, State
from dashboard.store.kinds import Kind
from risk_core.errors import Fault, NotFoundError, UnavailableError, raise_faults
from risk_core.state.assessment import Assessment
from risk_core.state.shelters import known_shelters
from risk_core.state.situation import Shelter

SUBJECT: Final = "shelter"
MAX_PERSONS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ShelterStatus:
    """What a coordinator says of a shelter: whether it takes people, and how many more (None: as reported)."""

    is_open: bool
    free_persons: int | None = None


def set_status(
    desk: Desk, area_id: str, shelter_id: str, status: ShelterStatus, why: str = "", seen: int | None = None
) -> Act:
    """Set whether a shelter takes people, and how many more.

    Parameters
    ----------
    desk, area_id, shelter_id
        Where.
    status
        What holds from now on.
    why
        Reason given.
    seen
        Number of the last act on the shelter that the person has seen, 0 for none; None to take any.

    Raises
    ------
    risk_core.errors.NotFoundError
        When the area has no such shelter.
    dashboard.store.acts.ChangedSinceError
        When another coordinator was faster.
    """
    person = desk.coordinator()
    shelter = _known(desk, area_id, shelter_id)
    free = status.free_persons
    if free is not None and not 0 <= free <= MAX_PERSONS:
        raise_faults([Fault("free", str(free), f"0 to {MAX_PERSONS}", "Give the number of places left.")])
    after: State = {"is_open": status.is_open, "capacity_persons": None, "occupancy_persons": None}
    if free is not None:
        has_capacity = math.isfinite(shelter.capacity_persons)
        capacity = max(shelter.capacity_persons, float(free)) if has_capacity else float(free)
        after |= {"capacity_persons": capacity, "occupancy_persons": capacity - free}
    elif math.isfinite(shelter.occupancy_persons):
        after["occupancy_persons"] = shelter.occupancy_persons
    word, before = "open" if status.is_open else "shut", _standing(desk, area_id, shelter_id)
    return _write(desk, person, Deed(area_id, SUBJECT, shelter_id, word, why, before, after), seen)


def release(desk: Desk, area_id: str, shelter_id: str, why: str = "", seen: int | None = None) -> Act:
    """Let reports tell of a shelter again; raises as `set_status` does."""
    person = desk.coordinator()
    _known(desk, area_id, shelter_id)
    before = _standing(desk, area_id, shelter_id)
    return _write(desk, person, Deed(area_id, SUBJECT, shelter_id, "release", why, before, None), seen)


def restore(desk: Desk, person: Person, act: Act, why: str) -> Act:
    """Take an act on a shelter back, unless somebody acted on it since."""
    deed = Deed(act.area_id, SUBJECT, act.subject_id, "undo", why, act.after, act.before, act.act_id)
    return _write(desk, person, deed, act.act_id)


def _write(desk: Desk, person: Person, deed: Deed, seen: int | None) -> Act:
    now_s = desk.now_s(deed.area_id)
    rows = desk.library.observations.find(Kind.SHELTERS, deed.area_id, source=DESK, shelter_id=deed.subject_id)
    record: dict[str, Any] = {
        **(deed.after or {"is_open": True}),
        "shelter_id": deed.subject_id,
        "time_s": max([now_s, *(row["time_s"] for row in rows)]),
        "quality": "good" if deed.after is not None else "bad",
        "revision": max((row["revision"] for row in rows), default=-1) + 1,
    }
    return desk.write(person, Kind.SHELTERS, record, deed, desk.is_simulated(deed.area_id, person), seen)


def _standing(desk: Desk, area_id: str, shelter_id: str) -> State | None:
    """What the desk says of a shelter now; None while reports do."""
    rows = desk.library.observations.find(Kind.SHELTERS, area_id, source=DESK, shelter_id=shelter_id)
    if not rows:
        return None
    newest = max(rows, key=lambda row: (row["simulated"], row["time_s"]))
    if newest["quality"] == "bad":
        return None
    return {name: newest[name] for name in ("is_open", "capacity_persons", "occupancy_persons")}


def _known(desk: Desk, area_id: str, shelter_id: str) -> Shelter:
    assessment: Assessment | None
    try:
        assessment = desk.library.assessment(area_id)
    except UnavailableError:
        assessment = None
    for one in known_shelters(desk.library.area(area_id), assessment):
        if one.shelter_id == shelter_id:
            return one
    remedy = "See the list of shelters."
    raise NotFoundError(Fault("shelter_id", repr(shelter_id[:40]), "a shelter of the area", remedy))
