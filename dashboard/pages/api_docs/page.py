"""Registration of the page."""

from typing import Final

from dashboard.pages.api_docs.callbacks import register
from dashboard.pages.api_docs.layout import layout
from dashboard.pages.page import Page

PAGE: Final = Page("api_docs", "/api-docs", layout, register)
