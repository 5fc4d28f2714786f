"""The one warning of what waits on the way: what, when, why, and the way round in one tap."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components.icon import icon


@dataclass(frozen=True, slots=True)
class PathWarningWords:
    """What a warning says.

    Attributes
    ----------
    level
        0..4; colours its edge.
    mark
        Word that tells a drill from the real thing; empty for the real thing.
    title, prob, reason, advice
        What waits when, the chance of it, why, and what to do; empty ones are left out.
    take
        Word of the button that takes the way round; empty without one.
    levers
        Further things that help, the first of them their heading.
    """

    level: int
    mark: str
    title: str
    prob: str
    reason: str
    advice: str
    take: str = ""
    levers: Sequence[str] = ()


def path_warning(words: PathWarningWords) -> Component:
    """Draw a warning; its button carries ``data-path-take`` for the browser's script."""
    mark = [html.Span(words.mark, className="path-warning-mark")] if words.mark else []
    lines = [html.P(line, className="path-warning-line") for line in (words.reason, words.prob) if line]
    levers = []
    if words.levers:
        levers = [
            html.P(words.levers[0], className="path-warning-line"),
            html.Ul([html.Li(w) for w in words.levers[1:]]),
        ]
    button = []
    if words.take:
        button = [html.Button([icon("road"), html.Span(words.take)], className="path-take", **{"data-path-take": ""})]
    return html.Article(
        [
            html.Div(
                [icon("warning"), html.P([*mark, words.title], className="path-warning-title")], className="path-head"
            ),
            *lines,
            html.P(words.advice, className="path-warning-advice"),
            *levers,
            *button,
        ],
        className=f"path-warning level-edge-{words.level}",
    )
