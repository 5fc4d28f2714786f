"""Counts of people laid on the raster: by cell, by district, by hour of the area's own clock."""

from datetime import timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from dashboard.store.people import MAX_AGE_DAY, UNKNOWN_CV, PeopleMemo, read_people
from risk_core.hazards.epidemic.presence import PresenceBasis, gather_people
from risk_core.state.area import Area
from risk_core.units import S_PER_DAY, S_PER_H

ZONE = timezone(timedelta(hours=9))
NOON_S = 1_785_888_000.0 + 3 * S_PER_H
"""Wednesday 2026-08-05, 12:00 by the clock of `ZONE`."""


@pytest.fixture
def store(tmp_path: Path) -> ObservationStore:
    return ObservationStore(f"sqlite:///{tmp_path / 'store.sqlite'}")


def put(store: ObservationStore, kind: Kind, *records: dict[str, object], source: str = "x", simulated: bool = False):
    report = store.ingest(kind, "tiny", records, source=source, simulated=simulated, received_s=NOON_S)
    assert report.n_refused == 0, report.faults


def whole(hour: float, persons: float, district: str = "west", **more: object) -> dict[str, object]:
    return {"district_id": district, "hour_s": NOON_S + hour * S_PER_H, "persons": persons, **more}


def of_district(area: Area, value: np.ndarray, district: int) -> np.ndarray:
    return value[:, area.district.ravel() == district]


def test_nobody_counts_nobody_is_told(store: ObservationStore, area: Area) -> None:
    assert read_people(store, area, NOON_S, ZONE) is None


def test_a_district_is_spread_as_its_residents_are(store: ObservationStore, area: Area) -> None:
    put(store, Kind.COUNTS, whole(-1, 900.0), whole(-2, 300.0), whole(-1, 5.0, "elsewhere"))
    found = read_people(store, area, NOON_S, ZONE)
    assert found is not None and found.utc_offset_s == 9 * S_PER_H
    west = of_district(area, found.persons, 0)
    assert np.nansum(west[10:12], axis=1) == pytest.approx([300.0, 900.0], rel=1e-5)
    assert np.isnan(west[9]).all() and np.isnan(of_district(area, found.persons, 1)).all()
    homes = area.population.ravel()[area.district.ravel() == 0]
    assert west[11] / 900.0 == pytest.approx(homes / homes.sum(), rel=1e-4)


def test_days_of_the_same_kind_are_averaged_and_their_difference_is_told(store: ObservationStore, area: Area) -> None:
    put(store, Kind.COUNTS, whole(-1, 100.0, sd_persons=1), whole(-25, 140.0, sd_persons=1),
        whole(-4 * 24 + 1, 900.0, sd_persons=1))  # fmt: skip
    found = read_people(store, area, NOON_S, ZONE)
    assert found is not None and found.n_day == 3
    west = of_district(area, found.persons, 0)
    assert np.nansum(west[11]) == pytest.approx(120.0, rel=1e-3), "Saturday's count says next to nothing of Wednesday"
    assert of_district(area, found.cv, 0)[11].max() == pytest.approx(20.0 / 120.0, rel=0.02)


def test_an_unknown_error_is_assumed_and_grows_with_age(store: ObservationStore, area: Area) -> None:
    put(store, Kind.COUNTS, whole(-1, 1000.0))
    young, old = (read_people(store, area, NOON_S + day * S_PER_DAY, ZONE) for day in (0, 21))
    assert young is not None and old is not None
    assert np.nanmax(young.cv) == pytest.approx(UNKNOWN_CV, rel=0.02)
    assert np.nanmax(old.cv) > np.nanmax(young.cv) + 0.03
    assert read_people(store, area, NOON_S + (MAX_AGE_DAY + 1) * S_PER_DAY, ZONE) is None


def test_a_count_of_a_cell_stands_before_that_of_its_district(store: ObservationStore, area: Area) -> None:
    lat, lon = area.grid.row_lat_deg[3], area.grid.col_lon_deg[2]
    put(store, Kind.COUNTS, {"lat": lat, "lon": lon, "hour_s": NOON_S - S_PER_H, "persons": 70.0}, whole(-1, 500.0))
    found = read_people(store, area, NOON_S, ZONE)
    assert found is not None
    cell = area.grid.cell_of(float(lat), float(lon))
    assert area.district.ravel()[cell] == 0
    assert np.nansum(of_district(area, found.persons, 0)[11]) == pytest.approx(500.0, rel=1e-4)
    assert found.persons[11, cell] == pytest.approx(70.0)


def test_a_coarse_cell_is_spread_over_the_cells_near_it(store: ObservationStore, area: Area) -> None:
    step = 4
    rows, cols = area.grid.row_lat_deg[2::step], area.grid.col_lon_deg[2::step]
    hour_s = NOON_S - S_PER_H
    records = [{"lat": lat, "lon": lon, "hour_s": hour_s, "persons": 160.0} for lat in rows for lon in cols]
    put(store, Kind.COUNTS, *records)
    found = read_people(store, area, NOON_S, ZONE)
    assert found is not None
    assert np.nansum(found.persons[11]) == pytest.approx(160.0 * len(records), rel=1e-4)
    assert np.isfinite(found.persons[11]).mean() > 0.8 and found.persons[11].max() < 160.0


