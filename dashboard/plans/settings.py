"""Options of a plan from plain values, as the command line, the API and the page give them."""

from collections.abc import Mapping
from typing import Final

from risk_core.errors import Fault, InputError
from risk_core.plans.options import DemandOptions, EvacuationOptions
from risk_core.state.level import Layer
from risk_core.state.profile import Profile

NUMBERS: Final = ("participation_share", "shelter_share", "shadow_share", "half_gone_min", "car_share", "pets_share")


def shares(percents: Mapping[str, float | None]) -> dict[str, float | None]:
    """Shares of percents, None kept.

    Examples
    --------
    >>> shares({"car_share": 40})
    {'car_share': 0.4}
    """
    return {name: None if value is None else value / 100 for name, value in percents.items()}


def plan_options(values: Mapping[str, float | str | None]) -> EvacuationOptions:
    """Options with some values set; None leaves the default.

    Parameters
    ----------
    values
        `participation_share` (its band is widened to hold it), `shelter_share`, `shadow_share`, `pets_share`,
        `half_gone_min`,
        `car_share` (the rest walks, the share of wheelchairs kept), `hazard` (a layer).

    Raises
    ------
    InputError
        For values that do not fit.

    Examples
    --------
    >>> plan_options({"car_share": 0.5}).demand.mode_share[Profile.WALK]
    0.48
    """
    given = {name: float(value) for name in NUMBERS if (value := values.get(name)) is not None}
    demand: dict[str, object] = {
        name: given[name] for name in ("shelter_share", "shadow_share", "pets_share") if name in given
    }
    default = DemandOptions()
    if "participation_share" in given:
        share = given["participation_share"]
        demand |= {
            "participation_share": share,
            "participation_low": min(share, default.participation_low),
            "participation_high": max(share, default.participation_high),
        }
    if "half_gone_min" in given:
        demand["half_gone_s"] = 60.0 * given["half_gone_min"]
    if "car_share" in given:
        rolling = default.mode_share[Profile.WHEELCHAIR]
        cars = given["car_share"]
        if not 0 <= cars <= 1 - rolling:
            wanted = f"a share 0..{1 - rolling:g}"
            raise InputError(Fault("car_share", str(cars), wanted, "The rest walks or rolls."))
        walking = round(1 - rolling - cars, 6)
        demand["mode_share"] = {Profile.WALK: walking, Profile.WHEELCHAIR: rolling, Profile.CAR: cars}
    hazard = str(values.get("hazard") or Layer.COMBINED)
    if hazard not in tuple(Layer):
        raise InputError(Fault("hazard", hazard, "one of " + ", ".join(Layer), "Choose the hazard planned for."))
    return EvacuationOptions(demand=DemandOptions(**demand), layer=Layer(hazard))  # type: ignore[arg-type]
