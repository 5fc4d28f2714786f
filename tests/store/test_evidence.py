"""Surveys and deaths that came in become infections per report, dated, and only those known by then."""

from datetime import date
from pathlib import Path

import pytest

from dashboard.store.evidence import COMPLETE_DAY, FATALITY_RATIO, EvidenceMemo, read_ascertainment
from dashboard.store.kinds import Kind
from dashboard.store.observations import ObservationStore
from risk_core.hazards.epidemic.ascertainment import ASCERTAINMENT_DEFAULT, AscertainmentSource
from risk_core.state.area import Area
from risk_core.units import S_PER_DAY

TODAY = date(2026, 8, 5).toordinal() - date(1970, 1, 1).toordinal()
NOW_S = TODAY * S_PER_DAY + 3600.0


@pytest.fixture
def store(tmp_path: Path) -> ObservationStore:
    return ObservationStore(f"sqlite:///{tmp_path / 'store.sqlite'}")


def put(store, kind: Kind, *records, simulated: bool = False) -> None:
    report = store.ingest(kind, "tiny", records, source="x", simulated=simulated, received_s=NOW_S)
    assert report.n_refused == 0, report.faults


def daily(count: float, first: int, last: int, district: str = "west") -> list[dict[str, object]]:
    days = range(TODAY - first, TODAY - last)
    return [
        {"district_id": district, "day_s": day * S_PER_DAY, "as_of_s": (day + 1) * S_PER_DAY, "count": count}
        for day in days
    ]


def round_of(day_ago: int, positive: int, tested: int = 2000, **more) -> dict[str, object]:
    day_s = (TODAY - day_ago) * S_PER_DAY
    return {"day_s": day_s, "as_of_s": day_s, "positive": positive, "tested": tested} | more


def people(area: Area, name: str = "") -> float:
    return sum(one.population for one in area.districts if name in ("", one.district_id))


def test_without_evidence_the_default_holds(store, area) -> None:
    put(store, Kind.CASES, *daily(10, 60, 0))
    assert read_ascertainment(store, area, NOW_S) == ASCERTAINMENT_DEFAULT


def test_two_rounds_of_a_survey_lead_back_to_infections(store, area) -> None:
    """Five of a hundred more have antibodies, and forty days' reports are half of that."""
    n_report = 0.05 * people(area) / 2.0
    put(store, Kind.CASES, *daily(n_report / 40, 100, 0))
    put(store, Kind.SURVEYS, round_of(50, 2_000, 200_000))
    assert read_ascertainment(store, area, NOW_S) == ASCERTAINMENT_DEFAULT, "one round tells no rise"
    put(store, Kind.SURVEYS, round_of(10, 12_000, 200_000))
    found = read_ascertainment(store, area, NOW_S)
    assert found.sources[0] is AscertainmentSource.SEROLOGY
    assert 2.0 < found.infections_per_report < 2.6 and found.cv < ASCERTAINMENT_DEFAULT.cv
    assert found.day == date.fromordinal(date(1970, 1, 1).toordinal() + TODAY - 34).isoformat()


def test_a_survey_of_a_district_is_taken_with_its_own_cases(store, area) -> None:
    put(store, Kind.CASES, *daily(0.05 * people(area, "west") / 2.0 / 40, 100, 0), *daily(999, 100, 0, "east"))
    rounds = round_of(50, 2_000, 200_000, district="west"), round_of(10, 12_000, 200_000, district="west")
    put(store, Kind.SURVEYS, *rounds)
    assert 2.0 < read_ascertainment(store, area, NOW_S).infections_per_report < 2.8


def test_deaths_lead_back_too_and_the_newest_days_wait(store, area) -> None:
    put(store, Kind.CASES, *daily(100, 120, 0))
    put(store, Kind.DEATHS, *daily(100 * 6 * FATALITY_RATIO, 120, COMPLETE_DAY - 3), *daily(0, COMPLETE_DAY - 3, 0))
    found = read_ascertainment(store, area, NOW_S)
    assert AscertainmentSource.DEATHS in found.sources
    assert 4.0 < found.infections_per_report < 6.0, "between the default and what the deaths say"


def test_what_is_not_known_yet_a_drill_and_nonsense_tell_nothing(store, area) -> None:
    put(store, Kind.CASES, *daily(10, 100, 0))
    put(store, Kind.SURVEYS, round_of(50, 20), round_of(10, 120) | {"as_of_s": NOW_S + 60.0})
    assert read_ascertainment(store, area, NOW_S) == ASCERTAINMENT_DEFAULT
    put(store, Kind.SURVEYS, round_of(10, 1), simulated=True)
    put(store, Kind.SURVEYS, round_of(12, 10, day_s=(TODAY - 12) * S_PER_DAY))
    assert read_ascertainment(store, area, NOW_S) == ASCERTAINMENT_DEFAULT, "a share that fell"
    put(store, Kind.DEATHS, *daily(0, 60, 0))
    assert read_ascertainment(store, area, NOW_S) == ASCERTAINMENT_DEFAULT


def test_memo_reads_again_when_evidence_comes(store, area) -> None:
    memo = EvidenceMemo()
    put(store, Kind.CASES, *daily(0.05 * people(area) / 80, 100, 0))
    assert memo.read(store, area, NOW_S) is ASCERTAINMENT_DEFAULT
    put(store, Kind.SURVEYS, round_of(50, 2_000, 200_000), round_of(10, 12_000, 200_000))
    first = memo.read(store, area, NOW_S)
    assert first is not ASCERTAINMENT_DEFAULT and memo.read(store, area, NOW_S + 60.0) is first
