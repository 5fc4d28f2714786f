"""Registration of the page."""

from typing import Final

from dash import Dash

from dashboard.pages.not_found.layout import layout
from dashboard.pages.page import Page, Services


def register(app: Dash, services: Services) -> None:
    """Join nothing: the page is complete as drawn."""


PAGE: Final = Page("not_found", "/not-found", layout, register)
