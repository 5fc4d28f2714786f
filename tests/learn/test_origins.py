"""Past origins know what was known then, and nothing else."""

import numpy as np
import pytest

from dashboard.learn.history import read_history
from dashboard.learn.origins import (
    GAP_DAY,
    HORIZON_DAY,
    LEAST_HISTORY_DAY,
    N_SCORED,
    Score,
    relative_score,
    score_trend,
    split_origins,
)
from dashboard.learn.trend import judge, options_values, search_options, trend_options
from dashboard.learn.weeks import week_origins
from dashboard.store.models import Cause, Verdict
from risk_core.hazards.epidemic.options import TREND_DEFAULTS, TrendOptions
from risk_core.units import S_PER_DAY
from tests.learn.cases import NOW_S, library_with, put, reports, waves, wide_area

LAST_S = NOW_S - S_PER_DAY


def history_of(library, now_s=NOW_S):
    return read_history(library.observations, library.area("tiny"), now_s)


@pytest.fixture
def library(tmp_path):
    library = library_with(tmp_path, wide_area(2))
    put(library, reports(waves(130, 2, 3), library.area("tiny"), LAST_S))
    return library


def test_what_is_told_later_changes_no_origin(library):
    """Planted rows: a revision of every old day told today, and wild cases of a day to come."""
    training, scored = split_origins(history_of(library))
    first_s = scored[-1].at_s + 1.0
    late = [
        {"district_id": "west", "day_s": scored[-1].at_s - k * S_PER_DAY, "as_of_s": first_s, "count": 90_000}
        for k in range(1, 40)
    ]
    late.append({"district_id": "west", "day_s": NOW_S, "as_of_s": NOW_S + S_PER_DAY, "count": 90_000})
    put(library, late)
    again = split_origins(history_of(library))
    for before, after in zip((*training, *scored), (*again[0], *again[1]), strict=True):
        assert before.at_s == after.at_s
        np.testing.assert_array_equal(before.expected.count, after.expected.count)
    assert max(row["count"] for row in history_of(library).rows) == 90_000, "the planted rows were there to be seen"


def test_no_week_sees_what_is_told_later(library):
    before = list(week_origins(history_of(library), {}))
    planted_s = before[-3].at_s + 1.0
    put(library, [{"district_id": "east", "day_s": LAST_S - 60 * S_PER_DAY, "as_of_s": planted_s, "count": 90_000}])
    after = list(week_origins(history_of(library), {}))
    for one, other in zip(before[:-2], after[:-2], strict=True):
        np.testing.assert_array_equal(one.vintage.daily, other.vintage.daily)
    assert after[-1].vintage.daily.max() == pytest.approx(90_000, rel=0.01)


def test_rows_of_drills_bad_rows_and_foreign_districts_are_not_learnt_from(library):
    n = len(history_of(library).rows)
    day = {"day_s": LAST_S, "as_of_s": LAST_S, "count": 7}
    put(library, [{"district_id": "west", **day}], source="drill", simulated=True)
    put(library, [{"district_id": "west", **day, "quality": "bad"}], source="other")
    put(library, [{"district_id": "elsewhere", **day}], source="third")
    assert len(history_of(library).rows) == n
    assert list(history_of(library).sources) == ["city"]


def test_scored_origins_are_the_last_eight_whose_outcomes_are_final_and_training_ends_before_them(library):
    training, scored = split_origins(history_of(library))
    days = [round((NOW_S - one.at_s) / S_PER_DAY) for one in scored]
    assert days == list(range(GAP_DAY + N_SCORED - 1, GAP_DAY - 1, -1))
    assert max(one.at_s for one in training) + GAP_DAY * S_PER_DAY <= scored[0].at_s
    assert all(one.truth.shape == (len(HORIZON_DAY), 2) and np.isfinite(one.truth).all() for one in scored)


def test_an_origin_starts_from_corrected_counts_not_from_those_told_early(library):
    history = history_of(library)
    _, scored = split_origins(history)
    known, final = history.as_known(scored[-1].at_s), history.final()
    told = known.count[-1].sum()
    at = round((known.day_s[-1] - final.day_s[0]) / S_PER_DAY)
    assert told < 0.7 * final.count[at].sum(), "sixty of a hundred are told on the first day"
    assert scored[-1].expected.count[-1, -1] > 1.3 * told


def test_the_stated_least_history_is_exactly_enough(tmp_path):
    for n_day, is_enough in ((LEAST_HISTORY_DAY, True), (LEAST_HISTORY_DAY - 1, False)):
        library = library_with(tmp_path / str(n_day), wide_area(2))
        put(library, reports(waves(n_day, 2, 5), library.area("tiny"), LAST_S))
        assert all(split_origins(history_of(library))) is is_enough
        assert any(split_origins(history_of(library))) is is_enough


def test_history_told_only_today_gives_no_origin(tmp_path):
    library = library_with(tmp_path, wide_area(2))
    records = [
        {**one, "as_of_s": NOW_S - 60.0} for one in reports(waves(120, 2, 5), library.area("tiny"), LAST_S, (1.0,))
    ]
    put(library, records)
    assert split_origins(history_of(library)) == ([], [])


def test_a_score_is_the_mean_over_horizons_of_ratios_of_sums(library):
    _, scored = split_origins(history_of(library))
    whole = score_trend(scored, TREND_DEFAULTS)
    assert whole.mean == pytest.approx(np.mean(whole.horizon))
    assert np.isnan(relative_score(np.zeros(2), np.zeros(2)).mean)


def test_the_search_betters_bad_settings_on_its_own_origins_and_keeps_what_nothing_betters(library):
    training, _ = split_origins(history_of(library), n_training=10)
    absurd = TrendOptions(level_var=1e-4, growth_var=1e-6, dispersion=200.0, student_nu=60.0)
    found, score = search_options(training, absurd)
    assert score < score_trend(training, absurd).mean
    again, same = search_options(training, found)
    assert same <= score and trend_options(options_values(again)) == again


def test_the_rule():
    old = Score((1.0,), 1.0)
    assert judge(old, Score((1.02,), 1.02), False) == (Verdict.ACCEPTED, Cause.WITHIN_LIMIT)
    assert judge(old, Score((1.0201,), 1.0201), False) == (Verdict.REFUSED, Cause.WORSE)
    assert judge(old, Score((1.0,), 1.0), False) == (Verdict.KEPT, Cause.EQUAL)
    assert judge(old, old, True) == (Verdict.KEPT, Cause.NO_CANDIDATE)


@pytest.mark.parametrize(
    "values",
    [(), (("level_var", 0.1),), (*options_values(TREND_DEFAULTS), ("of_another_version", 1.0)),
     tuple((name, -1.0) for name, _ in options_values(TREND_DEFAULTS))],
)  # fmt: skip
def test_settings_of_another_version_or_out_of_range_are_not_taken(values):
    assert trend_options(values) is None
