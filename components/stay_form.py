"""Labelled fields in two columns: native selects that report into one store, numbers, and texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component


@dataclass(frozen=True, slots=True)
class SelectField:
    """A choice of one: `options` are (value, word) pairs, `chosen` the value at first."""

    id: str
    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class NumberField:
    """A number within bounds; `hint` stands in it while it is empty."""

    id: str
    label: str
    hint: str
    least: float
    most: float
    step: float


@dataclass(frozen=True, slots=True)
class TextField:
    """A text of at most `longest` characters; `hint` stands in it while it is empty."""

    id: str
    label: str
    hint: str
    longest: int


Field = SelectField | NumberField | TextField


def stay_form(store: str, label: str, fields: Sequence[Field]) -> Component:
    """Draw the fields; `assets/js/page.js` writes the selects' values by name into the store at each change.

    Parameters
    ----------
    store
        Id of the `dcc.Store` of the selects.
    label
        What is chosen here.
    fields
        In order.
    """
    named = {"aria-label": label, "data-store": store}
    return html.Div([_draw(one) for one in fields], className="stay-form", role="group", **named)


def _draw(field: Field) -> Component:
    if isinstance(field, SelectField):
        return _select(field)
    return _number(field) if isinstance(field, NumberField) else text_field(field)


def text_field(field: TextField) -> Component:
    """Draw a labelled text over the whole width."""
    control = dcc.Input(
        id=field.id, type="text", placeholder=field.hint, maxLength=field.longest, className="field-control"
    )
    return _labelled(field.id, field.label, control, " is-wide")


def _select(field: SelectField) -> Component:
    options = [
        html.Option(word, value=value, **({"selected": "selected"} if value == field.chosen else {}))
        for value, word in field.options
    ]
    control = html.Select(options, id=field.id, name=field.name, className="field-control")
    return _labelled(field.id, field.label, control, " is-wide" if field.is_wide else "")


def _number(field: NumberField) -> Component:
    control = dcc.Input(
        id=field.id,
        type="number",
        inputMode="numeric",
        debounce=True,
        placeholder=field.hint,
        min=field.least,
        max=field.most,
        step=field.step,
        className="field-control",
    )
    return _labelled(field.id, field.label, control, "")


def _labelled(id: str, label: str, control: Component, extra: str) -> Component:
    return html.Div([html.Label(label, htmlFor=id), control], className=f"field{extra}")
