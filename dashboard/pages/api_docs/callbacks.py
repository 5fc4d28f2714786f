"""The page for developers changes with nothing."""

from dash import Dash

from dashboard.pages.page import Services


def register(app: Dash, services: Services) -> None:
    """Join nothing: the page is complete as drawn."""
