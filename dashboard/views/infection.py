"""Infection advice -> words: chances as "1 in N" with their interval, levers, official step, verdict on a detour."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from components.chance_meter import ChanceWords
from components.lever_list import LeverWords
from dashboard.i18n import text
from dashboard.views.format import NO_BREAK, district_name, duration, share_words
from risk_core.hazards.epidemic.advice import Lever, LeverKind
from risk_core.hazards.epidemic.ascertainment import Ascertainment
from risk_core.hazards.epidemic.chance import Chance, draw_prevalence
from risk_core.hazards.epidemic.detour_verdict import DetourVerdict
from risk_core.hazards.epidemic.exposure import prevalence_on
from risk_core.hazards.epidemic.here import InfectionAdvice, district_level
from risk_core.hazards.epidemic.official import SCHEME_TABLE_VERSION, OfficialLevel, OfficialScheme
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, InfectionOptions
from risk_core.hazards.epidemic.transmission import ActivityRisk
from risk_core.routes.infection import WayAround, WaysInfection
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.units import S_PER_DAY

WORD_FROM: Final = {"minimal": 0.0, "small": 1e-5, "noticeable": 1e-4, "large": 1e-3, "very_large": 1e-2}
"""Chance of infection at which each word begins; our choice."""
LEAST_TOLD: Final = 1e-8
"""Chances below this are told together as under 1 in 100 million."""
PERCENT_FROM: Final = 0.01
"""From here on percent are easier than millionths."""
N_DIGIT: Final = 2
PER_SHARE: Final = 1000.0
"""Residents a share is told of."""
BIG_UNIT: Final = {"ko": 1e4, "en": 1e6}
"""Numbers from here on are told in this unit, as each language counts."""
WAY_LEAST: Final = 1e-6
"""On a card all smaller chances along a way are told together."""
DAYS_FROM_S: Final = 2 * S_PER_DAY
"""From this age on days are easier than hours."""
LEAST_CHANGE: Final = 0.01
"""Levers that change less, and intervals that are narrower, are not told."""


def round_to(value: float, n_digit: int = N_DIGIT) -> float:
    """Round to significant digits.

    Examples
    --------
    >>> round_to(3182.4), round_to(0.0081), round_to(0.0)
    (3200.0, 0.0081, 0.0)
    """
    return round(value, n_digit - 1 - math.floor(math.log10(abs(value)))) if value else 0.0


def number(value: float) -> str:
    """Write a number with two significant digits and thousands separated.

    Examples
    --------
    >>> number(3182.4), number(0.00812), number(4.0)
    ('3,200', '0.0081', '4')
    """
    rounded = round_to(value)
    return f"{rounded:,.0f}" if abs(rounded) >= 10 else f"{rounded:.10f}".rstrip("0").rstrip(".")


def one_in(prob: float, lang: str) -> str:
    """Write a chance as one in so many.

    Examples
    --------
    >>> one_in(0.003182, "en").split(), one_in(9.1e-7, "en").split()
    (['1', 'in', '310'], ['1', 'in', '1.1', 'million'])
    """
    if prob < LEAST_TOLD:
        return text("stay.one_in_least", lang).replace(" ", NO_BREAK)
    if prob > 0.5:
        return text("stay.one_in_most", lang).replace(" ", NO_BREAK)
    n, unit = round_to(1 / prob) if prob < 0.1 else round(1 / prob), BIG_UNIT[lang]
    key = "stay.one_in" if n < unit else "stay.one_in_big"
    return text(key, lang, n=number(n if n < unit else n / unit)).replace(" ", NO_BREAK)


def part_words(prob: float, lang: str) -> str:
    """Write a chance in millionths, from 1 % on in percent."""
    if prob >= PERCENT_FROM:
        return share_words(prob)
    shown = number(prob * 1e6) if prob >= LEAST_TOLD else f"<{NO_BREAK}0.01"
    return text("stay.millionths", lang, n=shown)


def chance_words(chance: Chance, lang: str) -> str:
    """One in so many, with the same in millionths or percent."""
    return text("stay.chance", lang, one_in=one_in(chance.prob, lang), part=part_words(chance.prob, lang))


def interval_words(chance: Chance, lang: str) -> str:
    """The central 80 % interval, from the smaller chance to the larger."""
    return text("stay.interval", lang, low=one_in(chance.low, lang), high=one_in(chance.high, lang))


def word_code(prob: float) -> str:
    """Word for a chance of infection.

    Examples
    --------
    >>> word_code(2e-6), word_code(0.003)
    ('minimal', 'large')
    """
    return next(code for code, from_prob in reversed(WORD_FROM.items()) if prob >= from_prob)


def verdict_words(risk: ActivityRisk, lang: str) -> str:
    """How large the chance of infection is, in a word."""
    return text(f"stay.word.{word_code(risk.infection.prob)}", lang)


def closed_line(advice: InfectionAdvice, preset: str, lang: str) -> str:
    """The answer in one line."""
    stay, chance = text(f"stay.preset_name.{preset}", lang), advice.risk.infection.prob
    return text("stay.closed_line", lang, stay=stay, one_in=one_in(chance, lang))


def infection_meter(advice: InfectionAdvice, lang: str) -> ChanceWords:
    """Chance of infection, with a word for its size."""
    name = text("stay.infection_word", lang, word=verdict_words(advice.risk, lang))
    return _meter(name, advice.risk.infection, lang)


def contact_meter(advice: InfectionAdvice, lang: str) -> ChanceWords:
    """Chance that somebody infectious is there."""
    return _meter(text("stay.contact", lang), advice.risk.contact, lang)


def stay_words(preset: str, is_changed: bool, lang: str) -> str:
    """What was assumed of the stay."""
    told = text("stay.assumes", lang, assumption=text(f"stay.assumption.{preset}", lang))
    return f"{told} ({text('stay.changed', lang)})." if is_changed else f"{told}."


def lever_rows(levers: Sequence[Lever], lang: str) -> list[LeverWords]:
    """Levers that change anything one could tell, strongest first."""
    told = [lever for lever in levers if -lever.change >= LEAST_CHANGE]
    return [LeverWords(*lever_words(lever, lang), saved_share=-lever.change) for lever in told]


def lower_rate_words(risk: ActivityRisk, lang: str) -> str:
    """How well the passing-on itself is known."""
    return text("stay.lower_rate", lang, one_in=one_in(risk.infection_low_prob, lang))


def lever_words(lever: Lever, lang: str) -> tuple[str, str, str]:
    """What to do, what it changes, and how well that is known; empty where the change is certain."""
    if lever.kind is LeverKind.OTHER_HOUR:
        name = text("stay.lever.other_hour", lang, hour=f"{lever.hour:02d}:00")
    else:
        name = text(f"stay.lever.{lever.kind}", lang)
    change = text("stay.change", lang, change=_less(lever.change), one_in=one_in(lever.after.prob, lang))
    if lever.change_high - lever.change_low < LEAST_CHANGE:
        return name, change, ""
    low, high = _less(lever.change_high), _less(lever.change_low)
    return name, change, text("stay.change_range", lang, low=low, high=high)


def official_title(scheme: OfficialScheme | None, lang: str) -> str:
    """Which official scheme a step is one of."""
    if scheme is None:
        return text("stay.official_title", lang)
    return text("stay.official_title_of", lang, scheme=text(f"stay.scheme.{scheme.name}", lang))


def official_words(official: OfficialLevel | None, scheme: OfficialScheme | None, lang: str) -> str:
    """Step of the district and how far the next one is, or why none is told."""
    if scheme is None:
        return text("stay.official_none", lang, version=SCHEME_TABLE_VERSION)
    if official is None:
        return text("stay.official_unknown", lang)
    level = text(
        "stay.official", lang, level=official.level, n=len(official.scheme.figures) + 1, value=number(official.value)
    )
    if math.isfinite(official.to_next):
        next_words = text("stay.official_next", lang, gap=number(official.to_next))
    else:
        next_words = text("stay.official_top", lang, above=number(official.above_last))
    return f"{level} {next_words}"


def official_source(scheme: OfficialScheme | None, lang: str) -> str:
    """Where the steps come from, and when they were in force; empty without a scheme."""
    return "" if scheme is None else text(f"stay.scheme_source.{scheme.name}", lang)


def people_words(advice: InfectionAdvice, lang: str) -> str:
    """People present in the district at that hour, and the infectious among them, both with their interval."""
    people, present = advice.infectious, advice.present
    there = number(present.prob)
    if present.low < present.high:
        there = text("stay.present_between", lang, n=there, low=number(present.low), high=number(present.high))
    return text(
        "stay.people",
        lang,
        present=there,
        n=number(people.prob),
        low=number(people.low),
        high=number(people.high),
        basis=_basis_words(advice, lang),
    )


def _basis_words(advice: InfectionAdvice, lang: str) -> str:
    """What the people present were taken from, and how old that is."""
    told = text(f"stay.basis.{advice.basis}", lang)
    if not math.isfinite(advice.counted_s):
        return told
    age_s = max(advice.valid_s - advice.counted_s, 0.0)
    if age_s >= DAYS_FROM_S:
        return text("stay.counted_days", lang, basis=told, n=round(age_s / S_PER_DAY))
    return text("stay.counted", lang, basis=told, age=duration(age_s, lang))


def ascertainment_words(found: Ascertainment, lang: str) -> str:
    """Infections taken for each reported case, with the interval, what that rests on, and its day."""
    low, high = found.interval(0.8)
    sources = ", ".join(text(f"stay.evidence.{one}", lang) for one in found.sources)
    middle = number(found.infections_per_report)
    return text(
        "stay.ascertainment", lang, n=middle, low=number(low), high=number(high), sources=sources, day=found.day
    )


def exposure_rows(
    area: Area,
    assessment: Assessment,
    lang: str,
    options: InfectionOptions = INFECTION_DEFAULTS,
    scheme: OfficialScheme | None = None,
) -> list[list[object]]:
    """District, infectious of 1,000 and of all residents with intervals, official step; largest share first.

    Parameters
    ----------
    area, assessment
        The place, and what is known of it now.
    lang
        Language of the reader.
    options
        Settings of the snapshot.
    scheme
        Official scheme of the country, None where none is known.
    """
    outbreak = assessment.outbreak
    if outbreak is None:
        return []
    draws = draw_prevalence(prevalence_on(area, assessment, assessment.step_now, options), 0)
    known = [place for place in range(len(area.districts)) if np.isfinite(draws[:, place]).all()]
    chances = {place: Chance.from_draws(draws[:, place]) for place in known}
    rows: list[list[object]] = []
    for place in sorted(known, key=lambda place: -chances[place].prob):
        official = None if scheme is None else district_level(area, outbreak, place, scheme)
        step = "–" if official is None else f"{official.level} ({number(official.value)})"
        people = [_bounded(chances[place], per) for per in (PER_SHARE, area.districts[place].population)]
        rows.append([district_name(area, place, lang), *people, step])
    return rows


def way_words(infection: WaysInfection | None, route_id: str, lang: str) -> str:
    """Chance of infection along a way with its interval; empty where it is not known."""
    way = None if infection is None else infection.of(route_id)
    if way is None:
        return ""
    if way.infection.high < WAY_LEAST:
        return text("stay.way_least", lang)
    return text(
        "stay.way",
        lang,
        one_in=one_in(way.infection.prob, lang),
        low=one_in(way.infection.low, lang),
        high=one_in(way.infection.high, lang),
    )


def detour_notes(infection: WaysInfection | None, lang: str) -> list[str]:
    """The verdict on the safest way as a detour, where infection is what it is for or what it saves.

    A way of its own that is worth it for the infection alone is told instead.
    """
    if infection is not None and infection.around is not None:
        return [around_words(infection.around, lang)]
    verdict = None if infection is None else infection.detour
    if infection is None or verdict is None or not (infection.is_for_infection or verdict.is_worth):
        return []
    return [detour_words(verdict, lang)]


def around_words(around: WayAround, lang: str) -> str:
    """What going another way saves of infection, and how much longer it takes."""
    verdict = around.verdict
    return text(
        "stay.around_worth",
        lang,
        longer=duration(around.longer_s, lang),
        share=share_words(verdict.saved_share),
        before=one_in(verdict.trip.prob, lang),
        after=one_in(verdict.detour.prob, lang),
    )


def detour_words(verdict: DetourVerdict, lang: str) -> str:
    """Whether going round is worth it for the infection alone, and what would do more."""
    if verdict.is_worth:
        return text(
            "stay.detour_worth",
            lang,
            share=share_words(verdict.saved_share),
            before=one_in(verdict.trip.prob, lang),
            after=one_in(verdict.detour.prob, lang),
        )
    told = text(f"stay.detour_{verdict.reason}", lang, before=one_in(verdict.trip.prob, lang))
    if verdict.better is None:
        return told
    lever = text(f"stay.lever.{verdict.better.kind}", lang)
    better = text("stay.detour_better", lang, lever=lever, change=_less(verdict.better.change))
    return f"{told} {better}"


def _meter(name: str, chance: Chance, lang: str) -> ChanceWords:
    value, interval = chance_words(chance, lang), interval_words(chance, lang)
    return ChanceWords(name, value, interval, chance.prob, chance.low, chance.high)


def _bounded(share: Chance, n_people: float) -> str:
    low, middle, high = (number(value * n_people) for value in (share.low, share.prob, share.high))
    return f"{middle} ({low}–{high})"


def _less(change: float) -> str:
    """A relative change as a share less, whole percent."""
    return share_words(max(0.0, -change))
