"""A titled part of a panel."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component


def card(title: str, children: Sequence[Component], id: str = "", note: str = "", class_name: str = "") -> Component:
    """Draw a section with a heading that names it.

    Parameters
    ----------
    title
        Heading.
    children
        Its content.
    id
        Component id of the content's box; the heading's id is derived from it.
    note
        Small text beside the heading.
    class_name
        Further style names.
    """
    heading = [html.H2(title)]
    if note:
        heading.append(html.Span(note, className="card-note"))
    content = html.Div(list(children), **({"id": id} if id else {}), className="card-body")
    return html.Section(
        [html.Div(heading, className="card-head"), content],
        className=f"card {class_name}".strip(),
        **{"aria-label": title},
    )
