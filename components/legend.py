"""The key of the map."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components.sign import N_LEVEL, level_class


def legend(title: str, level_words: Sequence[str], note: str, marks: Sequence[tuple[str, str]], more: str) -> Component:
    """Level colours with their signs, and on demand what the other marks mean.

    Parameters
    ----------
    title
        What the colours show.
    level_words
        Names of the five levels, safe first.
    note
        What must be known to read it.
    marks
        (style name, word) of the other marks.
    more
        Word of the button that shows the other marks.
    """
    levels = [
        html.Li([_swatch(level), html.Span(word)]) for level, word in reversed(list(enumerate(level_words[:N_LEVEL])))
    ]
    others = [html.Li([html.Span(className=f"mark mark-{style}"), html.Span(word)]) for style, word in marks]
    return html.Section(
        [
            html.P(title, className="legend-title"),
            html.Ul(levels, className="legend-levels"),
            html.Details([html.Summary(more), html.Ul(others), html.P(note)], className="legend-more"),
        ],
        className="legend",
        **{"aria-label": title},
    )


def _swatch(level: int) -> Component:
    shape = html.Span(className="sign-shape")
    return html.Span(shape, className=f"legend-swatch {level_class(level)}", **{"aria-hidden": "true"})
