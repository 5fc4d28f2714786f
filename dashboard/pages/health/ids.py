"""Ids of the health page."""

from enum import StrEnum


class HealthIds(StrEnum):
    """Single parts."""

    BODY = "health-body"
    VERSION = "health-version"
