"""Buttons of which any number may be pressed."""

from collections.abc import Collection, Sequence

from dash import html
from dash.development.base_component import Component

from components.choice import Option, choice_button


def toggles(kind: str, options: Sequence[Option], chosen: Collection[str], label: str) -> Component:
    """Draw native buttons with `aria-pressed` in a box that scrolls where they are many.

    Parameters
    ----------
    kind
        Type of the pattern ids ``{"type": kind, "name": option.name}``; ``toggle`` in assets/js/page.js presses them.
    options
        Buttons in order.
    chosen
        Names of those pressed.
    label
        What is chosen here.
    """
    buttons = [choice_button(kind, option, option.name in chosen) for option in options]
    return html.Div(buttons, className="toggles", role="group", **{"aria-label": label})
