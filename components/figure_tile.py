"""One number that matters, with its name and its time."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component


def figure_tile(name: str, value: str, note: str) -> Component:
    """Draw a number.

    Parameters
    ----------
    name
        What it counts.
    value
        The number with its unit.
    note
        Its time and source.
    """
    return html.Div(
        [html.Dt(name), html.Dd(value, className="tile-value"), html.Dd(note, className="tile-note")], className="tile"
    )


def figure_tiles(tiles: Sequence[Component]) -> Component:
    """Draw numbers side by side."""
    return html.Dl(list(tiles), className="tiles")
