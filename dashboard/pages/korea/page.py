"""Registration of the nationwide page."""

from typing import Final

from dashboard.pages.korea.callbacks import register
from dashboard.pages.korea.layout import layout
from dashboard.pages.page import Page

PAGE: Final = Page("korea", "/korea", layout, register)
