"""What happens on the page when a new snapshot arrives, or an official brings a file."""

from dash import Dash

from dashboard.pages.page import Services
from dashboard.pages.refreshing import register_refreshing
from dashboard.pages.sources.ids import SourcesIds
from dashboard.pages.sources.layout import body
from dashboard.pages.sources.uploading import register_uploading


def register(app: Dash, services: Services) -> None:
    """Join the page to the live snapshots."""
    register_refreshing(app, services, SourcesIds, body)
    register_uploading(app, services)
