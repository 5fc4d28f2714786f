"""How far a plan is that takes longer, and a button that stops it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.i18n import text
from dashboard.pages.frame import FrameIds
from dashboard.pages.page import Services
from dashboard.pages.plan.ids import PlanIds
from risk_core.plans.plan import Tell

POLL_MS: Final = 700
"""Time between two looks; a plan that is there sooner shows no progress at all."""

RUNNING: Final = [
    (Output(PlanIds.POLL, "disabled"), False, True),
    (Output(PlanIds.MAKE, "disabled"), True, False),
    (Output(PlanIds.STOP, "disabled"), False, True),
    (Output(PlanIds.PROGRESS, "children", allow_duplicate=True), None, None),
]
"""What holds while a plan is made, and afterwards."""


def progress(lang: str) -> Component:
    """Draw the bar, hidden until a plan takes longer, and what looks after it."""
    stop = html.Button(text("plan.page.stop", lang), id=PlanIds.STOP, className="button is-small", disabled=True)
    poll = dcc.Interval(id=PlanIds.POLL, interval=POLL_MS, disabled=True)
    return html.Div(
        [html.Div(id=PlanIds.PROGRESS, role="status"), stop, poll],
        className="plan-waiting",
    )


@contextmanager
def follow(services: Services, token: Any) -> Iterator[Tell]:
    """Tell how far the work within is, under a token of the browser's; forgotten once it ends."""
    work = services.library.under_way
    try:
        yield lambda step, share: work.tell(token, step, share)
    finally:
        work.end(token, services.clock())


def register_waiting(app: Dash, services: Services) -> None:
    """Join bar and button."""

    @app.callback(
        output={"shown": Output(PlanIds.PROGRESS, "children")},
        inputs={"tick": Input(PlanIds.POLL, "n_intervals")},
        state={"asked": State(PlanIds.ASKED, "data"), "context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_progress(tick: Any, asked: Any, context: Any) -> dict[str, Any]:
        found = services.library.under_way.read((asked or {}).get("token", ""))
        if found is None:
            return {"shown": None}
        step, share = found
        return {"shown": [html.Progress(value=str(share), max="1"), text(f"job.step.{step}", context["lang"])]}

    @app.callback(
        Output(PlanIds.STOP, "title"),
        Input(PlanIds.STOP, "n_clicks"),
        State(PlanIds.ASKED, "data"),
        prevent_initial_call=True,
    )
    def stop(clicks: int, asked: Any) -> str:
        services.desk.coordinator()
        services.library.under_way.stop((asked or {}).get("token", ""))
        return ""
