"""What a tap on the planner's map does to the sketch of zones and closed streets."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from dashboard.acts.sketch import Sketch, Tool, add_tap, finish_zone, take_back
from dashboard.i18n import text
from dashboard.pages.frame import FrameIds, browser
from dashboard.pages.page import Opened, Services, open_context
from dashboard.pages.plan.ids import PlanIds, PlanKinds
from dashboard.pages.tapped import read_place
from dashboard.views.sketch import sketch_features, sketch_note

FINISH: Final = "finish"
BACK: Final = "back"
CLEAR: Final = "clear"
CENTRE: Final = "centre"


def register_drawing(app: Dash, services: Services) -> None:
    """Join the map and its buttons to the sketch."""
    tools = {"type": PlanKinds.TOOL, "name": ALL}
    outputs = (Output(PlanIds.TOOL, "data"), Output(tools, "aria-pressed"))
    browser(app, "choose", *outputs, Input(tools, "n_clicks"), State(PlanIds.TOOL, "data"), later=True)

    @app.callback(
        output={
            "sketch": Output(PlanIds.SKETCH, "data"),
            "shape": Output(PlanIds.SKETCH_LAYER, "data"),
            "note": Output(PlanIds.NOTE, "children"),
        },
        inputs={
            "tapped": Input(PlanIds.MAP, "clickData"),
            "tool": Input(PlanIds.TOOL, "data"),
            "pressed": Input({"type": PlanKinds.STEP, "name": ALL}, "n_clicks"),
        },
        state={
            "sketch": State(PlanIds.SKETCH, "data"),
            "centre": State(PlanIds.VIEW, "data"),
            "context": State(FrameIds.CONTEXT, "data"),
        },
        prevent_initial_call=True,
    )
    def show_sketch(tapped: Any, tool: Any, pressed: Any, sketch: Any, centre: Any, context: Any) -> dict[str, Any]:
        opened, trigger, known = open_context(services, context), ctx.triggered_id, Sketch.from_data(sketch)
        if trigger == PlanIds.TOOL and tool in tuple(Tool):
            return sketch_parts(opened, replace(known, tool=Tool(tool)))
        step = trigger["name"] if isinstance(trigger, Mapping) else ""
        return draw(opened, known, step, tapped if trigger == PlanIds.MAP else centre)


def draw(opened: Opened, sketch: Sketch, step: str, place: Any) -> dict[str, Any]:
    """Sketch after something was tapped or pressed, its shape, and what to do next."""
    network, at = opened.area.network, read_place(place)
    before = sketch
    if step == FINISH:
        sketch = finish_zone(sketch)
    elif step == BACK:
        sketch = take_back(sketch)
    elif step == CLEAR:
        sketch = Sketch(sketch.tool)
    elif network is not None and at is not None:
        sketch = add_tap(sketch, network, at)
        if sketch == before:
            return {"sketch": no_update, "shape": no_update, "note": text("ops.no_street", opened.lang)}
    return sketch_parts(opened, sketch)


def sketch_parts(opened: Opened, sketch: Sketch) -> dict[str, Any]:
    """Sketch, its shape, and what to do next."""
    network, lang = opened.area.network, opened.lang
    if network is None:
        return dict.fromkeys(("sketch", "shape", "note"), no_update)
    shape = sketch_features(sketch, network, lang)
    return {"sketch": sketch.as_data(), "shape": shape, "note": sketch_note(sketch, lang)}
