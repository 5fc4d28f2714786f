"""What may be changed about map matching."""

import math
from dataclasses import dataclass
from typing import Final

from risk_core.kernels.matching import MatchRule
from risk_core.state.options import check_ranges


@dataclass(frozen=True, slots=True)
class MatchOptions:
    """Settings of the hidden Markov model; those chosen by us were chosen on simulated tracks of other seeds.

    Attributes
    ----------
    sigma_m
        Error of a ping by axis where none is reported, metres; Newson & Krumm (2009) measured 4.07 m on a good
        receiver, phones in streets have 10 to 25 m.
    least_sigma_m
        Reported errors below this count as this, metres: centre lines of streets are not better drawn (our choice).
    accuracy_share
        Share of fixes inside the reported accuracy circle: 0.95 in the W3C Geolocation specification, section
        "GeolocationCoordinates", 0.68 on Android.
    radius_sigmas, least_radius_m
        Streets within so many errors, and at least so many metres, are looked at.
    n_street
        Most streets looked at for one ping.
    beta_m_per_s, beta_sigmas, least_beta_m, most_beta_m
        Mean difference of the way and the straight line (beta of equation 2): metres for each second between two
        pings, plus this many of their joint errors, within bounds (our choice).
    detour_betas
        Ways are sought up to the straight line plus so many betas; beyond, their likelihood is below exp of minus it.
    turn_back_m
        Turning back into the edge one comes from counts so many metres more.
    off_road_sigmas
        Beyond this many errors from every street a ping speaks for being off the road.
    leave_prob
        Likelihood of leaving the road, and of coming back to it, between two pings.
    break_prob
        Likelihood of a move for which no way was found within the bound.
    most_gap_s
        After a longer silence the track begins anew, seconds.
    prune_prob
        States less likely than this are not followed; on simulated tracks a hundred times less gives the same edges.
    lag_ping
        Online, a ping is decided once so many have come after it.
    most_speed_m_per_s
        Faster than this between two pings is a jump: 70 m/s, 250 km/h, beyond every profile.
    frozen_ping
        From so many pings at exactly the same place on, a receiver is taken as frozen; noise never repeats itself.

    Raises
    ------
    InputError
        For values outside their ranges, all at once.
    """

    sigma_m: float = 10.0
    least_sigma_m: float = 4.0
    accuracy_share: float = 0.95
    radius_sigmas: float = 5.0
    least_radius_m: float = 50.0
    n_street: int = 12
    beta_m_per_s: float = 0.6
    beta_sigmas: float = 0.3
    least_beta_m: float = 8.0
    most_beta_m: float = 200.0
    detour_betas: float = 9.0
    turn_back_m: float = 60.0
    off_road_sigmas: float = 3.5
    leave_prob: float = 0.01
    break_prob: float = 1e-7
    most_gap_s: float = 600.0
    prune_prob: float = 1e-4
    lag_ping: int = 3
    most_speed_m_per_s: float = 70.0
    frozen_ping: int = 3

    def __post_init__(self) -> None:
        ranges = {
            "sigma_m": (0.1, 1000.0),
            "least_sigma_m": (0.1, 1000.0),
            "accuracy_share": (0.05, 0.999),
            "radius_sigmas": (1.0, 10.0),
            "least_radius_m": (1.0, 1000.0),
            "n_street": (1, 64),
            "beta_m_per_s": (0.0, 50.0),
            "beta_sigmas": (0.0, 10.0),
            "least_beta_m": (0.1, 1000.0),
            "most_beta_m": (0.1, 10_000.0),
            "detour_betas": (1.0, 30.0),
            "turn_back_m": (0.0, 10_000.0),
            "off_road_sigmas": (1.0, 10.0),
            "leave_prob": (1e-9, 1.0),
            "break_prob": (1e-12, 1e-3),
            "most_gap_s": (1.0, 86_400.0),
            "prune_prob": (0.0, 1e-3),
            "lag_ping": (0, 100),
            "most_speed_m_per_s": (1.0, 400.0),
            "frozen_ping": (2, 1000),
        }
        check_ranges(self, ranges)

    def rule(self) -> MatchRule:
        """The figures as the kernels take them."""
        return MatchRule(
            self.radius_sigmas,
            self.least_radius_m,
            self.beta_m_per_s,
            self.beta_sigmas,
            self.least_beta_m,
            self.most_beta_m,
            self.detour_betas,
            self.turn_back_m,
            self.off_road_sigmas,
            self.leave_prob,
            self.break_prob,
            self.most_gap_s,
            self.prune_prob,
        )

    def accuracy_sigma(self, accuracy_m: float) -> float:
        """Error by axis of a ping whose reported accuracy circle holds `accuracy_share` of the fixes, metres.

        Both axes are normal with the same error, so the distance has a Rayleigh distribution.

        Examples
        --------
        >>> round(MatchOptions().accuracy_sigma(24.477), 3)
        10.0
        """
        if not accuracy_m > 0:
            return max(self.sigma_m, self.least_sigma_m)
        return max(accuracy_m / math.sqrt(-2.0 * math.log1p(-self.accuracy_share)), self.least_sigma_m)


MATCH_DEFAULTS: Final = MatchOptions()
