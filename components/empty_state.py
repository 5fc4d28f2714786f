"""Why there is nothing to see, and what to do next."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components.icon import icon


def empty_state(icon_name: str, title: str, detail: str, next_step: Sequence[Component] = ()) -> Component:
    """Draw a quiet box with a sign, the reason and a next step.

    Parameters
    ----------
    icon_name
        Name of its sign.
    title
        What is missing.
    detail
        Why, and what can be done.
    next_step
        Controls or links for that.
    """
    return html.Div(
        [icon(icon_name), html.Div([html.P(title, className="empty-title"), html.P(detail), *next_step])],
        className="empty-state",
    )
