"""The endemic-epidemic model in a round: tried on trips and borders, taken where it beats what is in use, used live."""

import logging

import numpy as np
import pytest

from dashboard.learn.apply import LearntModels
from dashboard.learn.endemic import judge_endemic, touching, whole_weeks
from dashboard.learn.learn import LearnOptions, learn_area
from dashboard.learn.origins import Score
from dashboard.store.endemic_models import ENDEMIC_FILES
from dashboard.store.kinds import Kind
from dashboard.store.models import Cause, Subject, Verdict, read_book
from dashboard.store.situations import build_situation
from risk_core.assess import assess
from risk_core.hazards.epidemic.forecast_options import ForecastOptions, TreeOptions
from risk_core.units import S_PER_DAY, S_PER_H
from tests.learn.cases import NOW_S, library_with, put, reports, wide_area

N_PLACE, N_WEEK = 8, 40
LAST_S = NOW_S - S_PER_DAY
QUICK = LearnOptions(n_training=8, forecast=ForecastOptions(trees=TreeOptions(n_tree=10, n_row_leaf=20, refit_week=8)))


def ring() -> np.ndarray:
    """People go to the next district of a ring alone."""
    return np.roll(np.eye(N_PLACE), 1, axis=1)


def spread(seed: int) -> np.ndarray:
    """Daily cases that come from the week before, a third along the ring, with shocks of their own."""
    rng = np.random.default_rng(seed)
    week, out = np.full(N_PLACE, 60.0), []
    for _ in range(N_WEEK):
        mean = 0.55 * week + 0.35 * week @ ring() + 6.0 * rng.lognormal(0.0, 1.2, N_PLACE)
        week = rng.poisson(mean * rng.gamma(20.0, 1 / 20.0, N_PLACE)).astype(float)
        out.append(rng.multinomial(week.astype(int), np.full(7, 1 / 7)).T)
    return np.concatenate(out).astype(float)


@pytest.fixture(scope="module")
def learnt(tmp_path_factory):
    area = wide_area(N_PLACE)
    library = library_with(tmp_path_factory.mktemp("home"), area)
    put(library, reports(spread(5), area, LAST_S, (1.0,)))
    names = [one.district_id for one in area.districts]
    trips = [
        {"origin": names[a], "destination": names[b], "hour_s": LAST_S + 8 * S_PER_H, "persons": 1000.0 * ring()[a, b]}
        for a in range(N_PLACE)
        for b in range(N_PLACE)
    ]
    report = library.observations.ingest(
        Kind.FLOWS, "tiny", trips, source="operator", simulated=False, received_s=NOW_S
    )
    assert report.n_new == N_PLACE**2
    return library, learn_area(library, "tiny", NOW_S, QUICK, lambda: 1.0)


def look(library):
    models, area = LearntModels(library), library.area("tiny")
    used = models.of("tiny", False)
    situation = build_situation(library.observations, area, NOW_S, (0,), None, weights=used.weights)
    return models.finish(assess(area, situation, used.options), area, situation, used)


def test_trips_that_carry_the_disease_are_chosen_and_the_verdict_follows_the_score(learnt):
    _, (*_, decision) = learnt
    assert decision.subject is Subject.ENDEMIC and decision.n_origin == 8
    tried = dict(decision.settings_after)
    assert min(tried, key=lambda one: tried[one]) == "log_score_flow", tried
    assert (decision.verdict is Verdict.ACCEPTED) == (decision.score_after < 1.0)
    assert decision.verdict is Verdict.ACCEPTED, "no other forecast knows the trips"


def test_it_gives_the_week_totals_and_its_name_is_in_the_version(learnt):
    library, _ = learnt
    book, shown = read_book(library.settings.home, "tiny"), look(library)
    model = ENDEMIC_FILES.read(library.settings.home, "tiny", book.endemic_id)
    assert model is not None and model.place.size == N_PLACE
    assert shown.model_version.endswith(f"+{book.identity}") and book.identity
    week = shown.outbreak.forecast.week
    assert week.shape == (4, N_PLACE + 1, 23) and (np.diff(week, axis=-1) >= 0).all()
    last = whole_weeks(shown.outbreak.expected[-7:, :-1])[-1]
    expected = 0.55 * last + 0.35 * last @ ring() + 6.0 * np.exp(0.72)
    assert week[0, :-1, 11] == pytest.approx(expected, rel=0.6, abs=15.0)
    assert (week[0, -1, 11] < week[0, :-1, -1].sum()) and week[0, -1, 11] > week[0, :-1, 0].sum()


def test_a_torn_file_leaves_the_simpler_forecast(learnt, caplog):
    library, _ = learnt
    whole = look(library)
    path = next((library.settings.home / "models").glob("*.endemic-*.npz"))
    kept = path.read_bytes()
    try:
        path.write_bytes(kept[:-5])
        with caplog.at_level(logging.WARNING):
            found = look(library)
        assert "is not used" in caplog.text
        assert not np.allclose(found.outbreak.forecast.week, whole.outbreak.forecast.week)
    finally:
        path.write_bytes(kept)


def test_only_better_is_taken():
    assert judge_endemic(Score((0.9,), 0.9)) == (Verdict.ACCEPTED, Cause.BEATS_PRESENT)
    assert judge_endemic(Score((1.0,), 1.0)) == (Verdict.REFUSED, Cause.PRESENT_BETTER)


def test_districts_touch_where_their_cells_do(area):
    found = touching(area)
    assert found[0, 1] and found[1, 0] and not found[0, 0]


def test_weeks_with_gaps_stand_with_their_other_days():
    daily = np.ones((15, 2))
    daily[1:8, 0] = np.nan
    daily[14, 1] = np.nan
    assert np.array_equal(whole_weeks(daily), [[np.nan, 7.0], [7.0, 7.0]], equal_nan=True)
