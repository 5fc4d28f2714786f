"""The fold-out card of the citizen's page: what a stay among others here would mean, and what would lower it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from components.chance_meter import chance_meter
from components.fold_card import fold_card
from components.lever_list import lever_list
from components.stay_form import NumberField, SelectField, stay_form
from dashboard.answers import InfectionQuestion
from dashboard.i18n import has_text, text
from dashboard.pages.citizen.choices import LatLng, known_step, too_early
from dashboard.pages.citizen.ids import CitizenIds
from dashboard.pages.page import Opened
from dashboard.views.deeplink import page_href
from dashboard.views.format import local_hour
from dashboard.views.infection import (
    closed_line,
    contact_meter,
    infection_meter,
    lever_rows,
    lower_rate_words,
    official_source,
    official_title,
    official_words,
    people_words,
    stay_words,
)
from risk_core.errors import AnsimgilError
from risk_core.hazards.epidemic.here import InfectionAdvice
from risk_core.state.activity import RANGES, ROOM_RANGES, Distance, Mask
from risk_core.state.activity_presets import PRESETS, StayChanges

FIRST_PRESET: Final = "cafe"
USUAL: Final = ""
MASKS: Final = (Mask.NONE, Mask.CLOTH, Mask.SURGICAL, Mask.N95)
DISTANCES: Final = (Distance.CLOSE, Distance.NORMAL, Distance.TWO_M, Distance.THREE_M)
CROWDS: Final = {"emptier": 0.5, "fuller": 2.0}
Parts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StayChoice:
    """What the reader chose: a preset, and what is otherwise."""

    preset: str
    changes: StayChanges

    @property
    def is_changed(self) -> bool:
        """Whether anything is otherwise than usual."""
        return self.changes != StayChanges()


def read_stay(data: Mapping[str, str] | None, minutes: float | None, co2_ppm: float | None) -> StayChoice:
    """Choice of the form's values; what is none of the words offered counts as usual."""
    told = data or {}
    preset, mask, distance = (told.get(name, USUAL) for name in ("preset", "mask", "distance"))
    changes = StayChanges(
        stay_min=minutes,
        own_mask=Mask(mask) if mask in MASKS else None,
        distance=Distance(distance) if distance in DISTANCES else None,
        co2_ppm=co2_ppm,
        crowd_ratio=CROWDS.get(told.get("crowd", USUAL), 1.0),
    )
    return StayChoice(preset if preset in PRESETS else FIRST_PRESET, changes)


FIRST_STAY: Final = read_stay(None, None, None)


def ask_stay(opened: Opened, at: LatLng, stay: StayChoice, step: int | None) -> InfectionAdvice | AnsimgilError:
    """Ask what a stay at a point would mean; a refusal is an answer too."""
    if opened.assessment is None:
        return too_early(opened)
    question = InfectionQuestion(opened.area.area_id, *at, stay.preset, stay.changes, known_step(opened, step))
    try:
        return opened.services.answers.infection_advice(question, local_hour(opened.area))
    except AnsimgilError as error:
        return error


def stay_parts(opened: Opened, answer: InfectionAdvice | AnsimgilError, stay: StayChoice) -> Parts:
    """The line told while the card is folded, and the answer inside."""
    lang = opened.lang
    if isinstance(answer, AnsimgilError):
        known = "stay.unknown_line" if answer.code == "infection_unknown" else f"error.{answer.code}"
        return {"line": text(known, lang), "answer": html.P(_refusal(answer, lang), className="stay-note")}
    return {"line": closed_line(answer, stay.preset, lang), "answer": _answer(opened, answer, stay)}


def stay_card(opened: Opened, parts: Parts) -> Component:
    """Draw the card, folded."""
    lang = opened.lang
    line = html.Span(parts["line"], id=CitizenIds.STAY_LINE, className="fold-line")
    answer = html.Div(parts["answer"], id=CitizenIds.STAY_ANSWER, className="stay-answer", **{"aria-live": "polite"})
    store = dcc.Store(id=CitizenIds.STAY, data={"preset": FIRST_PRESET})
    form = stay_form(CitizenIds.STAY, text("stay.heading", lang), _fields(lang))
    return fold_card(text("stay.heading", lang), line, [form, answer, store], "virus", "stay")


def _fields(lang: str) -> list[SelectField | NumberField]:
    usual, hint = (USUAL, text("stay.usual", lang)), text("stay.usual_short", lang)
    presets = [(name, text(f"stay.preset_name.{name}", lang)) for name in PRESETS]
    masks, distances, crowds = (
        [usual, *((str(one), text(f"stay.option.{one}", lang)) for one in offered)]
        for offered in (MASKS, DISTANCES, CROWDS)
    )
    return [
        SelectField(CitizenIds.STAY_PRESET, "preset", text("stay.preset", lang), presets, FIRST_PRESET, is_wide=True),
        NumberField(CitizenIds.STAY_MINUTES, text("stay.minutes", lang), hint, 1, RANGES["stay_min"][1], 1),
        SelectField(CitizenIds.STAY_MASK, "mask", text("stay.mask", lang), masks, USUAL),
        SelectField(CitizenIds.STAY_DISTANCE, "distance", text("stay.distance", lang), distances, USUAL),
        SelectField(CitizenIds.STAY_CROWD, "crowd", text("stay.crowd", lang), crowds, USUAL),
        NumberField(CitizenIds.STAY_CO2, text("stay.co2", lang), hint, *ROOM_RANGES["co2_ppm"], 1),
    ]


def _answer(opened: Opened, advice: InfectionAdvice, stay: StayChoice) -> list[Component]:
    lang = opened.lang
    levers = lever_rows(advice.levers, lang)
    href = page_href("/quality", opened.area.area_id, lang)
    listed = lever_list(levers) if levers else html.P(text("stay.no_levers", lang), className="stay-note")
    return [
        chance_meter(infection_meter(advice, lang)),
        chance_meter(contact_meter(advice, lang)),
        html.P(lower_rate_words(advice.risk, lang), className="stay-note"),
        html.H3(text("stay.levers", lang)),
        listed,
        html.H3(official_title(advice.scheme, lang)),
        html.Div(
            [
                html.P(official_words(advice.official, advice.scheme, lang)),
                *[html.P(one, className="stay-note") for one in [official_source(advice.scheme, lang)] if one],
            ],
            className="stay-official",
        ),
        html.P(
            [
                html.Span(stay_words(stay.preset, stay.is_changed, lang)),
                " ",
                html.Span(people_words(advice, lang)),
                " ",
                html.A(text("stay.more", lang), href=href),
            ],
            className="stay-note",
        ),
    ]


def _refusal(error: AnsimgilError, lang: str) -> str:
    """What does not fit in the reader's words: the field's own where there are some."""
    named = {"stay_min": "minutes", "own_mask": "mask", "air_changes_per_h": "ach"}
    for fault in error.faults:
        topic = f"fault.{named.get(fault.argument, fault.argument)}"
        if error.code == "input" and has_text(f"{topic}.remedy", lang):
            return f"{text(f'{topic}.wanted', lang)}. {text(f'{topic}.remedy', lang)}"
    return text(f"error.{error.code}", lang)
