"""When a danger may arrive: a bar from the early to the late time on a common time axis, with its probability."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

LAST_ROOM = 0.8
"""Share of the axis from which a word to the right of its mark may pass the edge of a phone."""


@dataclass(frozen=True, slots=True)
class ArrivalWords:
    """One bar.

    Attributes
    ----------
    name
        What arrives, or where.
    prob
        Probability that it comes at all, in words.
    when
        Early, middle and late time in words; why there is none otherwise.
    share
        Early, middle and late time as shares 0..1 of the axis; None where no time is told.
    strength
        Style of the bar: 0 weak .. 3 strong.
    """

    name: str
    prob: str
    when: str
    share: tuple[float, float, float] | None
    strength: int = 0


def arrival_list(rows: Sequence[ArrivalWords], ticks: Sequence[tuple[float, str]], label: str, note: str) -> Component:
    """Draw the bars.

    Parameters
    ----------
    rows
        One a level or a place.
    ticks
        Share 0..1 and word of each mark of the axis.
    label
        What the bars show.
    note
        How to read them.
    """
    marks = [_mark(at, word) for at, word in ticks]
    axis = html.Div(marks, className="arrival-axis", **{"aria-hidden": "true"})
    bars = html.Ul([_row(row) for row in rows], className="arrival-rows", **{"aria-label": label})
    return html.Div([bars, axis, html.P(note, className="card-note")], className="arrival")


def _mark(at: float, word: str) -> Component:
    """Draw a mark with its word to the right of it; to the left where the axis ends."""
    if at > LAST_ROOM:
        return html.Span(word, className="is-last", style={"right": f"{100 * (1 - at):.1f}%"})
    return html.Span(word, style={"left": f"{100 * at:.1f}%"})


def _row(row: ArrivalWords) -> Component:
    head = html.Div(
        [html.Span(row.name, className="arrival-name"), html.Strong(row.prob, className="arrival-prob")],
        className="arrival-head",
    )
    return html.Li([head, _bar(row), html.P(row.when, className="arrival-when")])


def _bar(row: ArrivalWords) -> Component:
    parts: list[Component] = []
    if row.share is not None:
        early, middle, late = row.share
        span = {"left": f"{100 * early:.1f}%", "width": f"{100 * max(late - early, 0.01):.1f}%"}
        parts = [
            html.Span(className="arrival-span", style=span),
            html.Span(className="arrival-middle", style={"left": f"{100 * middle:.1f}%"}),
        ]
    return html.Div(parts, className=f"arrival-bar arrival-{row.strength}", **{"aria-hidden": "true"})
