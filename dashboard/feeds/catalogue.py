"""Every source of live data."""

from typing import Final

from dashboard.feeds.live.source import Source
from dashboard.feeds.sources import (
    cap_feed,
    cases_csv,
    closures_geojson,
    disaster_texts,
    gdacs,
    gtfs_alerts,
    ibtracs_now,
    jma_storms,
    kma_aws,
    kma_storms,
    kma_warnings,
    meteoalarm,
    nws,
    open_meteo,
    shelter_status,
)

SOURCES: Final[tuple[Source, ...]] = (
    open_meteo.SOURCE,
    jma_storms.SOURCE,
    ibtracs_now.SOURCE,
    gdacs.SOURCE,
    nws.SOURCE,
    meteoalarm.SOURCE,
    kma_aws.SOURCE,
    kma_warnings.SOURCE,
    kma_storms.SOURCE,
    disaster_texts.SOURCE,
    cap_feed.SOURCE,
    cases_csv.SOURCE,
    gtfs_alerts.SOURCE,
    closures_geojson.SOURCE,
    shelter_status.SOURCE,
)
"""In the order they are listed: keyless ones, those that need a key, those that need an address."""
