"""Pages that are drawn anew as a whole when a snapshot arrives."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard.pages.frame import FrameIds, browser
from dashboard.pages.page import Opened, Services, open_context

Body = Callable[[Opened], list[Component]]


def refreshing_body(opened: Opened, ids: type[StrEnum], body: Body) -> list[Component]:
    """Draw the body with the store of the version it shows.

    Parameters
    ----------
    opened
        The area shown.
    ids
        The page's ids, with BODY and VERSION.
    body
        Draws the content.
    """
    version = None if opened.assessment is None else opened.assessment.version
    return [
        html.Div(body(opened), id=ids["BODY"], className="body"),
        dcc.Store(id=ids["VERSION"], data=version),
    ]


def register_refreshing(app: Dash, services: Services, ids: type[StrEnum], body: Body) -> None:
    """Draw the body anew for each snapshot."""
    version = ids["VERSION"]
    inputs = (Input(FrameIds.LIVE, "data"), State(FrameIds.CONTEXT, "data"), State(version, "data"))
    browser(app, "version", Output(version, "data"), *inputs)

    @app.callback(
        output={"body": Output(ids["BODY"], "children")},
        inputs={"version": Input(version, "data")},
        state={"context": State(FrameIds.CONTEXT, "data")},
        prevent_initial_call=True,
    )
    def show_body(version: str | None, context: dict[str, Any]) -> dict[str, Any]:
        return {"body": body(open_context(services, context))}
