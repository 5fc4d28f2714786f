"""Registration of the page."""

from typing import Final

from dashboard.pages.page import Page
from dashboard.pages.sign_in.callbacks import register
from dashboard.pages.sign_in.layout import layout

PAGE: Final = Page("sign_in", "/sign-in", layout, register)
