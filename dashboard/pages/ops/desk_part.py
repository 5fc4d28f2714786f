"""What coordinators closed, what they did, and the status of a shelter: each with its buttons."""

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.card import card
from components.data_table import data_table
from components.empty_state import empty_state
from components.stay_form import NumberField, TextField, stay_form, text_field
from dashboard.acts import closures, shelters
from dashboard.acts.closures import DeskClosure
from dashboard.acts.undo import RESTORES
from dashboard.i18n import text
from dashboard.pages.ops.ids import OpsIds, OpsKinds
from dashboard.pages.page import Opened
from dashboard.store.acts import MAX_WHY, Act
from dashboard.store.keys import Role
from dashboard.views.desk import act_row, changed_words, closure_line, closure_title, free_places, newest_of
from dashboard.views.format import name_in, near_clock
from risk_core.state.shelters import known_shelters
from risk_core.state.situation import DrillPhase, Shelter

N_ACT_SHOWN = 10
LOG_COLUMNS = ("at", "who", "what", "why", "undo")
MOST_FREE = 100_000
N_STORY = 3
SPEEDS = (1.0, 10.0, 60.0, 300.0)
Parts = dict[str, Any]


def desk_card(opened: Opened) -> Component:
    """Draw the closures of the desk with what can be done to them."""
    parts, lang = desk_parts(opened), opened.lang
    why = TextField(OpsIds.DESK_WHY, text("ops.why", lang), text("ops.why_hint", lang), MAX_WHY)
    content = [
        html.Div(text_field(why), hidden=not may_act(opened)),
        html.Div(parts["desk"], id=OpsIds.DESK, className="desk-list"),
        dcc.Store(id=OpsIds.SIGNATURE, data=parts["signature"]),
        dcc.Store(id=OpsIds.CHANGED),
    ]
    return html.Div(card(text("ops.desk", lang), content), hidden=opened.area.network is None)


def log_card(opened: Opened) -> Component:
    """Draw the log of what officials did."""
    parts = desk_parts(opened)
    return card(text("ops.log", opened.lang), [html.Div(parts["log"], id=OpsIds.LOG)])


def may_act(opened: Opened) -> bool:
    """Whether whoever is there coordinates."""
    return opened.services.door.may(Role.COORDINATE)


def drill_card(opened: Opened) -> Component:
    """Draw what coordinators can do with the drill; hidden from others and where drills are switched off."""
    parts, lang = desk_parts(opened), opened.lang
    content = html.Div(parts["drill"], id=OpsIds.DRILL, className="desk-list")
    is_hidden = not may_act(opened) or not opened.services.settings.drill
    return html.Div(card(text("ops.drill", lang), [content]), hidden=is_hidden)


def _drill(opened: Opened) -> list[Component]:
    lang, run = opened.lang, opened.services.library.drills.current(opened.area.area_id)
    stories = [_do("drill_start", str(k), 0, lang, k + 1) for k in range(N_STORY)]
    choose = html.Div([html.Span(text("ops.drill_stories", lang)), *stories], className="button-row")
    if run is None:
        return [html.P(text("ops.drill_none", lang)), choose]
    told = text(f"ops.drill_{run.phase}", lang, speed=f"{run.speed:g}")
    held = "drill_go_on" if run.phase is DrillPhase.HELD else "drill_hold"
    deeds = [_do(deed, "0", 0, lang) for deed in (held, "drill_replay", "drill_stop")]
    speeds = [_do("drill_speed", f"{speed:g}", 0, lang, f"{speed:g}") for speed in SPEEDS if speed != run.speed]
    faster = html.Div([html.Span(text("ops.drill_speeds", lang)), *speeds], className="button-row")
    return [html.P(told), html.Div(deeds, className="button-row"), faster, choose]


def desk_parts(opened: Opened) -> Parts:
    """Closures, log, and what changes with them."""
    desk, area_id = opened.services.desk, opened.area.area_id
    now_s = desk.now_s(area_id)
    drawn = closures.desk_closures(desk, area_id)
    acts = (
        desk.library.acts.newest(area_id, N_ACT_SHOWN) if opened.services.door.may(Role.HEALTH, Role.COORDINATE) else ()
    )
    past = [one.closure_id for one in drawn if one.is_past(now_s)]
    return {
        "desk": _closures(opened, drawn, now_s),
        "log": _log(opened, acts),
        "drill": _drill(opened),
        "signature": [newest_of(acts), [one.closure_id for one in drawn], past, _phase(opened)],
    }


def _phase(opened: Opened) -> str:
    run = opened.services.library.drills.current(opened.area.area_id)
    return "" if run is None else f"{run.run_id} {run.phase} {run.speed:g}"


def _closures(opened: Opened, drawn: tuple[DeskClosure, ...], now_s: float) -> list[Component]:
    lang = opened.lang
    if not drawn:
        return [empty_state("closed", text("ops.desk_none_title", lang), text("ops.desk_none_detail", lang))]
    return [_closure(opened, one, now_s) for one in sorted(drawn, key=lambda one: not one.is_past(now_s))]


