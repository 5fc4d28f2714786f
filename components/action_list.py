"""What to do now."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component


def action_list(actions: Sequence[str]) -> Component:
    """Numbered advice, most urgent first."""
    return html.Ol([html.Li(action) for action in actions], className="action-list")
