"""A fitted weekly forecast forecasts the same after it was kept."""

import logging

import numpy as np
import pytest

from dashboard.store.weekly_models import WEEKLY_FILES, WeeklyModel, without_judging
from risk_core.hazards.epidemic.forecast_options import ForecastOptions, TreeOptions
from risk_core.hazards.epidemic.forecaster import forecast_cases, start_forecast
from risk_core.state.surveillance import CaseVintage

OPTIONS = ForecastOptions(trees=TreeOptions(n_tree=5, n_row_leaf=10, refit_week=100))


@pytest.fixture(scope="module")
def kept():
    """A model that saw 24 weeks of three places, and the week after."""
    rng = np.random.default_rng(1)
    count = rng.poisson(200 * np.exp(np.sin(np.arange(25)[:, None] / 5 + np.arange(3)))).astype(float)
    none, model = np.empty((0, 3)), start_forecast(OPTIONS)
    for week in range(18, 24):
        model, _ = forecast_cases(model, CaseVintage(week, count[: week + 1], none, none), None, OPTIONS)
    return WeeklyModel("hash", without_judging(model), 0.0, count), CaseVintage(24, count, none, none)


def test_forecasts_are_the_same_after_reading(kept, tmp_path):
    model, vintage = kept
    name = WEEKLY_FILES.write(tmp_path, "tiny", model)
    again = WEEKLY_FILES.read(tmp_path, "tiny", name)
    found, expected = (forecast_cases(one.fitted, vintage, None, OPTIONS)[1] for one in (again, model))
    np.testing.assert_array_equal(found, expected)
    assert np.isfinite(expected).all()
    assert (again.area_hash, again.first_s) == ("hash", 0.0)
    np.testing.assert_array_equal(again.count, model.count)
    assert WEEKLY_FILES.write(tmp_path, "tiny", again) == name, "the name is that of the content"


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-20], lambda data: b"", lambda data: data[:50] + b"x" + data[51:]]
)
def test_a_file_that_is_not_whole_is_told_of_and_not_used(kept, tmp_path, caplog, spoil):
    name = WEEKLY_FILES.write(tmp_path, "tiny", kept[0])
    (path,) = (tmp_path / "models").iterdir()
    path.write_bytes(spoil(path.read_bytes()))
    with caplog.at_level(logging.WARNING):
        assert WEEKLY_FILES.read(tmp_path, "tiny", name) is None
        assert WEEKLY_FILES.read(tmp_path, "tiny", "0" * 12) is None
    assert caplog.text.count("is not used") == 2


def test_one_is_kept(kept, tmp_path):
    name = WEEKLY_FILES.write(tmp_path, "tiny", kept[0])
    (tmp_path / "models" / "tiny.weekly-old.npz").write_bytes(b"")
    WEEKLY_FILES.keep(tmp_path, "tiny", name)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [f"tiny.weekly-{name}.npz"]
