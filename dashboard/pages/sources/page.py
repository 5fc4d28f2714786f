"""Registration of the page."""

from typing import Final

from dashboard.pages.page import Page
from dashboard.pages.sources.callbacks import register
from dashboard.pages.sources.layout import layout

PAGE: Final = Page("sources", "/sources", layout, register)
