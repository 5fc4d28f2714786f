"""Registration of the citizen's page."""

from typing import Final

from dashboard.pages.citizen.callbacks import register
from dashboard.pages.citizen.layout import layout
from dashboard.pages.page import Page

PAGE: Final = Page("citizen", "/", layout, register)
