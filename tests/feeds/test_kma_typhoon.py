"""Bulletins of the Korean agency at the door: units, circle, repairs and refusals. All samples invented."""

import numpy as np
import pytest

from dashboard.feeds.files import read_parts
from dashboard.feeds.kma_typhoon import parse_kma_typhoon
from dashboard.store.checking import Reading, check_records
from dashboard.store.kinds import KINDS, Kind
from dashboard.store.measurements import storm_tracks
from risk_core.hazards.typhoon.options import TYPHOON_DEFAULTS
from risk_core.hazards.typhoon.storm import storm_at
from risk_core.hazards.typhoon.track_check import check_track

SPEC = KINDS[Kind.TRACKS]
NOW = "209909050000"


def line(ft, lead, time, lat, lon, ws="45", ps="945", tail="서귀포 남쪽 약 300 km 부근 해상 NW,120", **more):
    rad = {"rad15": "400", "rad25": "180", "rad": "0", "ed15": "NW", "er15": "300", "issue": NOW, "typ": "11"} | more
    return (
        f"{ft} 2099 {rad['typ']} 32 {lead} {rad['issue']} {time} {lat} {lon} NNE 25 {ps} {ws} "
        f"{rad['rad15']} {rad['rad25']} {rad['rad']} {rad['ed15']} {rad['er15']} {tail}"
    )


PAST = line("0", 0, "209909041800", "29.0", "125.0", issue="209909041800")
HERE = line("0", 0, NOW, "30.0", "125.2")
NEXT = line("1", 12, "209909051200", "32.5", "126.4", rad="60")
LAST = line(
    "1", 24, "209909060000", "35.2", "128.9", ws="38", rad="110", tail="부산 부근 -,-999", ed15="-", er15="-999"
)
GOOD = (PAST, HERE, NEXT, LAST)


def bulletin(*lines, end="#7777END", encoding="euc-kr"):
    return "\n".join(["#START7777", "# FT YY TYP SEQ", *lines, end]).encode(encoding)


def test_units_circle_and_times():
    part = parse_kma_typhoon(bulletin(*GOOD), "typ.txt")
    assert not part.faults and len(part.records) == 4
    past, here, ahead, last = part.records
    assert here["storm_id"] == "9911" and here["averaging_s"] == 600.0 and here["max_wind_m_per_s"] == 45.0
    assert past["issue_s"] == past["time_s"] == here["issue_s"] - 6 * 3600
    assert ahead["issue_s"] == here["issue_s"] and ahead["time_s"] - here["time_s"] == 12 * 3600
    assert here["radius_15_m"] == 350e3 and here["radius_25_m"] == 150e3 and here["radius_70_prob_m"] is None
    assert ahead["radius_70_prob_m"] == 60e3 and last["radius_15_m"] == 400e3 and last["radius_25_m"] == 180e3
    assert not check_records(SPEC, part.records, Reading(part.places)).faults


def test_the_circle_reaches_the_members(tmp_path):
    records = parse_kma_typhoon(bulletin(*GOOD), "typ.txt").records
    now_s = records[1]["issue_s"]
    rows = [{**one, "simulated": False, "source": "kma"} for one in records]
    (track,) = storm_tracks(rows, now_s)
    check_track(track)
    ahead = storm_at(track, now_s + 24 * 3600, TYPHOON_DEFAULTS)
    assert ahead.position_sigma_m == pytest.approx(110e3 / 1.5518, rel=1e-4)
    assert len(track.time_s) == 4 and (np.diff(track.time_s) > 0).all()


@pytest.mark.parametrize("encoding", ["euc-kr", "utf-8"])
def test_files_are_told_apart_by_their_first_line(tmp_path, encoding):
    path = tmp_path / "typ_now.txt"
    path.write_bytes(bulletin(*GOOD, encoding=encoding))
    (part,) = read_parts(path, SPEC, [])
    assert len(part.records) == 4 and not part.faults


def test_missing_values_are_missing_and_not_zero():
    bare = line("0", 0, NOW, "30.0", "125.2", ws="-999", ps="-999", rad15="-999", rad25="-999", ed15="-", er15="-999")
    (record,) = parse_kma_typhoon(bulletin(bare), "typ.txt").records
    assert record["max_wind_m_per_s"] is None and record["central_pressure_hpa"] is None
    assert record["radius_15_m"] is None and record["radius_25_m"] is None


def test_the_date_line_is_wrapped():
    east = line("0", 0, NOW, "30.0", "181.5")
    (record,) = parse_kma_typhoon(bulletin(east), "typ.txt").records
    assert record["lon_deg"] == pytest.approx(-178.5)


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ((HERE, line("1", 12, "209909051200", "32.5", "126.4", ws="160")), "m/s"),
        ((HERE, HERE.replace("30.0", "95.0")), "degrees north and east"),
        ((HERE, NEXT[:40]), "bulletin line"),
        ((HERE, NEXT.replace("209909051200", "209913051200")), "bulletin line"),
        ((HERE, HERE.replace("30.0", "30.5")), "one position a time"),
        ((HERE, NEXT.replace("1 2099", "7 2099", 1)), "bulletin line"),
    ],
    ids=["knots", "latitude", "cut line", "month 13", "two places at once", "neither analysis nor forecast"],
)
def test_a_damaged_storm_is_refused_whole_and_the_other_one_kept(lines, wanted):
    other = line("0", 0, NOW, "20.0", "140.0", typ="12")
    part = parse_kma_typhoon(bulletin(*lines, other), "typ.txt")
    assert [one["storm_id"] for one in part.records] == ["9912"]
    assert part.n_refused == len(lines) and len(part.faults) == 1
    assert wanted in part.faults[0].wanted and part.faults[0].place.startswith("typ.txt:")


def test_a_line_given_twice_counts_once_and_a_gap_is_told():
    late = line("1", 60, "209909071200", "41.0", "135.0", rad="250")
    part = parse_kma_typhoon(bulletin(HERE, HERE, late), "typ.txt")
    assert len(part.records) == 2
    assert any("given twice" in note for note in part.notes) and any(
        "no position for 60 h" in one for one in part.notes
    )


def test_a_cut_file_loses_only_the_storm_it_breaks_off_in():
    other = line("0", 0, NOW, "20.0", "140.0", typ="12")
    part = parse_kma_typhoon(bulletin(other, *GOOD, end=""), "typ.txt")
    assert [one["storm_id"] for one in part.records] == ["9912"]
    assert "#7777END" in part.faults[0].wanted


def test_an_empty_bulletin_says_so():
    part = parse_kma_typhoon(bulletin(), "typ.txt")
    assert not part.records and not part.faults and "no storm" in part.notes[0]
