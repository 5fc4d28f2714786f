"""Every code the models give has its words in every language."""

import pytest

from dashboard.i18n import has_text, languages
from dashboard.views.reasons import reason_text
from risk_core.fields.advice import ADVICE, ALWAYS
from risk_core.hazards.epidemic.reason import explain_infection
from risk_core.hazards.flood.reason import explain_flood
from risk_core.hazards.rain.reason import explain_rain
from risk_core.hazards.typhoon.reason import explain_typhoon
from risk_core.state.assessment import Reason
from risk_core.state.level import Hazard

REASONS = [
    explain_rain({"accumulation_1h_mm": 55.0, "rain_rate_mm_per_h": 3.0}),
    *(explain_rain({"accumulation_3h_mm": mm, "gauge_known_share": 0.1}) for mm in (65.0, 95.0)),
    *(explain_rain({"accumulation_1h_mm": mm}) for mm in (80.0, 120.0)),
    explain_rain({"accumulation_1h_mm": 5.0}),
    explain_rain({"accumulation_1h_mm": 0.0}),
    explain_rain({}),
    explain_infection({"contact_prob": 0.07, "incidence_per_100k_7day": 210.0}),
    explain_infection({"contact_prob": 0.07}),
    explain_infection({"contact_prob": 0.0}),
    explain_infection({}),
    explain_flood({"inundation_depth_m": 0.4, "depth_speed_m2_per_s": 0.1, "peak_depth_m": 0.5, "peak_lead_s": 600.0}),
    explain_flood({"inundation_depth_m": 0.0, "peak_depth_m": 0.5, "peak_lead_s": 600.0, "accumulation_1h_mm": 30.0}),
    explain_typhoon({"gust_m_per_s": 31.4, "wind_m_per_s": 19.0}),
    explain_typhoon({"gust_m_per_s": 4.0, "wind_m_per_s": 2.4}),
    explain_typhoon({}),
    *(Reason(f"{hazard}_{kind}", {"lead_h": 1.5}) for hazard in Hazard for kind in ("outlook", "past")),
    *(Reason(f"{hazard}_{kind}", {}) for hazard in Hazard for kind in ("none", "unknown")),
]


@pytest.mark.parametrize("lang", languages())
def test_reasons_are_said(lang):
    for reason in REASONS:
        said = reason_text(reason, lang)
        assert said and "{" not in said and "nan" not in said, reason.code


@pytest.mark.parametrize("lang", languages())
def test_advice_is_said(lang):
    for code in {ALWAYS, *(code for codes in ADVICE.values() for code in codes)}:
        assert has_text(f"advice.{code}", lang), code
