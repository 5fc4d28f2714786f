"""Ids of the page."""

from enum import StrEnum


class SourcesIds(StrEnum):
    """Single parts."""

    BODY = "sources-body"
    VERSION = "sources-version"
    DROP = "sources-drop"
    KIND = "sources-kind"
    SOURCE = "sources-source"
    COLUMNS = "sources-columns"
    PREVIEW = "sources-preview"
    TAKE = "sources-take"
    RESULT = "sources-result"
    TAKEN = "sources-taken"


class SourcesKinds(StrEnum):
    """Types of pattern ids."""

    KIND = "sources-kind-button"
    BACK = "sources-back"
