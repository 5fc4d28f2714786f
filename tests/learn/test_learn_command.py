"""The command `learn`."""

import json

import pytest

from dashboard.cli import main
from dashboard.store.models import read_book
from risk_core.units import S_PER_DAY
from tests.learn.cases import NOW_S, library_with, put, reports, waves, wide_area


@pytest.fixture
def library(tmp_path):
    library = library_with(tmp_path, wide_area(2))
    put(library, reports(waves(40, 2, 3), library.area("tiny"), NOW_S - S_PER_DAY))
    return library


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr("time.time", lambda: NOW_S)


def run(library, capsys, *words):
    status = main(["--home", str(library.settings.home), "learn", *words], {"ANSIMGIL_AREA": "tiny"})
    return status, capsys.readouterr()


def test_json_tells_every_decision_without_numbers_that_json_does_not_know(library, capsys, clock):
    status, said = run(library, capsys, "--json")
    body = json.loads(said.out, parse_constant=pytest.fail)
    (area,) = body["areas"]
    assert (status, body["dry_run"], area["area"]) == (0, False, "tiny")
    assert [one["verdict"] for one in area["decisions"]] == ["too_short"] * 3
    sources = area["decisions"][0]["sources"]
    assert [(one["source"], one["n_row"] > 250) for one in sources] == [("city", True)]
    assert len(read_book(library.settings.home, "tiny").decisions) == 3


def test_a_dry_run_writes_nothing(library, capsys, clock):
    status, said = run(library, capsys, "--area", "tiny", "--dry-run")
    assert status == 0 and "tiny: trend too_short" in said.out
    assert not (library.settings.home / "models" / "tiny.json").exists()


def test_an_area_without_observed_cases_says_so(tmp_path, capsys):
    library = library_with(tmp_path, wide_area(2))
    status, said = run(library, capsys)
    assert status == 0 and "nothing to learn from" in said.out


def test_an_area_that_is_not_installed_is_refused(library, capsys):
    status, said = run(library, capsys, "--area", "nowhere")
    assert status == 2 and "nowhere" in said.err


def test_a_failure_is_told_by_the_exit_status(library, capsys, clock):
    put(library, reports(waves(110, 2, 3), library.area("tiny"), NOW_S - S_PER_DAY))
    status, said = run(library, capsys, "--budget-s", "0")
    assert status == 1 and "trend failed (budget)" in said.out
