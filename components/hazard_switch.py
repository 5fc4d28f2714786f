"""The hazards, each with its level; the pressed one is what the map shows."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from components.choice import Option, choice_button, choice_id


def hazard_switch(
    kind: str, options: Sequence[Option], badges: Sequence[Component], chosen: str, label: str
) -> Component:
    """Buttons with a badge that can be replaced without touching the button.

    Parameters
    ----------
    kind
        Type of the buttons' pattern ids; the badges' type is ``<kind>-level``.
    options, badges
        One a button, same order.
    chosen
        Name of the pressed button.
    label
        What is chosen here.
    """
    buttons = [
        choice_button(
            kind,
            option,
            option.name == chosen,
            html.Span(badge, id=choice_id(f"{kind}-level", option.name), className="hazard-level"),
        )
        for option, badge in zip(options, badges, strict=True)
    ]
    return html.Div(buttons, className="choice hazard-switch", role="group", **{"aria-label": label})
