"""A risk on the scale of the five levels, with its interval."""

from dash import html
from dash.development.base_component import Component

from components.sign import N_LEVEL


def risk_meter(points: float, low: float, high: float, label: str) -> Component:
    """Five coloured fifths with a needle and an interval bar.

    Parameters
    ----------
    points, low, high
        Risk and the bounds of its interval, 0..100.
    label
        The same said in words, for those who cannot see the scale.
    """
    scale = [html.Span(className=f"meter-fifth level-{level}") for level in range(N_LEVEL)]
    band = html.Span(className="meter-band", style={"left": f"{low:g}%", "width": f"{max(high - low, 0.5):g}%"})
    needle = html.Span(className="meter-needle", style={"left": f"{points:g}%"})
    return html.Div([*scale, band, needle], className="meter", role="img", **{"aria-label": label})
