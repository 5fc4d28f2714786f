"""What may be changed about the path ahead."""

from dataclasses import dataclass, field
from typing import Final

from risk_core.kernels.analogue import AnalogueRule
from risk_core.state.options import check_ranges


@dataclass(frozen=True, slots=True)
class AnalogueOptions:
    """Widths of the distance between two trajectories.

    Attributes
    ----------
    now_m, one_m, three_m, start_m
        Distance in metres that counts as one: now, one and three steps ago, and at the start of the trip.
    hour
        Hours of the day that count as one.
    elapsed_step
        Steps since the start that count as one.
    half_life_day
        Trips so many days old weigh half.
    own_factor
        Trips of the same person weigh so many times more.
    n_analogue
        Nearest analogues used.
    cell_m, most_row
        Width of a cell, of which 3 by 3 are looked at (9 by 9 where few trips are known), and most rows looked at;
        more are thinned.
    shift_share
        Part of the analogue's own offset that is taken away: 1 moves it onto the traveller, 0 leaves it.
    """

    now_m: float = 100.0
    one_m: float = 200.0
    three_m: float = 600.0
    start_m: float = 2500.0
    hour: float = 6.0
    elapsed_step: float = 6.0
    half_life_day: float = 60.0
    own_factor: float = 10.0
    n_analogue: int = 60
    cell_m: float = 150.0
    most_row: int = 30_000
    shift_share: float = 1.0

    def __post_init__(self) -> None:
        metres = (1.0, 1e6)
        ranges = {
            "now_m": metres,
            "one_m": metres,
            "three_m": metres,
            "start_m": metres,
            "hour": (0.1, 1000.0),
            "elapsed_step": (0.1, 1000.0),
            "half_life_day": (0.1, 1e6),
            "own_factor": (1.0, 1e6),
            "n_analogue": (1, 5000),
            "cell_m": (10.0, 10_000.0),
            "most_row": (100, 1_000_000),
            "shift_share": (0.0, 1.0),
        }
        check_ranges(self, ranges)

    def rule(self) -> AnalogueRule:
        """The figures as the kernels take them."""
        return AnalogueRule(
            self.now_m,
            self.one_m,
            self.three_m,
            self.start_m,
            self.hour,
            self.elapsed_step,
            self.half_life_day,
            self.own_factor,
            self.cell_m,
            self.most_row,
        )


@dataclass(frozen=True, slots=True)
class PathOptions:
    """Settings of the path ahead, chosen on two days of San Francisco taxis before 5 June 2008.

    Attributes
    ----------
    position
        Of the place some minutes ahead.
    destination
        Of the end of the trip.
    dead_reckoning
        Share of the speed kept where no trip like this one is known.
    least_analogue
        Fewer analogues than this say nothing.
    most_spread_m
        Where half of the probability is spread wider than this, the answer is "not enough to say", metres.

    Raises
    ------
    InputError
        For values outside their ranges.
    """

    position: AnalogueOptions = field(default_factory=AnalogueOptions)
    destination: AnalogueOptions = field(
        default_factory=lambda: AnalogueOptions(
            80.0, 150.0, 600.0, 2500.0, 1.5, 12.0, 20.0, n_analogue=1000, shift_share=0.0
        )
    )
    dead_reckoning: float = 0.6
    least_analogue: int = 5
    most_spread_m: float = 2000.0

    def __post_init__(self) -> None:
        ranges = {"dead_reckoning": (0.0, 1.0), "least_analogue": (1, 1000), "most_spread_m": (10.0, 1e6)}
        check_ranges(self, ranges)


PATH_DEFAULTS: Final = PathOptions()


@dataclass(frozen=True, slots=True)
class StreetPathOptions:
    """Settings of the path on the streets; all our choice.

    Attributes
    ----------
    destination_m
        A way that leads so many metres farther from a destination than straight towards it is e times less likely.
    least_prob
        Branches less probable are not followed; their probability is told as untold.
    most_branch
        Most branches followed at once.
    likely_ratio
        The likeliest way is followed over so many times the horizon, to see where it leads behind what waits.
    n_draw, seed
        Ways drawn for the dose of one way in ten, and the seed of the draw.
    least_speed_ratio, most_speed_ratio
        Bounds of the traveller's speed as a share of the free speed.
    """

    destination_m: float = 150.0
    least_prob: float = 1e-3
    most_branch: int = 200
    likely_ratio: float = 2.0
    n_draw: int = 100
    seed: int = 1
    least_speed_ratio: float = 0.2
    most_speed_ratio: float = 1.5

    def __post_init__(self) -> None:
        ranges = {
            "destination_m": (1.0, 1e5),
            "least_prob": (1e-9, 0.5),
            "most_branch": (1, 100_000),
            "likely_ratio": (1.0, 10.0),
            "n_draw": (10, 100_000),
            "seed": (0, 2**31),
            "least_speed_ratio": (0.01, 1.0),
            "most_speed_ratio": (0.1, 10.0),
        }
        check_ranges(self, ranges)


STREET_PATH_DEFAULTS: Final = StreetPathOptions()
