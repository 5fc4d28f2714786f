"""A part of a panel that stays folded until somebody wants it."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components.icon import icon


def fold_card(title: str, line: Component, children: Sequence[Component], icon_name: str, name: str = "") -> Component:
    """Draw a native fold-out whose head tells the answer already.

    Parameters
    ----------
    title
        What it answers.
    line
        The answer in one line.
    children
        Its content.
    icon_name
        Sign before the title.
    name
        Names it among others, as the class ``fold-<name>``.
    """
    head = html.Span([html.H2(title), line], className="fold-head")
    content = html.Div(list(children), className="fold-body")
    return html.Details(
        [html.Summary([icon(icon_name), head], className="fold-summary"), content],
        className=f"fold-card fold-{name}" if name else "fold-card",
    )
