"""What coordinators do with an area's drill: start it, play it again, hold it, change its speed, end it."""

from dataclasses import asdict
from typing import Any, Final

from dashboard.acts.desk import Desk
from dashboard.keys.person import Person
from dashboard.store.acts import Act, Deed, State
from dashboard.store.drills import DrillRun
from risk_core.errors import Fault, NotFoundError
from risk_core.state.situation import DrillPhase

SUBJECT: Final = "drill"


def replay(desk: Desk, area_id: str, why: str = "") -> Act:
    """Play the drill again from its beginning.

    Raises
    ------
    risk_core.errors.NotFoundError
        When the area has no drill.
    """
    person = desk.coordinator()
    before = _known(desk, area_id)
    run = desk.library.drills.replay(area_id, desk.clock())
    return desk.log(person, Deed(area_id, SUBJECT, area_id, "replay", why, _state(before), _state(run)))


def restore(desk: Desk, person: Person, act: Act, why: str) -> Act:
    """Bring back the drill that was before an act; a story that was cut short begins anew."""
    before: dict[str, Any] | None = act.before
    if before is None:
        desk.library.drills.stop(act.area_id)
        return desk.log(person, Deed(act.area_id, SUBJECT, act.area_id, "undo", why, act.after, None, act.act_id))
    run = desk.library.drills.arm(act.area_id, before["seed"], before["speed"], desk.clock())
    if before["phase"] != DrillPhase.ARMED:
        run = desk.library.drills.visit(act.area_id, desk.clock()) or run
    deed = Deed(act.area_id, SUBJECT, act.area_id, "undo", why, act.after, _state(run), act.act_id)
    return desk.log(person, deed)


def _known(desk: Desk, area_id: str) -> DrillRun:
    run = desk.library.drills.current(area_id)
    if run is None:
        raise NotFoundError(Fault("area", area_id, "an area with a drill", "Start one on the operations page."))
    return run


def _state(run: DrillRun | None) -> State | None:
    return None if run is None else asdict(run) | {"phase": str(run.phase)}
