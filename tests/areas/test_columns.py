import math

import pytest

from dashboard.areas.columns import COLUMNS, describe_columns, parse_column_map, parse_number, pick_columns
from risk_core.errors import InputError


@pytest.mark.parametrize(
    ("word", "value"),
    [("12", 12.0), (" 1,200.5 ", 1200.5), ("-3", -3.0), ("many", None), ("inf", None), ("1e400", None), ("", math.nan)],
)
def test_numbers(word, value):
    found = parse_number(word)
    assert found == value or (math.isnan(value) and math.isnan(found))


def test_map_options_are_read_and_all_wrong_ones_named_at_once():
    assert parse_column_map(["lat=위도값", "shelters.name=title"]) == {"lat": "위도값", "shelters.name": "title"}
    with pytest.raises(InputError) as caught:
        parse_column_map(["lat", "nonsense=x", "capacity=", "rivers.name=y", "lon=ok"])
    assert [fault.value for fault in caught.value.faults] == ["'lat'", "'nonsense=x'", "'capacity='", "'rivers.name=y'"]


def test_columns_are_found_by_name_alias_or_option():
    found = {"시설명": ["학교"], "LAT": ["1"], "경도": ["2"], "seats": ["300"], "gu": ["중구"], "dong": ["명동"]}
    renamed = {"capacity": "seats", "shelters.detail": "gu+dong", "shelters.id": ":all-the-same"}
    assert pick_columns(found, "shelters", renamed, "a.csv") == {
        "name": ["학교"],
        "lat": ["1"],
        "lon": ["2"],
        "capacity": ["300"],
        "detail": ["중구 명동"],
        "id": ["all-the-same"],
    }


def test_an_empty_column_gives_way_to_a_filled_one():
    found = {"id": ["", ""], "code": ["1", "2"], "capacity": ["", ""]}
    assert pick_columns(found, "shelters", {}, "a.csv") == {"id": ["1", "2"], "capacity": ["", ""]}


def test_an_option_without_a_kind_is_for_whichever_file_has_the_column():
    assert pick_columns({"name": ["a"]}, "places", {"name": "elsewhere"}, "a.csv") == {"name": ["a"]}


def test_a_missing_required_column_names_those_there_are_and_the_remedy():
    with pytest.raises(InputError) as caught:
        pick_columns({"people_n": ["1"]}, "population", {"population.lat": "breite"}, "p.csv")
    text = str(caught.value)
    assert "p.csv: column breite is missing" in text
    assert "column population is missing" in text
    assert "The file has: people_n." in text and "--map-column population=THEIRS" in text


def test_help_describes_every_column():
    text = describe_columns()
    for kind, columns in COLUMNS.items():
        assert f"--{kind}" in text
        assert all(column.name in text and column.meaning in text for column in columns)
