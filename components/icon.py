"""Drawn signs: one mask image a name in ``assets/css/icons.css``, painted in the text's colour."""

from dash import html
from dash.development.base_component import Component


def icon(name: str) -> Component:
    """Draw a decorative sign; the words beside it, or the control's label, carry the meaning.

    Parameters
    ----------
    name
        The part after ``icon-`` in ``icons.css``, for example ``walk``.
    """
    return html.Span(className=f"icon icon-{name}", **{"aria-hidden": "true"})
