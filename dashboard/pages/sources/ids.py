"""Ids of the page."""

from enum import StrEnum


class SourcesIds(StrEnum):
    """Single parts."""

    BODY = "sources-body"
    VERSION = "sources-version"
