"""Registration of the page."""

from typing import Final

from dashboard.pages.ops.callbacks import register
from dashboard.pages.ops.layout import layout
from dashboard.pages.page import Page

PAGE: Final = Page("ops", "/ops", layout, register)
