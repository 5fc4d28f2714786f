"""The map on which coordinators draw what is closed, and the form beside it."""

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from components.card import card
from components.choice import Option, choice
from components.empty_state import empty_state
from components.icon import icon
from components.map import BLANK_IMAGE, EMPTY_FEATURES, MapView, feature_layer, picture_layer, risk_map
from components.stay_form import SelectField, TextField, stay_form
from dashboard.acts.closures import MAX_NAME, ClosureDraft
from dashboard.acts.drafts import Draft, Mode, draft_geometry, draft_name, met
from dashboard.i18n import text
from dashboard.pages.ops.ids import OpsIds, OpsKinds
from dashboard.pages.page import Opened
from dashboard.store.acts import MAX_WHY
from dashboard.store.keys import Role
from dashboard.views.deeplink import page_href
from dashboard.views.defaults import area_bounds, default_ends, default_place, default_zoom, first_view
from dashboard.views.desk import barred_words
from dashboard.views.features import closure_features
from dashboard.views.format import distance
from dashboard.views.frames import picture_url
from risk_core.state.level import Layer
from risk_core.state.situation import ClosureReason
from risk_core.units import S_PER_H

MODE_ICONS: Final[Mapping[Mode, str]] = {Mode.STREET: "road", Mode.LINE: "line", Mode.AREA: "area"}
BEGINS_H: Final = ("0", "0.5", "1", "3", "12")
LASTS_H: Final = ("", "1", "2", "3", "6", "12", "24", "48")
BARRED: Final[Mapping[str, tuple[str, ...]]] = {
    "all": (),
    "vehicles": ("car", "bus", "ambulance"),
    "no_rescue": ("car", "bus"),
    "walkers": ("walk", "wheelchair", "bicycle"),
}
"""Travellers barred, by choice of the form."""


def editor(opened: Opened) -> Component:
    """Draw the editor; to whoever may not act it says how to sign in, and shows the map."""
    lang = opened.lang
    may_act = opened.services.door.may(Role.COORDINATE)
    href = page_href("/sign-in", opened.area.area_id, lang)
    link = html.A(text("sign_in.link", lang), href=href, className="button is-primary is-small")
    sign_in = empty_state("person", text("ops.sign_in_title", lang), text("ops.sign_in_detail", lang), [link])
    tools = html.Div(_tools(lang), hidden=not may_act, className="editor-tools")
    side = html.Div([html.Div(sign_in, hidden=may_act), tools], className="editor-side")
    content = html.Div([_map_box(opened), side], className="editor")
    return html.Div(card(text("ops.editor", lang), [content]), hidden=opened.area.network is None)


def closures_shown(opened: Opened) -> dict[str, Any]:
    """Closures on the map, and where the picture of the danger and the streets' colours are."""
    assessment, lang = opened.assessment, opened.lang
    if assessment is None:
        return {"closures": dict(EMPTY_FEATURES), "frame": None, "picture": BLANK_IMAGE}
    closures = closure_features(assessment.closures, assessment.now_s, opened.zone, lang)
    version, area_id = assessment.version, assessment.area_id
    query = f"?area={area_id}&v={version}&step={assessment.step_now}"
    streets = f"/api/v1/fields/{Layer.COMBINED}/streets.bin{query}"
    frame = {"area": area_id, "version": version, "streets": streets}
    return {"closures": closures, "frame": frame, "picture": picture_url(assessment, Layer.COMBINED, None)}


def confirm_words(opened: Opened, draft: Draft, form: Any) -> str:
    """What closing the draft would mean; empty while there is nothing to close."""
    network, lang = opened.area.network, opened.lang
    geometry = None if network is None else draft_geometry(draft, network)
    if network is None or geometry is None:
        return ""
    n_street, length_m = met(network, geometry)
    barred = barred_words(" ".join(BARRED.get(_of(form, "barred"), ())), lang)
    return text("ops.confirm", lang, n=n_street, length=distance(length_m), barred=barred)


def read_draft(opened: Opened, draft: Draft, form: Any, name: str | None) -> ClosureDraft | None:
    """Closure of the form; None while nothing is drawn."""
    network = opened.area.network
    geometry = None if network is None else draft_geometry(draft, network)
    if network is None or geometry is None:
        return None
    now_s = opened.services.desk.now_s(opened.area.area_id)
    begin, last = _of(form, "from"), _of(form, "until")
    from_s = now_s + float(begin) * S_PER_H if begin in BEGINS_H else now_s
    reason = _of(form, "reason")
    return ClosureDraft(
        geometry=geometry,
        name=(name or "").strip()[:MAX_NAME] or draft_name(draft, network),
        reason=ClosureReason(reason) if reason in tuple(ClosureReason) else ClosureReason.FLOOD,
        from_s=from_s,
        until_s=from_s + float(last) * S_PER_H if last and last in LASTS_H else None,
        profiles=BARRED.get(_of(form, "barred"), ()),
    )


