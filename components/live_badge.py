"""Whether the page is being kept current; the words are set in the browser."""

from dash import html
from dash.development.base_component import Component


def live_badge(id: str, word: str) -> Component:
    """Draw a badge that begins as connecting.

    Parameters
    ----------
    id
        Component id.
    word
        What it says until the browser knows better.
    """
    return html.Span(word, id=id, className="live-badge is-connecting", role="status")
