"""The permanent line that says that what is shown is invented."""

from dash import html
from dash.development.base_component import Component


def ribbon(word: str, sentence: str, is_shown: bool = True) -> Component:
    """Draw a striped line.

    Parameters
    ----------
    word
        Practice data, in the reader's language and in English.
    sentence
        What that means.
    is_shown
        False hides it.
    """
    return html.Div([html.Strong(word), html.Span(sentence)], className="ribbon", role="note", hidden=not is_shown)
