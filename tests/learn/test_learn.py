"""Whole rounds: taken, refused, too short, failed; and what an assessment uses of them."""

import dataclasses
import logging

import numpy as np
import pytest

from dashboard.learn.apply import LearntModels, newest_days
from dashboard.learn.learn import LearnOptions, OverBudgetError, learn_area, note_failure
from dashboard.learn.trend import options_values
from dashboard.learn.weekly import LEAST_WEEK
from dashboard.store.models import Cause, ModelBook, Subject, Verdict, book_locked, read_book, write_book
from dashboard.store.situations import build_situation
from dashboard.store.weekly_models import WEEKLY_FILES
from risk_core.assess import ASSESS_DEFAULTS, MODEL_VERSION, assess
from risk_core.hazards.epidemic.forecast_options import ForecastOptions, TreeOptions
from risk_core.hazards.epidemic.options import TrendOptions
from risk_core.units import S_PER_DAY
from tests.learn.cases import NOW_S, library_with, put, reports, waves, wide_area

LAST_S = NOW_S - S_PER_DAY
N_WEEK = 34
QUICK = LearnOptions(n_training=10, forecast=ForecastOptions(trees=TreeOptions(n_tree=10, n_row_leaf=20, refit_week=8)))
CALM = TrendOptions(level_var=1e-4, growth_var=1e-6, dispersion=200.0, student_nu=60.0)


def library_of(home, count, n_district=2):
    library = library_with(home, wide_area(n_district))
    put(library, reports(count, library.area("tiny"), LAST_S))
    return library


def use(library, options):
    """Put settings in use as if a former round had chosen them."""
    book = ModelBook("tiny", MODEL_VERSION, "former", options_values(options))
    write_book(library.settings.home, book)


def round_of(library, options=QUICK, stop=lambda: None, now_s=NOW_S):
    return learn_area(library, "tiny", now_s, options, lambda: 1.5, stop)


def look(library, is_drill=False, now_s=NOW_S):
    """The assessment that the refresh loop would make."""
    models, area = LearntModels(library), library.area("tiny")
    learnt = models.of("tiny", is_drill)
    situation = build_situation(library.observations, area, now_s, (0,), None, learnt.weights)
    return models.finish(assess(area, situation, learnt.options), area, situation, learnt)


def test_settings_that_do_better_are_taken_written_down_and_used(tmp_path):
    library = library_of(tmp_path, waves(110, 2, 4))
    use(library, CALM)
    untouched = read_book(tmp_path, "tiny")
    dry = round_of(library, dataclasses.replace(QUICK, is_dry=True))
    assert read_book(tmp_path, "tiny") == untouched
    decision, *_ = found = round_of(library)
    assert [one.record_id for one in found] == [one.record_id for one in dry], "a dry run tells the same"
    assert (decision.verdict, decision.cause, decision.n_origin) == (Verdict.ACCEPTED, Cause.WITHIN_LIMIT, 8)
    assert decision.score_after <= 1.02 * decision.score_before
    assert decision.settings_before == options_values(CALM) != decision.settings_after
    book = read_book(tmp_path, "tiny")
    assert (book.trend, book.trend_id) == (decision.settings_after, decision.record_id)
    assert book.decisions[0].record_id == decision.record_id == decision.with_id().record_id
    shown = look(library)
    assert shown.model_version == f"{MODEL_VERSION}+{book.identity}"
    plain = assess(library.area("tiny"), build_situation(library.observations, library.area("tiny"), NOW_S, (0,), None))
    assert not np.allclose(shown.outbreak.forecast.day, plain.outbreak.forecast.day)
    again, *_ = round_of(library)
    assert again.settings_before == decision.settings_after
    kept = [one.record_id for one in read_book(tmp_path, "tiny").decisions if one.subject is Subject.TREND]
    assert kept == [decision.record_id, again.record_id], "every decision stays on record"


def test_a_candidate_that_is_worse_on_the_last_origins_is_refused_and_what_was_in_use_stays(tmp_path, monkeypatch):
    """The search is made to come back with settings that only fitted the days it saw."""
    library = library_of(tmp_path, waves(110, 2, 4))
    good = TrendOptions()
    use(library, good)
    monkeypatch.setattr("dashboard.learn.learn.search_options", lambda *_: (CALM, 0.1))
    decision, *_ = round_of(library)
    assert (decision.verdict, decision.cause) == (Verdict.REFUSED, Cause.WORSE)
    assert decision.score_after > 1.02 * decision.score_before
    book = read_book(tmp_path, "tiny")
    assert (book.trend, book.trend_id) == (options_values(good), "former")
    assert book.newest(Subject.TREND).record_id == decision.record_id


def test_without_observed_cases_nothing_is_written(tmp_path):
    library = library_with(tmp_path, wide_area(2))
    put(library, reports(waves(120, 2, 3), library.area("tiny"), LAST_S), source="drill", simulated=True)
    assert round_of(library) == ()
    assert not (tmp_path / "models").exists()


def test_a_short_history_is_noted_once(tmp_path):
    library = library_of(tmp_path, waves(40, 2, 4))
    for day in range(3):
        decisions = round_of(library, now_s=NOW_S + day * S_PER_DAY)
        assert [one.verdict for one in decisions] == [Verdict.TOO_SHORT] * 3
    book = read_book(tmp_path, "tiny")
    assert [one.made_s for one in book.decisions] == [NOW_S + 2 * S_PER_DAY] * 3
    assert look(library).model_version == MODEL_VERSION


