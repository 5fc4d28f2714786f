"""Ids of the nationwide page."""

from enum import StrEnum


class KoreaIds(StrEnum):
    """Single parts."""

    MAP = "korea-map"
    DISTRICTS = "korea-districts"
    SEA = "korea-sea"
    TRACK = "korea-track"
    STEP = "korea-step"
    PLAY = "korea-play"
    PLAY_WORDS = "korea-play-words"
    STEP_LABEL = "korea-step-label"
    STEP_ROW = "korea-step-row"
    STEP_TRACK = "korea-step-track"
    FRAMES = "korea-frames"
    SHOWN = "korea-shown"
    WHEN = "korea-when"
    LEGEND = "korea-legend"
    SELECTED = "korea-selected"
    DISTRICT = "korea-district"
    STORM = "korea-storm"
    ALERTS = "korea-alerts"
    TABLE = "korea-table"
    TIMELINE = "korea-timeline"
    SEARCH = "korea-search"
    FOUND = "korea-found"
    CAPTION = "korea-caption"
    CAPTION_BOX = "korea-caption-box"
    REPLAY = "korea-replay"
    NOTE = "korea-note"
    VERSION = "korea-version"
    FLY = "korea-fly"


class KoreaKinds(StrEnum):
    """Types of pattern ids."""

    SHOWN = "korea-show"
    WHEN = "korea-at"
