"""The card of officials who bring a file: choose, look, confirm once, take back."""

from collections.abc import Mapping
from typing import Any, Final

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from components.card import card
from components.choice import Option, choice
from components.drop_box import drop_box
from components.empty_state import empty_state
from components.stay_form import SelectField, TextField, stay_form, text_field
from dashboard.acts import uploads
from dashboard.acts.undo import undo
from dashboard.acts.uploads import MAX_BYTES, ROLES, Preview, Upload, read_contents
from dashboard.i18n import has_text, text
from dashboard.pages.frame import FrameIds, browser
from dashboard.pages.page import Opened, Services, open_context
from dashboard.pages.sources.ids import SourcesIds, SourcesKinds
from dashboard.pages.sources.truth import present_s
from dashboard.store.acts import Act
from dashboard.store.keys import Role
from dashboard.store.kinds import Kind
from dashboard.views.deeplink import page_href
from dashboard.views.format import local_time
from dashboard.views.upload import column_table, is_back, missing_columns, preview_words, refused_list, taken_line
from risk_core.errors import AnsimgilError

FORMS: Final = ".csv,.xlsx,.geojson,.json"
N_TAKEN: Final = 5
"""Files listed that can be taken back."""
MAX_SOURCE: Final = 60
Parts = dict[str, Any]


def upload_card(opened: Opened) -> Component:
    """Draw the card; to whoever may not bring files, how to sign in."""
    lang, door = opened.lang, opened.services.door
    title = text("upload.heading", lang)
    if not door.may(Role.HEALTH, Role.COORDINATE):
        href = page_href("/sign-in", opened.area.area_id, lang)
        link = html.A(text("sign_in.link", lang), href=href, className="button is-primary is-small")
        asking = empty_state("person", text("upload.sign_in_title", lang), text("upload.sign_in_detail", lang), [link])
        return card(title, [asking, html.Div(_form(opened, list(ROLES)), hidden=True)])
    kinds = [kind for kind, roles in ROLES.items() if door.may(*roles)]
    return card(title, [html.Div(_form(opened, kinds), className="upload")])


def _form(opened: Opened, kinds: list[Kind]) -> list[Component]:
    lang = opened.lang
    options = [Option(kind, text(f"upload.kind_{kind}", lang)) for kind in kinds]
    label = text("upload.kind", lang)
    source = TextField(SourcesIds.SOURCE, text("upload.source", lang), text("upload.source_hint", lang), MAX_SOURCE)
    chosen = html.Div([html.P(label), choice(SourcesKinds.KIND, options, kinds[0], label)], className="upload-kind")
    drop = drop_box(SourcesIds.DROP, text("upload.choose", lang), text("upload.hint", lang), FORMS, MAX_BYTES)
    return [
        html.Div([chosen, text_field(source)], className="upload-fields"),
        drop,
        html.Div(id=SourcesIds.PREVIEW, className="upload-preview"),
        html.Button(id=SourcesIds.TAKE, className="button is-primary", hidden=True),
        html.Div(id=SourcesIds.RESULT, role="status"),
        html.Div(taken_part(opened), id=SourcesIds.TAKEN),
        dcc.Store(id=SourcesIds.KIND, data=str(kinds[0])),
        dcc.Store(id=SourcesIds.COLUMNS),
    ]


