"""Registration of the page."""

from typing import Final

from dashboard.pages.page import Page
from dashboard.pages.quality.callbacks import register
from dashboard.pages.quality.layout import layout

PAGE: Final = Page("quality", "/quality", layout, register)
