"""What is happening in the drill, in one line, with a button that plays it again."""

from dash import html
from dash.development.base_component import Component

from components.icon import icon


def drill_caption(tag: str, sentence: str, elapsed_share: float, is_playing: bool) -> Component:
    """Draw the line alone; the page puts the button beside it.

    Parameters
    ----------
    tag
        Practice.
    sentence
        What is happening now.
    elapsed_share
        How much of the story has been told, 0..1.
    is_playing
        Whether it is being told now.
    """
    bar = html.Span(html.Span(style={"width": f"{100.0 * elapsed_share:.0f}%"}), className="caption-bar")
    dot = html.Span(className="caption-dot" + (" is-playing" if is_playing else ""), **{"aria-hidden": "true"})
    return html.Div(
        [dot, html.Strong(tag), html.Span(sentence, className="caption-what"), bar], className="caption-line"
    )


def replay_button(id: str, word: str) -> Component:
    """Draw the button that plays the drill again."""
    return html.Button([icon("replay"), html.Span(word)], id=id, className="caption-replay")
