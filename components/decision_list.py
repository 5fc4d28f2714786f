"""A record of decisions, newest first: what became of each, why, and the facts it stands on."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """One decision in words.

    Attributes
    ----------
    tone
        Look of its mark: good, bad or quiet.
    mark
        What became of it, one word.
    title
        What it was about.
    time
        When.
    reason
        Why, one sentence.
    facts
        Names and values it stands on.
    """

    tone: str
    mark: str
    title: str
    time: str
    reason: str
    facts: Sequence[tuple[str, str]]


def decision_list(decisions: Sequence[DecisionWords]) -> Component:
    """Draw them one below the other."""
    return html.Ol([_decision(one) for one in decisions], className="decision-list")


def _decision(words: DecisionWords) -> Component:
    head = [
        html.Span(words.mark, className=f"decision-mark decision-{words.tone}"),
        html.Strong(words.title),
        html.Span(words.time, className="decision-time"),
    ]
    facts = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in words.facts]
    return html.Li(
        [
            html.Div(head, className="decision-head"),
            html.P(words.reason),
            html.Dl(facts, className="decision-facts"),
        ],
        className="decision",
    )
