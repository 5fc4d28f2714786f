"""Ids of the health page."""

from enum import StrEnum


class HealthIds(StrEnum):
    """Single parts; the browser's scripts know the district field and the map's layers."""

    BODY = "health-body"
    VERSION = "health-version"
    SIGNATURE = "health-signature"
    CHOSEN = "health-chosen"
    PLACE = "health-place"
    OTHER = "health-other"
    DAY = "health-day"
    MEASURES = "health-measures"
    WHAT_IF = "health-what-if"
    MAP = "health-map"
    MAP_BOX = "health-map-box"
    PICTURE = "health-picture"
    DISTRICTS = "health-districts"
    SHOWN = "health-shown"
    STEP = "health-step"
    STEP_LABEL = "health-step-label"
    STEP_ROW = "health-step-row"
    STEP_TRACK = "health-step-track"
    PLAY = "health-play"
    PLAY_WORDS = "health-play-words"
    FRAMES = "health-frames"
    CSV = "health-csv"
    GEOJSON = "health-geojson"
    DOWNLOAD = "health-download"


class HealthKinds(StrEnum):
    """Types of pattern ids."""

    SHOWN = "health-shown-button"
    MEASURE = "health-measure"
