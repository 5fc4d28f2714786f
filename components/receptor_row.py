"""Who is how much at risk at a place: a small row, one sign and word each."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components.sign import level_class


@dataclass(frozen=True, slots=True)
class ReceptorWords:
    """One of the row: who, level 0..4 (None: unknown) and its word, and what comes later, or empty."""

    name: str
    level: int | None
    word: str
    later: str = ""


def receptor_row(title: str, rows: Sequence[ReceptorWords], note: str) -> Component:
    """Draw the row; nothing where there is nobody to speak of.

    Parameters
    ----------
    title
        What the row tells.
    rows
        Who.
    note
        What is not part of it.
    """
    if not rows:
        return html.Div()
    items = [
        html.Li(
            [
                html.Span(className="sign-shape", **{"aria-hidden": "true"}),
                html.Span(one.name, className="receptor-name"),
                html.Span(one.word, className="receptor-word"),
                *([html.Span(one.later, className="receptor-later")] if one.later else []),
            ],
            className=f"receptor {level_class(one.level)}",
        )
        for one in rows
    ]
    head = html.P(title, className="receptor-title")
    return html.Section([head, html.Ul(items), html.P(note, className="receptor-note")], className="receptor-row")
