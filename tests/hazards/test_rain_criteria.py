"""Official figures, by the day they came into force."""

from datetime import datetime

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.criteria import KOREA
from risk_core.hazards.rain.criteria import KMA_RULES, RainNotice, RainRule, RainRules, notices, rules_at
from risk_core.hazards.rain.options import RAIN_SCALES
from risk_core.hazards.rain.reason import explain_rain

ADVISORY, WARNING, MESSAGE, HIGHER = RainNotice


def unix_s(text):
    return datetime.fromisoformat(text).replace(tzinfo=KOREA).timestamp()


@pytest.mark.parametrize(
    ("at", "valid_from"),
    [
        ("2001-01-01", "2011-06-01"),
        ("2018-05-31 23:59", "2011-06-01"),
        ("2018-06-01 00:00", "2018-06-01"),
        ("2023-07-11", "2023-06-15"),
        ("2025-05-14 23:59", "2024-05-15"),
        ("2025-05-15 00:00", "2025-05-15"),
        ("2030-01-01", "2026-05-15"),
    ],
)
def test_the_rules_of_a_day(at, valid_from):
    assert rules_at(unix_s(at)).valid_from == valid_from
    assert rules_at(unix_s(at), KMA_RULES[::-1]).valid_from == valid_from


@pytest.mark.parametrize(
    ("sums", "at", "met"),
    [
        ({3: 59.9, 12: 109.9}, "2025-08-01", []),
        ({3: 60.0}, "2025-08-01", [ADVISORY]),
        ({12: 110.0}, "2025-08-01", [ADVISORY]),
        ({3: 90.0}, "2025-08-01", [ADVISORY, WARNING]),
        ({12: 180.0}, "2017-08-01", [ADVISORY, WARNING]),
        ({3: 90.0}, "2017-08-01", []),
        ({6: 70.0}, "2017-08-01", [ADVISORY]),
        ({1: 50.0, 3: 89.9}, "2025-08-01", [ADVISORY]),
        ({1: 50.0, 3: 90.0}, "2025-08-01", [ADVISORY, WARNING, MESSAGE]),
        ({1: 50.0, 3: 90.0}, "2022-08-08", [ADVISORY, WARNING]),
        ({1: 72.0}, "2025-08-01", [MESSAGE]),
        ({1: 100.0, 3: 100.0}, "2026-08-01", [ADVISORY, WARNING, MESSAGE, HIGHER]),
        ({1: 100.0, 3: 100.0}, "2025-08-01", [ADVISORY, WARNING, MESSAGE]),
        ({1: float("nan"), 3: 95.0}, "2025-08-01", [ADVISORY, WARNING]),
        ({}, "2025-08-01", []),
    ],
)
def test_what_sums_give_cause_for(sums, at, met):
    assert list(notices(sums, rules_at(unix_s(at)))) == met


def test_seoul_2022_by_todays_rules_the_message_fires_at_20_36_and_the_north_stays_normal():
    """Dongjak 141.5 mm in 20:05-21:05 on 2022-08-08; even rain passes 72 mm after 30.5 min (KMA, as reported)."""
    rules = rules_at(unix_s("2025-08-08"))
    even = 141.5 * np.arange(61) / 60
    first = next(minute for minute, mm in enumerate(even) if MESSAGE in notices({1: mm, 3: mm}, rules))
    assert first == 31
    south = {"Dongjak": 297.0, "Guro": 242.0, "Hyeonchungwon": 232.5, "Hangang": 216.0, "Songpa": 180.5,
             "Seocho": 181.0, "Gangnam": 151.0}  # fmt: skip
    for name, mm in south.items():
        assert (WARNING if mm >= 180 else ADVISORY) in notices({12: mm}, rules), name
    assert notices({1: 5.0, 3: 5.0, 12: 5.0}, rules) == ()


def test_the_risk_figures_stand_on_the_rules_in_force():
    scales = {int(scale.quantity.split("_")[1].rstrip("h")): scale for scale in RAIN_SCALES}
    rules = rules_at(unix_s("2025-06-01")).rules
    for notice, risk in ((ADVISORY, 0.4), (WARNING, 0.6)):
        for rule in rules:
            if rule.notice is notice:
                ((window_h, mm),) = rule.least_mm
                assert scales[window_h].risk(mm) == pytest.approx(risk)
    assert scales[1].risk(72.0) == pytest.approx(0.8)


def test_the_reason_names_notice_figure_and_rules():
    sums = {"accumulation_1h_mm": 80.0, "accumulation_3h_mm": 85.0, "accumulation_12h_mm": 85.0}
    reason = explain_rain(sums, unix_s("2025-08-01"))
    assert reason.code == "rain_message"
    assert (reason.values["window_h"], reason.values["threshold_mm"]) == (1.0, 72.0)
    assert reason.values["rules"] == "2025-05-15"
    assert explain_rain(sums, unix_s("2022-08-08")).code == "rain_advisory"
    assert explain_rain(sums | {"gauge_known_share": 0.2}).values["gauges"] == "far"


@pytest.mark.parametrize(
    "rules",
    [
        ("2025-13-01", ()),
        ("2025-05-15", (RainRule(ADVISORY, ()),)),
        ("2025-05-15", (RainRule(ADVISORY, ((3, -1.0),)),)),
    ],
)
def test_a_table_that_cannot_be_is_refused(rules):
    with pytest.raises(InputError):
        RainRules(*rules, "everywhere", "test")
    with pytest.raises(InputError, match="version"):
        rules_at(0.0, ())
