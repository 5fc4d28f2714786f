"""The ways in short, under the map of a phone: a tap leads to their cards."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components.route_card import RouteWords


def way_strip(words: Sequence[RouteWords], href: str) -> Component:
    """Draw each way's name, how long it takes, and its danger.

    Parameters
    ----------
    words
        Ways, the one advised first.
    href
        Where their cards stand.

    Examples
    --------
    >>> way_strip([], "#ways").href
    '#ways'
    """
    return html.A([_way(one) for one in words], href=href, className="way-strip")


def _way(words: RouteWords) -> Component:
    swatch = html.Span(className=f"route-swatch route-swatch-{words.kind}", **{"aria-hidden": "true"})
    danger = html.Span(words.danger, className="route-danger" + (" is-dangerous" if words.is_dangerous else ""))
    return html.Span([swatch, html.Span(words.title), html.B(words.time), danger], className="way-strip-way")