def test_hours_between_are_filled_only_where_enough_are_known(store: ObservationStore, area: Area) -> None:
    put(store, Kind.COUNTS, *(whole(-hour, 100.0 + hour) for hour in range(1, 24, 2)), whole(-1, 9.0, "east"))
    found = read_people(store, area, NOON_S, ZONE)
    assert found is not None
    assert np.isfinite(of_district(area, found.persons, 0)).any(axis=1).all()
    assert np.isfinite(of_district(area, found.persons, 1)).any(axis=1).sum() == 1


def test_simulated_counts_stand_above_observed_ones_and_bad_ones_count_for_nothing(store, area) -> None:
    put(store, Kind.COUNTS, whole(-1, 100.0))
    put(store, Kind.COUNTS, whole(-1, 9e8, quality="bad"), source="broken")
    assert np.nansum(read_people(store, area, NOON_S, ZONE).persons[11]) == pytest.approx(100.0, rel=1e-4)
    put(store, Kind.COUNTS, whole(-1, 40.0), source="drill", simulated=True)
    found = read_people(store, area, NOON_S, ZONE)
    assert found.simulated and np.nansum(found.persons[11]) == pytest.approx(40.0, rel=1e-4)


def test_a_source_weighs_by_the_trust_in_it_and_less_trust_widens_the_error(store, area) -> None:
    put(store, Kind.COUNTS, whole(-1, 900.0, sd_persons=90), source="theirs")
    alone = {trust: read_people(store, area, NOON_S, ZONE, {"theirs": trust}) for trust in (1.0, 0.25)}
    cv = {trust: np.nanmax(of_district(area, found.cv, 0)) for trust, found in alone.items()}
    assert cv[0.25] == pytest.approx(2 * cv[1.0], rel=1e-3)
    put(store, Kind.COUNTS, whole(-1, 300.0, sd_persons=90), source="ours")
    equal, doubted = (read_people(store, area, NOON_S, ZONE, {"theirs": trust}) for trust in (1.0, 0.5))
    assert np.nansum(of_district(area, equal.persons, 0)[11]) == pytest.approx(600.0, rel=1e-4)
    assert np.nansum(of_district(area, doubted.persons, 0)[11]) == pytest.approx(500.0, rel=1e-4)
    memo = PeopleMemo()
    first = memo.read(store, area, NOON_S, ZONE)
    memo.trust = {"theirs": 0.5}
    assert memo.read(store, area, NOON_S, ZONE) is not first


def test_trips_are_the_mean_of_the_days_counted_and_become_presence(store: ObservationStore, area: Area) -> None:
    trip = {"origin": "west", "destination": "east", "persons": 60.0}
    put(store, Kind.FLOWS, trip | {"hour_s": NOON_S - 4 * S_PER_H},
        trip | {"hour_s": NOON_S - 28 * S_PER_H, "persons": 40.0})  # fmt: skip
    found = read_people(store, area, NOON_S, ZONE)
    assert found is not None and found.trips is not None and found.trips[8, 0, 1] == pytest.approx(50.0)
    presence = gather_people(area, found)
    assert presence.basis is PresenceBasis.FLOWS and presence.cv is None
    homes = [area.population.ravel()[area.district.ravel() == one].sum() for one in (0, 1)]
    assert of_district(area, presence.people, 1)[12].sum() == pytest.approx(homes[1] + 50.0, rel=1e-4)
    assert presence.mix[12, 1, 0] == pytest.approx(50.0 / (homes[1] + 50.0))


def test_where_nobody_counted_the_residents_stay(store: ObservationStore, area: Area) -> None:
    put(store, Kind.COUNTS, whole(-1, 900.0))
    presence = gather_people(area, read_people(store, area, NOON_S, ZONE))
    assert presence.basis is PresenceBasis.LIVING
    homes = area.population.ravel()[area.district.ravel() == 1]
    assert of_district(area, presence.people, 1)[11] == pytest.approx(homes)
    assert presence.cv is not None and np.isfinite(presence.cv[11, 0]) and np.isnan(presence.cv[11, 1])
    assert presence.hour_of(NOON_S) == 12


def test_memo_gives_the_same_object_until_somebody_counts(store: ObservationStore, area: Area) -> None:
    memo = PeopleMemo()
    assert memo.read(store, area, NOON_S, ZONE) is None
    put(store, Kind.COUNTS, whole(-1, 900.0))
    first = memo.read(store, area, NOON_S, ZONE)
    assert memo.read(store, area, NOON_S + 60.0, ZONE) is first
    gather = memo.over(gather_people)
    assert gather(area, first) is gather(area, first)
    put(store, Kind.COUNTS, whole(-2, 901.0))
    second = memo.read(store, area, NOON_S, ZONE)
    assert second is not first and gather(area, second) is not gather(area, first)
