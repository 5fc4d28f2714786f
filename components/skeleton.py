"""Grey shapes of fixed size where content is on its way."""

from dash import html
from dash.development.base_component import Component


def skeleton(n_line: int, label: str) -> Component:
    """Lines that stand for text.

    Parameters
    ----------
    n_line
        How many.
    label
        What is being waited for; shown after a second.
    """
    lines = [html.Span(className="skeleton-line") for _ in range(n_line)]
    return html.Div([*lines, html.P(label)], className="skeleton", role="status")
