"""A drawing from a file: what the map's own tools do not draw, such as institutions, contraflow and shelters."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from components.drop_box import drop_box
from components.map import EMPTY_FEATURES
from dashboard.i18n import text
from dashboard.pages.frame import FrameIds
from dashboard.pages.page import Opened, Services, open_context
from dashboard.pages.plan.ids import PlanIds
from dashboard.plans.drawing_file import read_file
from dashboard.plans.zones import ROLES
from dashboard.views.features import Feature, collection, feature
from risk_core.errors import InputError

MOST_BYTES: Final = 2_000_000
FORMS: Final = ".geojson,.json"
STYLES: Final[Mapping[str, str]] = {"zone": "plan-zone", "closure": "plan-closed", "contraflow": "plan-contraflow"}


def filing(lang: str) -> list[Component]:
    """Draw the box, folded away, and the place of its note."""
    box = drop_box(PlanIds.FILE, text("upload.choose", lang), text("plan.page.file_hint", lang), FORMS, MOST_BYTES)
    return [
        html.Details([html.Summary(text("plan.page.file", lang)), box], className="plan-more"),
        html.P(id=PlanIds.DRAWING_NOTE, className="draft-note", role="status"),
        dcc.Store(id=PlanIds.DRAWING),
    ]


def file_note(features: list[dict[str, Any]], lang: str) -> str:
    """How many of each role a file brought."""
    number = Counter(str(one["properties"]["role"]) for one in features)
    return ", ".join(text(f"plan.role.{role}", lang, n=str(number[role])) for role in ROLES if number[role])


def file_features(features: list[dict[str, Any]]) -> Feature:
    """A file's drawing on the map: lines and areas by role, points as pins."""
    shown = []
    for one in features:
        shape, told = one.get("geometry"), one["properties"]
        if shape is None:
            continue
        label = str(told.get("name") or told["role"])
        size = {"size": [14, 14]} if shape["type"] == "Point" else {}
        style = STYLES.get(told["role"], "") if shape["type"] != "Point" else "pin-draft"
        shown.append(feature(shape["type"], shape["coordinates"], style or "plan-closed", label=label, **size))
    return collection(shown)


def register_filing(app: Dash, services: Services) -> None:
    """Join the box."""

    @app.callback(
        output={
            "drawing": Output(PlanIds.DRAWING, "data"),
            "note": Output(PlanIds.DRAWING_NOTE, "children"),
            "shape": Output(PlanIds.DRAWING_LAYER, "data"),
        },
        inputs={"contents": Input(PlanIds.FILE, "contents")},
        state={"name": State(PlanIds.FILE, "filename"), "context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def take(contents: Any, name: Any, context: Any) -> dict[str, Any]:
        return taken(open_context(services, context), contents, name)


def taken(opened: Opened, contents: Any, name: Any) -> dict[str, Any]:
    """Features of a file with a note, or what is wrong with it."""
    lang = opened.lang
    try:
        features = read_file(contents, name, 0.0 if opened.assessment is None else opened.assessment.now_s)
    except InputError as error:
        faults = "; ".join(str(fault) for fault in error.faults)
        words = html.Span(text("plan.page.refused", lang, faults=faults), className="plan-late", role="alert")
        return {"drawing": None, "note": words, "shape": dict(EMPTY_FEATURES)}
    note = text("plan.page.file_taken", lang, name=str(name)[:80], what=file_note(features, lang))
    return {"drawing": features, "note": note, "shape": file_features(features)}
