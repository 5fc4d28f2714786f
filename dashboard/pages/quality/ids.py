"""Ids of the page."""

from enum import StrEnum


class QualityIds(StrEnum):
    """Single parts."""

    BODY = "quality-body"
    VERSION = "quality-version"
