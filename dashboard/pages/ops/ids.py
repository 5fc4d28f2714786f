"""Ids of the page."""

from enum import StrEnum


class OpsIds(StrEnum):
    """Single parts."""

    BODY = "ops-body"
    VERSION = "ops-version"
    MAP = "ops-map"
    FRAME = "ops-frame"
    CLOSURE_LAYER = "ops-closures"
    DRAFT_LAYER = "ops-draft-layer"
    DRAFT = "ops-draft"
    DRAFT_NOTE = "ops-draft-note"
    MODE = "ops-mode"
    UNDO_POINT = "ops-undo-point"
    CLEAR = "ops-clear"
    CENTRE = "ops-centre"
    FORM = "ops-form"
    NAME = "ops-name"
    REASON = "ops-reason"
    FROM = "ops-from"
    UNTIL = "ops-until"
    BARRED = "ops-barred"
    WHY = "ops-why"
    CHECK = "ops-check"
    CONFIRM = "ops-confirm"
    CONFIRM_TEXT = "ops-confirm-text"
    CLOSE = "ops-close"
    CANCEL = "ops-cancel"
    RESULT = "ops-result"
    CHANGED = "ops-changed"
    DESK = "ops-desk"
    DESK_WHY = "ops-desk-why"
    LOG = "ops-log"
    SIGNATURE = "ops-signature"
    SHELTER_BOX = "ops-shelter-box"
    SHELTER_TEXT = "ops-shelter-text"
    SHELTER = "ops-shelter"
    SHELTER_FREE = "ops-shelter-free"
    SHELTER_OPEN = "ops-shelter-open"
    SHELTER_SHUT = "ops-shelter-shut"
    SHELTER_RELEASE = "ops-shelter-release"
    SHELTER_NOTE = "ops-shelter-note"


class OpsKinds(StrEnum):
    """Types of pattern ids; all have a "name", those of `DO` a "deed", "subject" and "act" instead."""

    MODE = "ops-mode-button"
    DO = "ops-do"
    SET_SHELTER = "ops-set-shelter"
