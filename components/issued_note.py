"""Official warnings that hold at a place, in one look, beside what is computed there."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component


def issued_note(title: str, lines: Sequence[tuple[str, str]], note: str) -> Component:
    """Draw warnings in their senders' words; nothing where none holds.

    Parameters
    ----------
    title
        What the lines are.
    lines
        Kind of each warning in its sender's words, and who issued it when.
    note
        How they relate to the value beside them.
    """
    if not lines:
        return html.Div()
    items = [html.Li([html.Strong(kind), html.Span(source)]) for kind, source in lines]
    parts = [html.P(title, className="issued-title"), html.Ul(items), html.P(note, className="issued-foot")]
    return html.Section(parts, className="issued-note")
