"""A labelled box to search in, with what was found below it."""

from dash import dcc, html
from dash.development.base_component import Component


def search_box(id: str, found_id: str, label: str, hint: str) -> Component:
    """Draw the box; its value is sent when the typing rests for a moment.

    Parameters
    ----------
    id, found_id
        Ids of the box and of what is found.
    label, hint
        What is searched, and an example.
    """
    box = dcc.Input(id=id, type="search", placeholder=hint, debounce=0.2, autoComplete="off", maxLength=80)
    found = html.Div(id=found_id, className="search-answer", role="status")
    return html.Div([html.Label(label, htmlFor=id, className="sr-only"), box, found], className="search", role="search")
