"""The citizen's answer in the shell of the page: read before any script has come, and gone once the page stands."""

import re
from html import escape
from typing import Any, Final

from dash.development.base_component import Component

from dashboard.pages.citizen.choices import ask_point, first_choices
from dashboard.pages.citizen.parts import point_parts
from dashboard.pages.page import Opened
from dashboard.views.format import area_name

LEFT_OUT: Final = ("Button", "Img")
"""What does nothing before the scripts are there, or is drawn by them."""


def early_answer(opened: Opened) -> str:
    """HTML of the status strip for the place of the link; empty where there is no snapshot yet."""
    if opened.assessment is None:
        return ""
    choices = first_choices(opened)
    found = point_parts(opened, ask_point(opened, choices.point, choices.step), choices.point, choices.point_kind)
    name = escape(area_name(opened.area, opened.lang))
    words = to_html(found["status"])
    return f'<main id="early" class="early" lang="{opened.lang}"><p class="early-area">{name}</p>{words}</main>'


def to_html(part: Any) -> str:
    """HTML of plain tags and texts; parts that need a script are left out.

    Examples
    --------
    >>> from dash import html
    >>> to_html(html.P(["2 < 3", html.Button("Go")], className="why"))
    '<p class="why">2 &lt; 3</p>'
    """
    if isinstance(part, list | tuple):
        return "".join(map(to_html, part))
    if not isinstance(part, Component):
        return "" if part is None else escape(str(part))
    if part._namespace != "dash_html_components" or part._type in LEFT_OUT:
        return ""
    tag = part._type.lower()
    return f"<{tag}{_attributes(part)}>{to_html(getattr(part, 'children', None))}</{tag}>"


def _attributes(part: Component) -> str:
    told = {key: value for key, value in part.to_plotly_json()["props"].items() if key not in ("children", "id")}
    named = {"class": told.pop("className", None), "style": _style(told.pop("style", None) or {})}
    rest = {key: value for key, value in told.items() if isinstance(value, str)}
    return "".join(f' {key}="{escape(value)}"' for key, value in {**named, **rest}.items() if value)


def _style(style: dict[str, Any]) -> str:
    return "; ".join(
        f"{re.sub('[A-Z]', lambda one: '-' + one[0].lower(), key)}: {value}" for key, value in style.items()
    )
