"""How much of a way lies in each level."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component


def exposure_bar(shares: Sequence[float], label: str) -> Component:
    """Draw a bar cut by level.

    Parameters
    ----------
    shares
        Share of the way in each of the five levels, 0..1, safe first.
    label
        The same in words.
    """
    parts = [
        html.Span(className=f"exposure-part level-{level}", style={"width": f"{100.0 * share:.1f}%"})
        for level, share in enumerate(shares)
        if share > 0
    ]
    return html.Span(parts, className="exposure-bar", role="img", **{"aria-label": label})
