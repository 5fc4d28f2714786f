"""Registration of the page."""

from typing import Final

from dashboard.pages.page import Page
from dashboard.pages.plan.callbacks import register
from dashboard.pages.plan.layout import layout

PAGE: Final = Page("plan", "/plan", layout, register)
