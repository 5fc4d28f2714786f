"""Registration of the page."""

from typing import Final

from dashboard.pages.health.callbacks import register
from dashboard.pages.health.layout import layout
from dashboard.pages.page import Page

PAGE: Final = Page("health", "/health", layout, register)
