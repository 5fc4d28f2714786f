"""The record of what was learnt, in words."""

import dataclasses
from datetime import UTC

import pytest

from dashboard.store.models import Cause, Decision, HorizonRecord, ModelBook, SourceRecord, Subject, Verdict
from dashboard.views.format import NO_BREAK
from dashboard.views.learnt import decision_rows, decision_words, in_use_sentences, source_rows, week_model_words

ONE = SourceRecord("kdca", 12_345, 1.0, 1.0, None, 0)
DECISION = Decision(
    1_782_000_000.0,
    Subject.TREND,
    Verdict.REFUSED,
    Cause.WORSE,
    first_day_s=1_760_000_000.0,
    last_day_s=1_781_900_000.0,
    sources=(ONE,),
    settings_before=(("damping", 0.85), ("level_var", 0.02), ("of_later", 1.0)),
    settings_after=(("damping", 0.85), ("level_var", 0.05), ("of_later", 2.0)),
    score_before=0.8,
    score_after=0.9,
    horizons=(HorizonRecord(1, 0.7, 0.8), HorizonRecord(7, float("nan"), float("nan"))),
    n_origin=8,
    first_origin_s=1_779_000_000.0,
    last_origin_s=1_779_700_000.0,
).with_id()


def test_a_refusal_says_why_on_what_data_and_with_which_scores():
    words = decision_words(DECISION, UTC, "en")
    facts = {name: value.replace(NO_BREAK, " ") for name, value in words.facts}
    assert (words.tone, words.mark) == ("bad", "Refused")
    assert "more than 2 %" in words.reason
    assert facts["Score before → after"] == "0.800 → 0.900"
    assert facts["Data"].startswith("2025-10-0") and facts["Sources"] == "kdca 12,345 rows"
    assert facts["By days ahead"] == "1 d 0.700 → 0.800 · 7 d –"
    assert facts["Settings"] == "Level variance 0.02 → 0.05 · of_later 1 → 2"
    assert facts["Record"] == DECISION.record_id


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("cause", list(Cause))
def test_every_verdict_and_cause_has_words(lang, cause):
    for verdict in Verdict:
        for subject in Subject:
            words = decision_words(Decision(0.0, subject, verdict, cause, "boom"), UTC, lang)
            assert words.mark and words.title and words.reason and ("boom" in dict(words.facts).values())


def test_what_is_in_use_follows_the_book():
    none = ModelBook("tiny", decisions=(DECISION,))
    assert "default settings" in in_use_sentences(none, False, UTC, "en")[0]
    used = dataclasses.replace(none, trend_id=DECISION.record_id, trend=DECISION.settings_after, weekly_id="w")
    said = in_use_sentences(dataclasses.replace(used, weights=(("a", 0.5), ("b", 0.5))), False, UTC, "en")
    assert DECISION.record_id in said[0] and "weekly forecast" in said[1] and "merged" in said[2]
    assert len(in_use_sentences(used, True, UTC, "ko")) == 1


def test_a_weekly_decision_shows_its_own_score_by_week():
    weekly = dataclasses.replace(DECISION, subject=Subject.WEEKLY)
    said = dict(decision_words(weekly, UTC, "en").facts)["By days ahead"]
    assert said.replace(NO_BREAK, " ") == "1 d 0.800 · 7 d –"


def test_sources_are_shown_where_they_are_weighed():
    assert source_rows((ONE,), "en") == []
    both = (SourceRecord("a", 10, 0.5, 0.7, 0.01, 40), SourceRecord("b", 12, 0.5, 0.3, 0.04, 40))
    assert source_rows(both, "en") == [
        ["a", "0.50 → 0.70", "11 % (40 compared)", "10"],
        ["b", "0.50 → 0.30", "22 % (40 compared)", "12"],
    ]


def test_earlier_decisions_are_rows_newest_first():
    later = dataclasses.replace(DECISION, made_s=1_782_100_000.0)
    rows = decision_rows((DECISION, later), UTC, "en")
    assert [row[-1] for row in rows] == ["0.800 → 0.900"] * 2
    assert rows[0][0] != rows[1][0] and rows[0][0].startswith("22 Jun")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_models_of_the_weeks_are_named_with_their_version(lang):
    plain = ModelBook("tiny")
    both = dataclasses.replace(plain, weekly_id="w", endemic_id="e", signal="sewage")
    said = week_model_words(both, False, "7+abc", lang)
    assert "7+abc" in said and "sewage" in said
    assert week_model_words(both, True, "7", lang) == week_model_words(plain, False, "7", lang) != said
    in_use = in_use_sentences(both, False, UTC, lang)
    assert any("sewage" in one for one in in_use) and len(in_use) == 5


def test_what_was_tried_is_shown():
    tried = (("log_score_order", 4.9584), ("log_score_flow", 4.7338))
    words = decision_words(dataclasses.replace(DECISION, settings_before=(), settings_after=tried), UTC, "en")
    facts = {name: value.replace(NO_BREAK, " ") for name, value in words.facts}
    assert facts["Tried, lower is better"] == "borders 4.958 · counted trips 4.734"
