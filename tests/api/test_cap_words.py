"""Urgency and certainty of a warning that is passed on."""

import dataclasses

import numpy as np
import pytest

from dashboard.api.faces.cap import certainty_of, urgency_of
from risk_core.assess import assess
from tests.assess.test_assess import NOW_S, everything, heavy_rain, nothing
from tests.tiny import tiny_area

AREA = tiny_area()


@pytest.mark.parametrize(
    ("begin_s", "end_s", "word"),
    [(-60, 60, "Immediate"), (0, 60, "Immediate"), (3600, 7200, "Expected"), (3601, 7200, "Future"), (-9, -1, "Past")],
)
def test_urgency_is_the_lead_time(begin_s, end_s, word):
    assert urgency_of(NOW_S + begin_s, NOW_S + end_s, NOW_S) == word


def test_certainty_follows_our_own_risk_and_stays_unknown_without_one():
    told = assess(AREA, dataclasses.replace(nothing(), rain=heavy_rain(60.0)))
    assert certainty_of(NOW_S - 60, NOW_S + 7200, told) == "Observed"
    assert certainty_of(NOW_S + 60, NOW_S + 7200, told) == "Likely"
    assert certainty_of(NOW_S - 60, NOW_S + 7200, assess(AREA, nothing())) == "Unknown"
    dry = assess(AREA, dataclasses.replace(nothing(), rain=heavy_rain(0.0)))
    assert certainty_of(NOW_S - 60, NOW_S + 7200, dry) == "Unknown"


def test_only_the_upper_bound_makes_it_possible():
    told = assess(AREA, everything())
    layers = {
        layer: dataclasses.replace(fields, risk=np.zeros_like(fields.risk), high=np.full_like(fields.high, 110))
        for layer, fields in told.layers.items()
    }
    assert certainty_of(NOW_S - 60, NOW_S + 7200, dataclasses.replace(told, layers=layers)) == "Possible"
