"""Ids of the page."""

from enum import StrEnum


class OpsIds(StrEnum):
    """Single parts."""

    BODY = "ops-body"
    VERSION = "ops-version"
