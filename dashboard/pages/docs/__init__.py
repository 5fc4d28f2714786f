"""The guide as a page."""
