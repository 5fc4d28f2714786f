"""A labelled native slider that says its value."""

import json
from collections.abc import Mapping

from dash import dcc, html
from dash.development.base_component import Component

Id = str | Mapping[str, str]


def range_field(id: Id, label: str, bounds: tuple[float, float, float], value: float, unit: str = "") -> Component:
    """Draw label, slider and value; ``assets/js/page.js`` keeps the value in words while it moves.

    Parameters
    ----------
    id
        Component id.
    label
        What is set.
    bounds
        Least, most, and step.
    value
        At first.
    unit
        Written behind the value.
    """
    least, most, step = bounds
    named = id if isinstance(id, str) else json.dumps(dict(id), sort_keys=True, separators=(",", ":"))
    slider = dcc.Input(id=id, type="range", min=least, max=most, step=step, value=value)
    said = html.Output(f"{value:g}{unit}", htmlFor=named, className="range-said", **{"data-unit": unit})
    return html.Div([html.Label(label, htmlFor=named), said, slider], className="range-field")
