"""Every source of live data."""

from typing import Final

from dashboard.feeds.live.source import Source
from dashboard.feeds.sources import open_meteo

SOURCES: Final[tuple[Source, ...]] = (open_meteo.SOURCE,)
"""In the order they are listed."""
