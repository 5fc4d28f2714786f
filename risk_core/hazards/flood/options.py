"""What may be changed about the flood forecast of an area."""

from dataclasses import dataclass, field
from typing import Final

from risk_core.hazards.flood.drains import DrainOptions
from risk_core.hazards.flood.local_inertia import FlowOptions
from risk_core.hazards.flood.scale import FLOOD_SCALES, FloodScale
from risk_core.state.options import check_ranges


@dataclass(frozen=True, slots=True)
class UnderpassOptions:
    """What is assumed of an underpass whose own figures nobody has given.

    Attributes
    ----------
    width_m, sag_m
        Width, and depth of its lowest point below the streets: clearance of 4.5 m and half a metre of deck.
    catchment_m2
        Ground that drains into it beside its own ramps; a hectare.
    pump_mm_per_h
        Run-off of that ground the pump takes out.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    width_m: float = 8.0
    sag_m: float = 5.0
    catchment_m2: float = 10_000.0
    pump_mm_per_h: float = 20.0

    def __post_init__(self) -> None:
        ranges = {
            "width_m": (1.0, 100.0),
            "sag_m": (0.5, 30.0),
            "catchment_m2": (10.0, 1e7),
            "pump_mm_per_h": (0.0, 1000.0),
        }
        check_ranges(self, ranges)


@dataclass(frozen=True, slots=True)
class FloodOptions:
    """Settings of the flood forecast. All but the flow scheme are this project's assumptions.

    Attributes
    ----------
    scales
        Figures of the water's risk, one pair a receptor.
    flow
        Of the scheme.
    drains
        Of the area: 30 mm/h, for a city of which nothing is known.
    underpass
        Of underpasses.
    history_s, after_s
        How far back rain is looked at, and how long after the last time slice the water is followed, so that the hour
        a street opens again is known.
    wet_mm_per_h
        Rain that counts: the run begins with the first ten minutes as wet, and covers the cells that had them.
    margin_m
        Ground around those cells that is looked at, too.
    most_cells
        Cells of a run; a larger window is taken in coarser cells.
    street_share, kerb_m
        Share of a cell that is street, and height of its kerb: up to there a cell's water stands in the street alone.
    closing_prob
        Chance from which a street counts as closed.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    scales: tuple[FloodScale, ...] = FLOOD_SCALES
    flow: FlowOptions = field(default_factory=lambda: FlowOptions(longest_step_s=20.0, track_s=600.0))
    drains: DrainOptions = field(default_factory=lambda: DrainOptions(design_mm_per_h=30.0))
    underpass: UnderpassOptions = field(default_factory=UnderpassOptions)
    history_s: float = 10_800.0
    after_s: float = 3600.0
    wet_mm_per_h: float = 10.0
    margin_m: float = 1500.0
    most_cells: int = 20_000
    street_share: float = 0.25
    kerb_m: float = 0.15
    closing_prob: float = 0.5

    def __post_init__(self) -> None:
        ranges = {
            "history_s": (600.0, 86_400.0),
            "after_s": (0.0, 86_400.0),
            "wet_mm_per_h": (0.1, 500.0),
            "margin_m": (0.0, 1e5),
            "most_cells": (100.0, 1e7),
            "street_share": (0.01, 1.0),
            "kerb_m": (0.0, 1.0),
            "closing_prob": (0.01, 0.99),
        }
        check_ranges(self, ranges)


FLOOD_DEFAULTS: Final = FloodOptions()
