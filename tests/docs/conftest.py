"""The application over tiny areas, as the tests of the pages have it."""

from tests.pages.conftest import app, services, tiny_library

__all__ = ["app", "services", "tiny_library"]