def preview_part(opened: Opened, brought: Mapping[str, Any]) -> Parts:
    """Draw what was read of a file, or why it cannot be read; and the button that takes it in."""
    lang = opened.lang
    nothing: Parts = {"preview": [], "word": "", "hidden": True}
    if not brought["contents"]:
        return nothing
    try:
        upload = read_upload(opened, brought)
        found = uploads.preview(opened.services.desk, opened.area.area_id, upload)
    except AnsimgilError as error:
        return {**nothing, "preview": html.P(error_words(error, lang), className="form-error", role="alert")}
    offset = local_time(present_s(opened), opened.zone).strftime("%z")
    notes = [text("upload.local_times", lang, offset=f"{offset[:3]}:{offset[3:]}")]
    person = opened.services.door.shown()
    if opened.services.desk.is_simulated(opened.area.area_id, person):
        notes.append(text("upload.simulated", lang))
    shown = [
        html.H3(str(brought["name"])),
        preview_words(found, lang),
        *_columns_form(found, upload, lang),
        column_table(found, opened.zone, lang),
        *refused_list(found, lang),
        *[html.P(note, className="card-note") for note in notes],
    ]
    return {"preview": shown, "word": text("upload.take", lang, n=found.n_fit), "hidden": found.n_fit == 0}


def take_part(opened: Opened, brought: Mapping[str, Any]) -> Parts:
    """Take the file in: what to say, the files that can be taken back, and an empty box."""
    desk, area_id = opened.services.desk, opened.area.area_id
    try:
        act = uploads.take(desk, area_id, read_upload(opened, brought))
    except AnsimgilError as error:
        said = html.P(error_words(error, opened.lang), className="form-error")
        return {"result": said, "taken": taken_part(opened), "contents": brought["contents"]}
    said = html.P(text("upload.done", opened.lang, file=(act.after or {})["name"]), className="is-done")
    return {"result": html.Div(said, className="act-result"), "taken": taken_part(opened), "contents": None}


def back_part(opened: Opened, act_id: int) -> Parts:
    """Take a file back, or taking it back."""
    lang = opened.lang
    try:
        act = undo(opened.services.desk, act_id)
    except AnsimgilError as error:
        return {"result": html.P(error_words(error, lang), className="form-error"), "taken": taken_part(opened)}
    n_left = (act.after or {}).get("n_left", 0)
    words = text("upload.undone_but", lang, n=n_left) if n_left else text("upload.undone", lang)
    return {"result": html.Div(html.P(words, className="is-done"), className="act-result"), "taken": taken_part(opened)}


def taken_part(opened: Opened) -> list[Component]:
    """Draw the newest files, each with the button that takes it back or in again."""
    services, area_id = opened.services, opened.area.area_id
    if not services.door.may(Role.HEALTH, Role.COORDINATE):
        return []
    newest = sorted(services.library.acts.last_of(area_id, uploads.SUBJECT).values(), key=lambda act: -act.act_id)
    return [_taken(opened, act) for act in newest[:N_TAKEN]]


def read_upload(opened: Opened, brought: Mapping[str, Any]) -> Upload:
    """Upload of what the browser sends.

    Raises
    ------
    risk_core.errors.InputError
        When the bytes or the kind are none.
    """
    kind, data = read_contents(brought["kind"], brought["contents"])
    columns = brought["columns"] if isinstance(brought["columns"], Mapping) else {}
    offset = local_time(present_s(opened), opened.zone).utcoffset()
    return Upload(
        kind=kind,
        name=str(brought["name"] or "file"),
        data=data,
        source=str(brought["source"] or "").strip()[:MAX_SOURCE] or "file",
        column_map=tuple(f"{ours}={theirs}" for ours, theirs in columns.items() if theirs),
        utc_offset_s=0.0 if offset is None else offset.total_seconds(),
    )


def unchanged(*names: str) -> Parts:
    """Leave these outputs as they are; without names, all of a file taken in."""
    return dict.fromkeys(names or ("result", "taken", "contents"), no_update)


def error_words(error: AnsimgilError, lang: str) -> str:
    """Say what is wrong: the kind of error in the reader's words, then what the file's readers say."""
    known = text(f"error.{error.code}", lang) if has_text(f"error.{error.code}") else ""
    return " ".join([known, *map(str, error.faults)]).strip()


