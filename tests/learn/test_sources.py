"""Several sources of one count: today's rule without weights, the weighted mean with them, one source unchanged."""

import numpy as np
import pytest

from dashboard.learn.history import read_history
from dashboard.learn.learn import LearnOptions, learn_area
from dashboard.learn.weeks import Replay
from dashboard.learn.weights import named_weights, scoring_weights, source_records, source_skill
from dashboard.store.measurements import district_cases
from dashboard.store.models import read_book
from risk_core.units import S_PER_DAY
from tests.learn.cases import NOW_S, library_with, put, reports, waves, wide_area

LAST_S = NOW_S - S_PER_DAY


@pytest.fixture
def library(tmp_path):
    """A slow source that tells half at first, and a quick one."""
    library = library_with(tmp_path, wide_area(2))
    count, area = waves(60, 2, 3), library.area("tiny")
    put(library, reports(count, area, LAST_S, (0.5, 0.6, 0.8, 1.0)), source="slow")
    put(library, reports(count, area, LAST_S, (0.95, 1.0)), source="quick")
    return library


def history_of(library):
    return read_history(library.observations, library.area("tiny"), NOW_S)


def test_the_quick_source_weighs_more(library):
    history = history_of(library)
    weights = named_weights(history, source_skill(history, NOW_S))
    assert weights["quick"] > 0.8 and sum(weights.values()) == pytest.approx(1.0)
    records = source_records(history, source_skill(history, NOW_S), {})
    assert [(one.source, one.weight_before) for one in records] == [("quick", 0.5), ("slow", 0.5)]
    assert records[0].mean_error < records[1].mean_error and records[0].n_error == records[1].n_error > 50


def test_days_that_may_still_change_measure_nothing(library):
    history = history_of(library)
    assert source_skill(history, NOW_S - 50 * S_PER_DAY).n_error.max() < source_skill(history, NOW_S).n_error.min()


def test_counts_are_the_weighted_mean_of_what_each_source_told_last(library):
    history, area = history_of(library), library.area("tiny")
    alone = {name: history.of_source(name).as_known(NOW_S) for name in history.sources}
    weights = {"quick": 0.75, "slow": 0.25}
    merged = history.as_known(NOW_S, weights)
    expected = 0.75 * alone["quick"].count + 0.25 * alone["slow"].count
    np.testing.assert_allclose(merged.count, expected)
    np.testing.assert_allclose(merged.known[0], 0.75 * alone["quick"].known[0] + 0.25 * alone["slow"].known[0])
    plain = district_cases(history.rows, area, NOW_S)
    assert not np.allclose(plain.count[-1], merged.count[-1]), "without weights the vintage known last stands"
    np.testing.assert_allclose(Replay(history, weights).counts(NOW_S)[-48:], merged.count)


def test_a_source_that_is_silent_leaves_the_day_to_the_other(library):
    put(library, [{"district_id": "west", "day_s": NOW_S, "as_of_s": NOW_S, "count": 8}], source="quick")
    found = history_of(library).as_known(NOW_S, {"quick": 0.5, "slow": 0.5})
    assert found.count[-1, 0] == 8 and np.isnan(found.count[-1, 1])


def test_one_source_is_left_as_it_is_and_simulated_rows_stand_above_all(library):
    history, area = history_of(library), library.area("tiny")
    one = history.of_source("slow")
    np.testing.assert_array_equal(one.as_known(NOW_S, {"slow": 1.0}).count, one.as_known(NOW_S).count)
    assert source_skill(one, NOW_S) is None and named_weights(one, None) == {}
    assert source_records(one, None, {})[0].weight_after == 1.0
    drill = [{**row, "simulated": True, "source": "drill", "count": 777.0} for row in history.rows[-2:]]
    mixed = district_cases((*history.rows, *drill), area, NOW_S, {"quick": 0.5, "slow": 0.5})
    assert (mixed.count == 777).any()


def test_weights_are_recorded_and_used(library):
    decision, *_ = learn_area(library, "tiny", NOW_S, LearnOptions(), lambda: 0.0)
    book = read_book(library.settings.home, "tiny")
    assert dict(book.weights)["quick"] > 0.8
    assert [one.weight_after for one in decision.sources] == [value for _, value in book.weights]
    assert book.identity


def both_weights(library):
    """Weights behind a score, and those in use."""
    history = history_of(library)
    return scoring_weights(history), named_weights(history, source_skill(history, NOW_S))


def test_the_weights_behind_a_score_were_not_earned_on_the_days_scored(tmp_path):
    """Wild early values within the last ten weeks change the weights in use, and not those that the origins see."""
    library = library_with(tmp_path, wide_area(2))
    count, area = waves(140, 2, 3), library.area("tiny")
    put(library, reports(count, area, LAST_S, (0.5, 0.6, 1.0)), source="slow")
    put(library, reports(count, area, LAST_S, (0.9, 0.95, 1.0)), source="quick")
    before = both_weights(library)
    wild = [
        {
            "district_id": "west",
            "day_s": LAST_S - k * S_PER_DAY,
            "as_of_s": LAST_S - (k - 2) * S_PER_DAY,
            "count": 5_000,
        }
        for k in range(10, 60)
    ]
    put(library, wild, source="quick")
    after = both_weights(library)
    assert after[0] == before[0] != {}
    assert after[1]["quick"] < before[1]["quick"] - 0.1
