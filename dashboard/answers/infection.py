"""Infection advice for a point and along ways, on one snapshot.

A snapshot holds how many are infectious in each district. Kept are the people of an area, as long as nobody counts
anew, and the hourly hazard of every street as long as the reported cases are the same, for ten minutes at a time, since
a new snapshot mostly brings other rain or closures.
"""

import dataclasses
import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dashboard.answers.keyed_cache import KeyedCache
from dashboard.contributions.trust import people_trust
from dashboard.store.clocks import area_zone, country_of
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.people import read_people
from risk_core.hazards.epidemic.exposure import (
    Crowds,
    Exposure,
    estimate_crowds,
    exposure_on,
    hazard_table,
)
from risk_core.hazards.epidemic.here import InfectionAdvice, advise_here
from risk_core.hazards.epidemic.official import OfficialScheme, scheme_of
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, InfectionOptions
from risk_core.routes.infection import ON_FOOT, WAY_ACTIVITY, WaysInfection, assess_ways
from risk_core.routes.price import costs_at
from risk_core.state.activity_presets import StayChanges, change_stay, find_preset
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.route import RouteAnswer
from risk_core.units import S_PER_H

CROWDS_KEPT: Final = 4
TABLES_KEPT: Final = 2
"""Tables of 24 hours x edges x 4 bytes: 4 MB for 40,000 edges, 40 MB for 400,000."""
SAME_S: Final = 600.0
"""Within this time the infectious are taken to be as many: a tenth of a percent where cases grow by 15 % a day."""
UNCHANGED: Final = StayChanges()
Key = tuple[str | int, ...]

LocalHour = Callable[[float], float]
"""Local time of the day of an area, hours, of unix seconds."""


@dataclass(frozen=True, slots=True)
class InfectionQuestion:
    """What somebody asks who means to stay among others.

    Attributes
    ----------
    area_id
        The area.
    lat_deg, lon_deg
        The place, degrees.
    preset
        Name of a stay of `activity_presets.PRESETS`.
    changes
        What is otherwise than in the preset.
    step
        Time slice; None for now.
    """

    area_id: str
    lat_deg: float
    lon_deg: float
    preset: str
    changes: StayChanges = UNCHANGED
    step: int | None = None


