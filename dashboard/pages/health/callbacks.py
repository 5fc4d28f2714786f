"""What happens on the page when a new snapshot arrives."""

from dash import Dash

from dashboard.pages.health.ids import HealthIds
from dashboard.pages.health.layout import body
from dashboard.pages.page import Services
from dashboard.pages.refreshing import register_refreshing


def register(app: Dash, services: Services) -> None:
    """Join the page to the live snapshots."""
    register_refreshing(app, services, HealthIds, body)
