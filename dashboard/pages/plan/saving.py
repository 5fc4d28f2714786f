"""The plan as files to save: each tells its version and who accepted it."""

import json
from dataclasses import replace
from typing import Any, Final

from dash import ALL, Dash, Input, Output, State, ctx, dcc, no_update

from dashboard.pages.frame import FrameIds
from dashboard.pages.page import Opened, Services, open_context
from dashboard.pages.plan.ids import PlanIds, PlanKinds
from dashboard.plans.files import FORMATS, Version, signed_file
from dashboard.plans.zones import Drawn
from risk_core.state.plan import Plan

EXTENSIONS: Final = {"json": "json", "geojson": "geojson", "csv": "csv", "cap": "xml"}


def keep_files(opened: Opened, plan: Plan, drawn: Drawn) -> None:
    """Keep a plan as files beside its version."""
    files = {name: write(opened.area, plan, drawn.zones) for name, write in FORMATS.items()}
    opened.services.library.plans.keep_files(opened.area.area_id, plan.plan_id, files)


def saved(opened: Opened, plan_id: str, name: str) -> str:
    """A version as a file, with who made it and who accepted it; raises NotFoundError when it is not kept."""
    store, area_id = opened.services.library.plans, opened.area.area_id
    kept, in_force = store.read(area_id, plan_id), store.published(area_id)
    version = Version(plan_id, kept["made_by"], kept["made_s"])
    if in_force is not None and in_force.plan_id == plan_id:
        version = replace(version, accepted_by=in_force.who, accepted_s=in_force.at_s)
    words = json.dumps(kept) if name == "json" else store.read_file(area_id, plan_id, name)
    return signed_file(name, words, version)


def register_saving(app: Dash, services: Services) -> None:
    """Join the buttons."""

    @app.callback(
        output={"file": Output(PlanIds.DOWNLOAD, "data")},
        inputs={"clicks": Input({"type": PlanKinds.FORMAT, "name": ALL}, "n_clicks")},
        state={"known": State(PlanIds.KNOWN, "data"), "context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def save(clicks: list[int | None], known: Any, context: Any) -> dict[str, Any]:
        if not known or not any(clicks):
            return {"file": no_update}
        services.desk.coordinator()
        name = ctx.triggered_id["name"]
        words = saved(open_context(services, context), known["plan_id"], name)
        return {"file": dcc.send_string(words, f"plan-{known['plan_id']}.{EXTENSIONS[name]}")}