@dataclass(slots=True)
class InfectionAnswers:
    """Answers about infection, with what they keep between questions.

    Attributes
    ----------
    library
        Where people present are counted.
    options
        Settings.
    is_followed
        Whether somebody calls `get_ready` for each new snapshot: people counted anew are then left to that, and
        questions answered with those of before in the meantime.
    """

    library: Library
    options: InfectionOptions = INFECTION_DEFAULTS
    is_followed: bool = False
    _people: dict[str, Key] = field(default_factory=dict)
    _crowds: KeyedCache[Crowds] = field(default_factory=lambda: KeyedCache(CROWDS_KEPT))
    _tables: KeyedCache[NDArray[np.float32]] = field(default_factory=lambda: KeyedCache(TABLES_KEPT))

    def advise(
        self, area: Area, assessment: Assessment, question: InfectionQuestion, step: int, local_h: LocalHour
    ) -> InfectionAdvice:
        """Advise on one slice of one snapshot; see `Answers.infection_advice` for what it raises."""
        activity = change_stay(find_preset(question.preset).activity, question.changes)
        exposure, outbreak = self._exposure(area, assessment, step), assessment.outbreak
        assert outbreak is not None, "without one there is no exposure"
        place = question.lat_deg, question.lon_deg
        options = self._options_of(area, assessment)
        hour, scheme = local_h(exposure.valid_s), official_scheme(area, exposure.valid_s)
        return advise_here(area, exposure, outbreak, place, activity, hour, options, scheme)

    def along(
        self, area: Area, assessment: Assessment, answer: RouteAnswer, local_h: LocalHour
    ) -> WaysInfection | None:
        """Infection along the ways of an answer; None where it does not apply or nothing is known."""
        if area.network is None or assessment.outbreak is None or answer.profile not in ON_FOOT:
            return None
        step = int(np.abs(assessment.now_s + assessment.lead_s - answer.valid_s).argmin())
        exposure, table = self._exposure(area, assessment, step), self.table(area, assessment, step)
        network, profile = area.network, answer.profile
        return assess_ways(
            network,
            exposure,
            table,
            answer,
            local_h,
            self.options,
            lambda: costs_at(network, assessment, profile, step),
        )

    def table(self, area: Area, assessment: Assessment, step: int) -> NDArray[np.float32]:
        """Infections an hour on each edge at each hour, shape=(24, n_edge), of somebody walking there.

        Raises
        ------
        risk_core.errors.InputError
            For an area without streets.
        InfectionUnknownError
            Where no case was reported lately.
        """
        counted, crowds = self._crowds_of(area, assessment)
        options = self._options_of(area, assessment)
        exposure = exposure_on(area, crowds, assessment, step, options)
        found = options.ascertainment
        key = (*_key(area, assessment, step), f"{found.infections_per_report} {found.cv}", *counted)
        return self._tables.get_or_make(key, lambda: hazard_table(area, exposure, WAY_ACTIVITY, self.options))

    def get_ready(self, area: Area, assessment: Assessment) -> None:
        """Make what questions on a snapshot share: people counted anew, and the hazard of the streets now."""
        self._make_crowds(area, assessment, self._counted(area, assessment))
        if area.network is not None and assessment.outbreak is not None:
            self.table(area, assessment, assessment.step_now)

    def _exposure(self, area: Area, assessment: Assessment, step: int) -> Exposure:
        _, crowds = self._crowds_of(area, assessment)
        return exposure_on(area, crowds, assessment, step, self._options_of(area, assessment))

    def _options_of(self, area: Area, assessment: Assessment) -> InfectionOptions:
        """Settings with the infections per report that the snapshot was made with."""
        found = self.library.ascertainment(area, assessment.now_s, assessment.drill is not None)
        return dataclasses.replace(self.options, ascertainment=found)

    def _counted(self, area: Area, assessment: Assessment) -> Key:
        """What the people present depend on beside the area: what was written of them, and the hour of a snapshot."""
        store = self.library.observations
        written = [store.change_count(area.area_id, kind) for kind in (Kind.COUNTS, Kind.FLOWS)]
        return (*written, math.floor(assessment.now_s / S_PER_H)) if any(written) else ()

    def _crowds_of(self, area: Area, assessment: Assessment) -> tuple[Key, Crowds]:
        """People of an area as counted at the hour of a snapshot, and what they depend on.

        While somebody else makes those counted anew ready, the people of before are given.
        """
        counted, former = self._counted(area, assessment), self._people.get(area.area_id)
        if self.is_followed and former is not None and former[0] == area.content_hash and former[1:] != counted:
            crowds = self._crowds.get((area.area_id, *former))
            if crowds is not None:
                return former[1:], crowds
        return counted, self._make_crowds(area, assessment, counted)

    def _make_crowds(self, area: Area, assessment: Assessment, counted: Key) -> Crowds:
        """People as counted, made when they are not there yet."""

        def make() -> Crowds:
            store, now_s = self.library.observations, assessment.now_s
            trust = people_trust(self.library, area.area_id)
            people = read_people(store, area, now_s, area_zone(area), trust) if counted else None
            return estimate_crowds(area, self.options, people)

        crowds = self._crowds.get_or_make((area.area_id, area.content_hash, *counted), make)
        self._people[area.area_id] = (area.content_hash, *counted)
        return crowds


def official_scheme(area: Area, unix_s: float) -> OfficialScheme | None:
    """Official scheme of an area's country at a moment; None where none is known."""
    return scheme_of(country_of(area), datetime.fromtimestamp(unix_s, UTC).date().isoformat())


def _key(area: Area, assessment: Assessment, step: int) -> Key:
    """What the infectious of a time slice depend on: the area, its cases, and ten minutes of time."""
    outbreak = assessment.outbreak
    seen = b"" if outbreak is None else outbreak.expected.tobytes() + outbreak.day_s.tobytes()
    bucket = math.floor((assessment.now_s + float(assessment.lead_s[step])) / SAME_S)
    return area.area_id, area.content_hash, hashlib.sha256(seen).hexdigest(), bucket
