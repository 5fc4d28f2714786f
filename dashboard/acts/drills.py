"""What coordinators do with an area's drill: start it, play it again, hold it, change its speed, end it."""

import math
from dataclasses import asdict
from typing import Any, Final

from dashboard.acts.desk import Desk
from dashboard.keys.person import Person
from dashboard.store.acts import Act, Deed, State
from dashboard.store.drills import DrillRun
from risk_core.errors import Fault, NotFoundError, raise_faults
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


def start(desk: Desk, area_id: str, seed: int, speed: float, why: str = "") -> Act:
    """Begin a drill, whatever ran before; it plays at once.

    Raises
    ------
    risk_core.errors.InputError
        For a seed or speed out of range.
    """
    person = desk.coordinator()
    _check(seed, speed)
    before = desk.library.drills.current(area_id)
    desk.library.drills.arm(area_id, seed, speed, desk.clock())
    run = desk.library.drills.visit(area_id, desk.clock())
    return desk.log(person, Deed(area_id, SUBJECT, area_id, "start", why, _state(before), _state(run)))


def hold(desk: Desk, area_id: str, why: str = "") -> Act:
    """Let the drill stand still; raises `NotFoundError` where there is none, as all that follow."""
    person = desk.coordinator()
    before = _known(desk, area_id)
    run = desk.library.drills.hold(area_id, desk.clock())
    return desk.log(person, Deed(area_id, SUBJECT, area_id, "hold", why, _state(before), _state(run)))


def go_on(desk: Desk, area_id: str, speed: float | None = None, why: str = "") -> Act:
    """Let the drill play on, at another speed where one is given."""
    person = desk.coordinator()
    before = _known(desk, area_id)
    _check(before.seed, before.speed if speed is None else speed)
    run = desk.library.drills.go_on(area_id, desk.clock(), speed)
    deed = "go_on" if speed is None else "speed"
    return desk.log(person, Deed(area_id, SUBJECT, area_id, deed, why, _state(before), _state(run)))


def stop(desk: Desk, area_id: str, why: str = "") -> Act:
    """End the drill and everything it told."""
    person = desk.coordinator()
    before = _known(desk, area_id)
    desk.library.drills.stop(area_id)
    return desk.log(person, Deed(area_id, SUBJECT, area_id, "stop", why, _state(before), None))


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


def _check(seed: int, speed: float) -> None:
    faults = []
    if not 0 <= seed < 2**31:
        faults.append(Fault("seed", str(seed), "a whole number 0..2147483647", "Choose another."))
    if not (math.isfinite(speed) and 0.1 <= speed <= 3600):
        faults.append(Fault("speed", str(speed), "0.1 to 3600 drill seconds a second", "Choose another."))
    raise_faults(faults)


def _known(desk: Desk, area_id: str) -> DrillRun:
    run = desk.library.drills.current(area_id)
    if run is None:
        raise NotFoundError(Fault("area", area_id, "an area with a drill", "Start one on the operations page."))
    return run


def _state(run: DrillRun | None) -> State | None:
    return None if run is None else asdict(run) | {"phase": str(run.phase)}
