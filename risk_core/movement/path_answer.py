"""The answer to "where am I heading, and what waits there": the one record that page, API and command line all show."""

from dataclasses import dataclass

from risk_core.hazards.epidemic.here import InfectionAdvice
from risk_core.movement.path_exposure import ExposureAhead
from risk_core.movement.path_forecast import PathForecast
from risk_core.movement.path_prior import PathKnowledge
from risk_core.movement.path_warning import PathDetour, PathWarning
from risk_core.state.assessment import HazardRisk
from risk_core.state.profile import Profile
from risk_core.state.situation import Closure


@dataclass(frozen=True, slots=True, eq=False)
class PathAnswer:
    """Where somebody is heading, what waits there, and what helps.

    Attributes
    ----------
    area_id, version, profile, simulated
        What it was answered on.
    valid_s
        Moment of the newest ping used, unix seconds; NaN where none is.
    forecast
        Path and places ahead.
    known
        What others' ways were taken from.
    exposure
        What waits, None where no path is told.
    warning
        The one warning, None where none is due.
    hazard, closure
        What it is of: the hazard at that place and time, or the closure.
    detour
        The way round, None where none pays.
    stay
        Where the danger is infection: what lowers the chance there.
    """

    area_id: str
    version: str
    profile: Profile
    simulated: bool
    valid_s: float
    forecast: PathForecast
    known: PathKnowledge
    exposure: ExposureAhead | None = None
    warning: PathWarning | None = None
    hazard: HazardRisk | None = None
    closure: Closure | None = None
    detour: PathDetour | None = None
    stay: InfectionAdvice | None = None
