"""Central Seoul as an area of the product: the winter wave of 2020 told by the refresh loop evening by evening."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.areas.build import BuildRequest, build_area
from dashboard.cli import main
from dashboard.refresh import Refresher
from dashboard.settings import Settings
from dashboard.store.library import Library
from dashboard.views.districts import district_numbers
from dashboard.views.outbreak import outbreak_tiles
from risk_core.state.level import Layer, code_to_risk
from risk_core.state.surveillance import QUANTILE_PROB, Outbreak
from risk_core.units import S_PER_DAY
from tests.areas.test_seoul_shared import GRAPH_BOX

pytestmark = pytest.mark.shared

EVENINGS = pd.date_range("2020-11-22", "2021-01-31", freq="5D")
LOW_80, HIGH_80 = QUANTILE_PROB.index(0.1), QUANTILE_PROB.index(0.9)


def daily(shared_data: Path) -> pd.DataFrame:
    """Cases of the 25 gu as the loop may read them: known from the midnight after their day on."""
    path = shared_data / "epidemic" / "seoul_gu_daily.csv.gz"
    if not path.is_file():
        pytest.skip(f"{path.name} is missing")
    rows = pd.read_csv(path, parse_dates=["date"])
    rows["as_of"] = rows["date"] + pd.Timedelta(days=1)
    return rows.loc[rows["gu_en"] != "Other", ["date", "gu", "gu_en", "cases", "as_of"]]


def build(shared_data: Path, home: Path) -> None:
    """Six gu over the streets of the centre."""
    geo = shared_data / "geo"
    files = {
        "streets": geo / "streets_seoul" / "seoul_central_drive.graphml",
        "districts": geo / "boundaries_kr" / "seoul_gu_2017_kor_eng.geojson",
        "population": geo / "population_seoul" / "seoul_gu_night_day_living_population_2024-26.csv",
    }
    for path in files.values():
        if not path.is_file():
            pytest.skip(f"{path.name} is missing")
    columns = {"districts.id": "SIG_KOR_NM", "population.district": "gu", "population.population": "night_population"}
    build_area(BuildRequest("seoul-central", bounds=GRAPH_BOX, columns=columns, **files), home, lambda *_: None)


@pytest.fixture(scope="module")
def evenings(shared_data, tmp_path_factory):
    """The loop's assessment of each evening, and the cases that came."""
    rows = daily(shared_data)
    home = tmp_path_factory.mktemp("home")
    build(shared_data, home)
    table = home / "cases.csv"
    rows.to_csv(table, index=False)
    names = ["--map-column", "district_id=gu", "--map-column", "day=date"]
    words = ["--home", str(home), "ingest", "cases", str(table), "--area", "seoul-central", "--utc-offset", "+00:00"]
    assert main([*words, *names], os.environ) == 0
    library = Library(Settings(home=home, area="seoul-central", drill=False), marks_use=False)
    clock = {"now_s": 0.0}
    loop = Refresher(library, lambda *_: None, lambda: clock["now_s"])
    told = {}
    for evening in EVENINGS:
        clock["now_s"] = (evening + pd.Timedelta(days=1)).timestamp() + 60.0
        library.mark_used("seoul-central")
        os.utime(home / "used" / "seoul-central", (clock["now_s"], clock["now_s"]))
        loop.step()
        told[evening] = library.assessment("seoul-central")
    area = library.area("seoul-central")
    came = rows.pivot_table(index="date", columns="gu", values="cases", aggfunc="sum")
    return told, came[[one.district_id for one in area.districts]].assign(all=lambda gu: gu.sum(axis=1)), area


def outbreak_of(assessment) -> Outbreak:
    """Its course of the disease."""
    assert assessment.outbreak is not None and not assessment.simulated
    return assessment.outbreak


def test_only_what_was_known_is_told(evenings):
    told, came, area = evenings
    assert [one.district_id for one in area.districts] == ["종로구", "중구", "용산구", "성북구", "서대문구", "마포구"]
    for evening, assessment in told.items():
        found = outbreak_of(assessment)
        assert found.day_s[-1] == evening.timestamp()
        known = came.loc[evening - pd.Timedelta(days=len(found.day_s) - 1) : evening]
        assert np.array_equal(found.reported, known.to_numpy(dtype=float))


def test_reproduction_number_falls_below_one_before_the_reports_peak(evenings):
    """As told on the evenings of the first half of January, whose seven weeks still hold the rise."""
    told, came, _ = evenings
    peak = came["all"].loc[EVENINGS[0] : EVENINGS[-1]].rolling(7, center=True).mean().idxmax()
    for evening in [one for one in told if pd.Timestamp("2021-01-01") <= one <= pd.Timestamp("2021-01-14")]:
        found = outbreak_of(told[evening])
        days = pd.to_datetime(found.day_s, unit="s")
        number = found.reproduction[:, -1]
        crossed = days[1:][(number[:-1] >= 1) & (number[1:] < 1)]
        assert len(crossed) == 1 and peak - pd.Timedelta(days=21) < crossed[0] < peak, (evening, crossed, peak)


def test_fan_of_a_fortnight_holds_what_came(evenings):
    told, came, _ = evenings
    held = []
    for evening, assessment in told.items():
        fan = outbreak_of(assessment).forecast.day
        ahead = came.loc[evening + pd.Timedelta(days=1) : evening + pd.Timedelta(days=len(fan))].to_numpy(dtype=float)
        held.append((fan[: len(ahead), :, LOW_80] <= ahead) & (ahead <= fan[: len(ahead), :, HIGH_80]))
    assert 0.70 <= np.concatenate(held).mean() <= 0.95


def test_risk_follows_the_wave_and_the_page_can_draw_it(evenings):
    told, came, area = evenings
    level = {
        evening: float(code_to_risk(assessment.layers[Layer.INFECTION].risk[assessment.step_now]).max())
        for evening, assessment in told.items()
    }
    week = came["all"].rolling(7).mean()
    order = np.corrcoef([level[evening] for evening in told], [np.log(week[evening]) for evening in told])[0, 1]
    assert order > 0.7
    last = outbreak_of(told[max(told)])
    assert len(outbreak_tiles(last, "ko")) >= 3 and len(district_numbers(area, last, 0, "en")) >= len(area.districts)
    assert told[max(told)].now_s % S_PER_DAY == 60.0
