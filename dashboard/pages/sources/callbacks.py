"""What happens on the page when a new snapshot arrives."""

from dash import Dash

from dashboard.pages.page import Services
from dashboard.pages.refreshing import register_refreshing
from dashboard.pages.sources.ids import SourcesIds
from dashboard.pages.sources.layout import body


def register(app: Dash, services: Services) -> None:
    """Join the page to the live snapshots."""
    register_refreshing(app, services, SourcesIds, body)
