"""A row of buttons of which one is pressed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components.icon import icon


@dataclass(frozen=True, slots=True)
class Option:
    """One button: `name` is its value, `word` its text, `icon` a sign's name or empty."""

    name: str
    word: str
    icon: str = ""


def choice(kind: str, options: Sequence[Option], chosen: str, label: str) -> Component:
    """Native buttons with `aria-pressed`, whose ids are ``{"type": kind, "name": option.name}``.

    Parameters
    ----------
    kind
        Type of the pattern ids.
    options
        Buttons in order.
    chosen
        Name of the pressed one.
    label
        What is chosen here.
    """
    buttons = [choice_button(kind, option, option.name == chosen) for option in options]
    return html.Div(buttons, className="choice", role="group", **{"aria-label": label})


def choice_button(kind: str, option: Option, is_chosen: bool, extra: Component | None = None) -> Component:
    """One button of a choice, with something below its word if wanted."""
    parts: list[Component] = [icon(option.icon)] if option.icon else []
    parts.append(html.Span(option.word, className="choice-word"))
    if extra is not None:
        parts.append(extra)
    return html.Button(parts, id=choice_id(kind, option.name), className="choice-button", **pressed(is_chosen))


def choice_id(kind: str, name: str) -> dict[str, str]:
    """Pattern id of a button."""
    return {"type": kind, "name": name}


def pressed(is_pressed: bool) -> Mapping[str, str]:
    """Return the attribute that says whether a button is pressed."""
    return {"aria-pressed": "true" if is_pressed else "false"}
