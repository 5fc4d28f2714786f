"""A small chance with its interval: words, and a bar on which each step is ten times less."""

import math
from dataclasses import dataclass
from typing import Final

from dash import html
from dash.development.base_component import Component

LEAST_PROB: Final = 1e-7
"""Chances at or below this lie at the left end."""


@dataclass(frozen=True, slots=True)
class ChanceWords:
    """What is said of a chance, and the numbers it is drawn from."""

    name: str
    value: str
    interval: str
    prob: float
    low: float
    high: float


def place_on_bar(prob: float) -> float:
    """Percent of the bar's length at which a chance stands, on a scale of powers of ten.

    Examples
    --------
    >>> place_on_bar(1.0), place_on_bar(0.0), round(place_on_bar(0.001), 1)
    (100.0, 0.0, 57.1)
    """
    share = 1.0 - math.log10(max(prob, LEAST_PROB)) / math.log10(LEAST_PROB)
    return 100.0 * min(max(share, 0.0), 1.0)


def chance_meter(words: ChanceWords) -> Component:
    """Draw a chance: name, value, interval, and the bar, which only repeats them."""
    low, high = place_on_bar(words.low), place_on_bar(words.high)
    band = html.Span(className="chance-band", style={"left": f"{low:.1f}%", "width": f"{max(high - low, 1.0):.1f}%"})
    mark = html.Span(className="chance-mark", style={"left": f"{place_on_bar(words.prob):.1f}%"})
    return html.Div(
        [
            html.Span(words.name, className="chance-name"),
            html.Span(words.value, className="chance-value"),
            html.Span([band, mark], className="chance-bar", **{"aria-hidden": "true"}),
            html.Span(words.interval, className="chance-interval"),
        ],
        className="chance",
    )
