"""What somebody could do otherwise, strongest first, each with what it changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component


@dataclass(frozen=True, slots=True)
class LeverWords:
    """One lever: name, what it changes, its interval (or empty), and the share of the chance it takes away, 0..1."""

    name: str
    change: str
    interval: str
    saved_share: float


def lever_list(levers: Sequence[LeverWords]) -> Component:
    """Draw the levers in the order given."""
    return html.Ol([_lever(one) for one in levers], className="levers")


def _lever(words: LeverWords) -> Component:
    bar = html.Span(
        html.Span(className="lever-saved", style={"width": f"{100 * words.saved_share:.0f}%"}),
        className="lever-bar",
        **{"aria-hidden": "true"},
    )
    return html.Li(
        [
            html.Span(words.name, className="lever-name"),
            html.Span(words.change, className="lever-change"),
            bar,
            *([html.Span(words.interval, className="lever-interval")] if words.interval else []),
        ],
        className="lever",
    )