def _of(form: Any, name: str) -> str:
    return str(form.get(name, "")) if isinstance(form, Mapping) else ""


def _map_box(opened: Opened) -> Component:
    area, lang = opened.area, opened.lang
    ends = default_ends(area) or (default_place(area), default_place(area))
    view = MapView(first_view(area, ends), default_zoom(area), area_bounds(area))
    shown = closures_shown(opened)
    layers = [
        picture_layer(OpsIds.PICTURE, shown["picture"], view, text("map.picture", lang), area.attribution),
        feature_layer(OpsIds.CLOSURE_LAYER, shown["closures"]),
        feature_layer(OpsIds.DRAFT_LAYER, EMPTY_FEATURES),
    ]
    streets = {"data-hash": area.content_hash} if area.network is not None else {}
    return html.Div(
        [risk_map(OpsIds.MAP, view, layers, text("ops.map", lang)), dcc.Store(id=OpsIds.FRAME, data=shown["frame"])],
        id=OpsIds.MAP_BOX,
        className="map-box editor-map",
        **{"data-area": area.area_id, **streets},
    )


def _tools(lang: str) -> list[Component]:
    modes = [Option(mode, text(f"ops.mode_{mode}", lang), MODE_ICONS[mode]) for mode in Mode]
    steps = ((OpsIds.UNDO_POINT, "back", "ops.undo_point"), (OpsIds.CLEAR, "closed", "ops.clear"),
             (OpsIds.CENTRE, "centre", "ops.centre"))  # fmt: skip
    buttons = [
        html.Button([icon(name), html.Span(text(key, lang))], id=id, className="end-tool") for id, name, key in steps
    ]
    check = html.Button(text("ops.check", lang), id=OpsIds.CHECK, className="button is-primary")
    return [
        choice(OpsKinds.MODE, modes, Mode.STREET, text("ops.mode", lang)),
        dcc.Store(id=OpsIds.MODE, data=str(Mode.STREET)),
        dcc.Store(id=OpsIds.DRAFT, data=Draft().as_data()),
        html.P(text("ops.draw_street", lang), id=OpsIds.DRAFT_NOTE, className="draft-note", role="status"),
        html.Div(buttons, className="end-tools"),
        _form(lang),
        check,
        _confirm(lang),
        html.Div(id=OpsIds.RESULT, className="act-result", role="status"),
    ]


def _form(lang: str) -> Component:
    reasons = [(str(reason), text(f"closure.{reason}", lang)) for reason in ClosureReason]
    begins = [(hours, text("ops.begin_now", lang) if hours == "0" else _hours(hours, "ops.begin_in", lang))
              for hours in BEGINS_H]  # fmt: skip
    lasts = [(hours, _hours(hours, "ops.lasts", lang) if hours else text("ops.lasts_open", lang)) for hours in LASTS_H]
    barred = [(name, text(f"ops.barred_{name}", lang)) for name in BARRED]
    fields = [
        TextField(OpsIds.NAME, text("ops.name", lang), text("ops.name_hint", lang), MAX_NAME),
        SelectField(OpsIds.REASON, "reason", text("ops.reason", lang), reasons, str(ClosureReason.FLOOD)),
        SelectField(OpsIds.BARRED, "barred", text("ops.for", lang), barred, "all"),
        SelectField(OpsIds.FROM, "from", text("ops.from", lang), begins, "0"),
        SelectField(OpsIds.UNTIL, "until", text("ops.until", lang), lasts, ""),
        TextField(OpsIds.WHY, text("ops.why", lang), text("ops.why_hint", lang), MAX_WHY),
    ]
    return html.Div([stay_form(OpsIds.FORM, text("ops.form", lang), fields), dcc.Store(id=OpsIds.FORM, data={})])


def _hours(hours: str, key: str, lang: str) -> str:
    minutes = hours == "0.5"
    return text(f"{key}_min" if minutes else f"{key}_h", lang, n="30" if minutes else hours)


def _confirm(lang: str) -> Component:
    buttons = [
        html.Button(text("ops.close", lang), id=OpsIds.CLOSE, className="button is-danger"),
        html.Button(text("ops.cancel", lang), id=OpsIds.CANCEL, className="button"),
    ]
    content = [html.P(id=OpsIds.CONFIRM_TEXT), html.Div(buttons, className="button-row")]
    return html.Div(content, id=OpsIds.CONFIRM, className="confirm", hidden=True)
