"""What measures would change, in words."""

import numpy as np
from dash import html
from dash.development.base_component import Component
from numpy.typing import NDArray

from components.figure_tile import figure_tile, figure_tiles
from dashboard.i18n import text
from dashboard.views.format import count, share_words
from risk_core.hazards.epidemic.whatif import N_AHEAD_DAY, Measure, WhatIf


def what_if_part(found: WhatIf, measures: tuple[Measure, ...], lang: str) -> list[Component]:
    """Draw the totals with and without, the change with its interval, and whose figures these are."""
    low, middle, high = found.change.tolist()
    interval = f"{_signed(low)} ~ {_signed(high)}" if lang == "ko" else f"{_signed(low)} to {_signed(high)}"
    note = text("health.interval_80", lang, interval=interval)
    tiles = [
        figure_tile(text("health.whatif_change", lang), _signed(middle), note),
        figure_tile(text("health.whatif_with", lang), _middle(found.with_measures), _span(found.with_measures, lang)),
        figure_tile(text("health.whatif_without", lang), _middle(found.without), _span(found.without, lang)),
        figure_tile(
            text("health.whatif_reproduction", lang),
            f"{found.reproduction[1]:.2f}",
            text("health.whatif_below", lang, share=share_words(found.below_one_prob)),
        ),
    ]
    sources = [
        html.Li([html.Strong(text(f"health.measure_{one.name}", lang)), html.Span(f" – {one.source}", lang="en")])
        for one in measures
    ]
    listed = [html.Ul(sources, className="card-note plain-list")] if sources else []
    return [
        figure_tiles(tiles),
        *listed,
        html.P(text("health.whatif_note", lang, n=N_AHEAD_DAY), className="card-note"),
    ]


def _signed(share: float) -> str:
    """Percent with its sign.

    Examples
    --------
    >>> _signed(-0.304), _signed(0.0)
    ('−30 %', '0 %')
    """
    percent = round(100 * share)
    return f"{'−' if percent < 0 else '+' if percent > 0 else ''}{abs(percent)} %"


def _middle(values: NDArray[np.float64]) -> str:
    return count(round(float(values[1])))


def _span(values: NDArray[np.float64], lang: str) -> str:
    low, _, high = values
    return text("health.interval_80", lang, interval=f"{count(round(float(low)))}–{count(round(float(high)))}")
