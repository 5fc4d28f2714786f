"""RSMC Tokyo best tracks and IBTrACS at the door: units, averaging time, repairs and refusals. All samples invented."""

import pytest

from dashboard.feeds.best_track import parse_best_track
from dashboard.feeds.files import read_parts
from dashboard.store.checking import Reading, check_records
from dashboard.store.kinds import KINDS, Kind

SPEC = KINDS[Kind.TRACKS]
KNOT, MILE = 1852 / 3600, 1852.0


def line(time, lat, lon, hpa=960, kt=80, r50=(70, 50), r30=(200, 160)):
    radii = f"9{r50[0]:04d} {r50[1]:04d} 9{r30[0]:04d} {r30[1]:04d}"
    return f"{time} 002 5 {round(lat * 10):03d} {round(lon * 10):04d} {hpa:04d}     {kt:03d}     {radii}".ljust(80)


def header(n, number="9901", name="SAMPLE"):
    return f"66666 {number}  {n:03d} 0001 {number} 0 6             {name:20s}20990101        "


def sample(*lines, n=None):
    return "\n".join([header(len(lines) if n is None else n), *lines]).encode()


FIXES = (line("99090100", 20.0, 179.6), line("99090106", 20.5, 180.4), line("99090112", 21.0, 181.2))


def test_units_averaging_time_and_date_line():
    part = parse_best_track(sample(*FIXES), "bst.txt")
    assert not part.faults and len(part.records) == 3
    first, second = part.records[0], part.records[1]
    assert first["name"] == "SAMPLE" and first["storm_id"] == "9901" and first["averaging_s"] == 600.0
    assert first["max_wind_m_per_s"] == pytest.approx(80 * KNOT)
    assert first["lon_deg"] == 179.6 and second["lon_deg"] == pytest.approx(-179.6)
    assert second["time_s"] - first["time_s"] == 6 * 3600 and first["issue_s"] == first["time_s"]
    assert 60 * MILE < first["radius_25_m"] < 66 * MILE and 180 * MILE < first["radius_15_m"] < 195 * MILE
    assert not check_records(SPEC, part.records, Reading(part.places)).faults


def test_two_digit_years():
    old = parse_best_track(sample(line("51090100", 20, 130)), "b.txt").records[0]["time_s"]
    new = parse_best_track(sample(line("18090100", 20, 130)), "b.txt").records[0]["time_s"]
    assert old < 0 < new


def test_wind_000_and_radius_0_are_missing_not_calm():
    record = parse_best_track(sample(line("18090100", 20, 130, 1004, 0, (0, 0), (0, 0))), "b.txt").records[0]
    assert record["max_wind_m_per_s"] is None and record["radius_15_m"] is None and record["radius_25_m"] is None


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (sample(*FIXES, n=5), "5 as its header says"),
        (sample(FIXES[0][:20]), "best track line"),
        (sample(FIXES[0][:35]), "best track line"),
        (sample(FIXES[0][:61]), "best track line"),
        (sample(FIXES[0], line("99090100", 25.0, 179.6)), "one fix a time"),
        (sample(line("99133100", 20.0, 130.0)), "best track line"),
        (sample(line("99090100", 99.9, 130.0)), "0-90 N"),
        (b"date,lat,lon\n1,2,3", "header that begins with 66666"),
        (sample(*FIXES).replace(b"179", b"1x9"), "best track line"),
    ],
)
def test_what_is_damaged_is_refused_as_a_whole(data, wanted):
    part = parse_best_track(data, "bst.txt")
    assert not part.records and part.n_refused >= 1
    assert wanted in str(part.faults[0]) and "bst.txt:" in str(part.faults[0])


def test_one_damaged_storm_leaves_the_others():
    data = sample(*FIXES, n=4) + b"\n" + sample(*FIXES)
    part = parse_best_track(data, "bst.txt")
    assert len(part.records) == 3 and len(part.faults) == 1


def test_twice_alike_counts_once_and_gaps_are_told():
    part = parse_best_track(sample(FIXES[0], FIXES[0], line("99090300", 24.0, 179.0)), "bst.txt")
    assert len(part.records) == 2
    assert any("given twice" in note for note in part.notes) and any("no fix for 48 h" in note for note in part.notes)


def test_ingest_takes_the_text_by_its_ending(tmp_path):
    path = tmp_path / "bst.txt"
    path.write_bytes(sample(*FIXES))
    (part,) = read_parts(path, SPEC, [])
    assert len(part.records) == 3


NAMES = (
    "SID,NAME,ISO_TIME,LAT,LON,WMO_WIND,WMO_PRES,WMO_AGENCY,TRACK_TYPE,USA_WIND,USA_PRES,TOKYO_WIND,TOKYO_PRES,"
    "TOKYO_R50_LONG,TOKYO_R50_SHORT,TOKYO_R30_LONG,TOKYO_R30_SHORT"
)
IBTRACS = f"""{NAMES}
 , , ,degrees_north,degrees_east,kts,mb, , ,kts,mb,kts,mb,nmile,nmile,nmile,nmile
S1,SAMPLE,2018-09-01 00:00:00,20.0,181.0,70,960,tokyo,main,90,950,80,955,70,50,200,160
S1,SAMPLE,2018-09-01 06:00:00,20.5,180.0, , , ,main,100,945, , , , , ,
S1,SAMPLE,2018-09-01 12:00:00,21.0,179.0,60,970,newdelhi,main, , , , , , , ,
S1,SAMPLE,2018-09-01 12:00:00,21.0,170.0,60,970,tokyo,spur, , , , , , , ,
"""


def test_ibtracs_takes_one_agency_a_row_with_its_averaging_time(tmp_path):
    path = tmp_path / "ibtracs.csv"
    path.write_text(IBTRACS, "utf-8")
    (part,) = read_parts(path, SPEC, [])
    checked = check_records(SPEC, part.records, Reading(part.places))
    assert not checked.faults
    tokyo, usa, delhi = checked.rows
    assert tokyo["lon_deg"] == -179.0 and tokyo["max_wind_m_per_s"] == pytest.approx(80 * KNOT)
    assert tokyo["central_pressure_hpa"] == 955 and tokyo["radius_15_m"] > tokyo["radius_25_m"] > 60 * MILE
    assert usa["max_wind_m_per_s"] == pytest.approx(0.93 * 100 * KNOT) and usa["averaging_s"] == 600
    assert delhi["max_wind_m_per_s"] is None and delhi["central_pressure_hpa"] == 970


def test_extract_of_ibtracs(tmp_path):
    path = tmp_path / "extract.csv"
    rows = ("sid,time_utc,lat,lon,wmo_wind_kt,wmo_pres_hpa", "S1,2018-09-01 00:00:00,20,130,50,980",
            "S1,2018-09-01 06:00:00,20,x,50,980")  # fmt: skip
    path.write_text("\n".join(rows), "utf-8")
    (part,) = read_parts(path, SPEC, [])
    assert len(part.records) == 1 and part.n_refused == 1 and part.records[0]["averaging_s"] == 600.0


@pytest.mark.shared
def test_the_whole_best_track_file(shared_data):
    """167 storms and 6,048 fixes as SOURCE.md counts them; none refused."""
    path = shared_data / "typhoon" / "jma_bst_2015_2021_raw.txt"
    (part,) = read_parts(path, SPEC, [])
    assert len(part.records) == 6048 and not part.faults
    assert len({record["storm_id"] for record in part.records}) == 167
    assert not check_records(SPEC, part.records, Reading(part.places)).faults
