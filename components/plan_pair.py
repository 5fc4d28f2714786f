"""Two plans side by side: what they suppose differently, both curves in one picture, their figures with the change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from components.data_table import data_table

HEIGHT = "280px"


@dataclass(frozen=True, slots=True)
class PlanWords:
    """One of the two: its letter, what it is for, and when and by whom it was made."""

    letter: str
    name: str
    made: str


@dataclass(frozen=True, slots=True)
class PairWords:
    """Texts of the pair.

    Attributes
    ----------
    first, second
        The plans.
    differs
        Heading of what differs, or that nothing does.
    figures
        Caption of the table.
    columns
        Its headings: figure, first, second, change.
    curve
        What the picture shows.
    """

    first: PlanWords
    second: PlanWords
    differs: str
    figures: str
    columns: Sequence[str]
    curve: str


def plan_pair(
    words: PairWords,
    differences: Sequence[Sequence[str]],
    figure: Mapping[str, Any],
    rows: Sequence[Sequence[str]],
) -> Component:
    """Draw the pair.

    Parameters
    ----------
    words
        Texts.
    differences
        What is supposed, in the first plan, in the second.
    figure
        Picture of both curves.
    rows
        Rows of the table: figure, first, second, change.
    """
    plans = [_plan(words.first, "is-first"), _plan(words.second, "is-second")]
    changes = html.Dl([part for one in differences for part in _pair(one)])
    differs = [html.P(words.differs, className="pair-differs"), changes]
    return html.Div(
        [
            html.Div(plans, className="pair-plans"),
            html.Div(differs if differences else differs[:1], className="pair-changes"),
            arrived_picture(figure, words.curve),
            data_table(words.figures, words.columns, rows),
        ],
        className="plan-pair",
    )


def arrived_picture(figure: Mapping[str, Any], words: str) -> Component:
    """Draw a picture of who has arrived, with words for what it shows."""
    graph = dcc.Graph(
        figure=dict(figure), config={"displayModeBar": False}, style={"height": HEIGHT}, className="plan-curve"
    )
    return html.Figure([graph, html.Figcaption(words, className="plan-caption")], className="pair-picture")


def _plan(words: PlanWords, style: str) -> Component:
    letter = html.Span(words.letter, className="pair-letter")
    return html.Div([letter, html.Strong(words.name), html.Span(words.made)], className=f"pair-plan {style}")


def _pair(one: Sequence[str]) -> list[Component]:
    what, first, second = one
    arrow = html.Span("→", className="pair-arrow", **{"aria-hidden": "true"})
    return [html.Dt(what), html.Dd([html.Span(first), arrow, html.Strong(second)])]
