"""Evacuation plans that coordinators make, publish and withdraw."""

from collections.abc import Mapping
from typing import Any, Final

from dashboard.acts.desk import Desk
from dashboard.keys.person import Person
from dashboard.store.acts import Act, Deed

SUBJECT: Final = "plan"


def keep(desk: Desk, area_id: str, plan_id: str, content: Mapping[str, Any]) -> None:
    """Keep a version with who made it; raises as `Desk.coordinator`."""
    person = desk.coordinator()
    desk.library.plans.keep(area_id, plan_id, {**content, "made_by": person.identity[1], "made_s": desk.clock()})


def publish(desk: Desk, area_id: str, plan_id: str, why: str = "") -> Act:
    """Put a version in force; citizens in its zones then see the order.

    Raises
    ------
    risk_core.errors.NotFoundError
        When that version is not kept.
    """
    person = desk.coordinator()
    before = desk.library.plans.published(area_id)
    desk.library.plans.publish(area_id, plan_id, person.identity[1], desk.clock())
    known = None if before is None else {"plan_id": before.plan_id}
    return desk.log(person, Deed(area_id, SUBJECT, plan_id, "publish", why, known, {"plan_id": plan_id}))


def withdraw(desk: Desk, area_id: str, why: str = "") -> Act | None:
    """Take the plan in force back; None where there is none."""
    person = desk.coordinator()
    before = desk.library.plans.published(area_id)
    if before is None:
        return None
    desk.library.plans.withdraw(area_id)
    return desk.log(person, Deed(area_id, SUBJECT, before.plan_id, "withdraw", why, {"plan_id": before.plan_id}, None))


def restore(desk: Desk, person: Person, act: Act, why: str) -> Act:
    """Take an act on a plan back: what was in force before is in force again."""
    if act.before is None:
        desk.library.plans.withdraw(act.area_id)
    else:
        desk.library.plans.publish(act.area_id, act.before["plan_id"], person.identity[1], desk.clock())
    return desk.log(person, Deed(act.area_id, SUBJECT, act.subject_id, "undo", why, act.after, act.before, act.act_id))