def _closure(opened: Opened, one: DeskClosure, now_s: float) -> Component:
    lang = opened.lang
    head = [html.Strong(closure_title(one, lang)), html.Span(closure_line(one, now_s, opened.zone, lang))]
    content: list[Component] = [html.Div(head, className="desk-words")]
    if one.is_past(now_s):
        ended = near_clock(one.state["until_s"], now_s, opened.zone, lang)
        content.append(html.P(text("ops.past", lang, time=ended), className="desk-question"))
    if may_act(opened):
        deeds = ("reopen", "longer", "open_end") if one.state["until_s"] is not None else ("reopen",)
        content.append(
            html.Div([_do(deed, one.closure_id, one.act_id, lang) for deed in deeds], className="button-row")
        )
    return html.Div(content, className="desk-item" + (" is-past" if one.is_past(now_s) else ""))


def _do(deed: str, subject: str, act_id: int, lang: str, n: object = "") -> Component:
    id = {"type": OpsKinds.DO, "deed": deed, "subject": subject, "act": act_id}
    return html.Button(text(f"ops.do_{deed}", lang, n=n), id=id, className="button is-small")


def _log(opened: Opened, acts: tuple[Act, ...]) -> list[Component]:
    lang = opened.lang
    if not acts:
        return [empty_state("hourglass", text("ops.log_none_title", lang), text("ops.log_none_detail", lang))]
    last: set[int] = set()
    seen: set[tuple[str, str]] = set()
    for act in acts:
        if (act.subject, act.subject_id) not in seen:
            seen.add((act.subject, act.subject_id))
            last.add(act.act_id)
    columns = [text(f"ops.log_{name}", lang) for name in LOG_COLUMNS]
    rows = [[*act_row(act, opened.zone, lang), _undo(opened, act, act.act_id in last)] for act in acts]
    return [data_table(text("ops.log_caption", lang), columns, rows)]


def _undo(opened: Opened, act: Act, is_last: bool) -> Any:
    if not is_last or act.subject not in RESTORES or not may_act(opened):
        return ""
    return _do("undo", act.subject_id, act.act_id, opened.lang)


def shelter_button(opened: Opened, shelter: Shelter) -> Component:
    """Draw the button that opens the status of a shelter."""
    label = text("ops.set_shelter", opened.lang, name=name_in(shelter.name, opened.lang))
    id = {"type": OpsKinds.SET_SHELTER, "name": shelter.shelter_id}
    return html.Button(text("ops.set", opened.lang), id=id, className="button is-small", **{"aria-label": label})


def shelter_box(opened: Opened) -> Component:
    """Draw the status form of one shelter, hidden until one is chosen."""
    lang = opened.lang
    fields = [NumberField(OpsIds.SHELTER_FREE, text("ops.free", lang), text("ops.free_hint", lang), 0, MOST_FREE, 1)]
    buttons = [
        html.Button(text("ops.shelter_open", lang), id=OpsIds.SHELTER_OPEN, className="button is-primary"),
        html.Button(text("ops.shelter_shut", lang), id=OpsIds.SHELTER_SHUT, className="button is-danger"),
        html.Button(text("ops.shelter_release", lang), id=OpsIds.SHELTER_RELEASE, className="button"),
    ]
    content = [
        html.P(id=OpsIds.SHELTER_TEXT),
        html.P(id=OpsIds.SHELTER_NOTE, className="desk-question", hidden=True, role="status"),
        stay_form("", text("ops.shelter_form", lang), fields),
        html.Div(buttons, className="button-row"),
    ]
    box = card(text("ops.shelter_form", lang), content)
    return html.Div([box, dcc.Store(id=OpsIds.SHELTER)], id=OpsIds.SHELTER_BOX, className="shelter-box", hidden=True)


def shelter_parts(opened: Opened, shelter_id: str, note: str = "") -> Parts:
    """The status form of a shelter as it stands; `note` tells what somebody else did meanwhile."""
    lang = opened.lang
    found = [one for one in known_shelters(opened.area, opened.assessment) if one.shelter_id == shelter_id]
    if not found:
        return {"hidden": True, "text": "", "free": None, "chosen": None, "note": "", "note_hidden": True}
    one = found[0]
    last = opened.services.library.acts.last_of(opened.area.area_id, shelters.SUBJECT).get(shelter_id)
    free = free_places(one.capacity_persons, one.occupancy_persons)
    words = [name_in(one.name, lang), text("ops.shelter_is_open" if one.is_open else "shelter.closed", lang)]
    if last is not None:
        words.append(changed_words(last, opened.zone, lang))
    return {
        "hidden": False,
        "text": " · ".join(words),
        "free": free,
        "chosen": {"id": shelter_id, "seen": 0 if last is None else last.act_id},
        "note": note,
        "note_hidden": not note,
    }
