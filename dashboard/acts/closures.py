"""Closures that coordinators draw, change and lift."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dashboard.acts.desk import Desk
from dashboard.keys.person import Person
from dashboard.store.acts import DESK, Act, Deed, State
from dashboard.store.geometry import GeometryLimits, geojson_bounds, read_geometry
from dashboard.store.kinds import Kind
from dashboard.store.refusal import RefusedError
from risk_core.errors import Fault, InputError, NotFoundError, OutsideAreaError
from risk_core.state.situation import ClosureReason

SUBJECT: Final = "closure"
FIELDS: Final = ("reason", "name", "from_s", "until_s", "profiles", "geometry", "is_cancelled")
LIMITS: Final = GeometryLimits(max_vertices=2_000, max_rings=20, max_extent_m=20_000.0)
MAX_NAME: Final = 120
CHANGEABLE: Final = ("reason", "name", "from_s", "until_s", "profiles")


@dataclass(frozen=True, slots=True)
class ClosureDraft:
    """A closure to be.

    Attributes
    ----------
    geometry
        GeoJSON line or polygon, longitude first.
    name
        What it is called.
    reason
        Why.
    from_s, until_s
        Unix seconds on the area's clock; None: from now, until somebody lifts it.
    profiles
        Travellers barred; none for all.
    """

    geometry: Mapping[str, Any]
    name: str = ""
    reason: ClosureReason = ClosureReason.OTHER
    from_s: float | None = None
    until_s: float | None = None
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskClosure:
    """A closure of the desk as it stands.

    Attributes
    ----------
    closure_id
        Its id.
    state
        Its columns.
    act
        The last act on it, None where the log knows none.
    simulated
        Whether it belongs to a drill.
    """

    closure_id: str
    state: State
    act: Act | None
    simulated: bool

    @property
    def act_id(self) -> int:
        """Number of the last act, 0 for none: what a change names as seen."""
        return 0 if self.act is None else self.act.act_id

    def is_past(self, now_s: float) -> bool:
        """Whether its end has passed, so that somebody has to say whether it is to open."""
        until_s = self.state["until_s"]
        return until_s is not None and until_s <= now_s


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a closure: new `values` of `CHANGEABLE` columns, why, and the last act seen (None: any)."""

    values: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    seen: int | None = None


def desk_closures(desk: Desk, area_id: str) -> tuple[DeskClosure, ...]:
    """Closures of the desk that are not lifted, those begun last first."""
    rows = desk.library.observations.find(Kind.CLOSURES, area_id, source=DESK, is_cancelled=False)
    acts = desk.library.acts.last_of(area_id, SUBJECT)
    found = [DeskClosure(row["closure_id"], _state(row), acts.get(row["closure_id"]), row["simulated"]) for row in rows]
    return tuple(sorted(found, key=lambda one: (-one.state["from_s"], one.closure_id)))


def close(desk: Desk, area_id: str, draft: ClosureDraft, why: str = "") -> Act:
    """Close a street or an area.

    Returns
    -------
    Act
        The logged deed; its `subject_id` is the closure's id.

    Raises
    ------
    risk_core.errors.InputError
        When the draft does not fit; `OutsideAreaError` when it lies outside the area.
    """
    person = desk.coordinator()
    area = desk.library.area(area_id)
    _check_inside(draft.geometry, area.grid.bounds)
    begins_s = draft.from_s if draft.from_s is not None else desk.now_s(area_id)
    state: State = {
        "reason": str(draft.reason),
        "name": draft.name.strip(),
        "from_s": begins_s,
        "until_s": draft.until_s,
        "profiles": " ".join(draft.profiles),
        "geometry": dict(draft.geometry),
        "is_cancelled": False,
    }
    closure_id = f"desk-{secrets.token_hex(4)}"
    deed = Deed(area_id, SUBJECT, closure_id, "close", why, None, state)
    return _write(desk, person, deed, desk.is_simulated(area_id, person), None)


def change(desk: Desk, area_id: str, closure_id: str, wanted: Change) -> Act:
    """Change name, reason, times or travellers of a closure.

    Raises
    ------
    risk_core.errors.NotFoundError
        When the desk has no such closure.
    dashboard.store.acts.ChangedSinceError
        When somebody else was faster.
    """
    person = desk.coordinator()
    known = known_closure(desk, area_id, closure_id)
    after = known.state | {name: wanted.values[name] for name in CHANGEABLE if name in wanted.values}
    deed = Deed(area_id, SUBJECT, closure_id, "change", wanted.why, known.state, after)
    return _write(desk, person, deed, known.simulated, wanted.seen)


def reopen(desk: Desk, area_id: str, closure_id: str, wanted: Change) -> Act:
    """Lift a closure; raises as `change` does."""
    person = desk.coordinator()
    known = known_closure(desk, area_id, closure_id)
    after = known.state | {"is_cancelled": True}
    deed = Deed(area_id, SUBJECT, closure_id, "reopen", wanted.why, known.state, after)
    return _write(desk, person, deed, known.simulated, wanted.seen)


def restore(desk: Desk, person: Person, act: Act, why: str) -> Act:
    """Take an act on a closure back, unless somebody acted on it since."""
    after = act.before if act.before is not None else {**(act.after or {}), "is_cancelled": True}
    deed = Deed(act.area_id, SUBJECT, act.subject_id, "undo", why, act.after, after, act.act_id)
    rows = desk.library.observations.find(Kind.CLOSURES, act.area_id, source=DESK, closure_id=act.subject_id)
    simulated = rows[0]["simulated"] if rows else desk.is_simulated(act.area_id, person)
    return _write(desk, person, deed, simulated, act.act_id)


def _write(desk: Desk, person: Person, deed: Deed, simulated: bool, seen: int | None) -> Act:
    rows = desk.library.observations.find(Kind.CLOSURES, deed.area_id, source=DESK, closure_id=deed.subject_id)
    revision = max((row["revision"] for row in rows), default=-1) + 1
    record = {**(deed.after or {}), "closure_id": deed.subject_id, "revision": revision}
    return desk.write(person, Kind.CLOSURES, record, deed, simulated, seen)


def known_closure(desk: Desk, area_id: str, closure_id: str) -> DeskClosure:
    """Return a closure of the desk that is not lifted.

    Raises
    ------
    risk_core.errors.NotFoundError
        When there is none of that id.
    """
    for one in desk_closures(desk, area_id):
        if one.closure_id == closure_id:
            return one
    remedy = "Closures of feeds and files are changed where they come from; see the list for those of the desk."
    raise NotFoundError(Fault("closure_id", repr(closure_id[:40]), "a closure of the desk that is not lifted", remedy))


def _state(row: Mapping[str, Any]) -> State:
    return {name: row[name] for name in FIELDS} | {"geometry": json.loads(row["geometry"])}


def _check_inside(geometry: Mapping[str, Any], bounds: Sequence[float]) -> None:
    """Refuse what does not touch the area at all; which may be swapped axes."""
    try:
        west, south, east, north = geojson_bounds(read_geometry(dict(geometry), LIMITS))
    except RefusedError as refused:
        kind = str(geometry.get("type", "nothing"))[:40]
        raise InputError(Fault("geometry", kind, refused.wanted, refused.remedy)) from None
    if east < bounds[0] or west > bounds[2] or north < bounds[1] or south > bounds[3]:
        place = f"{west:.3f},{south:.3f} to {east:.3f},{north:.3f}"
        wanted = "a line or polygon in the area: " + ", ".join(f"{one:.3f}" for one in bounds)
        raise OutsideAreaError(Fault("geometry", place, wanted, "Check the order: longitude, latitude."))
