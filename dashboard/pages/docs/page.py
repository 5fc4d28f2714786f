"""Registration of the page."""

from typing import Final

from dash import Dash

from dashboard.pages.docs.layout import layout
from dashboard.pages.page import Page, Services


def register(app: Dash, services: Services) -> None:
    """Join nothing: the page is complete as drawn."""


PAGE: Final = Page("docs", "/docs", layout, register)
