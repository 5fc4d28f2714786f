"""Heavy work in pieces: the same whatever engine works on it."""

import dataclasses

import numpy as np
import pytest

from dashboard.batches import Where, ensemble_wind, exposures_at, plans_if
from dashboard.engine import ADDRESS, DaskEngine, LocalEngine, cluster_engine
from dashboard.plans.ask import Asked, answer_plan
from dashboard.refresh import Refresher
from dashboard.settings import Settings
from dashboard.store.bundles import Manifest, write_bundle
from dashboard.store.library import Library
from risk_core.hazards.typhoon.ensemble import EnsembleOptions, wind_probabilities
from risk_core.state.level import RISK_CODE_MISSING, Layer
from tests.reliability.row_17_cluster import _grid, _track

NOW_S = 1_660_000_000.0


@pytest.fixture(scope="module")
def where(tmp_path_factory, area):
    home = tmp_path_factory.mktemp("home")
    write_bundle(home, area, Manifest())
    library = Library(Settings(home=home, area="tiny", drill=False))
    Refresher(library, lambda *_: None, lambda: NOW_S).step()
    return Where(home, "tiny", library.assessment("tiny").version)


@pytest.fixture(params=[1, 3])
def engine(request):
    one = LocalEngine(request.param)
    yield one
    one.close()


def wind(engine, n_member):
    grid, hours = _grid(), np.arange(12) * 3600.0
    land = np.full(grid.n_row * grid.n_col, 0.8, np.float32)
    options = EnsembleOptions(n_member=n_member, seed=3)
    return ensemble_wind(engine, grid, _track(), hours, (land, 2 * land), options), wind_probabilities(
        grid, _track(), hours, (land, 2 * land), options
    )


def test_members_in_pieces_count_like_members_at_once(engine):
    (over, event), whole = wind(engine, 1000)
    assert over.shape == whole.over_prob.shape and event.shape == whole.event_prob.shape
    spread = 4 * np.sqrt(2 * 0.25 / 1000)
    assert np.abs(event - whole.event_prob).max() < spread
    assert 0.2 < event.max() <= 1.0
    again, _ = wind(engine, 1000)
    assert np.array_equal(again[0], over) and np.array_equal(again[1], event)
    piece, whole = wind(engine, 250)
    assert not np.array_equal(piece[1], event)


def test_codes_of_many_points_are_those_of_their_cells(engine, where, area, monkeypatch):
    monkeypatch.setattr("dashboard.batches.N_PART_POINT", 7)
    grid = area.grid
    row, col = (part.ravel() for part in np.mgrid[0 : grid.n_row, 0 : grid.n_col])
    lat = grid.lat_max_deg - (row + 0.5) * grid.d_lat_deg
    lon = grid.lon_min_deg + (col + 0.5) * grid.d_lon_deg
    assessment = Library(Settings(home=where.home, area="tiny")).assessment("tiny")
    codes = assessment.layers[Layer.COMBINED].risk[assessment.step_now]
    assert np.array_equal(exposures_at(engine, where, lat, lon, Layer.COMBINED), codes.ravel())
    outside = exposures_at(engine, where, np.array([0.0]), np.array([0.0]), Layer.COMBINED)
    assert outside.tolist() == [RISK_CODE_MISSING]
    assert exposures_at(engine, where, lat[:0], lon[:0], Layer.COMBINED).size == 0


def test_plans_in_pieces_are_the_plans_asked_for_alone(engine, where, area):
    library = Library(Settings(home=where.home, area="tiny"))
    asked = [Asked(None, (one.district_id,)) for one in area.districts[:2]]
    found = plans_if(engine, where, asked)
    for one, plan in zip(asked, found, strict=True):
        alone, _ = answer_plan(library.area("tiny"), library.assessment("tiny"), one)
        assert plan.zones == alone.zones or dataclasses.asdict(plan)["order_s"] == alone.order_s


def test_the_environment_picks_the_engine(monkeypatch, caplog):
    settings = Settings(engine_threads=1)
    assert isinstance(cluster_engine(settings, {}), LocalEngine)
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    assert isinstance(cluster_engine(settings, {ADDRESS: "tcp://127.0.0.1:8369"}), LocalEngine)
    assert "not installed" in caplog.text


def test_a_scheduler_that_is_not_there_is_done_without(caplog):
    pytest.importorskip("distributed", reason="Dask is not installed: .deploy/requirements-cluster.txt")
    engine = DaskEngine("tcp://127.0.0.1:8369", patience_s=1.0)
    assert engine.map(pow, [2, 3], [3, 2]) == [8, 9]
    assert engine.is_lost and "does not answer" in caplog.text
    engine.close()
