"""A reliability diagram: how often intervals held the truth against how often they promised to."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

FROM_SHARE = 0.4
"""Left and lower end of both axes: intervals of less are not given."""


@dataclass(frozen=True, slots=True)
class ReliabilityWords:
    """One data set: its name, and the same pairs in words for those who do not see the picture."""

    name: str
    points: Sequence[tuple[float, float]]
    words: str


def reliability_diagrams(sets: Sequence[ReliabilityWords], promised: str, held: str) -> Component:
    """Draw a small square for each data set.

    Parameters
    ----------
    sets
        (promised, held) pairs, shares 0..1.
    promised, held
        What stands on the axes.
    """
    return html.Div([_diagram(one, promised, held) for one in sets], className="reliabilities")


def _diagram(one: ReliabilityWords, promised: str, held: str) -> Component:
    dots = [html.I(style={"left": _at(x), "bottom": _at(y)}) for x, y in one.points]
    ticks = [html.Span(f"{100 * at:.0f}", style={"left": _at(at)}, className="tick-x") for at in (0.5, 0.8, 0.95)]
    ticks += [html.Span(f"{100 * at:.0f}", style={"bottom": _at(at)}, className="tick-y") for at in (0.5, 0.8, 0.95)]
    square = html.Div([*dots, *ticks], className="reliability-square", role="img", **{"aria-label": one.words})
    axes = html.Span(f"{held} ↑ · {promised} →", className="reliability-axes")
    return html.Figure([html.Figcaption(one.name), square, axes], className="reliability")


def _at(share: float) -> str:
    return f"{100 * (min(max(share, FROM_SHARE), 1.0) - FROM_SHARE) / (1 - FROM_SHARE):.1f}%"
