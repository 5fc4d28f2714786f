"""Ids of the page."""

from enum import StrEnum


class PlanIds(StrEnum):
    """Single parts."""

    MAP = "plan-map"
    VERSION = "plan-version"
    PICTURE = "plan-picture"
    TOOL = "plan-tool"
    SKETCH = "plan-sketch"
    SKETCH_LAYER = "plan-sketch-layer"
    CLOSURES = "plan-closures"
    NOTE = "plan-note"
    NAME = "plan-name"
    FLOWS = "plan-flows"
    SHELTERS = "plan-shelters"
    DISTRICTS = "plan-districts"
    HALF_GONE = "plan-half-gone"
    MAKE = "plan-make"
    ASKED = "plan-asked"
    RESULT = "plan-result"
    KNOWN = "plan-known"
    BIN = "plan-bin"
    PHASES = "plan-phases"
    FILLING = "plan-filling"
    PHASE_MIN = "plan-phase-min"
    DANGER_H = "plan-danger-h"
    WHAT_IFS = "plan-what-ifs"
    SUPPOSED = "plan-supposed"
    CASES = "plan-cases"
    HOLD = "plan-hold"
    HELD = "plan-held"
    PUBLISH = "plan-publish"
    WITHDRAW = "plan-withdraw"
    CONFIRM = "plan-confirm"
    STATE = "plan-state"
    DOWNLOAD = "plan-download"
    SAVE = "plan-save"


class PlanKinds(StrEnum):
    """Types of pattern ids; all have a "name"."""

    TOOL = "plan-tool-button"
    STEP = "plan-step"
    PERCENT = "plan-percent"
    DISTRICT = "plan-district"
    FORMAT = "plan-format"
