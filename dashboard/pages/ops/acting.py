"""What a coordinator does on the page: each goes through the desk, which asks the door and writes the log."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dash import html, no_update
from dash.development.base_component import Component

from dashboard.acts import closures, drills, shelters
from dashboard.acts.closures import Change
from dashboard.acts.drafts import Draft
from dashboard.acts.shelters import ShelterStatus
from dashboard.acts.undo import undo
from dashboard.i18n import has_text, text
from dashboard.pages.ops.desk_part import shelter_parts
from dashboard.pages.ops.drawing import draft_parts, unchanged
from dashboard.pages.ops.editor import read_draft
from dashboard.pages.ops.ids import OpsIds
from dashboard.pages.page import Opened
from dashboard.store.acts import Act, ChangedSinceError
from dashboard.views.desk import act_words, changed_words
from risk_core.errors import AnsimgilError
from risk_core.units import S_PER_H

Parts = dict[str, Any]
LONGER_S: Final = S_PER_H
CLOSING: Final = ("result", "changed", "hidden", "draft", "shape", "note")


def close_draft(opened: Opened, kept: Any, form: Any, name: str | None, why: str | None) -> Parts:
    """Close what is drawn; the draft is put away only when that was done."""
    draft = Draft.from_data(kept)
    wanted = read_draft(opened, draft, form, name)
    if wanted is None:
        return {**unchanged(CLOSING), "result": refused(text("ops.nothing_drawn", opened.lang))}
    try:
        act = closures.close(opened.services.desk, opened.area.area_id, wanted, why or "")
    except AnsimgilError as error:
        return {**unchanged(CLOSING), "result": refused(error_words(error, opened.lang)), "hidden": True}
    return {**draft_parts(opened, Draft(draft.mode)), **_done(opened, act), "hidden": True}


def act_on_closure(opened: Opened, chosen: Any, why: str | None) -> Parts:
    """Lift a closure, let it last longer, or take an act back."""
    if not isinstance(chosen, Mapping):
        return unchanged(("result", "changed"))
    try:
        return _done(opened, DEEDS[chosen["deed"]](opened, chosen["subject"], int(chosen["act"]), why or ""))
    except ChangedSinceError:
        last = opened.services.library.acts.last_of(opened.area.area_id, closures.SUBJECT).get(chosen["subject"])
        return {"result": refused(changed_words(last, opened.zone, opened.lang)), "changed": chosen}
    except AnsimgilError as error:
        return {"result": refused(error_words(error, opened.lang)), "changed": no_update}


def open_shelter(opened: Opened, chosen: Any) -> Parts:
    """Show the status form of a shelter."""
    parts = shelter_parts(opened, str(chosen["name"])) if isinstance(chosen, Mapping) else None
    return parts or unchanged(("hidden", "text", "free", "chosen", "note", "note_hidden"))


def set_shelter(opened: Opened, trigger: str, chosen: Any, free: Any, why: str | None) -> Parts:
    """Set or release the status of the shelter that was chosen; somebody else's change is shown, not overwritten."""
    desk, area_id = opened.services.desk, opened.area.area_id
    box = ("hidden", "text", "free", "chosen", "note", "note_hidden")
    if not isinstance(chosen, Mapping):
        return unchanged((*box, "result", "changed"))
    shelter_id, seen = str(chosen["id"]), int(chosen["seen"])
    try:
        if trigger == OpsIds.SHELTER_RELEASE:
            act = shelters.release(desk, area_id, shelter_id, why or "", seen)
        else:
            status = ShelterStatus(trigger == OpsIds.SHELTER_OPEN, None if free is None else int(free))
            act = shelters.set_status(desk, area_id, shelter_id, status, why or "", seen)
    except ChangedSinceError:
        last = desk.library.acts.last_of(area_id, shelters.SUBJECT).get(shelter_id)
        note = changed_words(last, opened.zone, opened.lang)
        return {**shelter_parts(opened, shelter_id, note), **unchanged(("result", "changed"))}
    except AnsimgilError as error:
        words = error_words(error, opened.lang)
        return {**unchanged((*box, "result", "changed")), "note": words, "note_hidden": False}
    return {**unchanged(box), "hidden": True, **_done(opened, act)}


def error_words(error: AnsimgilError, lang: str) -> str:
    """Say an error in a language, with what is wanted where there are words for it."""
    words = [text(f"error.{error.code}", lang)]
    for fault in error.faults:
        topic = fault.argument.rpartition(".")[2].removesuffix("_s")
        if has_text(f"fault.{topic}.wanted", lang):
            words.append(text(f"fault.{topic}.wanted", lang))
        elif lang == "en":
            words.append(f"{fault.argument}: {fault.wanted}. {fault.remedy}")
    return " ".join(words)


def refused(words: str) -> Component:
    """Say that something was not done, and why."""
    return html.P(words, className="is-refused")


def _reopen(opened: Opened, subject: str, seen: int, why: str) -> Act:
    return closures.reopen(opened.services.desk, opened.area.area_id, subject, Change({}, why, seen))


def _longer(opened: Opened, subject: str, seen: int, why: str) -> Act:
    desk, area_id = opened.services.desk, opened.area.area_id
    known = closures.known_closure(desk, area_id, subject).state["until_s"] or 0.0
    until_s = max(known, desk.now_s(area_id)) + LONGER_S
    return closures.change(desk, area_id, subject, Change({"until_s": until_s}, why, seen))


def _open_end(opened: Opened, subject: str, seen: int, why: str) -> Act:
    return closures.change(opened.services.desk, opened.area.area_id, subject, Change({"until_s": None}, why, seen))


def _undo(opened: Opened, subject: str, seen: int, why: str) -> Act:
    return undo(opened.services.desk, seen, why)


def _drill_start(opened: Opened, subject: str, seen: int, why: str) -> Act:
    settings = opened.services.settings
    seed = settings.drill_seed + int(subject)
    return drills.start(opened.services.desk, opened.area.area_id, seed, settings.drill_speed, why)


def _drill_replay(opened: Opened, subject: str, seen: int, why: str) -> Act:
    return drills.replay(opened.services.desk, opened.area.area_id, why)


def _drill_hold(opened: Opened, subject: str, seen: int, why: str) -> Act:
    return drills.hold(opened.services.desk, opened.area.area_id, why)


def _drill_go_on(opened: Opened, subject: str, seen: int, why: str) -> Act:
    return drills.go_on(opened.services.desk, opened.area.area_id, None, why)


def _drill_speed(opened: Opened, subject: str, seen: int, why: str) -> Act:
    return drills.go_on(opened.services.desk, opened.area.area_id, float(subject), why)


def _drill_stop(opened: Opened, subject: str, seen: int, why: str) -> Act:
    return drills.stop(opened.services.desk, opened.area.area_id, why)


DEEDS: Final[Mapping[str, Callable[[Opened, str, int, str], Act]]] = {
    "reopen": _reopen,
    "longer": _longer,
    "open_end": _open_end,
    "undo": _undo,
    "drill_start": _drill_start,
    "drill_replay": _drill_replay,
    "drill_hold": _drill_hold,
    "drill_go_on": _drill_go_on,
    "drill_speed": _drill_speed,
    "drill_stop": _drill_stop,
}
"""What the buttons do."""


def _done(opened: Opened, act: Act) -> Parts:
    words = text("ops.done", opened.lang, what=act_words(act, opened.lang))
    return {"result": html.P(words, className="is-done"), "changed": act.act_id}
