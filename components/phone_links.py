"""Telephone numbers that are called by one tap."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component


def phone_links(numbers: Sequence[tuple[str, str]], label: str) -> Component:
    """Draw one link a number; `numbers` are (digits, who answers) pairs."""
    links = [
        html.A(
            [html.Span(digits, className="phone-number"), html.Span(who, className="phone-who")],
            href=f"tel:{digits}",
            className="phone-link",
        )
        for digits, who in numbers
    ]
    return html.Nav(links, className="phone-links", **{"aria-label": label})
