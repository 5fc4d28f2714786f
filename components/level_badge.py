"""A level in a pill: shape, colour and word."""

from dash import html
from dash.development.base_component import Component

from components.sign import level_class


def level_badge(level: int | None, word: str) -> Component:
    """Draw the pill of a level.

    Parameters
    ----------
    level
        0..4 or None where nothing is known.
    word
        Its name in the reader's language.
    """
    shape = html.Span(className="sign-shape", **{"aria-hidden": "true"})
    return html.Span([shape, html.Span(word)], className=f"level-badge {level_class(level)}")
