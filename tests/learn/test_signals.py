"""Second signals by week, as they were known, and what the weekly forecast makes of one."""

import numpy as np
import pytest

from dashboard.learn.apply import LearntModels
from dashboard.learn.learn import LearnOptions, learn_area
from dashboard.learn.signals import fullest_signal, read_signal
from dashboard.store.kinds import Kind
from dashboard.store.models import Subject, read_book
from dashboard.store.situations import build_situation
from dashboard.store.weekly_models import WEEKLY_FILES
from risk_core.assess import assess
from risk_core.units import S_PER_DAY
from tests.learn.cases import NOW_S, library_with, put, reports, waves, wide_area

N_DAY, N_PLACE, LEAD_DAY = 34 * 7 + 3, 10, 14
LAST_S = NOW_S - S_PER_DAY
QUICK = LearnOptions(n_training=8)


def course() -> np.ndarray:
    """Daily counts round slow waves, longer than the cases by what the signal runs ahead."""
    return waves(N_DAY + LEAD_DAY, N_PLACE, 1)


def ahead() -> np.ndarray:
    """The mean of the week round a day two weeks later, by day of the cases."""
    window = np.ones(7) / 7
    smooth = np.stack([np.convolve(one, window, mode="same") for one in course().T], axis=1)
    return smooth[LEAD_DAY:] * 0.01


def visits(library, value: np.ndarray, name: str, late_day: int = 1, simulated: bool = False) -> None:
    area = library.area("tiny")
    first_s = LAST_S - (len(value) - 1) * S_PER_DAY
    rows = [
        {
            "district_id": area.districts[place].district_id,
            "name": name,
            "day_s": first_s + day * S_PER_DAY,
            "as_of_s": first_s + (day + late_day) * S_PER_DAY,
            "value": float(one),
        }
        for (day, place), one in np.ndenumerate(value)
    ]
    report = library.observations.ingest(
        Kind.SIGNALS, "tiny", rows, source="hospitals", simulated=simulated, received_s=NOW_S
    )
    assert report.n_refused == 0, report.faults[:2]


@pytest.fixture(scope="module")
def learnt(tmp_path_factory):
    area = wide_area(N_PLACE)
    library = library_with(tmp_path_factory.mktemp("home"), area)
    put(library, reports(course()[:N_DAY], area, LAST_S))
    visits(library, ahead(), "emergency_visits")
    visits(library, ahead()[-30:], "searches")
    return library, learn_area(library, "tiny", NOW_S, QUICK, lambda: 1.0)


def test_the_fullest_signal_is_chosen_and_a_drills_is_not(learnt):
    library, _ = learnt
    area = library.area("tiny")
    assert fullest_signal(library.observations, area, NOW_S).name == "emergency_visits"
    assert fullest_signal(library.observations, area, NOW_S + 40 * S_PER_DAY) is None, "too old"


def test_weeks_are_means_of_what_was_known(learnt):
    library, _ = learnt
    area = library.area("tiny")
    signal = read_signal(library.observations, area, NOW_S, "emergency_visits")
    end_s = NOW_S - 28 * S_PER_DAY
    then, now = (signal.weekly(end_s, 3, at_s) for at_s in (end_s - 2 * S_PER_DAY, NOW_S))
    assert then.shape == (3, N_PLACE + 1) and np.array_equal(then[:2], now[:2]) and not np.array_equal(then[2], now[2])
    whole = ahead()
    assert now[2, :-1] == pytest.approx(whole[-35:-28].mean(axis=0))
    people = np.array([one.population for one in area.districts])
    assert now[2, -1] == pytest.approx(now[2, :-1] @ people / people.sum())


def test_a_signal_that_runs_ahead_is_taken_and_read_live(learnt):
    library, (_, weekly, _) = learnt
    tried = dict(weekly.settings_after)
    assert weekly.subject is Subject.WEEKLY and tried["with_signal"] < 0.95 * tried["without_signal"], tried
    book = read_book(library.settings.home, "tiny")
    assert book.signal == "emergency_visits"
    assert WEEKLY_FILES.read(library.settings.home, "tiny", book.weekly_id).signal == "emergency_visits"
    models, area = LearntModels(library), library.area("tiny")
    used = models.of("tiny", False)
    situation = build_situation(library.observations, area, NOW_S, (0,), None, weights=used.weights)
    plain = assess(area, situation, used.options)
    weeks = models._week_totals(area, situation, book.weekly_id, plain.outbreak.forecast.from_s)
    assert weeks is not None and np.isfinite(weeks).all()
    visits(library, 5.0 * ahead()[-7:], "emergency_visits")
    more = models._week_totals(area, situation, book.weekly_id, plain.outbreak.forecast.from_s)
    assert np.median(more[1, :-1, 11] / weeks[1, :-1, 11]) > 1.02, "five times the visits: more cases to come"
