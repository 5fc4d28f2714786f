"""What each of several sources of cases weighs, by how its early values turned out."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from dashboard.learn.history import HISTORY_DAY, CaseHistory, is_final
from dashboard.store.measurements import district_cases
from dashboard.store.models import SourceRecord
from risk_core.scores.source_weights import SOURCE_WEIGHT_DEFAULTS, SourceSkill, weigh_sources
from risk_core.units import S_PER_DAY

EARLY_AGE_DAY: Final = 1
"""Days after a day's end at which its value is called early."""
SCORED_SPAN_DAY: Final = 70
"""Days before the newest one that the scored origins, by day and by week, and what came after them may reach."""


def source_skill(history: CaseHistory, until_s: float) -> SourceSkill | None:
    """Measure the sources on the days that were final at a moment; None where there are fewer than two.

    Final is the geometric mean of what the sources tell now, all alike: which of two that end apart is right cannot
    be told from them, and no weight may vouch for itself.
    """
    if len(history.sources) < 2:
        return None
    told = [
        district_cases(history.of_source(source).rows, history.area, history.now_s, None, HISTORY_DAY)
        for source in history.sources
    ]
    parts = [one for one in told if one is not None]
    first_s, last_s = min(one.day_s[0] for one in parts), max(one.day_s[-1] for one in parts)
    n_day = round((last_s - first_s) / S_PER_DAY) + 1
    early = np.full((len(history.sources), n_day, len(history.area.districts)), np.nan)
    late = early.copy()
    for k, one in enumerate(told):
        if one is not None and one.known is not None:
            days = np.round((one.day_s - first_s) / S_PER_DAY).astype(int)
            early[k, days], late[k, days] = one.known[EARLY_AGE_DAY], one.count
    day_s = first_s + np.arange(n_day) * S_PER_DAY
    final = np.exp(np.log(late + 0.5).mean(axis=0)) - 0.5
    final[~is_final(day_s, until_s)] = np.nan
    return weigh_sources(early, final, (until_s - day_s) / S_PER_DAY, SOURCE_WEIGHT_DEFAULTS)


def named_weights(history: CaseHistory, skill: SourceSkill | None) -> dict[str, float]:
    """Weights by source; empty where there are fewer than two."""
    return {} if skill is None else dict(zip(history.sources, skill.weight.tolist(), strict=True))


def scoring_weights(history: CaseHistory) -> dict[str, float]:
    """Weights measured on days final before the origins that decide, which no source has earned on them."""
    return named_weights(history, source_skill(history, history.span_s[1] - SCORED_SPAN_DAY * S_PER_DAY))


def source_records(
    history: CaseHistory, skill: SourceSkill | None, before: Mapping[str, float]
) -> tuple[SourceRecord, ...]:
    """Each source with its rows and its weight before and after; the equal weight where it had none."""
    n = len(history.sources)
    records = []
    for k, (source, n_row) in enumerate(history.sources.items()):
        if skill is None:
            records.append(SourceRecord(source, n_row, 1.0, 1.0, None, 0))
        else:
            weight, error, n_error = (one[k].item() for one in (skill.weight, skill.mean_error, skill.n_error))
            records.append(SourceRecord(source, n_row, before.get(source, 1.0 / n), weight, error, n_error))
    return tuple(records)
