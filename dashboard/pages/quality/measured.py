"""What the models scored on held-out data, drawn from the record of the benchmarks in the checkout."""

import json
from functools import lru_cache
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from components.card import card
from components.data_table import data_table
from components.reliability import ReliabilityWords, reliability_diagrams
from dashboard.i18n import text
from dashboard.settings import CHECKOUT
from dashboard.views.measured import measured_of, measured_rows, reliability_points

RECORD: Final = CHECKOUT / "tests" / "benchmarks" / "benchmarks.json"
COLUMNS: Final = ("data_set", "against", "error", "held", "n")


def measured_card(lang: str) -> list[Component]:
    """Draw scores against baselines and how often intervals held; nothing where the record was not installed."""
    found = measured_of(read_record())
    if not found:
        return []
    sets = []
    for name, points in reliability_points(found):
        title = text(f"measured.data.{name}", lang)
        said = ", ".join(text("measured.pair", lang, promised=100 * x, held=100 * y) for x, y in points)
        sets.append(ReliabilityWords(title, points, f"{title}: {said}"))
    diagrams = reliability_diagrams(sets, text("measured.promised", lang), text("measured.held_axis", lang))
    columns = [text(f"measured.{name}", lang) for name in COLUMNS]
    rows = [[html.Div([html.Div(line) for line in cell]) for cell in row] for row in measured_rows(found, lang)]
    table = data_table(text("measured.caption", lang), columns, rows, stacks=True)
    note = html.P(text("measured.note", lang), className="card-note")
    return [card(text("measured.title", lang), [diagrams, table, note])]


@lru_cache(maxsize=1)
def read_record() -> dict[str, Any]:
    """Read the record; empty where it was not installed or is damaged."""
    try:
        return dict(json.loads(RECORD.read_text("utf-8")))
    except (OSError, ValueError):
        return {}
