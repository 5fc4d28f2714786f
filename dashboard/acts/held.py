"""Contributed rows that are held back: coordinators let them in or drop them, and may take that back."""

from typing import Final

from dashboard.acts.desk import Desk
from dashboard.contributions.intake import store_released
from dashboard.keys.person import Person
from dashboard.store.acts import Act, Deed
from dashboard.store.contributions import Held, HeldState, Source
from risk_core.errors import Fault, NotFoundError

SUBJECT: Final = "held"


def decide(desk: Desk, area_id: str, held_id: int, state: HeldState, why: str = "") -> Act:
    """Let a row in or drop it.

    Raises
    ------
    risk_core.errors.NotFoundError
        When no such row of the area is held back.
    """
    person = desk.coordinator()
    held, source = _known(desk, area_id, held_id, HeldState.HELD)
    desk.library.contributions.decide(held_id, HeldState.HELD, state)
    if state is HeldState.RELEASED:
        store_released(desk.library, source, held, desk.clock())
    deed = "release" if state is HeldState.RELEASED else "drop"
    return desk.log(
        person, Deed(area_id, SUBJECT, str(held_id), deed, why, _told(held, HeldState.HELD), _told(held, state))
    )


def restore(desk: Desk, person: Person, act: Act, why: str) -> Act:
    """Take a decision back: the row is as it was before; one let in before is marked as not to be used."""
    before, after = act.before or {}, act.after or {}
    was, now = HeldState(before["state"]), HeldState(after["state"])
    held, source = _known(desk, act.area_id, int(act.subject_id), now)
    desk.library.contributions.decide(held.held_id, now, was)
    if HeldState.RELEASED in (was, now):
        store_released(desk.library, source, held, desk.clock(), is_used=was is HeldState.RELEASED)
    return desk.log(person, Deed(act.area_id, SUBJECT, act.subject_id, "undo", why, act.after, act.before, act.act_id))


def _known(desk: Desk, area_id: str, held_id: int, state: HeldState) -> tuple[Held, Source]:
    held = desk.library.contributions.held_row(held_id)
    source = None if held is None else desk.library.contributions.find(held.source_id)
    if held is None or source is None or held.state is not state or source.area_id != area_id:
        wanted = f"the number of a row of this area that is {state}"
        raise NotFoundError(Fault("held_id", str(held_id), wanted, "List them."))
    return held, source


def _told(held: Held, state: HeldState) -> dict[str, str]:
    return {"state": str(state), "reason": held.reason, "source": held.source_id}
