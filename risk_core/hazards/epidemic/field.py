"""Infection on the grid: the chance of meeting at least one infectious person in an hour, as risk.

At least one of m people is infectious with 1 - G(B + m) G(A + B) / (G(B) G(A + B + m)) when the prevalence is
Beta(A, B) (beta-binomial; 1 - (1 - p)^m is too high when p is uncertain). The interval takes the 10 % and 90 %
quantiles of the prevalence; the number of people met is taken as known. People present are those counted at the hour
of each slice, the residents where nobody counts; prevalence is even inside a district, the mix of those present there.
"""

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, InputError
from risk_core.hazards.epidemic.contact import people_met
from risk_core.hazards.epidemic.nowcast import correct_late_reports
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, InfectionOptions
from risk_core.hazards.epidemic.presence import Presence, PresenceBasis, mix_rows
from risk_core.hazards.epidemic.prevalence import Prevalence, estimate_prevalence, match_beta, weekly_incidence
from risk_core.kernels.epidemic import contact_codes, contact_field, contact_table, uncertain_contact_table
from risk_core.state.area import Area
from risk_core.state.assessment import LayerFields
from risk_core.state.situation import DistrictCases
from risk_core.units import S_PER_DAY

INCIDENCE_NAME = "incidence_per_100k_7day"
PREVALENCE_NAME = "prevalence_share"
CONTACT_NAME = "contact_prob"


def assess_infection(
    area: Area,
    cases: DistrictCases,
    now_s: float,
    lead_s: NDArray[np.int32],
    options: InfectionOptions = INFECTION_DEFAULTS,
    presence: Presence | None = None,
    prevalence: Prevalence | None = None,
) -> LayerFields | None:
    """Risk of infection on the grid for every time slice.

    Parameters
    ----------
    area
        Its districts, population and grid.
    cases
        Daily new cases, one column a district of the area.
    now_s
        The moment assessed, unix seconds.
    lead_s
        Time slices, seconds from now, 0 among them.
    options
        Settings.
    presence
        Who is where at each hour; None leaves everybody at home.
    prevalence
        From `find_prevalence` of the same arguments, where the caller has it.

    Returns
    -------
    LayerFields or None
        None when no district has reported in the last `max_age_day` days. Sources are left empty.

    Raises
    ------
    InputError
        When the columns of `cases` are not the area's districts.
    """
    recent = _recent_of(area, cases, now_s, options)
    prevalence = prevalence or find_prevalence(area, cases, now_s, lead_s, options)
    if recent is None or prevalence is None:
        return None
    population = _residents(area)
    hours = [] if presence is None else [presence.hour_of(now_s + float(lead)) for lead in lead_s]
    there = prevalence if presence is None else _mixed(prevalence, presence.mix[hours])
    tables = _contact_tables(there, options)
    met = _people_met(area, presence, hours, options)
    district = np.ascontiguousarray(area.district, dtype=np.int32).ravel()
    risk, low, high = (_codes(table, district, met, len(lead_s), options) for table in tables)
    now = int(np.flatnonzero(lead_s == 0)[0])
    shape = (area.grid.n_row, area.grid.n_col)
    intensity = {
        INCIDENCE_NAME: _spread_evenly(weekly_incidence(recent.count, population), district),
        PREVALENCE_NAME: _spread_evenly(there.mean_share[now], district),
        CONTACT_NAME: contact_field(tables[0][now], district, met[now % len(met)]),
    }
    return LayerFields(
        risk=risk.reshape(-1, *shape),
        low=low.reshape(-1, *shape),
        high=high.reshape(-1, *shape),
        intensity={name: value.reshape(shape) for name, value in intensity.items()},
        data_as_of_s=min(float(recent.day_s[-1]) + S_PER_DAY, now_s),
        sources=(),
        simulated=False,
    )


def find_prevalence(
    area: Area,
    cases: DistrictCases,
    now_s: float,
    lead_s: NDArray[np.int32],
    options: InfectionOptions = INFECTION_DEFAULTS,
) -> Prevalence | None:
    """Prevalence among the residents of each district at every time slice; arguments and errors of `assess_infection`.

    None when no district has reported in the last `max_age_day` days.
    """
    recent = _recent_of(area, cases, now_s, options)
    if recent is None:
        return None
    expected = DistrictCases(recent.day_s, correct_late_reports(recent, now_s, options.nowcast).mean)
    return estimate_prevalence(expected, _residents(area), now_s + lead_s.astype(np.float64), options)


