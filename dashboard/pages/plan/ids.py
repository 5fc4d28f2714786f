"""Ids of the page."""

from enum import StrEnum


class PlanIds(StrEnum):
    """Single parts."""

    MAP = "plan-map"
    DRAW = "plan-draw"
    FLOWS = "plan-flows"
    SHELTERS = "plan-shelters"
    DISTRICTS = "plan-districts"
    PARTICIPATION = "plan-participation"
    SHELTER_SHARE = "plan-shelter-share"
    CAR_SHARE = "plan-car-share"
    HALF_GONE = "plan-half-gone"
    MAKE = "plan-make"
    RESULT = "plan-result"
    KNOWN = "plan-known"
    BIN = "plan-bin"
    PUBLISH = "plan-publish"
    WITHDRAW = "plan-withdraw"
    CONFIRM = "plan-confirm"
    STATE = "plan-state"
