"""What happens on the page when something is chosen or a new snapshot arrives."""

import json
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, no_update

from dashboard.i18n import text
from dashboard.pages.frame import FrameIds, browser
from dashboard.pages.health.choosing import read_choice
from dashboard.pages.health.ids import HealthIds as Ids
from dashboard.pages.health.ids import HealthKinds
from dashboard.pages.health.layout import body, outbreak_of, signature, what_if
from dashboard.pages.health.map_part import map_frames
from dashboard.pages.page import Opened, Services, open_context
from dashboard.store.bundles import read_district_outlines
from dashboard.views.districts import as_csv, as_geojson, district_numbers
from dashboard.views.format import date_and_clock


def register(app: Dash, services: Services) -> None:
    """Join the page's controls."""
    version = (Input(FrameIds.LIVE, "data"), State(FrameIds.CONTEXT, "data"), State(Ids.VERSION, "data"))
    browser(app, "version", Output(Ids.VERSION, "data"), *version)
    _register_map(app)
    _register_body(app, services)
    _register_exports(app, services)


def _register_map(app: Dash) -> None:
    shown, measures = {"type": HealthKinds.SHOWN, "name": ALL}, {"type": HealthKinds.MEASURE, "name": ALL}
    one = (Output(Ids.SHOWN, "data"), Output(shown, "aria-pressed"), Input(shown, "n_clicks"))
    browser(app, "choose", *one, State(Ids.SHOWN, "data"), later=True)
    many = (Output(Ids.MEASURES, "data"), Output(measures, "aria-pressed"), Input(measures, "n_clicks"))
    browser(app, "toggle", *many, State(Ids.MEASURES, "data"), later=True)
    painted = (Output(Ids.PICTURE, "url"), Output(Ids.STEP_LABEL, "children"), Output(Ids.DISTRICTS, "hideout"))
    asked = (Input(Ids.STEP, "value"), Input(Ids.SHOWN, "data"), Input(Ids.FRAMES, "data"), Input(Ids.CHOSEN, "data"))
    browser(app, "healthFrame", *painted, *asked)
    play = (Output(Ids.PLAY, "aria-pressed"), Output(Ids.PLAY, "aria-label"), Input(Ids.PLAY, "n_clicks"))
    browser(app, "healthPlay", *play, State(Ids.FRAMES, "data"), State(Ids.PLAY_WORDS, "data"), later=True)


def _register_body(app: Dash, services: Services) -> None:
    asked = {"version": Input(Ids.VERSION, "data"), "chosen": Input(Ids.CHOSEN, "data")}
    context = State(FrameIds.CONTEXT, "data")

    @app.callback(
        output={"body": Output(Ids.BODY, "children"), "signature": Output(Ids.SIGNATURE, "data")},
        inputs=asked,
        state={"known": State(Ids.SIGNATURE, "data"), "context": context},
        prevent_initial_call=True,
    )
    def show_body(version: Any, chosen: Any, known: Any, context: dict[str, Any]) -> dict[str, Any]:
        return changed_body(open_context(services, context), chosen, known)

    @app.callback(
        output={"frames": Output(Ids.FRAMES, "data")},
        inputs={"version": Input(Ids.VERSION, "data")},
        state={"context": context},
        prevent_initial_call=True,
    )
    def show_frames(version: Any, context: dict[str, Any]) -> dict[str, Any]:
        return {"frames": map_frames(open_context(services, context)) or no_update}

    @app.callback(
        output={"answer": Output(Ids.WHAT_IF, "children")},
        inputs={**asked, "measures": Input(Ids.MEASURES, "data")},
        state={"context": context},
    )
    def show_what_if(version: Any, chosen: Any, measures: Any, context: dict[str, Any]) -> dict[str, Any]:
        return {"answer": what_if(open_context(services, context), chosen, measures)}


def changed_body(opened: Opened, chosen: Any, known: Any) -> dict[str, Any]:
    """Body and its signature; nothing where it would be drawn as it stands."""
    now = signature(opened, chosen)
    if now == known:
        return {"body": no_update, "signature": no_update}
    return {"body": body(opened, chosen), "signature": now}


def _register_exports(app: Dash, services: Services) -> None:
    @app.callback(
        output={"file": Output(Ids.DOWNLOAD, "data")},
        inputs={"csv": Input(Ids.CSV, "n_clicks"), "geojson": Input(Ids.GEOJSON, "n_clicks")},
        state={"chosen": State(Ids.CHOSEN, "data"), "context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def save(csv: Any, geojson: Any, chosen: Any, context: dict[str, Any]) -> dict[str, Any]:
        opened = open_context(services, context)
        return {"file": saved_file(opened, chosen, ctx.triggered_id == Ids.GEOJSON)}


def saved_file(opened: Opened, chosen: Any, is_geojson: bool) -> Any:
    """File of the districts' numbers with source and time; nothing without an outbreak."""
    outbreak, area = outbreak_of(opened), opened.area
    if outbreak is None or opened.assessment is None:
        return no_update
    rows = district_numbers(area, outbreak, read_choice(outbreak, chosen, None).day, opened.lang)
    time = date_and_clock(opened.assessment.now_s, opened.zone, opened.lang)
    source = text("health.export_source", opened.lang, time=time, version=opened.assessment.version)
    name = f"ansimgil-{area.area_id}-districts"
    if not is_geojson:
        return dcc.send_string(as_csv(rows, source), f"{name}.csv")
    outlines = json.loads(read_district_outlines(opened.services.settings.home, area.area_id))
    return dcc.send_string(json.dumps(as_geojson(rows, outlines, source), ensure_ascii=False), f"{name}.geojson")