@pytest.fixture(scope="module")
def half_year(tmp_path_factory):
    """Thirty-four weeks of ten districts, learnt from once."""
    library = library_of(tmp_path_factory.mktemp("home"), waves(N_WEEK * 7 + 3, 10, 1), n_district=10)
    return library, round_of(library, LearnOptions(n_training=8))


def test_the_weekly_forecast_gives_the_week_totals_where_it_beats_the_trend(half_year):
    library, (_, weekly, _) = half_year
    assert weekly.subject is Subject.WEEKLY and weekly.n_origin == 8
    assert (weekly.verdict is Verdict.ACCEPTED) == (weekly.score_after < 1.0)
    assert weekly.verdict is Verdict.ACCEPTED, "on slow waves the pooled forecast is far ahead"
    book, shown = read_book(library.settings.home, "tiny"), look(library).outbreak.forecast
    plain = look(library, is_drill=True).outbreak.forecast
    assert book.weekly_id and not np.allclose(shown.week, plain.week)
    assert np.isfinite(shown.week).all() and (np.diff(shown.week, axis=-1) >= 0).all()
    assert shown.week.shape == (4, 11, 23)
    medians = shown.week[0, :, 11] / plain.week[0, :, 11]
    assert (medians > 0.2).all() and (medians < 5).all()


def test_the_fitted_weekly_forecast_is_used_on_the_days_after_and_not_when_stale(half_year):
    library, _ = half_year
    home, area = library.settings.home, library.area("tiny")
    model = WEEKLY_FILES.read(home, "tiny", read_book(home, "tiny").weekly_id)
    cases = build_situation(library.observations, area, NOW_S, (0,), None).cases
    assert len(newest_days(model, cases, NOW_S)) == N_WEEK * 7
    later = dataclasses.replace(cases, day_s=cases.day_s + 4 * S_PER_DAY)
    moved = newest_days(model, later, NOW_S + 4 * S_PER_DAY)
    assert len(moved) == (N_WEEK + 1) * 7
    np.testing.assert_array_equal(moved[-48:], cases.count)
    assert newest_days(model, cases, NOW_S + 60 * S_PER_DAY) is None


def test_a_torn_weekly_forecast_leaves_the_trends_totals(half_year, caplog):
    library, _ = half_year
    home = library.settings.home
    path = next((home / "models").glob("*.weekly-*.npz"))
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:-9])
        with caplog.at_level(logging.WARNING):
            shown = look(library)
        np.testing.assert_allclose(shown.outbreak.forecast.week[0], look(library).outbreak.forecast.week[0])
        assert "is not used" in caplog.text
    finally:
        path.write_bytes(whole)


def test_the_loop_tries_the_weekly_forecast_once_a_week(half_year):
    library, _ = half_year
    options = LearnOptions(is_dry=True, weekly_every_s=6.5 * S_PER_DAY, n_training=8)
    assert [one.subject for one in round_of(library, options)] == [Subject.TREND]


def test_less_than_half_a_year_is_too_short_for_weeks(tmp_path):
    library = library_of(tmp_path, waves(LEAST_WEEK * 7 - 1, 2, 4))
    assert [one.verdict for one in round_of(library)[1:]] == [Verdict.TOO_SHORT] * 2


def test_drills_use_the_defaults(tmp_path):
    library = library_of(tmp_path, waves(50, 2, 4))
    use(library, CALM)
    assert look(library).model_version != MODEL_VERSION
    assert look(library, is_drill=True).model_version == MODEL_VERSION


def test_settings_learnt_by_another_version_are_not_used_but_their_record_stays(tmp_path, caplog):
    library = library_of(tmp_path, waves(50, 2, 4))
    book = ModelBook("tiny", "0", "former", options_values(CALM))
    write_book(tmp_path, book.noting(dataclasses.replace(round_of(library)[0], verdict=Verdict.ACCEPTED)))
    with caplog.at_level(logging.WARNING):
        assert LearntModels(library).of("tiny", False).options == ASSESS_DEFAULTS
    assert "another version" in caplog.text
    round_of(library)
    assert read_book(tmp_path, "tiny").trend == ()
    assert len(read_book(tmp_path, "tiny").decisions) == 4


def test_what_goes_wrong_inside_is_written_down_and_the_rest_goes_on(tmp_path, caplog):
    def stop():
        raise OverBudgetError("5 s")

    library = library_of(tmp_path, waves(110, 2, 4))
    use(library, CALM)
    decision = round_of(library, stop=stop)[0]
    assert (decision.verdict, decision.cause, decision.detail) == (Verdict.FAILED, Cause.BUDGET, "5 s")

    def trip():
        raise ZeroDivisionError("a fault of ours")

    with caplog.at_level(logging.ERROR):
        decision = round_of(library, stop=trip)[0]
    assert (decision.verdict, decision.detail) == (Verdict.FAILED, "ZeroDivisionError: a fault of ours")
    assert read_book(tmp_path, "tiny").trend == options_values(CALM)


def test_a_failure_is_noted_without_waiting(tmp_path):
    library = library_of(tmp_path, waves(40, 2, 4))
    with book_locked(tmp_path, "tiny"), pytest.raises(BlockingIOError):
        note_failure(library, "tiny", NOW_S, Cause.ERROR, "exit status 1", 3.0)
    note_failure(library, "tiny", NOW_S, Cause.ERROR, "exit status 1", 3.0)
    assert read_book(tmp_path, "tiny").decisions[-1].detail == "exit status 1"
    assert read_book(tmp_path, "tiny").trend == ()
