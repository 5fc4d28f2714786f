"""The case forecast on the record of Seoul's districts and Korea's provinces, on days it was not chosen on."""

import numpy as np
import pytest

from dashboard.score.epidemic.daily import score_days
from dashboard.score.epidemic.table import read_daily

pytestmark = pytest.mark.shared


def scored(path, ours, without, first, last, every):
    table = read_daily(path, ours, without)
    start, stop = ((np.datetime64(one) - table.day[0]).astype(int) for one in (first, last))
    return [one.to_dict() for one in score_days(table, range(start, stop, every), (1, 7, 14))]


def test_seoul_districts_beat_the_same_weekday(shared_data):
    path = shared_data / "epidemic" / "seoul_gu_daily.csv.gz"
    ours = {"gu_en": "location", "cases": "value"}
    for one in scored(path, ours, ["Other"], "2020-11-15", "2021-06-20", 5):
        assert one["relative_wis"] <= 0.85 and one["relative_log_wis"] <= 0.85, one
        assert 0.45 <= one["coverage"]["50"] <= 0.56 and 0.92 <= one["coverage"]["95"] <= 0.985, one


def test_korean_provinces_beat_the_same_weekday(shared_data):
    path = shared_data / "epidemic" / "kr_sido_daily.csv.gz"
    ours = {"region_en": "location", "new_cases": "value"}
    for one in scored(path, ours, ["Quarantine"], "2020-11-15", "2022-12-10", 11):
        assert one["relative_wis"] <= 0.85 and one["relative_log_wis"] <= 0.85, one
        assert 0.44 <= one["coverage"]["50"] <= 0.56 and 0.91 <= one["coverage"]["95"] <= 0.985, one
