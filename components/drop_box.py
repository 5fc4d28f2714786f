"""A box that a file is dropped on, or chosen with a button."""

from dash import dcc, html
from dash.development.base_component import Component

from components.icon import icon


def drop_box(id: str, word: str, hint: str, endings: str, most_bytes: int) -> Component:
    """Draw the box; the file's bytes arrive as ``contents``, its name as ``filename``.

    Parameters
    ----------
    id
        Component id.
    word, hint
        What the button says, and what may be dropped.
    endings
        Ends of the names of files that can be chosen, separated by commas.
    most_bytes
        Larger files are not read.
    """
    content = [html.Button([icon("share"), html.Span(word)], className="button is-primary"), html.Span(hint)]
    return dcc.Upload(
        html.Div(content, className="drop-box-inside"), id=id, accept=endings, max_size=most_bytes, className="drop-box"
    )
