"""Scores on the quality page are those of the benchmarks' record, with their baseline and how often intervals held."""

import pytest

from dashboard.pages.quality.measured import RECORD, read_record
from dashboard.views.measured import measured_of, measured_rows, reliability_points

HORIZON = {
    "horizon_day": 7, "relative_wis": 0.71, "relative_wis_interval": [0.6, 0.8], "n_row": 4284,
    "coverage": {"50": 0.49, "80": 0.81, "95": 0.94},
}  # fmt: skip
HUB = {"interval": [0.6, 0.7], "relative_wis": 0.65, "n_row": 13000}
RESULT = {"all": {"against": {"hub_baseline": HUB}, "coverage": {"50": 0.48, "95": 0.94}}}
RECORDED = {
    "C": {"sido": {"result": {"baseline": "same weekday", "horizons": [HORIZON]}}, "europe": {"result": RESULT}}
}


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "the same weekday of the week before"), ("ko", "지난주 같은 요일 값")]
)
def test_each_score_names_its_baseline_interval_and_size(lang: str, words: str) -> None:
    first, second = measured_rows(measured_of(RECORDED), lang)
    assert first[1] == [words] and first[4] == ["4,284"]
    assert first[2][0].startswith("7") and "0.71 (0.60–0.80)" in first[2][0]
    assert first[3] == ["50 → 49, 80 → 81, 95 → 94\xa0%"]
    assert "0.65" in second[2][0]


def test_pairs_of_a_data_set_stand_in_one_picture() -> None:
    assert reliability_points(measured_of(RECORDED)) == [
        ("sido", [(0.5, 0.49), (0.8, 0.81), (0.95, 0.94)]),
        ("europe", [(0.5, 0.48), (0.95, 0.94)]),
    ]


def test_what_was_never_measured_is_not_told() -> None:
    assert measured_of({}) == [] and measured_of({"C": {"seoul": {}}}) == []


def test_the_record_of_the_checkout_is_read_whole() -> None:
    assert RECORD.is_file()
    found = measured_of(read_record())
    assert {one.name for one in found} == {"seoul", "sido", "europe", "america", "taxis"}
    assert all(0 < one.ratio < 2 and one.n_row > 100 and one.held for one in found)
