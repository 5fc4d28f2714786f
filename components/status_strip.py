"""The answer to "am I at risk here, now?" in one look."""

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components.risk_meter import risk_meter
from components.sign import level_class, sign


@dataclass(frozen=True, slots=True)
class StatusWords:
    """What the strip says; every text is in the reader's language.

    Attributes
    ----------
    level
        0..4, None where nothing is known.
    where
        The place and time spoken of.
    word
        The level's name.
    verdict
        What it means, a few words.
    why
        One sentence: the main hazard and its reason.
    score
        The number with its interval.
    meta
        Time, source and model.
    first
        The heading of what to do now, and its most urgent line; empty for none.
    points, low, high
        Risk and its interval, 0..100, for the scale; ignored without a level.
    """

    level: int | None
    where: str
    word: str
    verdict: str
    why: str
    score: str
    meta: str
    first: tuple[str, str] | None = None
    points: float = 0.0
    low: float = 0.0
    high: float = 0.0


def status_strip(words: StatusWords) -> Component:
    """Sign, level word, one sentence, scale with interval, time and source."""
    said = html.Div(
        [
            html.P(words.where, className="status-where"),
            html.H2([html.Span(words.word, className="status-word"), html.Span(words.verdict)]),
            html.P(words.why, className="status-why"),
        ],
        className="status-said",
    )
    head = html.Div([sign(words.level, "large"), said], className="status-head")
    first = [] if words.first is None else [_first(*words.first)]
    scale = [] if words.level is None else [risk_meter(words.points, words.low, words.high, words.score)]
    figures = html.Div([*scale, html.P(words.score, className="status-score")], className="status-figures")
    meta = html.P(words.meta, className="status-meta")
    return html.Div([head, *first, figures, meta], className=f"status-card {level_class(words.level)}")


def _first(heading: str, action: str) -> Component:
    return html.P([html.Strong(heading), " ", html.Span(action)], className="status-first")
