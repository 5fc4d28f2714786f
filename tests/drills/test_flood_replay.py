"""The drill's cloudburst over its town, told to the store and assessed: streets close and open with the water."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from dashboard.areas.build import build_area
from dashboard.areas.embedded import embedded_request
from dashboard.areas.report import BuildReport
from dashboard.areas.streets import read_streets
from dashboard.drills.city import CityStory
from dashboard.drills.cloudburst import CLOUDBURST_DEFAULTS, place_gauges
from dashboard.drills.stage import Stage
from dashboard.settings import Settings
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.situations import build_situation
from risk_core.assess import assess
from risk_core.errors import UnreachableError
from risk_core.routes.find import find_routes
from risk_core.state.grid import Grid
from risk_core.state.network import network_from_streets
from risk_core.state.profile import EdgeFlag, Profile
from risk_core.state.route import RouteKind
from risk_core.state.situation import ClosureReason, DrillPhase, DrillStatus, RainGauges, Situation
from tests.routes.cities import own_cells
from tests.tiny import tiny_area

EPOCH_S = 1_790_000_400.0
LEADS = tuple(range(-3600, 3601, 600))
CENTRE, RADIUS_M, SEED = (-29.9188, -71.2438), 420.0, 7
MOMENTS_S = (0.0, 1800.0, 3600.0, 10_800.0)


def modelled(assessment):
    return [one for one in assessment.closures if one.computed is not None]


def in_force(assessment):
    return [one for one in modelled(assessment) if one.from_s <= assessment.now_s < one.until_s]


@pytest.fixture(scope="module")
def replay(tmp_path_factory):
    """The town and its assessment at moments of the story; nobody but the model closes streets."""
    home = tmp_path_factory.mktemp("home")
    build_area(embedded_request("coquimbo"), home, lambda name, share: None)
    library = Library(Settings(home=home, area="coquimbo", drill=False), marks_use=False)
    area = library.area("coquimbo")
    options = dataclasses.replace(CLOUDBURST_DEFAULTS, radius_m=RADIUS_M)
    gauges = place_gauges(CENTRE, area.grid.bounds, RADIUS_M, SEED)
    story = CityStory(area, Stage(CENTRE, ()), gauges, SEED, options)
    told, known_s = {}, -3600.0
    for moment in MOMENTS_S:
        for batch in story.between(EPOCH_S, known_s, moment):
            if batch.kind is Kind.RAIN:
                library.observations.ingest(
                    batch.kind, "coquimbo", batch.records, source="drill", simulated=True, received_s=EPOCH_S
                )
        drill = DrillStatus("run", SEED, 1.0, DrillPhase.PLAYING, "rain_begins", moment, 7200.0)
        now = build_situation(library.observations, area, EPOCH_S + moment, LEADS, drill)
        told[moment], known_s = assess(area, now), moment
    return area, told


@pytest.mark.slow
def test_streets_close_while_it_pours_and_open_when_it_is_over(replay):
    _, told = replay
    assert not in_force(told[0.0])
    closed = in_force(told[3600.0])
    assert len({s for one in closed for s in one.streets}) >= 5
    assert all(one.simulated and one.computed is not None for one in modelled(told[3600.0]))
    flooded = {s for one in closed if one.reason is ClosureReason.FLOOD for s in one.streets}
    assert flooded and not flooded & {s for one in in_force(told[10_800.0]) for s in one.streets}


@pytest.mark.slow
def test_a_street_told_to_close_later_is_closed_then(replay):
    _, told = replay
    coming = [one for one in modelled(told[1800.0]) if told[1800.0].now_s < one.from_s <= told[3600.0].now_s]
    assert coming
    closed = {s for one in in_force(told[3600.0]) for s in one.streets}
    streets = {s for one in coming for s in one.streets}
    assert len(streets & closed) >= 0.5 * len(streets)


@pytest.mark.slow
def test_ways_change_with_the_water_and_come_back(replay):
    area, told = replay
    network = area.network
    flooded = [one for one in in_force(told[3600.0]) if one.reason is ClosureReason.FLOOD and one.until_s < np.inf]
    for_cars = [one for one in in_force(told[3600.0]) if Profile.CAR in (one.profiles or (Profile.CAR,))]
    barred, n_changed = {s for one in for_cars for s in one.streets}, 0
    for one in flooded[:12]:
        edge = int(network.street_edge[:, one.streets[0]].max())
        ends = [
            (float(network.node_lat_deg[k]), float(network.node_lon_deg[k]))
            for k in (network.tail[edge], network.head[edge])
        ]
        try:
            ways = {
                moment: find_routes(area, told[moment], *ends, Profile.CAR, (RouteKind.FASTEST,), told[moment].step_now)
                for moment in (0.0, 3600.0, 10_800.0)
            }
        except UnreachableError:
            continue
        used = {moment: set(network.street[way.routes[0].edges]) for moment, way in ways.items()}
        assert not used[3600.0] & barred
        if one.streets[0] in used[0.0]:
            n_changed += used[3600.0] != used[0.0] and used[10_800.0] == used[0.0]
    assert n_changed >= 1


DONGJAK_MM_PER_H = 141.5
"""Rain of Dongjak, 2022-08-08 20:05 to 21:05 KST, as the press gave it (this project's design notes)."""


def seoul_gauge(rates, end_s):
    """One gauge in the centre that reports every ten minutes."""
    time_s = end_s - 600.0 * np.arange(len(rates))[::-1]
    return RainGauges(np.array([37.5714]), np.array([126.9658]), time_s, np.asarray(rates, float)[:, None])


@pytest.mark.shared
def test_central_seouls_underpasses_close_first(shared_data):
    """As it rained in the centre nothing closes; as it rained in Dongjak underpasses do, and nothing else does."""
    table = read_streets(shared_data / "geo" / "streets_seoul" / "seoul_central_drive.graphml", BuildReport()).table
    lat, lon = table.point_lat_deg, table.point_lon_deg
    grid = Grid.from_bounds(lon.min() - 0.002, lat.min() - 0.002, lon.max() + 0.002, lat.max() + 0.002, 50.0)
    area = dataclasses.replace(tiny_area("seoul"), network=own_cells(network_from_streets(table, grid)), grid=grid)
    under = {int(s) for s in area.network.street[(area.network.flags & EdgeFlag.UNDERPASS) > 0]}
    assert len(under) >= 5
    hours = pd.read_csv(shared_data / "typhoon" / "kma_asos_hourly_2018_2022.csv.gz", parse_dates=["time_kst"])
    day = hours[(hours["stn"] == 108) & hours["time_kst"].between("2022-08-08 18:00", "2022-08-08 23:00")]
    centre = np.repeat(day["rain_mm"].fillna(0.0).to_numpy(float), 6)
    dongjak = np.concatenate([np.full(12, 20.0), np.full(6, DONGJAK_MM_PER_H)])
    for rates, closes in ((centre, False), (dongjak, True)):
        now = Situation("seoul", EPOCH_S, LEADS, seoul_gauge(rates, EPOCH_S), None, None, (), (), (), (), (), None)
        found = assess(area, now)
        streets = {s for one in in_force(found) for s in one.streets}
        assert bool(streets) == closes and streets <= under
        assert all(one.reason is ClosureReason.UNDERPASS for one in modelled(found))
