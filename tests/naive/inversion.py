"""The inversion of reports written as one function of its unknowns, day by day, and handed to a general minimiser."""

import math

import numpy as np
from scipy.optimize import minimize

from risk_core.hazards.epidemic.delays import infectious_share, report_share

WARM = 28


def expected_reports(log_infection, log_weekday, n_day):
    """Reports of each day by the double sum; infections before the path count as of its first day."""
    share = report_share()
    out = []
    for day in range(n_day):
        total = 0.0
        for lag, part in enumerate(share):
            total += part * math.exp(log_infection[max(day + WARM - lag, 0)])
        out.append(total * math.exp(log_weekday[day % 7]))
    return np.array(out)


def path_of(knots, n_path, last, knot_day):
    """Straight lines between knots, one of them on the row `last`."""
    first = last - knot_day * math.ceil(last / knot_day)
    at = [first + knot_day * k for k in range(len(knots))]
    return np.interp(np.arange(n_path), at, knots)


def minus_log_posterior(unknown, count, o, scatter=1.0, share=None):
    """Negative binomial likelihood divided by the scatter, and the prior written out."""
    n_day = len(count)
    knots, weekday = unknown[:-7], unknown[-7:]
    share = np.ones(n_day) if share is None else share
    level = math.log(np.nansum(count) / share[~np.isnan(count)].sum() + 0.05)
    mean = expected_reports(path_of(knots, WARM + n_day, WARM + n_day - 1, o.knot_day), weekday, n_day) * share
    fit = 0.0
    for seen, of in zip(count, mean, strict=True):
        if not math.isnan(seen):
            fit += seen * math.log(of) - (seen + o.dispersion) * math.log(of + o.dispersion)
    prior = ((knots[0] - level) / 2.0) ** 2 + ((knots[1] - knots[0]) / (0.1 * o.knot_day)) ** 2
    kept = o.damping**o.knot_day
    for k in range(1, len(knots) - 1):
        drift = (knots[k + 1] - knots[k]) - kept * (knots[k] - knots[k - 1])
        prior += drift**2 / (o.growth_var * o.knot_day**3)
    prior += (weekday**2).sum() / o.weekday_sd**2 + 100.0 * weekday.sum() ** 2
    return -fit / scatter + prior / 2


def log_path(count, o, scatter=1.0, share=None):
    """Logarithm of the infections of each day at the mode; one place."""
    n_day = len(count)
    n_knot = math.ceil((WARM + n_day - 1) / o.knot_day) + 1
    start = np.concatenate([np.full(n_knot, math.log(np.nanmean(count) + 0.05)), np.zeros(7)])
    found = minimize(
        minus_log_posterior, start, (count, o, scatter, share), "BFGS", options={"gtol": 1e-4, "maxiter": 400}
    )
    return path_of(found.x[:-7], WARM + n_day, WARM + n_day - 1, o.knot_day)


def log_infectious(count, o):
    """Logarithm of the people infectious in the middle of the last day, at the mode; one place."""
    path = log_path(count, o)
    return math.log(sum(part * math.exp(path[-1 - lag]) for lag, part in enumerate(infectious_share())))
