"""Charts of an outbreak: cases with their forecast fan, and the reproduction number."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

HEIGHT_PX = 320
ENTRY_WIDTH_PX = 140
"""Width of an entry of the legend: measured before the page's font is there, it would be cut."""
INK, FAINT, FAN = "#58616a", "rgba(138,148,158,0.45)", "11,80,208"
FAN_OPACITY = (0.12, 0.2, 0.3)
Line = Sequence[float | None]


def case_chart(
    days: Sequence[str], reported: Line, late: Line, ahead: Sequence[str], fan: Mapping[str, Sequence[float]],
    words: Mapping[str, str],
) -> Component:  # fmt: skip
    """Bars of the cases reported and still expected, then the fan of the days ahead.

    Parameters
    ----------
    days, reported, late
        Dates as ISO days; cases known; cases still expected on top.
    ahead
        Dates of the forecast.
    fan
        Quantiles by name: low_95, low_80, low_50, median, high_50, high_80, high_95.
    words
        Names of the series (`reported`, `late`, `median`, `band_95`, `band_80`, `band_50`), `title` of the chart and
        `axis` of its values.
    """
    figure = go.Figure()
    figure.add_bar(x=days, y=reported, name=words["reported"], marker_color=INK)
    figure.add_bar(x=days, y=late, name=words["late"], marker_color=FAINT)
    for width, opacity in zip((95, 80, 50), FAN_OPACITY, strict=True):
        _add_band(figure, ahead, (fan[f"low_{width}"], fan[f"high_{width}"]), opacity, words[f"band_{width}"])
    _add_middle(figure, ahead, fan["median"], words["median"])
    figure.update_layout(barmode="stack", bargap=0.15)
    return _graph(figure, words["title"], words["axis"])


def reproduction_chart(days: Sequence[str], median: Line, low: Line, high: Line, words: Mapping[str, str]) -> Component:
    """Line of the reproduction number with its interval and the line of one; `words` as `case_chart`'s."""
    figure = go.Figure()
    _add_band(figure, days, (low, high), FAN_OPACITY[1], words["band_80"])
    _add_middle(figure, days, median, words["median"])
    figure.add_hline(y=1.0, line={"color": INK, "width": 1, "dash": "dot"})
    return _graph(figure, words["title"], words["axis"])


def compare_chart(days: Sequence[str], lines: Mapping[str, Line], title: str, axis: str) -> Component:
    """Lines of two places on one scale, told apart by colour and dashes; `lines` by name."""
    figure = go.Figure()
    looks = ({"color": f"rgb({FAN})", "width": 2}, {"color": "#bd5a00", "width": 2, "dash": "dash"})
    for (name, value), look in zip(lines.items(), looks, strict=True):
        figure.add_scatter(x=days, y=value, name=name, mode="lines", line=look)
    return _graph(figure, title, axis)


def _add_band(figure: go.Figure, days: Sequence[str], bounds: tuple[Line, Line], opacity: float, name: str) -> None:
    low, high = bounds
    plain = {"x": days, "mode": "lines", "line_width": 0}
    figure.add_scatter(**plain, y=low, hoverinfo="skip", showlegend=False)
    figure.add_scatter(**plain, y=high, fill="tonexty", fillcolor=f"rgba({FAN},{opacity})", name=name)


def _add_middle(figure: go.Figure, days: Sequence[str], value: Line, name: str) -> None:
    figure.add_scatter(x=days, y=value, name=name, mode="lines", line={"color": f"rgb({FAN})", "width": 2})


def _graph(figure: go.Figure, title: str, axis: str) -> Component:
    figure.update_layout(
        height=HEIGHT_PX,
        margin={"l": 48, "r": 12, "t": 8, "b": 32},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={"orientation": "h", "y": -0.14, "yanchor": "top", "traceorder": "normal", "entrywidth": ENTRY_WIDTH_PX},
        hovermode="x unified",
        font={"family": "inherit", "size": 13},
    )
    figure.update_xaxes(type="date", tickformat="%m-%d", showgrid=False, fixedrange=True)
    figure.update_yaxes(title=axis, rangemode="tozero", gridcolor="rgba(138,148,158,0.3)", fixedrange=True)
    graph = dcc.Graph(figure=figure, config={"displayModeBar": False}, responsive=True,
                      style={"height": f"{HEIGHT_PX}px"})  # fmt: skip
    return html.Div(graph, className="chart", role="img", **{"aria-label": title})
