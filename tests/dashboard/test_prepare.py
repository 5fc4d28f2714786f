import json

import numpy as np
import pytest

from dashboard.prepare import state
from dashboard.prepare.kernels import ask_everything, ask_plan, warm_home, warm_kernels, warm_paths
from dashboard.prepare.state import is_prepared, kernel_key, mark_prepared
from dashboard.prepare.world import AREA_ID, lattice_area, lattice_situation
from dashboard.settings import Settings
from dashboard.store.library import Library
from risk_core.state.level import Hazard


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    path = tmp_path_factory.mktemp("home")
    (path / "warm" / "of-older-code").mkdir(parents=True)
    steps = []
    assert warm_kernels(path, lambda step, share: steps.append((step, share))) == warm_home(path)
    assert steps == sorted(steps, key=lambda one: one[1])
    assert steps[-1][1] == 1.0
    return path


def test_the_lattice_meets_every_hazard_and_closure(home):
    library = Library(Settings(home=warm_home(home), area=AREA_ID), marks_use=False)
    assessment = library.assessment(AREA_ID)
    assert {str(hazard) for hazard in Hazard} < {str(layer) for layer in assessment.layers}
    assert len(assessment.closures) == len(lattice_situation().closures) == 3
    assert assessment.closed_mask.any()
    assert len(lattice_area().network.turn_from) > 0


def test_arrays_of_the_miniature_home_are_read_only_as_later_ones(home):
    library = Library(Settings(home=warm_home(home), area=AREA_ID), marks_use=False)
    assert not library.area(AREA_ID).network.head.flags.writeable
    assert not library.assessment(AREA_ID).closed_mask.flags.writeable


def test_a_second_time_nothing_is_done_and_questions_are_answered(home):
    steps = []
    warm_kernels(home, lambda step, share: steps.append(step))
    assert steps == []
    ask_everything(warm_home(home))
    assert [path.name for path in (home / "warm").iterdir()] == [kernel_key()]


def test_a_home_is_prepared_while_code_and_areas_are_the_same(home, tmp_path, monkeypatch):
    assert not is_prepared(tmp_path)
    pointer = home / "areas" / "tiny" / "current"
    pointer.parent.mkdir(parents=True)
    pointer.write_text("x")
    mark_prepared(home, ["tiny"])
    assert is_prepared(home)
    pointer.unlink()
    assert not is_prepared(home)
    pointer.write_text("x")
    monkeypatch.setattr(state, "_sources", lambda _folders: ["risk_core/assess.py 1 1"])
    assert not is_prepared(home)


@pytest.mark.parametrize("content", ["", "{", "[]", json.dumps({"key": "x"})])
def test_a_damaged_mark_means_not_prepared(tmp_path, content):
    (tmp_path / state.MARK).write_text(content)
    assert not is_prepared(tmp_path)


def test_the_world_is_finite():
    area = lattice_area()
    assert np.isfinite(area.population).all()
    assert area.network.n_edge > 0


def test_the_plan_asked_for_sends_people_on_foot_and_by_car_to_a_shelter(home):
    groups = ask_plan(warm_home(home)).groups
    assert {"walk", "car"} <= {str(one.profile) for one in groups}, "else half of the kernels were never met"


def test_kernels_of_paths_are_compiled_once_beside_the_server(home, tmp_path):
    assert not warm_paths(tmp_path), "nothing to ask before the home is warm"
    assert warm_paths(home) and not warm_paths(home)
    ask_everything(warm_home(home))
