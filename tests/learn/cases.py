"""Invented case reports of the tiny area, with every vintage, as a source would send them."""

import dataclasses
from pathlib import Path

import numpy as np

from dashboard.settings import Settings
from dashboard.store.bundles import Manifest, write_bundle
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from risk_core.state.area import Area, District
from risk_core.units import S_PER_DAY
from tests.tiny import tiny_area

NOW_S = 1_782_000_000.0 // S_PER_DAY * S_PER_DAY
SHARES = (0.6, 0.85, 0.95, 1.0)


def waves(n_day: int, n_place: int, seed: int, period_day: float = 90.0, dispersion: float = 15.0) -> np.ndarray:
    """Daily counts round slow waves with a weekly rhythm, shape=(n_day, n_place)."""
    rng = np.random.default_rng(seed)
    day = np.arange(n_day)[:, None]
    phase = rng.uniform(0, 2, n_place)
    log_level = (
        4.2 + 1.0 * np.sin(2 * np.pi * day / period_day + phase) + rng.normal(0, 0.01, (n_day, n_place)).cumsum(0)
    )
    weekday = np.array([0.75, 1.1, 1.1, 1.05, 1.05, 1.0, 0.95])[day % 7]
    mean = np.exp(log_level) * weekday
    return rng.poisson(mean * rng.gamma(dispersion, 1 / dispersion, mean.shape)).astype(float)


def reports(
    final: np.ndarray, area: Area, last_day_s: float, shares: tuple[float, ...] = SHARES
) -> list[dict[str, object]]:
    """One record a district, day and age at which its count was told."""
    first_s = last_day_s - (len(final) - 1) * S_PER_DAY
    found = []
    for day, row in enumerate(final):
        day_s = first_s + day * S_PER_DAY
        for place, value in enumerate(row):
            for age, share in enumerate(shares):
                as_of_s = day_s + (1 + age) * S_PER_DAY
                if as_of_s <= last_day_s + S_PER_DAY:
                    name = area.districts[place].district_id
                    found.append({"district_id": name, "day_s": day_s, "as_of_s": as_of_s,
                                  "count": round(float(value * share))})  # fmt: skip
    return found


def wide_area(n_district: int) -> Area:
    """The tiny area with more districts on paper; the map keeps its two."""
    area = tiny_area()
    more = tuple(
        District(
            f"d{k}", f"구{k}", f"District {k}", f"D{k}", 50_000.0, area.districts[0].lat_deg, area.districts[0].lon_deg
        )
        for k in range(n_district - len(area.districts))
    )
    both = tuple(dataclasses.replace(one, population=60_000.0) for one in area.districts)
    return dataclasses.replace(area, districts=both + more)


def library_with(home: Path, area: Area) -> Library:
    """A home with one area and no observations."""
    library = Library(Settings(home=home, area=area.area_id, drill=False), marks_use=False)
    write_bundle(home, area, Manifest())
    return library


def put(library: Library, records: list[dict[str, object]], source: str = "city", simulated: bool = False) -> None:
    """Ingest them all."""
    report = library.observations.ingest(
        Kind.CASES, library.settings.area, records, source=source, simulated=simulated, received_s=NOW_S
    )
    assert report.faults == (), report.faults[:3]
