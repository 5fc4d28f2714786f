"""How the level at one place changes over the time steps."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components.sign import level_class


def risk_timeline(levels: Sequence[int | None], labels: Sequence[str], now: int, title: str) -> Component:
    """One cell a time step, in the colour of its level.

    Parameters
    ----------
    levels
        Level at each step, None where nothing is known.
    labels
        Words for each step: its time and level.
    now
        Position of the present; -1 for none.
    title
        What the row shows.
    """
    cells = [
        html.Li(
            html.Span(label, className="sr-only"),
            className=f"timeline-cell {level_class(level)}" + (" is-now" if step == now else ""),
            title=label,
        )
        for step, (level, label) in enumerate(zip(levels, labels, strict=True))
    ]
    return html.Ol(cells, className="timeline", **{"aria-label": title})