def _recent_of(area: Area, cases: DistrictCases, now_s: float, options: InfectionOptions) -> DistrictCases | None:
    if cases.count.ndim != 2 or cases.count.shape[1] != len(area.districts):
        wanted = f"one column for each of the area's {len(area.districts)} districts"
        raise InputError(Fault("cases.count", f"shape {cases.count.shape}", wanted, "Rebuild the situation."))
    return recent_cases(cases, now_s, options)


def _residents(area: Area) -> NDArray[np.float64]:
    return np.array([district.population for district in area.districts], dtype=np.float64)


def _people_met(
    area: Area, presence: Presence | None, hours: list[int], options: InfectionOptions
) -> list[NDArray[np.float32]]:
    """People met in an hour in each cell at each slice; one array for all slices where everybody stays at home."""
    if presence is None or presence.basis is PresenceBasis.RESIDENTS:
        return [people_met(area.grid, area.population, options).ravel()]
    shape = (area.grid.n_row, area.grid.n_col)
    people = presence.people
    each = {hour: people_met(area.grid, people[hour].reshape(shape), options).ravel() for hour in set(hours)}
    return [each[hour] for hour in hours]


def _codes(
    table: NDArray[np.float64],
    district: NDArray[np.int32],
    met: list[NDArray[np.float32]],
    n_slice: int,
    options: InfectionOptions,
) -> NDArray[np.uint8]:
    """Risk bytes of every slice, shape=(n_slice, n_cell)."""
    knots = options.scale.knots
    if len(met) == 1:
        return contact_codes(table, district, met[0], knots)
    return np.concatenate([contact_codes(table[t : t + 1], district, met[t], knots) for t in range(n_slice)])


def _mixed(prevalence: Prevalence, mix: NDArray[np.float64]) -> Prevalence:
    """Prevalence among those present at each slice; `mix` has shape=(n_slice, n_there, n_home).

    Sums of quantiles of districts that are high or low together are quantiles (`presence.mix_shares`).
    """
    mean = prevalence.mean_share
    stacked = np.stack([mean, mean * prevalence.cv, prevalence.low_share, prevalence.high_share], axis=1)
    told = np.stack([mix_rows(mix[t : t + 1], rows)[:, 0] for t, rows in enumerate(stacked)], axis=1)
    cv = told[1] / np.where(told[0] > 0, told[0], 1.0)
    log_sd = np.sqrt(np.log1p(cv**2))
    return Prevalence(
        mean_share=told[0],
        cv=cv,
        low_share=told[2],
        high_share=told[3],
        median_share=told[0] * np.exp(-(log_sd**2) / 2),
        log_sd=log_sd,
        ascertainment=prevalence.ascertainment,
    )


def recent_cases(cases: DistrictCases, now_s: float, options: InfectionOptions) -> DistrictCases | None:
    """Cases up to the newest day anybody reported; districts silent for too long become unknown."""
    count = np.where(cases.count >= 0, cases.count, np.nan)
    reported = np.flatnonzero(np.isfinite(count).any(axis=1) & (cases.day_s <= now_s))
    if reported.size == 0:
        return None
    last = int(reported[-1])
    day_s, count = cases.day_s[: last + 1], count[: last + 1].copy()
    fresh = (now_s - day_s) / S_PER_DAY - 1 <= options.max_age_day
    count[:, ~np.isfinite(count[fresh]).any(axis=0)] = np.nan
    known = None if cases.known is None else cases.known[:, : last + 1]
    return DistrictCases(day_s, count, known) if np.isfinite(count).any() else None


def _contact_tables(prevalence: Prevalence, options: InfectionOptions) -> tuple[NDArray[np.float64], ...]:
    """Chance of contact, low and high, by slice, district and people met, shape=(n_slice, n_district, n + 1) each."""
    shape = (*prevalence.mean_share.shape, options.people_most + 1)
    alpha, beta = match_beta(prevalence.mean_share.ravel(), prevalence.cv.ravel())
    middle = uncertain_contact_table(alpha, beta, options.people_most)
    low = np.minimum(contact_table(prevalence.low_share.ravel(), options.people_most), middle)
    high = np.maximum(contact_table(prevalence.high_share.ravel(), options.people_most), middle)
    return middle.reshape(shape), low.reshape(shape), high.reshape(shape)


def _spread_evenly(value: NDArray[np.float64], district: NDArray[np.int32]) -> NDArray[np.float32]:
    """Each cell its district's value, NaN outside all districts."""
    padded = np.append(value, np.nan)
    return padded[np.where(district >= 0, district, len(value))].astype(np.float32)