def _columns_form(found: Preview, upload: Upload, lang: str) -> list[Component]:
    """Draw a choice of the file's columns for each column that is missing, and for those chosen so before."""
    chosen = dict(one.split("=", 1) for one in upload.column_map)
    wanted = dict.fromkeys([*chosen, *(column.name for column in missing_columns(found, upload.kind))])
    if not wanted:
        return []
    options = [("", text("upload.choose_column", lang)), *((name, name) for name in found.names if name)]
    fields = [SelectField(f"{SourcesIds.COLUMNS}-{ours}", ours, ours, options, chosen.get(ours, "")) for ours in wanted]
    label = text("upload.map", lang)
    return [html.P(label), stay_form(SourcesIds.COLUMNS, label, fields)]


def _taken(opened: Opened, act: Act) -> Component:
    lang = opened.lang
    word = text("upload.again" if is_back(act) else "upload.undo", lang)
    button = html.Button(word, id={"type": SourcesKinds.BACK, "act": act.act_id}, className="button is-small")
    words = html.Div(taken_line(act, opened.zone, opened.services.clock(), lang))
    return html.Div([words, button], className="upload-done")


def register_uploading(app: Dash, services: Services) -> None:
    """Join the card's controls."""
    kinds = {"type": SourcesKinds.KIND, "name": ALL}
    pressed = (Output(SourcesIds.KIND, "data"), Output(kinds, "aria-pressed"))
    browser(app, "choose", *pressed, Input(kinds, "n_clicks"), State(SourcesIds.KIND, "data"), later=True)
    browser(app, "nameDrop", Output(SourcesIds.RESULT, "title"), Input(SourcesIds.DROP, "id"))
    _register_looking(app, services)
    _register_taking(app, services)


def _brought(part: type[Input] | type[State]) -> dict[str, Any]:
    """What the browser sends of a file."""
    parts = {"contents": (SourcesIds.DROP, "contents"), "kind": (SourcesIds.KIND, "data")}
    parts["columns"] = (SourcesIds.COLUMNS, "data")
    name, source = State(SourcesIds.DROP, "filename"), State(SourcesIds.SOURCE, "value")
    return {**{key: part(*one) for key, one in parts.items()}, "name": name, "source": source}


def _register_looking(app: Dash, services: Services) -> None:
    @app.callback(
        output={
            "preview": Output(SourcesIds.PREVIEW, "children"),
            "word": Output(SourcesIds.TAKE, "children"),
            "hidden": Output(SourcesIds.TAKE, "hidden"),
        },
        inputs={"brought": _brought(Input)},
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def look(brought: dict[str, Any], context: dict[str, Any]) -> Parts:
        return preview_part(open_context(services, context), brought)


def _register_taking(app: Dash, services: Services) -> None:
    context = State(FrameIds.CONTEXT, "data")

    @app.callback(
        output={
            "result": Output(SourcesIds.RESULT, "children"),
            "taken": Output(SourcesIds.TAKEN, "children"),
            "contents": Output(SourcesIds.DROP, "contents"),
        },
        inputs={"clicks": Input(SourcesIds.TAKE, "n_clicks")},
        state={"brought": _brought(State), "context": context},
        prevent_initial_call=True,
    )
    def take(clicks: int | None, brought: dict[str, Any], context: dict[str, Any]) -> Parts:
        return take_part(open_context(services, context), brought) if clicks else unchanged()

    @app.callback(
        output={
            "result": Output(SourcesIds.RESULT, "children", allow_duplicate=True),
            "taken": Output(SourcesIds.TAKEN, "children", allow_duplicate=True),
        },
        inputs={"clicks": Input({"type": SourcesKinds.BACK, "act": ALL}, "n_clicks")},
        state={"context": context},
        prevent_initial_call=True,
    )
    def back(clicks: list[int | None], context: dict[str, Any]) -> Parts:
        chosen = ctx.triggered_id if ctx.triggered[0]["value"] else None
        opened = open_context(services, context)
        return back_part(opened, int(chosen["act"])) if chosen else unchanged("result", "taken")
