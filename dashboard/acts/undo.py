"""Taking a deed back: each kind of subject knows how what was before is restored."""

from collections.abc import Callable, Mapping
from typing import Final

from dashboard.acts import closures, drills, held, plans, shelters, uploads
from dashboard.acts.desk import Desk
from dashboard.keys.person import Person
from dashboard.store.acts import Act, ChangedSinceError
from dashboard.store.keys import Role
from risk_core.errors import Fault, InputError

Restore = Callable[[Desk, Person, Act, str], Act]

RESTORES: Final[Mapping[str, tuple[Restore, tuple[Role, ...]]]] = {
    closures.SUBJECT: (closures.restore, (Role.COORDINATE,)),
    shelters.SUBJECT: (shelters.restore, (Role.COORDINATE,)),
    plans.SUBJECT: (plans.restore, (Role.COORDINATE,)),
    held.SUBJECT: (held.restore, (Role.COORDINATE,)),
    drills.SUBJECT: (drills.restore, (Role.COORDINATE,)),
    uploads.SUBJECT: (uploads.restore, (Role.HEALTH, Role.COORDINATE)),
}
"""How each subject is restored, and who may; a new kind of deed adds its line here."""


def undo(desk: Desk, act_id: int, why: str = "") -> Act:
    """Take an act back; taking back an undoing does it again.

    Raises
    ------
    risk_core.errors.NotFoundError
        When there is no such act.
    risk_core.errors.InputError
        When acts of its kind cannot be taken back.
    dashboard.store.acts.ChangedSinceError
        When it was taken back already, or somebody acted on the same subject since.
    """
    desk.door.require(*{role for _, roles in RESTORES.values() for role in roles})
    act = desk.library.acts.find(act_id)
    if act.subject not in RESTORES:
        raise InputError(Fault("act", str(act_id), "one of " + ", ".join(RESTORES), "This one cannot be taken back."))
    restore, roles = RESTORES[act.subject]
    person = desk.door.require(*roles)
    last = desk.library.acts.last_of(act.area_id, act.subject).get(act.subject_id)
    if last is not None and last.act_id != act_id:
        remedy = "Take the later act back first, or decide anew."
        raise ChangedSinceError(Fault("act", str(act_id), f"the last one, {last.act_id} ({last.deed})", remedy))
    return restore(desk, person, act, why)
